"""The hosts' queue: what waits this week, how many minutes it takes, and what one tap decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Literal, get_args

from bot.circulate.hosting import finding
from bot.circulate.unasked import week_of
from bot.errors import Refused
from bot.ports import World
from bot.trust import hosts
from bot.trust.recognised import owns
from bot.trust.viewer import readable_by, viewer_of
from storage import care, deciding, host_queue, questions, reports, requests, retired, tips, trials
from storage.errors import NotFound, NotPossible, Own
from storage.records import (
    ASKED,
    Care,
    Decision,
    HostChoice,
    OpenQuestion,
    QueueItem,
    QueueKind,
    Report,
    ReportReason,
    Request,
    Tip,
    Trials,
    Viewer,
)

MINUTES_A_WEEK = 15
"""What the queue aims at; what is more waits for the next week."""

MINUTES: dict[QueueKind, int] = {"report": 2, "question": 2, "duplicate": 2, "retired": 1, "stale": 1, "thin": 1}
"""What deciding about one takes, about."""

SILENT_DAYS = 14
"""Days that an owner has to answer, from when they were told, before a host may put their tip away."""

LEFT_DAYS = 60
"""Days for which an item that a host leaves does not come again; of a question less."""

_QUESTION_DAYS, _QUESTION_LEFT_DAYS = 7, 14
_AGAIN_DAYS = 180
_QUESTIONS = 20
_FOUND: tuple[QueueKind, ...] = ("report", "duplicate", "retired", "stale", "thin")
"""What waits as an item; of the reported ones those whose owner was asked."""

Silence = Literal["unanswered", "unreached"]
"""An owner was asked in their DM and has not answered; or nobody could write to them, and it stands in their Home."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as a host sees it. `silence`: its owner is asked, and was silent for long; `may_end`: a host may.

    `other`: the tip that would stand behind `tip`; `trials` are of both, in this order. `untouched_days`: for so long
    nobody touched it.
    """

    item: QueueItem
    minutes: int
    tip: Tip | None = None
    other: Tip | None = None
    trials: tuple[Trials, ...] = ()
    report: Report | None = None
    question: OpenQuestion | None = None
    silence: Silence | None = None
    may_end: bool = False
    untouched_days: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits this week, and how many items wait for the next; `spent` and `minutes` are minutes."""

    entries: tuple[Entry, ...]
    minutes: int
    spent: int
    later: int


def queue_for(world: World, viewer: Viewer) -> Queue:
    """What waits for this host: of what they see, as much as this week has minutes for, the most urgent first."""
    reported = _reported(world, viewer)
    seen = {one.item.tip_id for one in reported}
    found = [one for one in _found(world, viewer) if one.other is not None or one.item.tip_id not in seen]
    every = [*reported, *_in_turn(_questions(world, viewer), found)]
    spent = _spent(world, viewer)
    room, chosen = max(0, MINUTES_A_WEEK - spent), []
    for entry in every:
        if entry.minutes <= room:
            chosen.append(entry)
            room -= entry.minutes
    return Queue(tuple(chosen), sum(one.minutes for one in chosen), spent, len(every) - len(chosen))


def entry_of(world: World, viewer: Viewer, kind: str, key: str) -> Entry:
    """An item that waits, whichever week it is for. Raises Refused when somebody decided about it already."""
    for entry in (*_reported(world, viewer), *_questions(world, viewer), *_found(world, viewer)):
        if (entry.item.kind, entry.item.key) == (kind, key):
            return entry
    raise Refused("hosting.refused_decided")


