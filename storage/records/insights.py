"""Whether the community lives, as figures that tell of nobody: what may not be told is not in them.

A number of people is a multiple of five, rounded down, so that no sum or difference of two of them shows a group under
five; 0 means fewer than five.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from storage.records.finding import Trials


@dataclass(frozen=True, slots=True)
class Week:
    """A week that is over, from its Monday: full members who did something under their own name."""

    start: date
    people: int


@dataclass(frozen=True, slots=True)
class Answering:
    """Questions to colleagues; None for `in_time` (within 48 hours) where it would tell of fewer than five."""

    asked: int
    in_time: int | None


@dataclass(frozen=True, slots=True)
class Trying:
    """Tips that somebody tried; without outcomes where these would tell of fewer than five."""

    tried: int
    outcomes: Trials | None


@dataclass(frozen=True, slots=True)
class Top:
    """How much of the named tips the most active authors shared, in percent.

    `people` are 5 % of the authors, and five at least.
    """

    people: int
    percent: int


@dataclass(frozen=True, slots=True)
class Span:
    """Four weeks that are over, from their Monday.

    `authors` shared under their name, `newcomers` for the first time. None: fewer than five people stand behind it.
    """

    start: date
    people: int
    authors: int
    newcomers: int
    top: Top | None = None
    questions: Answering | None = None
    trials: Trying | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """People of a span in one language or channel, each where they did most. `name` None: everywhere else together."""

    name: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Staleness:
    """Tips that nobody has touched or tried with success for half a year; None where it would tell of under five."""

    tips: int
    stale: int | None


@dataclass(frozen=True, slots=True)
class Turnout:
    """People who shared under a theme with their name in a span. `is_open`: it is on still."""

    theme: str
    people: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class RisingTopic:
    """A topic that more people share about than in the span before."""

    topic: str
    people: int


@dataclass(frozen=True, slots=True)
class Insights:
    """The figures of a workspace; `weeks` and `spans` oldest first, what has no week of its own is of the last span.

    `unanswered`: open questions in public channels that nobody has replied to, those that most people have first.
    """

    weeks: tuple[Week, ...]
    spans: tuple[Span, ...]
    languages: tuple[Part, ...] = ()
    channels: tuple[Part, ...] = ()
    stale: Staleness | None = None
    themes: tuple[Turnout, ...] = ()
    rising: tuple[RisingTopic, ...] = ()
    unanswered: tuple[str, ...] = ()


HollowingReason = Literal["fewer", "unanswered", "few_carry"]
"""Fewer people week after week; fewer questions answered in time; a few who share most of it."""
