"""The hosts' queue: what was found for it, what was decided, how many minutes it took."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from storage import tips
from storage._feed import position
from storage._tables import (
    CareRow,
    ChangeRow,
    FollowedRow,
    HostMinutesRow,
    QueueItemRow,
    QueueLookRow,
    TipRow,
    TrialRow,
)
from storage._touched import CONFIRMED_AT, OF_THE_TIP, last_touched, untouched_since
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent
from storage.drafts import day_of
from storage.records import ASKED, QueueItem, QueueKind, Tip, Viewer

_FEED = 2
_BATCH = 500


def find(db: Database, items: Iterable[QueueItem]) -> None:
    """Puts items into the queue; one that was decided on comes again when its time is over, if it has one."""
    now = day_of(db.now())
    with db.writing() as session:
        for one in items:
            key = {"team_id": one.team_id, "kind": one.kind, "key": one.key}
            about: dict[str, Any] = {"tip_id": one.tip_id, "other_id": one.other_id, "about": one.about}
            found = {"weight": one.weight, "is_done": False, "until": None, "found_at": now}
            if insert_if_absent(session, QueueItemRow, **key, **about, **found):
                continue
            row = session.get_one(QueueItemRow, tuple(key.values()), with_for_update=True)
            row.weight, row.about = one.weight, one.about
            if row.is_done and row.until is not None and row.until <= now:
                row.is_done, row.until = False, None


def waiting(db: Database, viewer: Viewer, kinds: Collection[QueueKind], *, limit: int = 50) -> list[QueueItem]:
    """Items of these kinds about tips that the viewer may all see, those that weigh most first of each kind."""
    found: list[QueueItem] = []
    with db.reading() as session:
        for kind in kinds:
            rows = session.scalars(
                sa.select(QueueItemRow)
                .where(QueueItemRow.team_id == viewer.team_id, QueueItemRow.kind == kind)
                .where(QueueItemRow.is_done.is_(False))
                .order_by(QueueItemRow.weight.desc(), QueueItemRow.key)
                .limit(limit)
            ).all()
            ids = {one for row in rows for one in (row.tip_id, row.other_id) if one is not None}
            seen = dict(
                session.execute(
                    sa.select(TipRow.id, TipRow.visible_channel_id).where(
                        visible_to(viewer), TipRow.id.in_(sorted(ids))
                    )
                ).all()
            )
            found += [
                _item(row)
                for row in rows
                if row.tip_id in seen
                and (row.other_id is None or (row.other_id in seen and seen[row.tip_id] == seen[row.other_id]))
            ]
    return found


def decided(db: Database, one: QueueItem, *, until: datetime | None) -> None:
    """A host decided. `until`: it comes no sooner again; None: never."""
    with db.writing() as session:
        key = {"team_id": one.team_id, "kind": one.kind, "key": one.key}
        about: dict[str, Any] = {"tip_id": one.tip_id, "other_id": one.other_id, "about": one.about}
        now = day_of(db.now())
        insert_if_absent(session, QueueItemRow, **key, **about, weight=one.weight, is_done=True, found_at=now)
        row = session.get_one(QueueItemRow, tuple(key.values()), with_for_update=True)
        row.is_done, row.until = True, day_of(until) if until else None


def put_off(db: Database, team_id: str, kind: QueueKind) -> frozenset[str]:
    """Keys of what a host decided on and that is not to come again yet."""
    now = db.now()
    chosen = sa.select(QueueItemRow.key).where(
        QueueItemRow.team_id == team_id,
        QueueItemRow.kind == kind,
        QueueItemRow.is_done.is_(True),
        sa.or_(QueueItemRow.until.is_(None), QueueItemRow.until > now),
    )
    with db.reading() as session:
        return frozenset(session.scalars(chosen))


def spend(db: Database, team_id: str, week: str, kind: QueueKind, minutes: int) -> None:
    """Adds what a decision took to the week's sum."""
    with db.writing() as session:
        key = {"team_id": team_id, "week": week, "kind": kind}
        insert_if_absent(session, HostMinutesRow, **key, items=0, minutes=0)
        row = session.get_one(HostMinutesRow, tuple(key.values()), with_for_update=True)
        row.items, row.minutes = row.items + 1, row.minutes + minutes


def minutes_by_week(db: Database, team_id: str, *, since: str = "") -> dict[str, dict[QueueKind, int]]:
    """The minutes that hosts spent, by week (its Monday, YYYY-MM-DD) and kind, oldest first. `since`: a Monday."""
    chosen = (
        sa.select(HostMinutesRow)
        .where(HostMinutesRow.team_id == team_id, HostMinutesRow.week >= since)
        .order_by(HostMinutesRow.week, HostMinutesRow.kind)
    )
    found: dict[str, dict[QueueKind, int]] = {}
    with db.reading() as session:
        for row in session.scalars(chosen):
            found.setdefault(row.week, {})[cast("QueueKind", row.kind)] = row.minutes
    return found


