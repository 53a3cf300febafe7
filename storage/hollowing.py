"""What the figures of a span say about the community, looked at once: hosts are warned by it, each once."""

from collections.abc import Sequence
from datetime import date
from typing import cast

import sqlalchemy as sa

from storage._tables import HollowingRow
from storage.database import Database, insert_if_absent
from storage.records import HollowingReason


def found(db: Database, team_id: str, span: date) -> tuple[HollowingReason, ...] | None:
    """Why it seems to go hollow; None when that span was not looked at yet."""
    with db.reading() as session:
        row = session.get(HollowingRow, (team_id, span.isoformat()))
        return _reasons(row) if row else None


def keep(db: Database, team_id: str, span: date, reasons: Sequence[HollowingReason]) -> tuple[HollowingReason, ...]:
    """What was found; what is there already stays. Earlier spans, of which nobody is told any more, go."""
    with db.writing() as session:
        session.execute(
            sa.delete(HollowingRow).where(HollowingRow.team_id == team_id, HollowingRow.span < span.isoformat())
        )
        insert_if_absent(session, HollowingRow, team_id=team_id, span=span.isoformat(), reasons=list(reasons))
        return _reasons(session.get_one(HollowingRow, (team_id, span.isoformat())))


def _reasons(row: HollowingRow) -> tuple[HollowingReason, ...]:
    return cast("tuple[HollowingReason, ...]", tuple(row.reasons))
