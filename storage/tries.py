"""Who took a tip along and is asked a day later what came of it; and what tips did for others."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from storage import deliveries, unasked
from storage._kinds import NO_WORRY
from storage._tables import RhythmRow, TipRow, TrialRow, TryRow
from storage.database import Database, insert_if_absent
from storage.records import TrialOutcome, Try

Ts = TypeVarTuple("Ts")

KEPT = timedelta(days=14)
"""How long it is known that somebody took a tip along."""

AFTER = timedelta(days=1)
"""How long after it they are asked."""

HELPED: tuple[TrialOutcome, ...] = ("worked", "changed")


def expect(db: Database, team_id: str, user_id: str, tip_ids: Iterable[str]) -> None:
    """Somebody took these tips along. Who told of one already, was asked, or muted what comes unasked, is not asked."""
    with db.writing() as session:
        rhythm = session.get(RhythmRow, (team_id, user_id))
        if rhythm is not None and rhythm.is_muted:
            return
        for tip_id in tip_ids:
            if session.get(TrialRow, (team_id, tip_id, user_id)) is None:
                key = {"team_id": team_id, "user_id": user_id, "tip_id": tip_id}
                insert_if_absent(session, TryRow, **key, due_at=db.now() + AFTER)


def due(db: Database, now: datetime, *, limit: int = 200) -> list[Try]:
    """Who is to be asked now. Those who told of it by themselves meanwhile are not."""
    told = sa.select(TrialRow.tip_id).where(
        TrialRow.team_id == TryRow.team_id, TrialRow.user_id == TryRow.user_id, TrialRow.tip_id == TryRow.tip_id
    )
    chosen = sa.select(TryRow).where(TryRow.due_at <= now, TryRow.asked_at.is_(None), ~told.exists())
    with db.reading() as session:
        return [_try(row) for row in session.scalars(chosen.order_by(TryRow.due_at).limit(limit))]


def asked(db: Database, one: Try) -> None:
    """They were asked, and are not asked again."""
    with db.writing() as session:
        row = session.get(TryRow, (one.team_id, one.user_id, one.tip_id))
        if row is not None:
            row.asked_at = row.asked_at or db.now()


def postpone(db: Database, one: Try, until: datetime) -> None:
    with db.writing() as session:
        row = session.get(TryRow, (one.team_id, one.user_id, one.tip_id))
        if row is not None and row.asked_at is None:
            row.due_at = until


def drop(db: Database, one: Try) -> None:
    """There is nothing to ask: the tip is gone or not theirs to see."""
    with db.writing() as session:
        session.execute(_of(one.team_id, one.user_id).where(TryRow.tip_id == one.tip_id))


def tidy(db: Database, *, before: datetime) -> None:
    """Lets go what was due before then, asked or not, and where it was asked: who takes it along anew is asked anew."""
    with db.writing() as session:
        for row in session.scalars(sa.select(TryRow).where(TryRow.due_at < before)).all():
            deliveries.forget_tried(session, row.team_id, row.tip_id, row.user_id)
            session.delete(row)


def lines(db: Database, team_id: str, tip_ids: Collection[str]) -> dict[str, str]:
    """The latest line that somebody added when they tried a tip, for its author; without who wrote it."""
    chosen = (
        sa.select(TrialRow.tip_id, TrialRow.note)
        .where(TrialRow.team_id == team_id, TrialRow.tip_id.in_(sorted(tip_ids)), TrialRow.note != "")
        .order_by(TrialRow.tried_at)
    )
    with db.reading() as session:
        return {row.tip_id: row.note for row in session.execute(chosen)}


def helped(db: Database, team_id: str, author_id: str, *, since: datetime, until: datetime) -> int:
    """How many people an author's named tips helped in that time."""
    chosen = _helped(sa.select(sa.func.count(TrialRow.user_id.distinct())), since, until)
    with db.reading() as session:
        return session.scalar(chosen.where(TipRow.team_id == team_id, TipRow.author_id == author_id)) or 0


def to_note(
    db: Database, *, since: datetime, until: datetime, after: tuple[str, str] = ("", ""), limit: int = 100
) -> list[tuple[str, str]]:
    """Workspace and id of authors whose named tips helped somebody in that month, and who were not told so yet.

    In this order, those after `after`; without who muted what comes unasked.
    """
    noted = sa.select(RhythmRow.user_id).where(
        RhythmRow.team_id == TipRow.team_id,
        RhythmRow.user_id == TipRow.author_id,
        RhythmRow.noted_month >= f"{since:%Y-%m}",
    )
    chosen = _helped(sa.select(TipRow.team_id, TipRow.author_id), since, until).where(~noted.exists())
    return _authors(db, chosen, after, limit)


def new_authors(
    db: Database, *, since: datetime, after: tuple[str, str] = ("", ""), limit: int = 100
) -> list[tuple[str, str]]:
    """Workspace and id of those who shared their first named tip since then, and were not welcomed yet.

    In this order, those after `after`; without who muted what comes unasked.
    """
    earlier, greeted = aliased(TipRow), RhythmRow
    before = sa.select(earlier.id).where(
        earlier.team_id == TipRow.team_id, earlier.author_id == TipRow.author_id, earlier.published_at < since
    )
    welcomed = sa.select(greeted.user_id).where(
        greeted.team_id == TipRow.team_id, greeted.user_id == TipRow.author_id, greeted.welcomed_at.is_not(None)
    )
    chosen = (
        sa.select(TipRow.team_id, TipRow.author_id)
        .where(TipRow.state == "published", TipRow.published_at >= since, TipRow.author_id.is_not(None))
        .where(~before.exists(), ~welcomed.exists())
    )
    return _authors(db, chosen, after, limit)


def _authors(
    db: Database, chosen: sa.Select[str, str | None], after: tuple[str, str], limit: int
) -> list[tuple[str, str]]:
    author = sa.tuple_(TipRow.team_id, TipRow.author_id)
    chosen = (
        chosen.where(unasked.hears(TipRow.team_id, TipRow.author_id), author > sa.tuple_(*map(sa.literal, after)))
        .distinct()
        .order_by(TipRow.team_id, TipRow.author_id)
        .limit(limit)
    )
    with db.reading() as session:
        return [(team_id, str(author_id)) for team_id, author_id in session.execute(chosen)]


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes what somebody took along. For storage's own modules."""
    session.execute(_of(team_id, user_id))


def _helped(chosen: sa.Select[*Ts], since: datetime, until: datetime) -> sa.Select[*Ts]:
    """Of trials in that time by which named tips helped."""
    return (
        chosen.select_from(TrialRow)
        .join(TipRow, sa.and_(TipRow.team_id == TrialRow.team_id, TipRow.id == TrialRow.tip_id))
        .where(TrialRow.tried_at >= since, TrialRow.tried_at < until)
        .where(TrialRow.outcome.in_(HELPED), TipRow.author_id.is_not(None), TipRow.is_anonymous.is_(False), NO_WORRY)
    )


def _of(team_id: str, user_id: str) -> sa.Delete:
    return sa.delete(TryRow).where(TryRow.team_id == team_id, TryRow.user_id == user_id)


def _try(row: TryRow) -> Try:
    return Try(row.team_id, row.user_id, row.tip_id, row.due_at)
