"""The hosts' queue: what was found for it, what was decided, how many minutes it took."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import tips
from storage._feed import position
from storage._kinds import NO_WORRY
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
from storage.errors import NotPossible
from storage.records import ASKED, QueueItem, QueueKind, Tip, Viewer

_FEED = 2
_BATCH = 500


def find(db: Database, items: Iterable[QueueItem]) -> None:
    """Puts items into the queue; what a host decided about one stays."""
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


def waiting(db: Database, viewer: Viewer, kinds: Collection[QueueKind], *, limit: int = 50) -> list[QueueItem]:
    """Items of these kinds about tips that the viewer may all see, those that weigh most first of each kind.

    What a host put off for a time waits again when that is over.
    """
    theirs = _waits(viewer.team_id, db.now())
    both = sa.or_(QueueItemRow.other_id.is_(None), _sees(viewer, QueueItemRow.other_id))
    found: list[QueueItem] = []
    with db.reading() as session:
        for kind in kinds:
            rows = session.scalars(
                sa.select(QueueItemRow)
                .where(theirs, QueueItemRow.kind == kind, _sees(viewer, QueueItemRow.tip_id), both)
                .order_by(QueueItemRow.weight.desc(), QueueItemRow.key)
                .limit(limit)
            )
            found += [_item(row) for row in rows]
    return found


def sift(db: Database, team_id: str, holds: Callable[[QueueItem, Tip, Tip | None, datetime], bool]) -> None:
    """Lets go of what waits about tips that are not shared (any more), or of which `holds` says that it is not so.

    `holds` is given the item, its tip, the other one of two, and when somebody touched the first last.
    """
    waits, last = _waits(team_id, db.now()), ("", "")
    key = sa.tuple_(QueueItemRow.kind, QueueItemRow.key)
    every = sa.select(QueueItemRow).where(waits, QueueItemRow.tip_id.is_not(None))
    in_order = every.order_by(QueueItemRow.kind, QueueItemRow.key).limit(_BATCH)
    while True:
        with db.reading() as session:
            items = [_item(row) for row in session.scalars(in_order.where(key > last))]
            ids = {one for item in items for one in (item.tip_id, item.other_id) if one}
            shared = sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.state == "published")
            there = {row.id: tips.tip_of(row) for row in session.scalars(shared.where(TipRow.id.in_(sorted(ids))))}
        if not items:
            return
        when, gone = touched(db, team_id, there), []
        for item in items:
            tip, other = there.get(item.tip_id or ""), there.get(item.other_id or "")
            if tip is None or (item.other_id and other is None) or not holds(item, tip, other, when[tip.id]):
                gone.append((item.kind, item.key))
        if gone:
            with db.writing() as session:
                session.execute(sa.delete(QueueItemRow).where(waits, key.in_(gone)))
        last = (items[-1].kind, items[-1].key)


def decided(db: Database, session: Session, one: QueueItem, *, until: datetime | None) -> None:
    """A host decided. `until`: it comes no sooner again; None: never. For storage's own modules.

    Raises NotPossible when somebody has decided already; what is reported anew is decided anew.
    """
    key = {"team_id": one.team_id, "kind": one.kind, "key": one.key}
    about: dict[str, Any] = {"tip_id": one.tip_id, "other_id": one.other_id, "about": one.about}
    then, now = day_of(until) if until else None, day_of(db.now())
    new = {**key, **about, "weight": one.weight, "is_done": True, "until": then, "found_at": now}
    if insert_if_absent(session, QueueItemRow, **new):
        return
    row = session.get_one(QueueItemRow, tuple(key.values()), with_for_update=True)
    if one.kind != "report" and row.is_done and (row.until is None or row.until > db.now()):
        raise NotPossible("somebody has decided already")
    row.about, row.is_done, row.until = one.about, True, then


def put_off(db: Database, team_id: str, kind: QueueKind) -> frozenset[str]:
    """Keys of what a host decided on and that is not to come again yet."""
    with db.reading() as session:
        return frozenset(session.scalars(sa.select(QueueItemRow.key).where(_is_off(team_id, kind, db.now()))))


def spend(session: Session, team_id: str, week: str, kind: QueueKind, minutes: int) -> None:
    """Adds what a decision took to the week's sum. For storage's own modules."""
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

    Those whose owner is asked already, and those that a host has put off, are left out, and so are worries.
    """
    used = sa.func.sum(sa.case((TrialRow.tried_at >= used_since, 1), else_=0))
    asked = sa.select(CareRow.tip_id).where(
        CareRow.team_id == TipRow.team_id, CareRow.tip_id == TipRow.id, CareRow.what.in_(ASKED)
    )
    off = sa.select(QueueItemRow.key).where(_is_off(team_id, "stale", db.now()), QueueItemRow.key == TipRow.id)
    chosen = (
        sa.select(TipRow.id, TipRow.updated_at, TipRow.verified_at, CONFIRMED_AT, used.label("used"))
        .outerjoin(TrialRow, OF_THE_TIP)
        .where(TipRow.team_id == team_id, TipRow.state == "published", NO_WORRY, untouched_since(before))
        .where(~asked.exists(), ~off.exists())
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

    A trial that worked does not count: it may have been with what came after. Worries are left out.
    """
    last = ""
    while True:
        chosen = (
            sa.select(TipRow.id, TipRow.updated_at, TipRow.verified_at, TipRow.content)
            .where(TipRow.team_id == team_id, TipRow.state == "published", NO_WORRY, TipRow.id > last)
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


def _waits(team_id: str, now: datetime) -> sa.ColumnElement[bool]:
    """Nobody has decided, or what was put off is due again."""
    is_due = sa.or_(QueueItemRow.is_done.is_(False), QueueItemRow.until <= now)
    return sa.and_(QueueItemRow.team_id == team_id, is_due)


def _is_off(team_id: str, kind: QueueKind, now: datetime) -> sa.ColumnElement[bool]:
    """A host decided, for good or for a time that is not over."""
    lasts = sa.or_(QueueItemRow.until.is_(None), QueueItemRow.until > now)
    return sa.and_(QueueItemRow.team_id == team_id, QueueItemRow.kind == kind, QueueItemRow.is_done.is_(True), lasts)


def _sees(viewer: Viewer, tip_id: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
    """Whether the viewer may see the tip of an item."""
    return sa.exists().where(visible_to(viewer), TipRow.id == tip_id).correlate(QueueItemRow)


def _item(row: QueueItemRow) -> QueueItem:
    kind = cast("QueueKind", row.kind)
    return QueueItem(row.team_id, kind, row.key, row.tip_id, row.other_id, row.about, row.weight)
