"""The hosts' queue: what waits this week, how many minutes it takes, and what one tap decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from typing import Literal, get_args

from bot.circulate.unasked import week_of
from bot.errors import Refused
from bot.ports import World
from bot.trust.hosts import check_host
from bot.trust.recognised import owns
from bot.trust.viewer import readable_by, viewer_of
from storage import care, host_queue, merging, questions, reports, tips, trials
from storage.errors import NotFound, NotPossible, Own
from storage.records import (
    ASKED,
    OpenQuestion,
    QueueItem,
    QueueKind,
    Report,
    ReportReason,
    Tip,
    Trials,
    Viewer,
)

MINUTES_A_WEEK = 15
"""What the queue aims at; what is more waits for the next week."""

MINUTES: dict[QueueKind, int] = {"report": 2, "question": 2, "duplicate": 2, "retired": 1, "stale": 1, "thin": 1}
"""What deciding about one takes, about."""

SILENT_DAYS = 14
"""Days that an owner has to answer before a host may put their tip away."""

LEFT_DAYS = 60
"""Days for which an item that a host leaves does not come again; of a question less."""

_QUESTION_DAYS, _QUESTION_LEFT_DAYS = 7, 14
_AGAIN_DAYS = 180
_QUESTIONS = 20
_FOUND: tuple[QueueKind, ...] = ("duplicate", "retired", "stale", "thin")

Choice = Literal["verify", "ask_owner", "obsolete", "fine", "leave", "merge", "not_same", "close"]
"""It holds; its owner is asked; it is put away; nothing is to be done; not now; two are one, or not; it is closed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as a host sees it. `was_asked`: its owner was, and has not answered since; `may_end`: a host may.

    `other`: the tip that would stand behind `tip`; `trials` are of both, in this order.
    """

    item: QueueItem
    minutes: int
    tip: Tip | None = None
    other: Tip | None = None
    trials: tuple[Trials, ...] = ()
    report: Report | None = None
    question: OpenQuestion | None = None
    was_asked: bool = False
    may_end: bool = False


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


def decide(world: World, team_id: str, user_id: str, choice: str, kind: str, key: str) -> Entry:
    """A host's one tap. Raises Refused for anybody else, and for what is not to be decided so."""
    check_host(world, team_id, user_id)
    viewer = viewer_of(world, team_id, user_id)
    stays, _, goes = key.partition(":")
    entry = entry_of(world, viewer, kind, ":".join(sorted((stays, goes))) if goes else key)
    item, now = entry.item, world.clock.now()
    if choice not in get_args(Choice) or (choice == "obsolete" and not entry.may_end):
        raise Refused("hosting.refused_decided")
    until = now + timedelta(days=_AGAIN_DAYS)
    try:
        if choice == "merge":
            merging.merge(world.db, viewer, stays, goes)
        elif choice == "verify" and item.tip_id:
            care.verify_as_host(world.db, viewer, item.tip_id)
        elif choice == "obsolete" and item.tip_id:
            care.mark_obsolete_as_host(world.db, viewer, item.tip_id)
        elif choice == "ask_owner" and item.tip_id:
            care.ask(world.db, viewer, item.tip_id, _asks(item), item.about)
            until = now + timedelta(days=SILENT_DAYS)
        elif choice == "close" and entry.question:
            questions.close(world.db, team_id, entry.question.id, "closed")
        elif choice == "leave":
            until = now + timedelta(days=_QUESTION_LEFT_DAYS if entry.question else LEFT_DAYS)
    except (NotFound, NotPossible):
        raise Refused("hosting.refused_decided") from None
    if item.kind == "report" and item.tip_id:
        reports.end(world.db, viewer, item.tip_id)
    host_queue.decided(world.db, item, until=None if choice in ("not_same", "merge") else until)
    host_queue.spend(world.db, team_id, _week(world, viewer), item.kind, MINUTES[item.kind])
    return entry


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


def _asks(item: QueueItem) -> Literal["stale", "retired", "thin", "report"]:
    """What the owner is asked about an item."""
    return item.kind if item.kind in ("stale", "retired", "thin", "report") else "stale"


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
    seen = {tip.id: tip for tip in tips.many(world.db, viewer, [one.tip_id for one in waiting])}
    return [
        Entry(
            QueueItem(viewer.team_id, "report", one.tip_id, one.tip_id, about=one.reasons[0][0]),
            MINUTES["report"],
            seen[one.tip_id],
            report=one,
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
    """What the clock found, kind by kind in turn."""
    items = host_queue.waiting(world.db, viewer, _FOUND)
    ids = list(dict.fromkeys(one for item in items for one in (item.tip_id, item.other_id) if one))
    seen = {tip.id: tip for tip in tips.many(world.db, viewer, ids)}
    tried = trials.of_tips(world.db, viewer, ids)
    asked = care.of_tips(world.db, viewer.team_id, ids)
    silent = care.asked_since(world.db, viewer.team_id, world.clock.now() - timedelta(days=SILENT_DAYS))
    found: dict[str, list[Entry]] = {kind: [] for kind in _FOUND}
    once: set[str] = set()
    for item in items:
        tip, other = seen.get(item.tip_id or ""), seen.get(item.other_id or "")
        if tip is None or (item.other_id and other is None):
            continue
        if other is not None:
            tip, other = _better(tip, other, tried)
            both = tuple(tried.get(one.id, Trials()) for one in (tip, other))
            found[item.kind].append(Entry(item, MINUTES[item.kind], tip, other, both))
            continue
        # a tip that is old and rests on what is retired is looked at once; one whose owner is asked waits for them
        waits = tip.id in asked and asked[tip.id].what in ASKED and tip.id not in silent
        if tip.id in once or waits:
            continue
        once.add(tip.id)
        nobody = tip.author_id is None and not tip.is_anonymous
        found[item.kind].append(
            Entry(
                item,
                MINUTES[item.kind],
                tip,
                trials=(tried.get(tip.id, Trials()),),
                was_asked=tip.id in silent,
                may_end=nobody or tip.id in silent,
            )
        )
    return _in_turn(*found.values())


def _better(one: Tip, other: Tip, tried: dict[str, Trials]) -> tuple[Tip, Tip]:
    """The one that is proposed to stay comes first: what worked for more people, then the newer."""

    def worth(tip: Tip) -> tuple[int, bool, str, str]:
        counted = tried.get(tip.id, Trials())
        return counted.worked + counted.changed, tip.verified_at is not None, tip.updated_at.isoformat(), tip.id

    return (one, other) if worth(one) >= worth(other) else (other, one)
