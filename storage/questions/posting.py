"""Where a question stands in Slack: in its channel, and with the people who were asked."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import (
    OpenQuestionRow,
    RoutingRow,
    ThreadRow,
)
from storage.database import Database, insert_if_absent
from storage.questions._rows import OPEN, end, question_of, routing_of, row_of
from storage.records import MessageRef, OpenQuestion, Routing

_JOBS_OWN = timedelta(minutes=2)


def due(db: Database, now: datetime) -> list[OpenQuestion]:
    """Questions of which something is to be posted by now: a post in a channel, or to somebody.

    One with a name is posted by the job that opened it; it is due when that job has had its time.
    """
    its_time = sa.or_(OpenQuestionRow.is_anonymous, OpenQuestionRow.opened_at <= now - _JOBS_OWN)
    unasked = sa.exists().where(
        RoutingRow.team_id == OpenQuestionRow.team_id,
        RoutingRow.question_id == OpenQuestionRow.id,
        RoutingRow.post_ts.is_(None),
    )
    unposted = sa.and_(OpenQuestionRow.post_channel_id.is_not(None), OpenQuestionRow.post_ts.is_(None))
    with db.reading() as session:
        rows = session.scalars(
            sa.select(OpenQuestionRow)
            .where(
                OpenQuestionRow.state.in_(OPEN),
                OpenQuestionRow.opened_at <= now,
                its_time,
                sa.or_(OpenQuestionRow.state == "waiting", unposted, unasked),
            )
            .order_by(OpenQuestionRow.opened_at)
            .limit(100)
        )
        return [question_of(session, row) for row in rows]


def posted(db: Database, team_id: str, question_id: str, ref: MessageRef) -> OpenQuestion:
    """Notes where a question stands in its channel; from now on replies there are read."""
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        row.post_channel_id, row.post_ts = ref.channel_id, ref.ts
        _listen(db, session, team_id, ref)
        return question_of(session, row)


def linked(db: Database, team_id: str, question_id: str, permalink: str) -> None:
    """Notes the way to where it stands."""
    with db.writing() as session:
        row_of(session, team_id, question_id).permalink = permalink


def put_to(db: Database, team_id: str, question_id: str, user_id: str, ref: MessageRef) -> None:
    """Notes where somebody was asked; from now on replies there are read."""
    with db.writing() as session:
        row = session.get(RoutingRow, (team_id, question_id, user_id), with_for_update=True)
        if row is not None:
            row.post_channel_id, row.post_ts = ref.channel_id, ref.ts
            _listen(db, session, team_id, ref)


def not_put_to(db: Database, team_id: str, question_id: str, user_id: str) -> None:
    """Somebody cannot be asked after all; their week stays free."""
    with db.writing() as session:
        row = session.get(RoutingRow, (team_id, question_id, user_id), with_for_update=True)
        if row is not None:
            session.delete(row)


def unpostable(db: Database, team_id: str, question_id: str) -> OpenQuestion:
    """The channel does not take the post any more: the question stays listed."""
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        if row.post_ts is None:
            row.post_channel_id = None
        return question_of(session, row)


def now_open(db: Database, team_id: str, question_id: str) -> OpenQuestion:
    """All that was to be posted stands."""
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        if row.state == "waiting":
            row.state = "open"
        return question_of(session, row)


def routings(db: Database, team_id: str, question_id: str) -> list[Routing]:
    with db.reading() as session:
        rows = session.scalars(
            sa.select(RoutingRow)
            .where(RoutingRow.team_id == team_id, RoutingRow.question_id == question_id)
            .order_by(RoutingRow.user_id)
        )
        return [routing_of(row) for row in rows]


def post_deleted(db: Database, team_id: str, channel_id: str, ts: str) -> bool:
    """A message was deleted in Slack: the open question that it was ends. Whether it was one."""
    with db.writing() as session:
        row = session.scalar(
            sa.select(OpenQuestionRow)
            .where(
                OpenQuestionRow.team_id == team_id,
                OpenQuestionRow.post_channel_id == channel_id,
                OpenQuestionRow.post_ts == ts,
            )
            .with_for_update()
        )
        if row is None or row.state not in OPEN:
            return False
        end(row, "withdrawn", db.now())
        return True


def drawn(db: Database, team_id: str, question_id: str, revision: int) -> None:
    """The posts show this revision."""
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        row.drawn_revision = max(row.drawn_revision, revision)


def _listen(db: Database, session: Session, team_id: str, ref: MessageRef) -> None:
    place = {"team_id": team_id, "channel_id": ref.channel_id, "thread_ts": ref.ts}
    insert_if_absent(session, ThreadRow, **place, role="question", since=db.now())
