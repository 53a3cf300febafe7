"""Somebody says that a tip needs a host's eye. Hosts read reasons and how many; who said so is read by nobody."""

from collections import Counter
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import ReportRow, TipRow
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent
from storage.records import Report, ReportReason, Viewer
from storage.tips import IsOwner, row_of_another


def give(db: Database, viewer: Viewer, tip_id: str, reason: ReportReason, *, is_owner: IsOwner) -> None:
    """The viewer reports a tip, once; their last reason stays. Raises NotFound for what they do not see, Own."""
    with db.writing() as session:
        row = row_of_another(session, viewer, tip_id, is_owner)
        key = {"team_id": viewer.team_id, "tip_id": row.id, "user_id": viewer.user_id}
        insert_if_absent(session, ReportRow, **key, reason=reason, reported_at=db.now())
        session.get_one(ReportRow, tuple(key.values())).reason = reason


def waiting(db: Database, viewer: Viewer) -> list[Report]:
    """The reported tips that the viewer may see, the longest waiting first."""
    chosen = (
        sa.select(ReportRow.tip_id, ReportRow.reason)
        .join(TipRow, sa.and_(TipRow.team_id == ReportRow.team_id, TipRow.id == ReportRow.tip_id))
        .where(visible_to(viewer))
        .order_by(ReportRow.reported_at, ReportRow.tip_id, ReportRow.user_id)
    )
    found: dict[str, Counter[ReportReason]] = {}
    with db.reading() as session:
        for tip_id, reason in session.execute(chosen):
            found.setdefault(tip_id, Counter())[cast("ReportReason", reason)] += 1
    return [Report(tip_id, tuple(reasons.most_common())) for tip_id, reasons in found.items()]


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes what somebody reported. For storage's own modules."""
    session.execute(sa.delete(ReportRow).where(ReportRow.team_id == team_id, ReportRow.user_id == user_id))
