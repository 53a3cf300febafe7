"""Hosts take turns: who takes part, whose week it is, and a swap that the first yes decides."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import TurnRow, VolunteerRow
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import Turn


def volunteer(db: Database, team_id: str, user_id: str, *, on: bool) -> None:
    """Somebody takes turns from now on, or no longer."""
    with db.writing() as session:
        if on:
            insert_if_absent(session, VolunteerRow, team_id=team_id, user_id=user_id, since=db.now(), last_week="")
        else:
            session.execute(_volunteer(team_id, user_id))


def volunteers(db: Database, team_id: str) -> list[str]:
    """Who takes turns, whose turn is the longest ago first."""
    chosen = (
        sa.select(VolunteerRow.user_id)
        .where(VolunteerRow.team_id == team_id)
        .order_by(VolunteerRow.last_week, VolunteerRow.since, VolunteerRow.user_id)
    )
    with db.reading() as session:
        return list(session.scalars(chosen))


def teams(db: Database) -> list[str]:
    """The workspaces in which somebody takes turns."""
    with db.reading() as session:
        return sorted(session.scalars(sa.select(VolunteerRow.team_id).distinct()))


def of_week(db: Database, team_id: str, week: str) -> Turn | None:
    with db.reading() as session:
        row = session.get(TurnRow, (team_id, week))
        return _turn(row) if row else None


def assign(db: Database, team_id: str, week: str, user_id: str) -> Turn:
    """It is this person's week, unless it is somebody's already; gives whose it is."""
    with db.writing() as session:
        if insert_if_absent(session, TurnRow, team_id=team_id, week=week, user_id=user_id, swaps=0):
            _took(session, team_id, week, user_id)
        return _turn(session.get_one(TurnRow, (team_id, week)))


def told(db: Database, turn: Turn) -> None:
    """They were told that it is their week."""
    with db.writing() as session:
        row = session.get(TurnRow, (turn.team_id, turn.week))
        if row is not None and row.user_id == turn.user_id:
            row.told_at = row.told_at or db.now()


def want_swap(db: Database, team_id: str, week: str, user_id: str) -> Turn:
    """Whose week it is asks the others to take it; once. Raises NotFound when it is not theirs."""
    with db.writing() as session:
        row = session.get(TurnRow, (team_id, week), with_for_update=True)
        if row is None or row.user_id != user_id:
            raise NotFound("it is not their week")
        if row.swap_at is None:
            row.swap_at, row.swaps = db.now(), row.swaps + 1
        return _turn(row)


def take(db: Database, team_id: str, week: str, user_id: str) -> Turn:
    """Somebody takes a week that is to be had: the first yes has it. Raises NotFound when it is not (any more)."""
    with db.writing() as session:
        row = session.get(TurnRow, (team_id, week), with_for_update=True)
        if row is None or (row.swap_at is None and row.user_id != user_id):
            raise NotFound("that week is not to be had")
        if row.user_id != user_id:
            row.user_id, row.swap_at, row.told_at = user_id, None, db.now()
            _took(session, team_id, week, user_id)
        return _turn(row)


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Somebody takes no turns any more, and none is theirs. For storage's own modules."""
    session.execute(_volunteer(team_id, user_id))
    session.execute(sa.delete(TurnRow).where(TurnRow.team_id == team_id, TurnRow.user_id == user_id))


def tidy(db: Database, team_id: str, *, before: str) -> None:
    """Lets go whose weeks those before that Monday were."""
    with db.writing() as session:
        session.execute(sa.delete(TurnRow).where(TurnRow.team_id == team_id, TurnRow.week < before))


def _took(session: Session, team_id: str, week: str, user_id: str) -> None:
    row = session.get(VolunteerRow, (team_id, user_id))
    if row is not None:
        row.last_week = max(row.last_week, week)


def _volunteer(team_id: str, user_id: str) -> sa.Delete:
    return sa.delete(VolunteerRow).where(VolunteerRow.team_id == team_id, VolunteerRow.user_id == user_id)


def _turn(row: TurnRow) -> Turn:
    return Turn(row.team_id, row.week, row.user_id, row.told_at is not None, row.swap_at is not None, row.swaps)
