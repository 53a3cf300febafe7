"""Tips that stand behind another one, as rows. For storage's own modules."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._feed import announce
from storage._tables import CareRow, MergeRow, ThanksRow, TipRow, TrialRow
from storage.database import Database

MERGED = "merged"
"""A tip's state while it stands behind another."""


def current(session: Session, team_id: str, tip_id: str) -> str:
    """The tip to which a merged one leads; any other leads to itself."""
    row = session.get(MergeRow, (team_id, tip_id))
    return row.into_id if row is not None else tip_id


def behind(session: Session, team_id: str, tip_id: str) -> list[TipRow]:
    """The tips that stand behind this one, held."""
    chosen = sa.select(MergeRow.tip_id).where(MergeRow.team_id == team_id, MergeRow.into_id == tip_id)
    rows = sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.id.in_(chosen), TipRow.state == MERGED)
    return list(session.scalars(rows.order_by(TipRow.id).with_for_update()))


def part(db: Database, session: Session, row: TipRow) -> None:
    """A tip stands for itself again; the evidence that it lent goes back with it."""
    link = session.get(MergeRow, (row.team_id, row.id))
    if link is None:
        return
    _take_back(session, row, link.into_id)
    session.execute(
        sa.delete(CareRow).where(
            CareRow.team_id == row.team_id,
            sa.or_(
                sa.and_(CareRow.tip_id == row.id, CareRow.what == MERGED),
                sa.and_(CareRow.tip_id == link.into_id, CareRow.what == "joined", CareRow.about == row.id),
            ),
        )
    )
    session.delete(link)
    if row.state == MERGED:
        row.state = "published"
        announce(db, session, row.team_id, row.id, at=row.updated_at if row.is_anonymous else None)


def release(db: Database, session: Session, team_id: str, tip_id: str) -> None:
    """What stands behind a tip stands for itself again: the tip goes, or others see it from now on."""
    for row in behind(session, team_id, tip_id):
        part(db, session, row)


def _take_back(session: Session, row: TipRow, into_id: str) -> None:
    """What was copied from this tip, known by whose it is and when it was said."""
    for table, when in ((TrialRow, TrialRow.tried_at), (ThanksRow, ThanksRow.given_at)):
        lent = sa.select(table.user_id, when).where(table.team_id == row.team_id, table.tip_id == row.id)
        for user_id, at in session.execute(lent).all():
            session.execute(
                sa.delete(table).where(
                    table.team_id == row.team_id, table.tip_id == into_id, table.user_id == user_id, when == at
                )
            )
