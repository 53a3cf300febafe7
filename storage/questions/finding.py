"""Open questions are found: by id, by thread, by who asked, and those that wait for something."""

from datetime import datetime

import sqlalchemy as sa

from storage._tables import EchoRow, OpenQuestionRow, RoutingRow
from storage.database import Database
from storage.errors import NotFound
from storage.questions._rows import OPEN, IsOwner, is_asker, question_of
from storage.records import OpenQuestion, OpenState


def get(db: Database, team_id: str, question_id: str) -> OpenQuestion:
    """Raises NotFound."""
    with db.reading() as session:
        row = session.get(OpenQuestionRow, (team_id, question_id))
        if row is None:
            raise NotFound("no such question")
        return question_of(session, row)


def of_thread(db: Database, team_id: str, channel_id: str, thread_ts: str) -> OpenQuestion | None:
    """The question that is asked in this thread: of a channel, or of somebody's DM."""
    routed = sa.select(RoutingRow.question_id).where(
        RoutingRow.team_id == team_id, RoutingRow.post_channel_id == channel_id, RoutingRow.post_ts == thread_ts
    )
    here = sa.and_(OpenQuestionRow.post_channel_id == channel_id, OpenQuestionRow.post_ts == thread_ts)
    with db.reading() as session:
        row = session.scalar(
            sa.select(OpenQuestionRow).where(
                OpenQuestionRow.team_id == team_id, sa.or_(here, OpenQuestionRow.id.in_(routed))
            )
        )
        return question_of(session, row) if row else None


def of_asker(db: Database, team_id: str, user_id: str, is_owner: IsOwner) -> list[OpenQuestion]:
    """Somebody's own open questions, newest first; those without a name are recognised by `is_owner`."""
    mine = sa.or_(OpenQuestionRow.asker_id == user_id, OpenQuestionRow.is_anonymous.is_(True))
    with db.reading() as session:
        rows = session.scalars(_newest_first(team_id).where(OpenQuestionRow.state.in_(OPEN), mine))
        return [question_of(session, row) for row in rows if is_asker(row, user_id, is_owner)]


def listed(db: Database, team_id: str, *, readable: frozenset[str], limit: int) -> list[OpenQuestion]:
    """Open questions for a full member who reads these channels, newest first; `readable` holds all public ones."""
    anywhere = OpenQuestionRow.post_channel_id.is_(None)
    with db.reading() as session:
        rows = session.scalars(
            _newest_first(team_id)
            .where(OpenQuestionRow.state == "open", sa.or_(anywhere, OpenQuestionRow.post_channel_id.in_(readable)))
            .limit(limit)
        )
        return [question_of(session, row) for row in rows]


def of_workspace(db: Database, team_id: str, state: OpenState | None = None) -> list[OpenQuestion]:
    """All questions of a workspace, newest first, for its operator."""
    chosen = _newest_first(team_id)
    if state:
        chosen = chosen.where(OpenQuestionRow.state == state)
    with db.reading() as session:
        return [question_of(session, row) for row in session.scalars(chosen)]


def echoers(db: Database, team_id: str, question_id: str) -> list[str]:
    """Who has this question too."""
    with db.reading() as session:
        chosen = sa.select(EchoRow.user_id).where(EchoRow.team_id == team_id, EchoRow.question_id == question_id)
        return sorted(session.scalars(chosen))


def echoed_by(db: Database, team_id: str, user_id: str) -> set[str]:
    """The questions that somebody has too."""
    with db.reading() as session:
        chosen = sa.select(EchoRow.question_id).where(EchoRow.team_id == team_id, EchoRow.user_id == user_id)
        return set(session.scalars(chosen))


def unanswered(db: Database, *, opened_before: datetime) -> list[OpenQuestion]:
    """Open since before then, without a reply, and their asker was not reminded yet."""
    return _where(
        db,
        OpenQuestionRow.opened_at < opened_before,
        OpenQuestionRow.replied_at.is_(None),
        OpenQuestionRow.reminded_at.is_(None),
    )


def expired(db: Database, now: datetime) -> list[OpenQuestion]:
    return _where(db, OpenQuestionRow.closes_at <= now)


def stale(db: Database) -> list[OpenQuestion]:
    """Questions whose posts do not show what is so."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(OpenQuestionRow)
            .where(OpenQuestionRow.revision > OpenQuestionRow.drawn_revision, OpenQuestionRow.state != "waiting")
            .limit(100)
        )
        return [question_of(session, row) for row in rows]


def _where(db: Database, *conditions: sa.ColumnElement[bool]) -> list[OpenQuestion]:
    with db.reading() as session:
        rows = session.scalars(
            sa.select(OpenQuestionRow)
            .where(OpenQuestionRow.state == "open", *conditions)
            .order_by(OpenQuestionRow.opened_at)
            .limit(100)
        )
        return [question_of(session, row) for row in rows]


def _newest_first(team_id: str) -> sa.Select[OpenQuestionRow]:
    return (
        sa.select(OpenQuestionRow)
        .where(OpenQuestionRow.team_id == team_id)
        .order_by(OpenQuestionRow.opened_at.desc(), OpenQuestionRow.id)
    )
