"""Messages, modals and Home: which blocks each takes, how many, and what must be unique or add up in all of them.

https://docs.slack.dev/reference/views, https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from playground.server.block_kit.blocks import BLOCKS, MARKDOWN
from playground.server.block_kit.objects import plain
from playground.server.block_kit.shapes import flag, items, string, tagged, typed, wrong

Surface = Literal["message", "modal", "home"]

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
_ELSEWHERE = {
    "alert": ("modal",),
    "file": ("message",),
    "markdown": ("message",),
    "table": ("message",),
    "context_actions": ("message",),
    "task_card": ("message",),
    "plan": ("message",),
    "data_table": ("message",),
    "data_visualization": ("message",),
}
"""Where the blocks live that do not live everywhere."""
_MODAL_ELEMENTS = ("file_input",)
MOST_OF_A_KIND = {"table": 1, "data_visualization": 2}
"""How many of these a message takes."""

MOST_WEIGHT = 13_422
BLOCK_WEIGHT = 125
"""Slack does not document these two. Measured by others: 13,297 characters in one block of a message are the most, and
each further block costs 125 (https://github.com/slackapi/bolt-js/issues/2509)."""

_VIEW = {
    "private_metadata": string(3_000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_VIEWS = tagged(
    {
        "modal": (
            {"title": plain(24), "blocks": items(typed(BLOCKS), MOST_BLOCKS["modal"])},
            {
                **_VIEW,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
                "submit_disabled": flag,
            },
        ),
        "home": ({"blocks": items(typed(BLOCKS), MOST_BLOCKS["home"])}, _VIEW),
    }
)


def problems(blocks: Any, surface: Surface) -> list[str]:
    """What Slack would say of these blocks, such as "no more than 50 items allowed [json-pointer:/blocks]"."""
    found = list(items(typed(BLOCKS), MOST_BLOCKS[surface], least=0)(blocks, "/blocks"))
    return found or list(_together(blocks, surface, "/blocks"))


def view_problems(view: Any) -> list[str]:
    """What Slack would say of this view, or nothing."""
    found = list(typed(_VIEWS)(view, "/view"))
    if found:
        return found
    found = list(_together(view["blocks"], view["type"], "/view/blocks"))
    if view["type"] == "modal" and "submit" not in view and any(each["type"] == "input" for each in view["blocks"]):
        found.append(wrong("missing required field: submit", "/view"))
    return found


def too_long(blocks: Sequence[Any]) -> bool:
    """Whether all blocks of a message together are more than chat.postMessage takes (msg_blocks_too_long)."""
    return sum(map(_letters, blocks)) + BLOCK_WEIGHT * len(blocks) > MOST_WEIGHT


def _together(blocks: Sequence[Any], surface: Surface, place: str) -> Iterator[str]:
    placed = list(_with_places(blocks, place))
    yield from _out_of_place(placed, surface)
    yield from _repeated([(each.get("block_id"), where) for each, where in placed], "block_id")
    for block, where in placed:
        elements = list(_interactive(block, where))
        yield from _repeated([(each.get("action_id"), spot) for each, spot in elements], "action_id")
    focused = [
        where for block, spot in placed for each, where in _interactive(block, spot) if each.get("focus_on_load")
    ]
    for where in focused[1:]:
        yield wrong("only one element can be focused", f"{where}/focus_on_load")
    if sum(len(block["text"]) for block, _ in placed if block["type"] == "markdown") > MARKDOWN:
        yield wrong(f"markdown must be less than {MARKDOWN + 1} characters in total", place)
    for kind, most in MOST_OF_A_KIND.items():
        if sum(block["type"] == kind for block, _ in placed) > most:
            yield wrong(f"no more than {most} of {kind} allowed", place)


def _out_of_place(placed: Sequence[tuple[Any, str]], surface: Surface) -> Iterator[str]:
    for block, where in placed:
        if surface not in _ELSEWHERE.get(block["type"], (surface,)):
            yield wrong(f"unsupported type: {block['type']}", f"{where}/type")
        for element, spot in _interactive(block, where):
            if element["type"] in _MODAL_ELEMENTS and surface != "modal":
                yield wrong(f"unsupported type: {element['type']}", f"{spot}/type")


def _repeated(ids: Sequence[tuple[Any, str]], name: str) -> Iterator[str]:
    seen = set()
    for value, where in ids:
        if value is not None and value in seen:
            yield wrong(f"`{name}` {value} already exists", f"{where}/{name}")
        seen.add(value)


def _with_places(blocks: Sequence[Any], place: str) -> Iterator[tuple[Any, str]]:
    """All blocks, with those inside others."""
    for index, block in enumerate(blocks):
        where = f"{place}/{index}"
        yield block, where
        inner = {"container": "child_blocks", "carousel": "elements"}.get(block["type"])
        if inner is not None:
            yield from _with_places(block[inner], f"{where}/{inner}")


def _interactive(block: Any, place: str) -> Iterator[tuple[Any, str]]:
    for key in ("accessory", "element"):
        if key in block:
            yield block[key], f"{place}/{key}"
    key = {"actions": "elements", "context_actions": "elements", "card": "actions"}.get(block["type"], "")
    for index, element in enumerate(block.get(key, ())):
        yield element, f"{place}/{key}/{index}"


def _letters(value: Any) -> int:
    """How many characters people are shown: those of every `text`."""
    if isinstance(value, list):
        return sum(map(_letters, value))
    if not isinstance(value, dict):
        return 0
    return sum(len(each) if key == "text" and isinstance(each, str) else _letters(each) for key, each in value.items())
