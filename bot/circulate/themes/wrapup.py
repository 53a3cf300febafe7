"""What a wrap-up says was learned: in the model's words, in its owner's; no line says more than it may.

A line that the tips do not hold is its owner's own word, and shown as such. Where some tips have no name, no line names
anybody but who shared with theirs: whether somebody else did so without is told by no line, nor by what is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.circulate.themes.service import FEW
from bot.errors import ModelUnavailable
from bot.llm.support import fault_in
from bot.ports import World
from bot.trust.language import language_of
from bot.trust.unnamed import names_somebody
from storage.records import Learned, Theme, Tip

_MODEL_READS = 12


@dataclass(frozen=True, slots=True)
class Edited:
    """The owner's lines, and those that name somebody whom they may not name."""

    lines: tuple[Learned, ...]
    naming: tuple[str, ...] = ()


def by_model(world: World, theme: Theme, tips: Sequence[Tip]) -> list[Learned]:
    """Sentences with the tips that each rests on; none without a model, or of few tips."""
    read = tips[:_MODEL_READS]
    if len(read) < FEW:
        return []
    try:
        answered = world.model.answer(theme.question, read, language=theme.language)
    except ModelUnavailable:
        return []
    unnameable = _unnameable(world, theme, tips)
    return [
        Learned(sentence.text, tuple(read[number - 1].id for number in sentence.cites))
        for sentence in answered.sentences
        if sentence.cites and not names_somebody(sentence.text, unnameable)
    ]


def by_owner(world: World, theme: Theme, text: str, tips: Sequence[Tip]) -> Edited:
    """The owner's words, line by line; `tips`: those they are shown. What they left as it was rests on what it did.

    A line of theirs may tell what any of the tips says, so that it goes when one of them is withdrawn.
    """
    before = {one.text: one for one in theme.learned}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    new = [line for line in lines if line not in before]
    unnameable = _unnameable(world, theme, tips) if new else []
    naming = [line for line in new if names_somebody(line, unnameable)]
    listed = tuple(tip.id for tip in tips)
    kept = [
        before.get(line) or Learned(line, listed, is_own=_says_more(line, theme, tips))
        for line in lines
        if line not in naming
    ]
    return Edited(tuple(kept), tuple(naming))


def _says_more(line: str, theme: Theme, tips: Sequence[Tip]) -> bool:
    """Whether a line says what no tip does. Across languages its words cannot be held against a tip's."""
    language = language_of(line, theme.language)
    alike = [tip for tip in tips if tip.content.language == language]
    return fault_in(line, alike or tips, among=tips) is not None


def _unnameable(world: World, theme: Theme, tips: Sequence[Tip]) -> list[str]:
    """Names of everybody in the channel who shared nothing under theirs, where something has none."""
    if not any(tip.is_anonymous for tip in tips):
        return []
    authors = {tip.author_id for tip in tips}
    others = (one for one in world.reading.people_in(theme.channel_id) if not one.is_bot and one.id not in authors)
    return [name for one in others for name in (*one.names, one.id)]
