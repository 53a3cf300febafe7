"""Whether answers helped: one word a person and question, the last one wins. Read as sums with enough people behind."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import FeedbackRow, QuestionRow
from storage._telling import in_fives
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import LEAST_PEOPLE, FeedbackReason, FeedbackSums, Verdict


def give(
    db: Database,
    team_id: str,
    question_id: str,
    user_id: str,
    verdict: Verdict,
    reason: FeedbackReason | None = None,
) -> None:
    """Notes what somebody says of an answer. The same verdict without a reason keeps the last one.

    Raises NotFound when the question is not remembered any more.
    """
    with db.writing() as session:
        if session.get(QuestionRow, (team_id, question_id), with_for_update=True) is None:
            raise NotFound("no such question")
        key = {"team_id": team_id, "question_id": question_id, "user_id": user_id}
        insert_if_absent(session, FeedbackRow, **key, verdict=verdict, reason=reason, given_at=db.now())
        row = session.get_one(FeedbackRow, tuple(key.values()), with_for_update=True)
        if reason is not None or row.verdict != verdict:
            row.reason = reason
        row.verdict, row.given_at = verdict, db.now()


def sums(db: Database, team_id: str, *, since: datetime, until: datetime) -> FeedbackSums:
    """The sums from `since` to `until`, in fives, without those that would tell what a few people said.

    A verdict is told only when the other one can be, too: both together are the total.
    """
    with db.reading() as session:
        rows = session.execute(
            sa.select(FeedbackRow.user_id, FeedbackRow.verdict, FeedbackRow.reason).where(
                FeedbackRow.team_id == team_id, FeedbackRow.given_at >= since, FeedbackRow.given_at < until
            )
        ).all()
    total = _told(user for user, _, _ in rows)
    helpful, not_helpful = (
        _told((user for user, verdict, _ in rows if verdict == wanted), or_nobody=True) for wanted in get_args(Verdict)
    )
    if total is None or helpful is None or not_helpful is None:
        return FeedbackSums(total)
    counted = (
        (cast("FeedbackReason", wanted), _told(user for user, _, reason in rows if reason == wanted))
        for wanted in get_args(FeedbackReason)
    )
    return FeedbackSums(total, helpful, not_helpful, tuple((reason, count) for reason, count in counted if count))


def _told(people: Iterable[str], *, or_nobody: bool = False) -> int | None:
    everybody = list(people)
    is_enough = len(set(everybody)) >= LEAST_PEOPLE or (or_nobody and not everybody)
    return in_fives(len(everybody)) if is_enough else None


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes what somebody said of answers, and what was said of the answers to them. For storage's own modules."""
    asked = sa.select(QuestionRow.id).where(QuestionRow.team_id == team_id, QuestionRow.asker_id == user_id)
    theirs = sa.or_(FeedbackRow.user_id == user_id, FeedbackRow.question_id.in_(asked))
    session.execute(sa.delete(FeedbackRow).where(FeedbackRow.team_id == team_id, theirs))
