"""What happened in a year, as the year itself knows it: what people did, chose and switched on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Wish:
    """What somebody chose for what comes unasked, and from when on it held."""

    since: float
    weekday: int = 0
    hour: int = 10
    quiet_from: int = 19
    quiet_to: int = 9
    quiet_weekends: bool = True
    is_muted: bool = False
    digest: str = "weekly"
    prompts: str = "off"


@dataclass(frozen=True)
class Moment:
    """Something that happened: who did what, or the clock's tick (`who` is empty)."""

    at: float
    who: str
    what: str


@dataclass(frozen=True)
class SwitchedOn:
    """From when on a channel hears posts of a kind (how their keys begin), and who chose it."""

    since: float
    channel: str
    kind: str
    by: str


@dataclass(frozen=True)
class Shared:
    """Somebody said yes to a tip of theirs, with their name. `channel`: where it was told, empty for a form's.

    `title`: as the card had it.
    """

    at: float
    who: str
    channel: str
    is_worry: bool
    title: str


@dataclass(frozen=True)
class Copied:
    """Somebody took a tip's prompt along. `by`: the id of who shared it, empty without a name."""

    at: float
    who: str
    tip: str
    by: str


@dataclass(frozen=True)
class Started:
    """A host started a theme that is to last so many weeks."""

    at: float
    who: str
    weeks: int


@dataclass
class Kept:
    """What happened, as the year itself knows it, for the checks and the figures.

    `follows`: when, who, and the name of what. `threads`: by conversation and the ts of a thread's first message, the
    ids of the people who wrote in it, and since when, as Slack has recorded it.
    `insights`, its `pictures` and `queue_minutes` (by week, its Monday) are what the bot says in the end.
    """

    moments: dict[float, Moment] = field(default_factory=dict)
    wishes: dict[str, list[Wish]] = field(default_factory=dict)
    switched_on: list[SwitchedOn] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    follows: list[tuple[float, str, str]] = field(default_factory=list)
    copied: list[Copied] = field(default_factory=list)
    themes: list[Started] = field(default_factory=list)
    threads: Mapping[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)
    acts: set[tuple[float, str]] = field(default_factory=set)
    theme_minutes: list[tuple[float, str, float]] = field(default_factory=list)
    insights: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    queue_minutes: dict[str, int] = field(default_factory=dict)