def decide(world: World, request: Request) -> list[str]:
    """A host's one tap. Gives the named authors of what it was about.

    Raises Refused for anybody else, and for what is not to be decided so (any more).
    """
    user_id, team_id = request.person(), request.team_id
    hosts.check_host(world, team_id, user_id)
    known: list[str] | None = requests.noted(world.db, team_id, request.id)
    if known is not None:
        return known
    viewer = viewer_of(world, team_id, user_id)
    choice, key = request.payload["choice"], str(request.payload["key"])
    stays, _, goes = key.partition(":")
    entry = entry_of(world, viewer, request.payload["kind"], ":".join(sorted((stays, goes))) if goes else key)
    if choice not in get_args(HostChoice) or (choice == "obsolete" and not entry.may_end):
        raise Refused("hosting.refused_decided")
    authors = [tip.author_id for tip in (entry.tip, entry.other) if tip is not None and tip.author_id]
    until, week = _comes_again(entry, choice, world.clock.now()), _week(world, viewer)
    decision = Decision(entry.item, choice, until, week, entry.minutes, stays)

    def change() -> list[str]:
        deciding.decide(world.db, viewer, decision)
        return authors

    try:
        requests.once(world.db, team_id, request.id, change)
    except (NotFound, NotPossible):
        raise Refused("hosting.refused_decided") from None
    return authors


def _comes_again(entry: Entry, choice: HostChoice, now: datetime) -> datetime | None:
    """When an item waits again, if it still holds then; None: never."""
    if choice in ("merge", "not_same", "fine"):
        return None
    if choice == "ask_owner":
        return now + timedelta(days=SILENT_DAYS)
    if choice == "leave":
        return now + timedelta(days=_QUESTION_LEFT_DAYS if entry.question else LEFT_DAYS)
    return now + timedelta(days=_AGAIN_DAYS)


def report(world: World, team_id: str, user_id: str, tip_id: str, reason: ReportReason) -> None:
    """Somebody reports a tip. Raises Refused for one that they do not see, and for their own."""
    viewer = viewer_of(world, team_id, user_id)
    try:
        reports.give(world.db, viewer, tip_id, reason, is_owner=owns(world, team_id, user_id))
    except NotFound:
        raise Refused("ways.gone") from None
    except Own:
        raise Refused("hosting.refused_own_report") from None


def minutes_by_week(world: World, team_id: str, *, since: str = "") -> dict[str, int]:
    """The minutes that hosts spent, by week (its Monday): sums, and nobody's."""
    return {
        week: sum(kinds.values()) for week, kinds in host_queue.minutes_by_week(world.db, team_id, since=since).items()
    }


def _week(world: World, viewer: Viewer) -> str:
    tz = world.reading.person(viewer.user_id).tz if viewer.user_id else "UTC"
    return week_of(world.clock.now(), tz)


def _spent(world: World, viewer: Viewer) -> int:
    week = _week(world, viewer)
    return sum(host_queue.minutes_by_week(world.db, viewer.team_id, since=week).get(week, {}).values())


def _in_turn(*kinds: Sequence[Entry]) -> list[Entry]:
    """One of each kind after the other, so that none waits for all of another."""
    return [entry for row in zip_longest(*kinds) for entry in row if entry is not None]


def _reported(world: World, viewer: Viewer) -> list[Entry]:
    waiting = reports.waiting(world.db, viewer)
    ids = [one.tip_id for one in waiting]
    seen = {tip.id: tip for tip in tips.many(world.db, viewer, ids)}
    asked, now = care.of_tips(world.db, viewer.team_id, ids), world.clock.now()
    return [
        Entry(
            QueueItem(viewer.team_id, "report", one.tip_id, one.tip_id, about=one.reasons[0][0]),
            MINUTES["report"],
            seen[one.tip_id],
            report=one,
            silence=_silence(seen[one.tip_id], asked.get(one.tip_id), now),
            may_end=True,
        )
        for one in waiting
        if one.tip_id in seen
    ]


