"""Who has a question too, which tips may answer it, and what its asker says of them."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._feed import position
from storage._tables import (
    DeliveryRow,
    EchoRow,
    OpenQuestionRow,
    RoutingRow,
    SolutionRow,
    ThreadRow,
    TipRow,
)
from storage.database import Database, insert_if_absent
from storage.drafts import day_of
from storage.questions._rows import OPEN, IsOwner, end, is_asker, question_of, row_of
from storage.records import OpenQuestion, Solution


def echo(db: Database, team_id: str, question_id: str, user_id: str, *, on: bool) -> OpenQuestion:
    """Somebody has this open question too, or no longer; the last word stays. Gives what it is now."""
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        known = session.get(EchoRow, (team_id, question_id, user_id))
        if row.state in OPEN and on != (known is not None):
            if known is None:
                key = {"team_id": team_id, "question_id": question_id, "user_id": user_id}
                session.add(EchoRow(**key, since=db.now()))
            else:
                session.delete(known)
            row.revision += 1
            session.flush()
        return question_of(session, row)


def link(db: Database, session: Session, team_id: str, question_id: str, tip_id: str) -> None:
    """A tip with a name came of a reply to this question. For storage's own modules, in the publishing transaction."""
    insert_if_absent(session, SolutionRow, team_id=team_id, question_id=question_id, tip_id=tip_id, found_at=db.now())


def to_match(db: Database) -> tuple[list[OpenQuestion], int]:
    """Open questions for which the change feed holds something new, and the feed's last number."""
    with db.reading() as session:
        _, last = position(session)
        rows = session.scalars(
            sa.select(OpenQuestionRow)
            .where(OpenQuestionRow.state == "open", OpenQuestionRow.feed_seq != last)
            .order_by(OpenQuestionRow.feed_seq)
            .limit(200)
        )
        return [question_of(session, row) for row in rows], last


def matched(db: Database, question: OpenQuestion, tip_ids: Sequence[str], upto: int) -> None:
    """Notes the tips that may answer a question, each once, and how far the feed was looked through for it.

    Only what was shared after it was asked is news.
    """
    with db.writing() as session:
        new = session.scalars(
            sa.select(TipRow.id).where(
                TipRow.team_id == question.team_id,
                TipRow.id.in_(tip_ids),
                TipRow.state == "published",
                # of a tip without a name only the day is known
                sa.or_(
                    TipRow.published_at >= question.opened_at,
                    sa.and_(TipRow.is_anonymous, TipRow.published_at >= day_of(question.opened_at)),
                ),
            )
        )
        for tip_id in list(new):
            link(db, session, question.team_id, question.id, tip_id)
        row_of(session, question.team_id, question.id).feed_seq = upto


def untold(db: Database) -> list[tuple[OpenQuestion, str]]:
    """Open questions and tips that may answer them, of which nobody was told yet."""
    with db.reading() as session:
        rows = session.execute(
            sa.select(OpenQuestionRow, SolutionRow.tip_id)
            .join(
                SolutionRow,
                sa.and_(SolutionRow.team_id == OpenQuestionRow.team_id, SolutionRow.question_id == OpenQuestionRow.id),
            )
            .where(OpenQuestionRow.state == "open", SolutionRow.told_at.is_(None))
            .order_by(SolutionRow.found_at)
            .limit(100)
        )
        return [(question_of(session, row), tip_id) for row, tip_id in rows]


def told(db: Database, team_id: str, question_id: str, tip_id: str) -> None:
    _note(db, team_id, question_id, tip_id, "told_at", db.now())


def seen(db: Database, team_id: str, question_id: str, tip_id: str) -> None:
    _note(db, team_id, question_id, tip_id, "seen_at", db.now())


def not_yet(db: Database, team_id: str, question_id: str, tip_id: str) -> None:
    """Its asker says that the tip does not answer it."""
    _note(db, team_id, question_id, tip_id, "solved", False)


def _note(db: Database, team_id: str, question_id: str, tip_id: str, what: str, value: datetime | bool) -> None:
    with db.writing() as session:
        row = session.get(SolutionRow, (team_id, question_id, tip_id), with_for_update=True)
        if row is not None:
            setattr(row, what, value)


def solve(db: Database, team_id: str, question_id: str, tip_id: str) -> OpenQuestion:
    """Its asker says that the tip answers it: the question ends. Gives what it is now."""
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        found = session.get(SolutionRow, (team_id, question_id, tip_id), with_for_update=True)
        if row.state in OPEN and found is not None:
            found.solved = True
            end(row, "solved", db.now())
        return question_of(session, row)


def solutions(db: Database, team_id: str, question_id: str, *, unseen: bool = False) -> list[Solution]:
    """The tips that may answer a question and that its asker has not turned down, newest first."""
    chosen = sa.select(SolutionRow).where(
        SolutionRow.team_id == team_id, SolutionRow.question_id == question_id, SolutionRow.solved.is_not(False)
    )
    if unseen:
        chosen = chosen.where(SolutionRow.seen_at.is_(None))
    with db.reading() as session:
        rows = session.scalars(chosen.order_by(SolutionRow.found_at.desc(), SolutionRow.tip_id))
        return [Solution(row.question_id, row.tip_id, row.solved) for row in rows]


def forget(session: Session, team_id: str, user_id: str, is_owner: IsOwner, now: datetime) -> int:
    """Ends a person's open questions and takes their words out of all of them. For storage's own modules."""
    mine = sa.or_(OpenQuestionRow.asker_id == user_id, OpenQuestionRow.is_anonymous.is_(True))
    rows = session.scalars(sa.select(OpenQuestionRow).where(OpenQuestionRow.team_id == team_id, mine).with_for_update())
    theirs = [row for row in rows if is_asker(row, user_id, is_owner)]
    for row in theirs:
        end(row, "withdrawn", now)
        session.execute(sa.delete(DeliveryRow).where(DeliveryRow.team_id == team_id, _begins(f"question:{row.id}:")))
    asked = sa.select(RoutingRow.post_channel_id).where(
        RoutingRow.team_id == team_id, RoutingRow.user_id == user_id, RoutingRow.post_channel_id.is_not(None)
    )
    session.execute(sa.delete(ThreadRow).where(ThreadRow.team_id == team_id, ThreadRow.channel_id.in_(asked)))
    echoed = sa.select(EchoRow.question_id).where(EchoRow.team_id == team_id, EchoRow.user_id == user_id)
    session.execute(
        sa.update(OpenQuestionRow)
        .where(OpenQuestionRow.team_id == team_id, OpenQuestionRow.id.in_(echoed))
        .values(revision=OpenQuestionRow.revision + 1)
    )
    for table in (EchoRow, RoutingRow):
        session.execute(sa.delete(table).where(table.team_id == team_id, table.user_id == user_id))
    about_them = sa.and_(_begins("question:"), DeliveryRow.key.endswith(f":{user_id}", autoescape=True))
    session.execute(sa.delete(DeliveryRow).where(DeliveryRow.team_id == team_id, about_them))
    return len(theirs)


def _begins(prefix: str) -> sa.ColumnElement[bool]:
    return sa.func.substr(DeliveryRow.key, 1, len(prefix)) == prefix
