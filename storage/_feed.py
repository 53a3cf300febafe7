"""The change feed: every write that alters what somebody may find appends to it, in the order of commits."""

import secrets
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _themed
from storage._tables import ChangeRow, EmbedderRow, FeedRow
from storage.database import Database

FEED_ID = 1


class Stand(NamedTuple):
    """How far everything is: the feed's epoch and last number, and an embedder's last vector (None: unknown to us)."""

    epoch: str
    seq: int
    vector_seq: int | None
    embedder: str | None


_STAND = (
    sa.select(FeedRow.epoch, FeedRow.last_seq, EmbedderRow.vector_seq)
    .outerjoin(EmbedderRow, EmbedderRow.embedder == sa.bindparam("embedder"))
    .where(FeedRow.id == FEED_ID)
)


def announce(db: Database, session: Session, team_id: str, tip_id: str, *, at: datetime | None = None) -> None:
    """Appends one change, of now or, for a tip without a name, of a day.

    The feed's row stays locked until the commit: a higher number is never seen before a lower one. A theme's posts
    that list the tip have to follow.
    """
    counted = session.execute(
        sa.update(FeedRow)
        .where(FeedRow.id == FEED_ID)
        .values(last_seq=FeedRow.last_seq + 1)
        .returning(FeedRow.last_seq)
    ).scalar_one()
    session.add(ChangeRow(seq=counted, team_id=team_id, tip_id=tip_id, changed_at=at or db.now()))
    _themed.outdate(session, team_id, tip_id)


def position(session: Session) -> tuple[str, int]:
    """The feed's epoch (another one: another database) and its last number."""
    row = session.get_one(FeedRow, FEED_ID)
    return row.epoch, row.last_seq


def stand(db: Database, embedder: str | None = None) -> Stand:
    """How far everything is, in one statement: every search asks it."""
    with db.asking() as connection:
        epoch, seq, vector_seq = connection.execute(_STAND, {"embedder": embedder}).one()
    return Stand(epoch, seq, vector_seq, embedder)


def begin_anew(session: Session) -> None:
    """Another epoch, after a restore: whoever followed the feed until now has to look at everything again."""
    session.execute(sa.update(FeedRow).where(FeedRow.id == FEED_ID).values(epoch=secrets.token_hex(8)))
