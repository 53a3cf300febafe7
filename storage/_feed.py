"""The change feed: every write that alters what somebody may find appends to it, in the order of commits."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import ChangeRow, FeedRow
from storage.database import Database

FEED_ID = 1


def announce(db: Database, session: Session, team_id: str, tip_id: str) -> None:
    """Appends one change.

    The feed's row stays locked until the commit: a higher number is never seen before a lower one.
    """
    counted = session.execute(
        sa.update(FeedRow)
        .where(FeedRow.id == FEED_ID)
        .values(last_seq=FeedRow.last_seq + 1)
        .returning(FeedRow.last_seq)
    ).scalar_one()
    session.add(ChangeRow(seq=counted, team_id=team_id, tip_id=tip_id, changed_at=db.now()))


def position(session: Session) -> tuple[str, int]:
    """The feed's epoch (another one: another database) and its last number."""
    row = session.get_one(FeedRow, FEED_ID)
    return row.epoch, row.last_seq


def begin_anew(session: Session) -> None:
    """Another epoch, after a restore: whoever followed the feed until now has to look at everything again."""
    session.execute(sa.update(FeedRow).where(FeedRow.id == FEED_ID).values(epoch=secrets.token_hex(8)))