def changed(db: Database, viewer_of: Callable[[Tip], Viewer], *, limit: int) -> tuple[list[tuple[Viewer, Tip]], int]:
    """Tips of the change feed that the queue has not looked at, each with who sees it, and how far that is."""
    with db.writing() as session:
        insert_if_absent(session, FollowedRow, id=_FEED, seq=0)
        seen = session.get_one(FollowedRow, _FEED).seq
        _, last = position(session)
        changes = list(
            session.scalars(sa.select(ChangeRow).where(ChangeRow.seq > seen).order_by(ChangeRow.seq).limit(limit))
        )
        found = []
        for team_id, tip_id in dict.fromkeys((one.team_id, one.tip_id) for one in changes):
            row = session.get(TipRow, (team_id, tip_id))
            if row is not None and row.state == "published":
                tip = tips.tip_of(row)
                found.append((viewer_of(tip), tip))
        return found, changes[-1].seq if changes else last


def looked(db: Database, upto: int) -> None:
    """Notes how far the change feed was looked through."""
    with db.writing() as session:
        session.execute(sa.update(FollowedRow).where(FollowedRow.id == _FEED).values(seq=upto))


def teams_to_look(db: Database, *, before: datetime) -> list[str]:
    """Workspaces with tips that were not looked through since then."""
    lately = sa.select(QueueLookRow.team_id).where(QueueLookRow.looked_at >= before)
    with db.reading() as session:
        return sorted(session.scalars(sa.select(TipRow.team_id).where(TipRow.team_id.not_in(lately)).distinct()))


def looked_through(db: Database, team_id: str) -> None:
    with db.writing() as session:
        insert_if_absent(session, QueueLookRow, team_id=team_id, looked_at=db.now())
        session.get_one(QueueLookRow, team_id).looked_at = db.now()


def look_again(db: Database, team_id: str) -> None:
    """What counts has changed: all of a workspace's tips are looked through at the next tick."""
    with db.writing() as session:
        session.execute(sa.delete(QueueLookRow).where(QueueLookRow.team_id == team_id))


def untouched(db: Database, team_id: str, *, before: datetime, used_since: datetime) -> list[tuple[str, datetime, int]]:
    """Published tips that nobody touched since `before`, for the clock: id, when somebody did, trials `used_since`.

    Those whose owner is asked already are left out.
    """
    used = sa.func.sum(sa.case((TrialRow.tried_at >= used_since, 1), else_=0))
    asked = sa.select(CareRow.tip_id).where(
        CareRow.team_id == TipRow.team_id, CareRow.tip_id == TipRow.id, CareRow.what.in_(ASKED)
    )
    chosen = (
        sa.select(TipRow.id, TipRow.updated_at, TipRow.verified_at, CONFIRMED_AT, used.label("used"))
        .outerjoin(TrialRow, OF_THE_TIP)
        .where(TipRow.team_id == team_id, TipRow.state == "published", untouched_since(before), ~asked.exists())
        .group_by(TipRow.team_id, TipRow.id)
    )
    with db.reading() as session:
        return [(row.id, last_touched(row), int(row.used or 0)) for row in session.execute(chosen)]


def touched(db: Database, team_id: str, tip_ids: Collection[str]) -> dict[str, datetime]:
    """When somebody touched each of these tips last."""
    chosen = (
        sa.select(TipRow.id, TipRow.updated_at, TipRow.verified_at, CONFIRMED_AT)
        .outerjoin(TrialRow, OF_THE_TIP)
        .where(TipRow.team_id == team_id, TipRow.id.in_(sorted(tip_ids)))
        .group_by(TipRow.team_id, TipRow.id)
    )
    with db.reading() as session:
        return {row.id: last_touched(row) for row in session.execute(chosen)}


def with_tools(db: Database, team_id: str) -> Iterable[tuple[str, datetime, tuple[str, ...]]]:
    """Published tips with their tools and models, for the clock: id, when last shared, edited or verified, the names.

    A trial that worked does not count: it may have been with what came after.
    """
    last = ""
    while True:
        chosen = (
            sa.select(TipRow.id, TipRow.updated_at, TipRow.verified_at, TipRow.content)
            .where(TipRow.team_id == team_id, TipRow.state == "published", TipRow.id > last)
            .order_by(TipRow.id)
            .limit(_BATCH)
        )
        with db.reading() as session:
            rows = session.execute(chosen).all()
        if not rows:
            return
        for row in rows:
            content = row.content or {}
            if names := (*content.get("tools", ()), *content.get("models", ())):
                yield row.id, max(row.updated_at, row.verified_at or row.updated_at), names
        last = rows[-1].id


def _item(row: QueueItemRow) -> QueueItem:
    kind = cast("QueueKind", row.kind)
    return QueueItem(row.team_id, kind, row.key, row.tip_id, row.other_id, row.about, row.weight)
