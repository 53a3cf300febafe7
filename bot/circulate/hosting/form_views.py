"""Two small tables that hosts edit: names that are one, and models and tools that are gone."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.slack.outgoing import button, context, divider, fit, modal, plain, plain_text, section
from bot.texts import say
from bot.texts.visible import visible
from storage.records import Language, Retired, Synonym

Block = dict[str, Any]

NAMES_FORM = "hosting.names_form"
RETIRED_FORM = "hosting.retired_form"
UNDO = "hosting.name_undo"

NAME = 60
"""Characters of a name."""

LIST = 3_000
"""Characters of the whole list of what is gone."""

_LISTED = 40
_LINE = re.compile(r"^(?P<label>.+?)\s*[,、，]\s*(?P<day>\d{4}-\d{2}-\d{2})$")


def names(known: Sequence[Synonym], language: Language) -> Block:
    """Two names that are to be one, and those that are, each to be undone."""
    blocks: list[Block] = [
        context(say(language, "hosting.names_intro")),
        _input("name", say(language, "hosting.names_name"), _line()),
        _input("into", say(language, "hosting.names_into"), _line()),
    ]
    if known:
        blocks += [divider(), section(say(language, "hosting.names_list"))]
    for one in known[:_LISTED]:
        pair = say(language, "hosting.names_pair", label=plain(one.label), into=plain(one.into))
        undo = button(say(language, "hosting.names_undo"), UNDO, one.key)
        blocks.append({**section(pair), "accessory": undo})
    if len(known) > _LISTED:
        blocks.append(context(say(language, "hosting.names_more", count=len(known) - _LISTED)))
    return _modal(NAMES_FORM, "hosting.names_title", language, blocks, submit="hosting.names_submit")


def retired(gone: Sequence[Retired], language: Language) -> Block:
    """The list, a line each."""
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": True, "max_length": LIST}
    if gone:
        element["initial_value"] = fit("\n".join(f"{visible(one.label)}, {one.day}" for one in gone), LIST)
    field = {**_input("list", say(language, "hosting.retired_label"), element), "optional": True}
    blocks = [context(say(language, "hosting.retired_intro")), field]
    return _modal(RETIRED_FORM, "hosting.retired_title", language, blocks, submit="hosting.retired_submit")


def read_list(text: str) -> list[Retired] | int:
    """What was written, or the number of the first line that cannot be read."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        told = _LINE.match(line.strip())
        if told is None or len(told["label"]) > NAME or not _is_day(told["day"]):
            return number
        found.append(Retired(" ".join(told["label"].split()), told["day"]))
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _line() -> Block:
    return {"type": "plain_text_input", "action_id": "value", "max_length": NAME}


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain_text(label), "element": element}


def _modal(callback_id: str, title: str, language: Language, blocks: list[Block], *, submit: str) -> Block:
    return modal(
        say(language, title),
        blocks,
        close=say(language, "home.form_cancel"),
        submit=say(language, submit),
        callback_id=callback_id,
    )
