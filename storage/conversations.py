"""Threads in which the bot has a part, and what was said between it and an asker."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import QuestionRow, ThreadRow
from storage.database import Database, insert_if_absent
from storage.records import Language, Question, QuestionState, ThreadRole


def remember_thread(db: Database, team_id: str, channel_id: str, thread_ts: str, role: ThreadRole) -> None:
    """From now on messages in this thread are read without a mention."""
    with db.writing() as session:
        place = {"team_id": team_id, "channel_id": channel_id, "thread_ts": thread_ts}
        insert_if_absent(session, ThreadRow, **place, role=role, since=db.now())


def has_part(db: Database, team_id: str, channel_id: str, thread_ts: str) -> bool:
    with db.reading() as session:
        return session.get(ThreadRow, (team_id, channel_id, thread_ts)) is not None


def stop(db: Database, team_id: str, channel_id: str, thread_ts: str) -> None:
    """Somebody wants the bot's work in this thread to end now. Nothing happens where it has no part."""
    with db.writing() as session:
        row = session.get(ThreadRow, (team_id, channel_id, thread_ts))
        if row is not None:
            row.stopped_at = db.now()


def is_stopped(db: Database, team_id: str, channel_id: str, thread_ts: str, *, since: datetime) -> bool:
    """Whether somebody stopped the bot's work in this thread since then."""
    with db.reading() as session:
        row = session.get(ThreadRow, (team_id, channel_id, thread_ts))
        return row is not None and row.stopped_at is not None and row.stopped_at >= since


def role_of(db: Database, team_id: str, channel_id: str, thread_ts: str) -> ThreadRole | None:
    """What the bot's part in a thread is; None when it has none."""
    with db.reading() as session:
        row = session.get(ThreadRow, (team_id, channel_id, thread_ts))
        return cast("ThreadRole", row.role) if row else None


def ask(
    db: Database,
    *,
    team_id: str,
    question_id: str,
    asker_id: str,
    text: str,
    language: Language,
    channel_id: str,
    thread_ts: str,
) -> Question:
    """Records a question (redacted) once; its id is its request's, so that a job that goes on records none twice."""
    with db.writing() as session:
        insert_if_absent(
            session,
            QuestionRow,
            team_id=team_id,
            id=question_id,
            asker_id=asker_id,
            text=text,
            tip_ids=[],
            language=language,
            channel_id=channel_id,
            thread_ts=thread_ts,
            state="asked",
            asked_at=db.now(),
        )
        return _question(session.get_one(QuestionRow, (team_id, question_id)))


def note_answer(db: Database, team_id: str, question_id: str, state: QuestionState, tip_ids: Sequence[str]) -> None:
    """Notes what became of a question and which tips were shown: never their words, which may be withdrawn."""
    with db.writing() as session:
        row = session.get(QuestionRow, (team_id, question_id))
        if row is not None:
            row.state, row.tip_ids = state, list(tip_ids)


def earlier(
    db: Database, team_id: str, channel_id: str, thread_ts: str, *, limit: int
) -> list[tuple[str, list[str], QuestionState]]:
    """The last questions of a thread, the ids of the tips that were shown, and what became of them; oldest first."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(QuestionRow)
            .where(
                QuestionRow.team_id == team_id,
                QuestionRow.channel_id == channel_id,
                QuestionRow.thread_ts == thread_ts,
                QuestionRow.state != "asked",
            )
            .order_by(QuestionRow.asked_at.desc(), QuestionRow.id)
            .limit(limit)
        )
        return [(row.text, row.tip_ids, cast("QuestionState", row.state)) for row in reversed(list(rows))]


def question(db: Database, team_id: str, question_id: str) -> Question | None:
    with db.reading() as session:
        row = session.get(QuestionRow, (team_id, question_id))
        return _question(row) if row else None


def tips_of(db: Database, team_id: str, question_id: str) -> list[str]:
    """Ids of the tips that a question was answered with, the first one first."""
    with db.reading() as session:
        row = session.get(QuestionRow, (team_id, question_id))
        return list(row.tip_ids) if row else []


def unanswered(db: Database, team_id: str, asker_id: str, *, since: datetime, limit: int) -> list[Question]:
    """Somebody's own questions to the bot that nothing answered, the newest first."""
    chosen = (
        sa.select(QuestionRow)
        .where(QuestionRow.team_id == team_id, QuestionRow.asker_id == asker_id)
        .where(QuestionRow.state == "unanswered", QuestionRow.asked_at >= since)
        .order_by(QuestionRow.asked_at.desc())
        .limit(limit)
    )
    with db.reading() as session:
        return [_question(row) for row in session.scalars(chosen)]


def _question(row: QuestionRow) -> Question:
    return Question(
        team_id=row.team_id,
        id=row.id,
        asker_id=row.asker_id,
        text=row.text,
        language=cast("Language", row.language),
        channel_id=row.channel_id,
        thread_ts=row.thread_ts,
        state=cast("QuestionState", row.state),
        asked_at=row.asked_at,
    )


def forget(session: Session, team_id: str, user_id: str) -> int:
    """Deletes what somebody asked the bot. Gives how many questions. For storage's own modules."""
    theirs = sa.and_(QuestionRow.team_id == team_id, QuestionRow.asker_id == user_id)
    return session.connection().execute(sa.delete(QuestionRow).where(theirs)).rowcount
