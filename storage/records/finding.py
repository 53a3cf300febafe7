"""What a search is given and what it gives, and what people say of it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.records.tips import Kind, Tip


@dataclass(frozen=True, slots=True)
class Trials:
    """How often a tip was tried, by what came of it: it worked, it worked with changes, it failed."""

    worked: int = 0
    changed: int = 0
    failed: int = 0


TrialOutcome = Literal["worked", "changed", "failed"]


LEAST_PEOPLE = 5
"""A figure has so many people behind it, or it is not told."""

Verdict = Literal["helpful", "not_helpful"]


FeedbackReason = Literal["off_topic", "outdated", "wrong", "unclear", "tool_not_allowed"]
"""Why an answer did not help: not about the question, out of date, wrong, too long or unclear, a tool that one may not
use."""


@dataclass(frozen=True, slots=True)
class FeedbackSums:
    """How often answers helped, in fives, rounded down: 0 is nobody.

    A figure with too few people behind it is None, a reason with too few is left out.
    """

    total: int | None = None
    helpful: int | None = None
    not_helpful: int | None = None
    reasons: tuple[tuple[FeedbackReason, int], ...] = ()


Strength = Literal["strong", "weak"]
"""Whether a tip is likely to answer the question, or merely near it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A tip that was found, best first. `rank` starts at 1; raw scores never leave storage.

    `folded`: ids of near-duplicates that stand behind it.
    """

    tip: Tip
    rank: int
    strength: Strength = "strong"
    trials: Trials = Trials()
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """A text's place in the space of one embedder (its model and version): int8 components, one byte each."""

    embedder: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to. Several values of one kind are alternatives; all kinds have to fit.

    `channel_ids`: tips that came from there, or are for there; only channels that the viewer may know of. `theme_ids`:
    themes that have one of the names in `themes`; only those that the viewer may know of.
    """

    tools: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    channel_ids: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    since: date | None = None
    theme_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()
