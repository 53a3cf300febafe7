"""Composition objects: texts, options, confirmations and what else elements are made of.

https://docs.slack.dev/reference/block-kit/composition-objects
"""

from collections.abc import Iterator
from typing import Any

from playground.server.block_kit.shapes import (
    Check,
    Shape,
    choice,
    flag,
    items,
    not_both,
    one_of,
    record,
    string,
    tagged,
    typed,
    wrong,
)

TEXT = 3_000
ID = string(255)
URL = string(3_000)
STYLE = choice("primary", "danger")
USER_OR_CHANNEL = string(pattern=r"[A-Z0-9]+")


def plain(most: int = TEXT) -> Check:
    """A text object that must be plain_text."""
    return typed(tagged(_plain(most)))


def text(most: int = TEXT) -> Check:
    """A text object of either kind."""
    return typed(tagged({**_plain(most), "mrkdwn": ({"text": string(most)}, {"verbatim": flag})}))


def _plain(most: int) -> dict[str, Shape]:
    return {"plain_text": ({"text": string(most)}, {"emoji": flag})}


def option(label: Check, more: dict[str, Check] | None = None) -> Check:
    """One choice; `more`: what only some menus know."""
    return record({"text": label, "value": string(150)}, {"description": label, **(more or {})})


PLAIN_OPTION = option(plain(75))
RICH_OPTION = option(text(75))
LINK_OPTION = option(plain(75), {"url": URL})
GROUP = record({"label": plain(75), "options": items(PLAIN_OPTION, 100)})

CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": STYLE},
)
DISPATCH = record({}, {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)})
FILTER = record(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
    one_of("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
SLACK_FILE = record({}, {"id": string(), "url": string()}, one_of("id", "url"), not_both("id", "url"))
WORKFLOW = record(
    {
        "trigger": record(
            {"url": URL},
            {"customizable_input_parameters": items(record({"name": string(), "value": string()}), least=0)},
        )
    }
)
FEEDBACK_BUTTON = record({"text": plain(75), "value": string(2_000)}, {"accessibility_label": string(75)})


def offered(value: Any, place: str) -> Iterator[str]:
    """What is chosen at first must be among the options, exactly as it stands there."""
    groups = value.get("option_groups") or [{"options": value.get("options", [])}]
    options = [each for group in groups for each in group["options"]]
    if "initial_option" in value and value["initial_option"] not in options:
        yield wrong("must match an option", f"{place}/initial_option")
    for index, each in enumerate(value.get("initial_options", ())):
        if each not in options:
            yield wrong("must match an option", f"{place}/initial_options/{index}")
