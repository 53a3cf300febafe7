"""How often somebody is written to unasked, and when they want to hear of what is new.

A week has as many slots as the workspace allows; a booking takes one for a key, once, whoever books it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import deliveries
from storage._tables import RhythmRow, UnaskedRow
from storage.database import Database, insert_if_absent
from storage.records import DigestRhythm, Rhythm

Due = Literal["digest_at", "prompt_at"]


def book(db: Database, team_id: str, user_id: str, week: str, key: str, *, at_most: int) -> bool:
    """Takes one of the week's slots for `key`; True when it has one, also from an earlier try.

    What was booked in another week and not sent counts in this one instead. Of two processes at once one inserts, and
    the other finds its row: the table's key is the cap.
    """
    with db.writing() as session:
        booked = session.scalar(_of_key(team_id, key).with_for_update())
        if booked is not None:
            if booked.week == week:
                return True
            session.delete(booked)
            session.flush()
        for slot in range(at_most):
            place = {"team_id": team_id, "user_id": user_id, "week": week, "slot": slot}
            if insert_if_absent(session, UnaskedRow, **place, key=key, booked_at=db.now()):
                return True
            if session.scalar(_of_key(team_id, key)) is not None:
                return True
        return False


def booked(db: Database, team_id: str, user_id: str, week: str) -> int:
    """How many of the week's slots are taken."""
    with db.reading() as session:
        mine = sa.select(sa.func.count()).where(
            UnaskedRow.team_id == team_id, UnaskedRow.user_id == user_id, UnaskedRow.week == week
        )
        return session.scalar(mine) or 0


def tidy(db: Database, *, before: datetime) -> None:
    """Lets go what was booked before then: those weeks are over."""
    with db.writing() as session:
        session.execute(sa.delete(UnaskedRow).where(UnaskedRow.booked_at < before))


def rhythm(db: Database, team_id: str, user_id: str) -> Rhythm:
    with db.reading() as session:
        row = session.get(RhythmRow, (team_id, user_id))
        return _rhythm(row) if row else Rhythm(team_id, user_id)


def hears(team_id: sa.SQLColumnExpression[str], user_id: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
    """Whether somebody wants anything unasked: what waits for who muted it would hold up others. For storage alone."""
    muted = sa.select(RhythmRow.user_id).where(
        RhythmRow.team_id == team_id, RhythmRow.user_id == user_id, RhythmRow.is_muted.is_(True)
    )
    return ~muted.exists()


def change_rhythm(db: Database, team_id: str, user_id: str, **changes: Any) -> Rhythm:
    """Changes some of somebody's rhythm, by the names of Rhythm."""
    with db.writing() as session:
        insert_if_absent(session, RhythmRow, **asdict(Rhythm(team_id, user_id)))
        row = session.get_one(RhythmRow, (team_id, user_id), with_for_update=True)
        chosen = replace(_rhythm(row), **changes)
        for name, value in asdict(chosen).items():
            setattr(row, name, value)
        return chosen


def due(db: Database, what: Due, now: datetime, *, limit: int = 500) -> Sequence[Rhythm]:
    """Those for whom the digest or the small question is due, the longest waiting first."""
    at = RhythmRow.digest_at if what == "digest_at" else RhythmRow.prompt_at
    chosen = sa.select(RhythmRow).where(at <= now, RhythmRow.is_muted.is_(False)).order_by(at).limit(limit)
    with db.reading() as session:
        return [_rhythm(row) for row in session.scalars(chosen)]


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes all of somebody's. For storage's own modules."""
    for table in (RhythmRow, UnaskedRow):
        session.execute(sa.delete(table).where(table.team_id == team_id, table.user_id == user_id))


def forget_tip(session: Session, team_id: str, tip_id: str) -> None:
    """The slots that news of a tip took stay taken, and say no more of which tip. For storage's own modules."""
    for prefix in deliveries.told_of(tip_id):
        _forget(session, team_id, prefix)
    forget_care(session, team_id, tip_id)


def forget_care(session: Session, team_id: str, tip_id: str) -> None:
    """The same for what its author was asked about it. For storage's own modules."""
    _forget(session, team_id, deliveries.care_of(tip_id))


def _forget(session: Session, team_id: str, prefix: str) -> None:
    theirs = sa.func.substr(UnaskedRow.key, 1, len(prefix)) == prefix
    for row in session.scalars(sa.select(UnaskedRow).where(UnaskedRow.team_id == team_id, theirs)):
        row.key = f"gone:{secrets.token_hex(8)}"


def _of_key(team_id: str, key: str) -> sa.Select[UnaskedRow]:
    return sa.select(UnaskedRow).where(UnaskedRow.team_id == team_id, UnaskedRow.key == key)


def _rhythm(row: RhythmRow) -> Rhythm:
    return Rhythm(
        team_id=row.team_id,
        user_id=row.user_id,
        digest=cast("DigestRhythm", row.digest),
        weekday=row.weekday,
        hour=row.hour,
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        quiet_weekends=row.quiet_weekends,
        is_muted=row.is_muted,
        prompts=cast("DigestRhythm", row.prompts),
        digest_at=row.digest_at,
        prompt_at=row.prompt_at,
        last_digest_at=row.last_digest_at,
        last_prompt=row.last_prompt,
        introduced_at=row.introduced_at,
        welcomed_at=row.welcomed_at,
        noted_month=row.noted_month,
    )
