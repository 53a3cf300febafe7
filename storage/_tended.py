"""What a tip's owner is asked or told about it, as rows. For storage's own modules."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _merged, deliveries, unasked
from storage._tables import CareRow, QueueItemRow, ReportRow, TipRow
from storage.database import Database, insert_or_replace
from storage.drafts import day_of
from storage.records import CareWhat

OBSOLETE = "obsolete"
"""A tip's state while it is out of date: its owner alone sees it."""


def tell(db: Database, session: Session, row: TipRow, what: CareWhat, about: str = "") -> None:
    """The owner is to be asked or told this, in place of what they were before; without a name when they come by."""
    end(session, row)
    since = day_of(db.now()) if row.is_anonymous else db.now()
    reached = None if row.author_id else since
    key = {"team_id": row.team_id, "tip_id": row.id}
    insert_or_replace(session, CareRow, **key, what=what, about=about, since=since, told_at=reached)


def end(session: Session, row: TipRow) -> None:
    """The owner has answered, or there is nothing to ask any more."""
    session.execute(sa.delete(CareRow).where(CareRow.team_id == row.team_id, CareRow.tip_id == row.id))
    deliveries.forget_care(session, row.team_id, row.id)
    unasked.forget_care(session, row.team_id, row.id)


def settle(session: Session, row: TipRow) -> None:
    """Somebody decided about a tip: nobody is asked any more, and what was reported or found is done with.

    What still holds is found again, since the change feed says that something became of the tip.
    """
    end(session, row)
    session.execute(sa.delete(ReportRow).where(ReportRow.team_id == row.team_id, ReportRow.tip_id == row.id))
    for_good = sa.and_(QueueItemRow.is_done.is_(True), QueueItemRow.until.is_(None))
    session.execute(sa.delete(QueueItemRow).where(_about(row), ~for_good))


def answered(session: Session, row: TipRow) -> None:
    """The owner has taken notice; who was asked for more words says that it is enough, and no host is told again."""
    care = session.get(CareRow, (row.team_id, row.id))
    if care is not None and care.what == "thin":
        thin = sa.and_(_about(row), QueueItemRow.kind == "thin")
        session.execute(sa.update(QueueItemRow).where(thin).values(is_done=True, until=None))
    end(session, row)


def take_out(db: Database, session: Session, row: TipRow) -> None:
    """A tip goes: what stood behind it stands for itself, and nothing of the queue leads to it."""
    _merged.release(db, session, row.team_id, row.id)
    _merged.part(db, session, row)
    settle(session, row)
    session.execute(sa.delete(QueueItemRow).where(_about(row)))
    row.verified_at = row.verified_by = None


def without_name(session: Session, row: TipRow) -> None:
    """A tip lost its author's name: of what they were asked the day alone stays, and that they need not be told."""
    deliveries.forget_care(session, row.team_id, row.id)
    unasked.forget_care(session, row.team_id, row.id)
    care = session.get(CareRow, (row.team_id, row.id))
    if care is not None:
        care.since = care.told_at = day_of(care.since)
    if row.verified_at is not None:
        row.verified_at = day_of(row.verified_at)


def _about(row: TipRow) -> sa.ColumnElement[bool]:
    """The queue's items that lead to a tip."""
    leads = sa.or_(QueueItemRow.tip_id == row.id, QueueItemRow.other_id == row.id)
    return sa.and_(QueueItemRow.team_id == row.team_id, leads)
