"""The words of a tip, all of them, for who decides about it."""

from collections.abc import Sequence
from typing import Any

from bot.slack.outgoing import code_blocks, context, packed, plain, section, sections, weight_of
from bot.texts import say
from storage.records import Kind, Language, TipContent

Block = dict[str, Any]

_BLOCKS_FOR_WORDS = 38
_WEIGHT_FOR_WORDS = 10_800


def kind_name(kind: Kind, language: Language) -> str:
    return say(language, f"capture.kind_{kind.value}")


def tip_body(
    content: TipContent,
    language: Language,
    *,
    beside: Sequence[Block] = (),
    blocks: int = _BLOCKS_FOR_WORDS,
    weight: int = _WEIGHT_FOR_WORDS,
) -> list[Block]:
    """The words of a tip: what is asked of a reader is a glance, so empty fields are left out.

    `beside`: other blocks of words on the same card, which are shown whole. `blocks`, `weight`: how much fits.
    """
    groups = [[section(f"*{plain(content.title)}*\n_{kind_name(content.kind, language)}_")]]
    groups += [
        sections(f"*{say(language, f'capture.field_{name}')}*\n{plain(text)}")
        for name in ("task", "background", "reasoning", "outcome", "caveats")
        if (text := getattr(content, name))
    ]
    if content.steps:
        steps = "\n".join(f"{number}. {plain(step)}" for number, step in enumerate(content.steps, start=1))
        groups.append(sections(f"*{say(language, 'capture.field_steps')}*\n{steps}"))
    for prompt in content.prompts:
        parts = [section(part) for part in code_blocks(prompt)]
        groups.append([context(f"*{say(language, 'capture.field_prompts')}*"), *parts])
    named = ", ".join(plain(name) for name in (*content.tools, *content.models))
    if named:
        groups.append([context(f"{say(language, 'capture.field_tools')}: {named}")])
    shown, *more = packed(groups, blocks=blocks - len(beside), weight=weight - weight_of(beside))
    return [*shown, context(say(language, "capture.card_cut"))] if more else shown
