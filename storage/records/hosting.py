"""What hosts look after: a tip's care, the queue's items, whose week it is, names that are one, what is retired."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CareWhat = Literal["stale", "retired", "thin", "report", "obsolete", "merged", "joined"]
"""Asked: nobody has touched it for long; it rests on what is retired; it says little; somebody reported it.
Told: it is out of date by now; it stands behind another; another stands behind it."""

ASKED: tuple[CareWhat, ...] = ("stale", "retired", "thin", "report")

ReportReason = Literal["outdated", "wrong", "private", "not_allowed"]
"""Out of date, wrong, holds what should not be there, a tool or use that is not allowed."""

VerifiedBy = Literal["owner", "host"]

QueueKind = Literal["report", "question", "duplicate", "stale", "retired", "thin"]


@dataclass(frozen=True, slots=True)
class Care:
    """What a tip's owner is asked or told. `about`: what is retired, why it was reported, the other tip's id.

    `told_at`: a named author was written to; of a tip without a name the day of `since`.
    """

    team_id: str
    tip_id: str
    what: CareWhat
    about: str
    since: datetime
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """Something for the hosts' queue. `tip_id` and `other_id` for what is about tips; `about` as of Care."""

    team_id: str
    kind: QueueKind
    key: str
    tip_id: str | None = None
    other_id: str | None = None
    about: str = ""
    weight: int = 0


HostChoice = Literal["verify", "ask_owner", "obsolete", "fine", "leave", "merge", "not_same", "close"]
"""It holds; its owner is asked; it is put away; nothing is to be done; not now; two are one, or not; it is closed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a host decides about an item. `until`: it comes no sooner again; None: never.

    `week`: the Monday (YYYY-MM-DD) to whose sum the minutes are added. `stays_id`: of two tips the one that stays.
    """

    item: QueueItem
    choice: HostChoice
    until: datetime | None
    week: str
    minutes: int
    stays_id: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A tip that people reported, and how many for which reason; by whom is told to nobody."""

    tip_id: str
    reasons: tuple[tuple[ReportReason, int], ...]


@dataclass(frozen=True, slots=True)
class Also:
    """Somebody who shared the same with their name, and where."""

    author_id: str
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose week it is (its Monday). `wants_swap`: the others were asked to take it, `swaps` times so far."""

    team_id: str
    week: str
    user_id: str
    is_told: bool
    wants_swap: bool
    swaps: int


@dataclass(frozen=True, slots=True)
class Retired:
    """A model or tool that is gone since a day (YYYY-MM-DD)."""

    label: str
    day: str


@dataclass(frozen=True, slots=True)
class Synonym:
    """What is called `label` counts as `into`. `key`: by which it is known."""

    key: str
    label: str
    into: str
