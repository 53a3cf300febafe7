"""How many people were told of the approved tools: one keyed hash a person and month, read as a sum."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import ToldRow
from storage._telling import in_fives
from storage.database import Database, insert_if_absent
from storage.records import KeyedHash
from storage.tips import IsOwner


def record_of(month: str) -> str:
    """What a person's hash of this month (YYYY-MM) is keyed by."""
    return f"policy:{month}"


def month_before(month: str) -> str:
    """The month (YYYY-MM) before."""
    first = date.fromisoformat(f"{month}-01")
    return f"{first - timedelta(days=1):%Y-%m}"


def told(db: Database, team_id: str, month: str, person: KeyedHash) -> None:
    """Somebody was told privately that a tool of their draft is not approved. Neither who, nor which tool, is kept.

    Months before the last, of which nobody is told any more, go.
    """
    with db.writing() as session:
        session.execute(sa.delete(ToldRow).where(ToldRow.team_id == team_id, ToldRow.month < month_before(month)))
        insert_if_absent(
            session,
            ToldRow,
            team_id=team_id,
            month=month,
            person_hash=person.digest,
            pepper_version=person.version,
        )


def people_told(db: Database, team_id: str, month: str) -> int | None:
    """How many people, in fives; None for fewer than five."""
    with db.reading() as session:
        chosen = sa.select(sa.func.count()).where(ToldRow.team_id == team_id, ToldRow.month == month)
        count = int(session.scalar(chosen) or 0)
        return in_fives(count) or None


def forget(session: Session, team_id: str, is_owner: IsOwner) -> None:
    """That somebody was told goes with them. For storage's own modules."""
    for row in session.scalars(sa.select(ToldRow).where(ToldRow.team_id == team_id)).all():
        if is_owner(record_of(row.month), KeyedHash(row.person_hash, row.pepper_version)):
            session.delete(row)
