"""Whether two questions are the same one in other words."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _analysis
from storage._tables import (
    OpenQuestionRow,
)
from storage.database import Database
from storage.questions._rows import OPEN, question_of
from storage.records import OpenQuestion

SAME = 0.75
"""From this share of common words on, two questions are near-identical, if one says all that the other says."""

_COMPARED = 300
_Words = list[tuple[str, ...]]


def similar(db: Database, team_id: str, text: str, *, readable: frozenset[str]) -> OpenQuestion | None:
    """The open question most like this text, when it is near-identical and does not stand where one cannot read."""
    with db.reading() as session:
        row = similar_row(session, team_id, _analysis.question(text), readable)
        return question_of(session, row) if row else None


def similar_row(session: Session, team_id: str, words: _Words, readable: frozenset[str]) -> OpenQuestionRow | None:
    """As `similar`, for this package: the row, by the words of a question."""
    # what waits without a name is not to be seen before its moment
    is_asked = sa.or_(OpenQuestionRow.state == "open", ~OpenQuestionRow.is_anonymous)
    rows = session.scalars(
        sa.select(OpenQuestionRow)
        .where(
            OpenQuestionRow.team_id == team_id,
            OpenQuestionRow.state.in_(OPEN),
            is_asked,
            sa.or_(OpenQuestionRow.post_channel_id.is_(None), OpenQuestionRow.post_channel_id.in_(readable)),
        )
        .order_by(OpenQuestionRow.opened_at.desc())
        .limit(_COMPARED)
    )
    likeness = [(_likeness(words, _analysis.question(row.text)), row) for row in rows]
    best = max(likeness, key=lambda one: one[0], default=None)
    return best[1] if best is not None and best[0] >= SAME else None


def _likeness(ours: _Words, theirs: _Words) -> float:
    """How much of what two questions are about is the same, from 0 to 1 (Dice); words of asking do not count.

    0 when each says something that the other does not: another task, another tool.
    """
    common = sum(1 for word in ours if any(set(word).intersection(their) for their in theirs))
    back = sum(1 for word in theirs if any(set(word).intersection(our) for our in ours))
    if not common or (common < len(ours) and back < len(theirs)):
        return 0.0
    return (common + back) / (len(ours) + len(theirs))
