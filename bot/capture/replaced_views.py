"""The part of the form that says what was replaced, and lets its author choose what comes back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from bot.slack.outgoing import OPTION, context, fit, plain, plain_text
from bot.texts import say
from bot.texts.visible import visible
from storage.records import Language

Block = dict[str, Any]

REPLACED: Final = "replaced"
"""What stands for something in a thread, by its placeholder: put back by the job, which reads the thread."""
FOUND: Final = "found"
"""What was found in the form itself as it was sent, by its placeholder."""

_CHOICES = 10
"""Slack's limit of one group of checkboxes."""


def with_choices(
    view: Mapping[str, Any], name: Literal["replaced", "found"], known: Mapping[str, str], language: Language
) -> Block:
    """The form with the values that may be put back, to be chosen from; nothing is chosen beforehand."""
    options = [
        {
            "text": plain_text(fit(placeholder, OPTION)),
            "description": plain_text(fit(visible(value), OPTION)),
            "value": placeholder,
        }
        for placeholder, value in list(known.items())[:_CHOICES]
    ]
    block: Block = {
        "type": "input",
        "block_id": name,
        "optional": True,
        "label": plain_text(say(language, f"replaced.{name}")),
        "element": {"type": "checkboxes", "action_id": "value", "options": options},
    }
    kept = [one for one in view["blocks"] if one.get("block_id") not in (name, f"{name}_note")]
    note = {**context(say(language, "replaced.note")), "block_id": f"{name}_note"}
    return {**_sendable(view), "blocks": [*kept, block, note]}


def secrets(placeholders: Sequence[str], language: Language) -> list[Block]:
    """What stays out, whoever asks."""
    if not placeholders:
        return []
    return [context(say(language, "replaced.secrets", secrets=plain(fit(", ".join(placeholders), 300))))]


def as_sent(view: Mapping[str, Any]) -> Block:
    """A form that was sent, with what was written in it, to be shown once more."""
    told = view["state"]["values"]
    blocks = [
        _as_written(block, next(iter(told.get(block.get("block_id"), {}).values()), {})) for block in view["blocks"]
    ]
    return {**_sendable(view), "blocks": blocks}


def _as_written(block: Block, state: Mapping[str, Any]) -> Block:
    element = {key: value for key, value in (block.get("element") or {}).items() if not key.startswith("initial_")}
    written = {
        "plain_text_input": ("initial_value", "value"),
        "radio_buttons": ("initial_option", "selected_option"),
        "static_select": ("initial_option", "selected_option"),
        "checkboxes": ("initial_options", "selected_options"),
    }.get(element.get("type", ""))
    if written is None:
        return block
    name, said = written
    return {**block, "element": {**element, **({name: state[said]} if state.get(said) else {})}}


def _sendable(view: Mapping[str, Any]) -> Block:
    """Of a view that Slack sent what it takes back."""
    return {key: view[key] for key in ("type", "callback_id", "private_metadata", "title", "submit", "close", "blocks")}