def _questions(world: World, viewer: Viewer) -> list[Entry]:
    """Open questions where this host reads that nobody has replied to for a week, the oldest first."""
    if not viewer.is_full_member or viewer.user_id is None:
        return []
    off = host_queue.put_off(world.db, viewer.team_id, "question")
    before = world.clock.now() - timedelta(days=_QUESTION_DAYS)
    readable = readable_by(world, viewer.user_id)
    listed = questions.listed(world.db, viewer.team_id, readable=readable, limit=10 * _QUESTIONS)
    old = [one for one in listed if one.replied_at is None and one.opened_at <= before and one.id not in off]
    old.sort(key=lambda one: (one.opened_at, one.id))
    return [
        Entry(QueueItem(viewer.team_id, "question", one.id), MINUTES["question"], question=one)
        for one in old[:_QUESTIONS]
    ]


def _found(world: World, viewer: Viewer) -> list[Entry]:
    """What was found and still is so, kind by kind in turn."""
    items = host_queue.waiting(world.db, viewer, _FOUND)
    ids = list(dict.fromkeys(one for item in items for one in (item.tip_id, item.other_id) if one))
    # before the tips: what is there afterwards was there then
    touched, now = host_queue.touched(world.db, viewer.team_id, ids), world.clock.now()
    seen = {tip.id: tip for tip in tips.many(world.db, viewer, ids)}
    tried = trials.of_tips(world.db, viewer, ids)
    asked = care.of_tips(world.db, viewer.team_id, ids)
    gone = retired.listed(world.db, viewer.team_id) if any(one.kind == "retired" for one in items) else []
    found: dict[str, list[Entry]] = {kind: [] for kind in _FOUND}
    once: set[str] = set()
    for item in items:
        tip, other = seen.get(item.tip_id or ""), seen.get(item.other_id or "")
        if tip is None or (item.other_id and other is None):
            continue
        if not finding.holds(item, tip, other, touched[tip.id], gone=gone, now=now):
            continue
        if other is not None:
            tip, other = _better(tip, other, tried)
            both = tuple(tried.get(one.id, Trials()) for one in (tip, other))
            found[item.kind].append(Entry(item, MINUTES[item.kind], tip, other, both))
        elif tip.id not in once and _is_for_hosts(item, asked.get(tip.id), now):
            # a tip that is old and rests on what is retired is looked at once
            once.add(tip.id)
            days = (now - touched[tip.id]).days
            found[item.kind].append(_about_one(item, tip, tried, _silence(tip, asked.get(tip.id), now), days))
    return _in_turn(*found.values())


def _about_one(item: QueueItem, tip: Tip, tried: dict[str, Trials], silence: Silence | None, days: int) -> Entry:
    return Entry(
        item,
        MINUTES[item.kind],
        tip,
        trials=(tried.get(tip.id, Trials()),),
        silence=silence,
        may_end=tip.is_imported or silence is not None,
        untouched_days=days,
    )


def _is_for_hosts(item: QueueItem, asked: Care | None, now: datetime) -> bool:
    """A tip whose owner is asked waits for them; what was reported before comes again when they say nothing."""
    if asked is None or asked.what not in ASKED:
        return item.kind != "report"
    return _is_over(asked, now) and (item.kind != "report" or asked.what == "report")


def _silence(tip: Tip, asked: Care | None, now: datetime) -> Silence | None:
    if asked is None or asked.what not in ASKED or not _is_over(asked, now):
        return None
    return "unreached" if tip.is_anonymous or asked.told_at is None else "unanswered"


def _is_over(asked: Care, now: datetime) -> bool:
    """Whether an owner had their time: since they were told, or, where they cannot be, since a host wanted it."""
    return (asked.told_at or asked.since) + timedelta(days=SILENT_DAYS) <= now


def _better(one: Tip, other: Tip, tried: dict[str, Trials]) -> tuple[Tip, Tip]:
    """The one that is proposed to stay comes first: what worked for more people, then the newer."""

    def worth(tip: Tip) -> tuple[int, bool, str, str]:
        counted = tried.get(tip.id, Trials())
        return counted.worked + counted.changed, tip.verified_at is not None, tip.updated_at.isoformat(), tip.id

    return (one, other) if worth(one) >= worth(other) else (other, one)
