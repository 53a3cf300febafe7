"""What people ask the authors of tips. A question names its tip, never the author: an anonymous one has to come by.

It leaves the database when it is answered, declined or too old, and its text when its tip is withdrawn.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _merged, deliveries
from storage._tables import AuthorQuestionRow, TipRow
from storage.database import Database
from storage.records import AuthorQuestion, AuthorQuestionState, Tip, Viewer
from storage.tips import IsOwner, is_own, may_be_of, row_of_another, tip_of

_WAITING: tuple[AuthorQuestionState, ...] = ("asked", "shown")

_OF_ITS_TIP = sa.and_(TipRow.team_id == AuthorQuestionRow.team_id, TipRow.id == AuthorQuestionRow.tip_id)


def ask(db: Database, viewer: Viewer, question_id: str, tip_id: str, text: str, *, is_owner: IsOwner) -> AuthorQuestion:
    """Keeps a question (redacted) for a tip's author, and gives it; or the one that the viewer asked and that waits.

    Raises NotFound for a tip they do not see, Own for their own.
    """
    with db.writing() as session:
        # the tip is held: of two questions of one person at once the second finds the first
        tip = row_of_another(session, viewer, tip_id, is_owner)
        row = session.scalar(_of_asker(viewer, tip.id))
        if row is None:
            row = AuthorQuestionRow(
                team_id=viewer.team_id,
                id=question_id,
                tip_id=tip.id,
                asker_id=viewer.user_id,
                text=text,
                state="asked",
                asked_at=db.now(),
            )
            session.add(row)
        return _question(row)


def waits(db: Database, viewer: Viewer, tip_id: str) -> bool:
    """Whether a question of the viewer to this tip's author waits."""
    with db.reading() as session:
        here = _merged.current(session, viewer.team_id, tip_id)
        return session.scalar(_of_asker(viewer, here)) is not None


def get(db: Database, team_id: str, question_id: str) -> AuthorQuestion | None:
    with db.reading() as session:
        row = session.get(AuthorQuestionRow, (team_id, question_id))
        return _question(row) if row else None


def of_owner(
    db: Database,
    viewer: Viewer,
    is_owner: IsOwner,
    *,
    states: Sequence[AuthorQuestionState] = _WAITING,
    anonymous_only: bool = False,
) -> list[tuple[AuthorQuestion, Tip]]:
    """Questions that wait for the viewer, with their tips, oldest first."""
    chosen = (
        sa.select(AuthorQuestionRow, TipRow)
        .join(TipRow, _OF_ITS_TIP)
        .where(AuthorQuestionRow.team_id == viewer.team_id, AuthorQuestionRow.state.in_(list(states)))
        .where(TipRow.state == "published", may_be_of(viewer.user_id, anonymous_only=anonymous_only))
        .order_by(AuthorQuestionRow.asked_at, AuthorQuestionRow.id)
    )
    with db.reading() as session:
        return [
            (_question(row), tip_of(tip))
            for row, tip in session.execute(chosen)
            if is_own(tip, viewer.user_id, is_owner)
        ]


def shown(db: Database, team_id: str, question_id: str) -> None:
    """The author of an anonymous tip saw it; where it was shown is forgotten, for that tells whose tip it is."""
    with db.writing() as session:
        session.execute(
            sa.update(AuthorQuestionRow)
            .where(AuthorQuestionRow.team_id == team_id, AuthorQuestionRow.id == question_id)
            .where(AuthorQuestionRow.state == "asked")
            .values(state="shown")
        )
        deliveries.forget_author_question(session, team_id, question_id, "shown")


def due(db: Database, *, asked_before: datetime) -> list[AuthorQuestion]:
    """The questions that have to end: too old, or their tip is gone."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(AuthorQuestionRow)
            .where(sa.or_(AuthorQuestionRow.state == "withdrawn", AuthorQuestionRow.asked_at < asked_before))
            .order_by(AuthorQuestionRow.asked_at)
        )
        return [_question(row) for row in rows]


def end(db: Database, team_id: str, question_id: str) -> None:
    """Forgets a question and where its posts stand."""
    with db.writing() as session:
        session.execute(
            sa.delete(AuthorQuestionRow).where(
                AuthorQuestionRow.team_id == team_id, AuthorQuestionRow.id == question_id
            )
        )
        deliveries.forget_author_question(session, team_id, question_id)


def _of_asker(viewer: Viewer, tip_id: str) -> sa.Select[AuthorQuestionRow]:
    return sa.select(AuthorQuestionRow).where(
        AuthorQuestionRow.team_id == viewer.team_id,
        AuthorQuestionRow.tip_id == tip_id,
        AuthorQuestionRow.asker_id == viewer.user_id,
        AuthorQuestionRow.state.in_(list(_WAITING)),
    )


def _question(row: AuthorQuestionRow) -> AuthorQuestion:
    return AuthorQuestion(
        team_id=row.team_id,
        id=row.id,
        tip_id=row.tip_id,
        asker_id=row.asker_id,
        text=row.text,
        state=cast("AuthorQuestionState", row.state),
        asked_at=row.asked_at,
    )


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes what somebody asked authors, and where it stands. For storage's own modules."""
    theirs = sa.select(AuthorQuestionRow).where(
        AuthorQuestionRow.team_id == team_id, AuthorQuestionRow.asker_id == user_id
    )
    for row in session.scalars(theirs).all():
        deliveries.forget_author_question(session, team_id, row.id)
        session.delete(row)
