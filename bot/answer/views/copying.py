"""The modals in which prompts are copied, whole, and their blanks filled in."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.answer.blanks import fill, names
from bot.answer.views.ways_on import field, modal
from bot.slack.outgoing import actions, button, context, fit, section, split
from bot.texts import say
from bot.texts.visible import visible
from storage.records import Language, Tip

Block = dict[str, Any]

COPY_FORM = "answer.copy_form"
BLANKS_FORM = "answer.blanks_form"
MORE_PROMPTS = "answer.more_prompts"

FIELD = 3_000
"""A text field holds so many characters: docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element."""

BLANKS = 90
"""So many blanks are asked for: a modal takes 100 blocks."""

_BLOCKS = 90
_BYTES = 200_000
"""A view of more than 250,000 bytes is refused (view_too_large); the rest is for what stands around the prompts."""

_LABEL = 150


def opened(tip: Tip, language: Language, *, start: int = 0, edited: bool = False) -> Block:
    """The modal for a tip's prompts from number `start` (from 0) on: the blanks first, where there are some.

    As many prompts as one modal holds; a button leads to the others. `edited`: something else stood here before.
    """
    prompts, more = _page(tip, start)
    wanted = names(prompts)
    if not wanted:
        return _copy_form(tip.id, prompts, language, start=start, more=more, edited=edited)
    blocks = [section(say(language, "ways.blanks_intro"))]
    if edited:
        blocks.insert(0, context(say(language, "ways.copy_edited")))
    if len(wanted) > BLANKS:
        blocks.append(context(say(language, "ways.blanks_many", count=len(wanted) - BLANKS)))
    for number, name in enumerate(wanted[:BLANKS]):
        element = {"type": "plain_text_input", "action_id": "value", "multiline": True}
        blocks.append(field(blank_id(tip, number), fit(visible(name), _LABEL) or "…", element, optional=True))
    about = {"tip": tip.id, "start": start}
    return modal(
        language, "ways.blanks_title", blocks, callback_id=BLANKS_FORM, about=about, submit="ways.blanks_submit"
    )


def filled(tip: Tip, language: Language, typed: Sequence[str], *, start: int) -> Block | None:
    """The same prompts with the blanks filled in; None when that is more than a modal holds."""
    prompts, more = _page(tip, start)
    values = dict(zip(names(prompts), typed, strict=False))
    whole = [fill(prompt, values) for prompt in prompts]
    if not _fits(whole, language):
        return None
    return _copy_form(tip.id, whole, language, start=start, more=more)


def typed_blanks(tip: Tip, values: Mapping[str, Any]) -> list[str]:
    """What was typed into the blanks, in their order; nothing when the form was about the tip before an edit."""
    told: list[str] = []
    while (inputs := values.get(blank_id(tip, len(told)))) is not None:
        told.append(str(inputs["value"].get("value") or ""))
    return told


def blank_id(tip: Tip, number: int) -> str:
    """The block of a blank: after an edit another one, for what is typed stays with its block."""
    return f"blank:{tip.updated_at:%Y%m%d%H%M%S%f}:{number}"


def _copy_form(
    tip_id: str, prompts: Sequence[str], language: Language, *, start: int, more: int | None, edited: bool = False
) -> Block:
    fields = _fields(prompts, language, start=start)
    hint = "ways.copy_parts" if len(fields) > len(prompts) else "ways.copy_hint"
    blocks = [context(say(language, "ways.copy_edited"))] if edited else []
    blocks += [context(say(language, hint)), *fields]
    if not fields:
        blocks = [section(say(language, "ways.copy_none"))]
    if more is not None:
        next_ones = button(say(language, "ways.copy_more"), MORE_PROMPTS, f"{tip_id}:{more}")
        blocks.append(actions(next_ones))
    return modal(
        language, "ways.copy_title", blocks, callback_id=COPY_FORM, about={}, submit="ways.done", close="ways.close"
    )


def _page(tip: Tip, start: int) -> tuple[tuple[str, ...], int | None]:
    """The prompts from `start` on that one modal holds, and where the others begin."""
    prompts = tip.content.prompts
    end = min(start + 1, len(prompts))
    while end < len(prompts) and _fits(prompts[start : end + 1], tip.content.language):
        end += 1
    return prompts[start:end], end if end < len(prompts) else None


def _fits(prompts: Sequence[str], language: Language) -> bool:
    fields = _fields(prompts, language, start=0)
    return len(fields) <= _BLOCKS and len(json.dumps(fields)) <= _BYTES


def _fields(prompts: Sequence[str], language: Language, *, start: int) -> list[Block]:
    """Each prompt in as many text fields as it needs; joined they are the prompt."""
    fields = []
    for number, prompt in enumerate(prompts, start=start + 1):
        parts = [part for part in split(visible(prompt), FIELD) if part]
        for place, part in enumerate(parts, start=1):
            label = say(language, "ways.copy_label", number=number)
            if len(parts) > 1:
                label = say(language, "ways.copy_label_part", number=number, part=place, parts=len(parts))
            element = {"type": "plain_text_input", "action_id": "value", "multiline": True, "initial_value": part}
            fields.append(field(f"prompt:{number}:{place}", label, element, optional=True))
    return fields
