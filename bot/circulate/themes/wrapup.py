"""What a wrap-up says was learned: in the model's words, in its owner's; no line says more than it may.

A line that the tips do not hold is its owner's own word, and shown as such. No line names anybody but the owner and
those who shared with their name: whether somebody else did so without is told by no line, nor by what is refused.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.circulate.themes.service import FEW
from bot.errors import ModelUnavailable
from bot.llm.support import fault_in
from bot.ports import World
from bot.trust.language import language_of
from bot.trust.redaction import redact
from bot.trust.redaction.kinds import PLACEHOLDER, Kind, kind_of
from bot.trust.unnamed import names_of, names_somebody
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


def of_late(world: World, theme: Theme, tips: Sequence[Tip], shown: Collection[str]) -> list[Learned]:
    """Sentences about what came since the owner was shown these tips; what stands there already stays."""
    known = {*shown, *(tip_id for one in theme.learned for tip_id in one.tip_ids)}
    late = {tip.id for tip in tips} - known
    return [one for one in by_model(world, theme, tips) if late.intersection(one.tip_ids)] if late else []


def by_owner(world: World, theme: Theme, text: str, tips: Sequence[Tip]) -> Edited:
    """The owner's words, line by line; `tips`: those they are shown. What they left as it was rests on what it did.

    A line of theirs may tell what any of the tips says, so that it goes when one of them is withdrawn.
    """
    before = {one.text: one for one in theme.learned}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    new = [line for line in lines if line not in before]
    unnameable = _unnameable(world, theme, tips) if new else []
    naming = [line for line in new if _had_a_name(line) or names_somebody(line, unnameable)]
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


def redacted(world: World, theme: Theme, text: str, tips: Sequence[Tip]) -> str:
    """The owner's words without secrets, personal data and names; whoever may be named keeps theirs."""
    people = [world.reading.person(one) for one in sorted(_nameable(theme, tips))]
    allowed = {name.text for name in names_of([name for one in people for name in one.names])}
    return redact(text, allowed=allowed).text


def _had_a_name(line: str) -> bool:
    """Whether a name of somebody who may not be named was taken out of a line."""
    return any(kind_of(match[1]) is Kind.NAME for match in PLACEHOLDER.finditer(line))


def _nameable(theme: Theme, tips: Sequence[Tip]) -> set[str]:
    return {one for one in (theme.owner_id, *(tip.author_id for tip in tips)) if one}


def _unnameable(world: World, theme: Theme, tips: Sequence[Tip]) -> list[str]:
    """Names of everybody else in the channel."""
    may = _nameable(theme, tips)
    others = (one for one in world.reading.people_in(theme.channel_id) if not one.is_bot and one.id not in may)
    return [name for one in others for name in (*one.names, one.id)]
