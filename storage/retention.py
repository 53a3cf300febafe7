"""What is older than a workspace keeps it goes: a part at a time, so that nobody waits for it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import audit, tips
from storage._tables import (
    AuditRow,
    DraftRow,
    EchoRow,
    FeedbackRow,
    OpenQuestionRow,
    QuestionRow,
    RequestRow,
    RoutingRow,
    SolutionRow,
    ThanksRow,
    ThemeNoteRow,
    ThemePostRow,
    ThemeRow,
    TipRow,
    ToldRow,
)
from storage.database import Database
from storage.records import OPEN_STATES


@dataclass(frozen=True, slots=True)
class Swept:
    """How much went."""

    tips: int = 0
    questions: int = 0
    open_questions: int = 0
    decisions: int = 0

    @property
    def is_empty(self) -> bool:
        return self == Swept()


def sweep(db: Database, team_id: str, *, before: datetime, limit: int = 200) -> Swept:
    """Withdraws tips that nobody has touched since then, and deletes what was asked, decided and noted before.

    Open drafts and open questions are left alone: they end by themselves, and sooner. At most `limit` of each kind.
    """
    with db.writing() as session:
        old = sa.select(TipRow).where(
            TipRow.team_id == team_id, TipRow.updated_at < before, TipRow.state.in_(tips.LIVE)
        )
        outlived = session.scalars(old.order_by(TipRow.updated_at).limit(limit).with_for_update()).all()
        for row in outlived:
            if not row.is_anonymous:
                audit.note(db, session, team_id, "tip.outlived", kind="clock", record=("tip", row.id))
            tips.take_out(db, session, row)
        asked = _ids(session, QuestionRow, QuestionRow.asked_at < before, team_id, limit)
        _delete(session, team_id, FeedbackRow, FeedbackRow.question_id, asked)
        _delete(session, team_id, QuestionRow, QuestionRow.id, asked)
        closed = _ids(session, OpenQuestionRow, OpenQuestionRow.closed_at < before, team_id, limit)
        for table, column in (
            (EchoRow, EchoRow.question_id),
            (RoutingRow, RoutingRow.question_id),
            (SolutionRow, SolutionRow.question_id),
            (OpenQuestionRow, OpenQuestionRow.id),
        ):
            _delete(session, team_id, table, column, closed)
        session.execute(sa.delete(ThanksRow).where(ThanksRow.team_id == team_id, ThanksRow.given_at < before))
        noted = _ids(session, AuditRow, AuditRow.at < before, team_id, limit)
        _delete(session, team_id, AuditRow, AuditRow.id, noted)
        over = _ids(session, ThemeRow, ThemeRow.closed_at < before, team_id, limit)
        for of_theme, theme_id in (
            (ThemeNoteRow, ThemeNoteRow.theme_id),
            (ThemePostRow, ThemePostRow.theme_id),
            (ThemeRow, ThemeRow.id),
        ):
            _delete(session, team_id, of_theme, theme_id, over)
        ended = sa.and_(DraftRow.decided_at < before, DraftRow.state.not_in(list(OPEN_STATES)))
        _delete(session, team_id, DraftRow, DraftRow.id, _ids(session, DraftRow, ended, team_id, limit))
        session.execute(sa.delete(ToldRow).where(ToldRow.team_id == team_id, ToldRow.month < f"{before:%Y-%m}"))
        done = sa.and_(RequestRow.swept_at < before, RequestRow.state != "accepted")
        _delete(session, team_id, RequestRow, RequestRow.id, _ids(session, RequestRow, done, team_id, limit))
        return Swept(len(outlived), len(asked), len(closed), len(noted))


def _ids(session: Session, table: type, old: sa.ColumnElement[bool], team_id: str, limit: int) -> list[str]:
    columns = table.__table__.c  # type: ignore[attr-defined] # every table of ours has one
    return list(session.scalars(sa.select(columns.id).where(columns.team_id == team_id, old).limit(limit)))


def _delete(session: Session, team_id: str, table: type, column: object, ids: list[str]) -> None:
    team = table.__table__.c.team_id  # type: ignore[attr-defined] # as above
    session.execute(sa.delete(table).where(team == team_id, column.in_(ids)))  # type: ignore[attr-defined] # a column
