"""Whether a tip still holds: verified, out of date, brought back; its owner is asked first, hosts help."""

from collections.abc import Collection
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _merged, _tended, audit, keepers, tips, unasked
from storage._feed import announce
from storage._tables import CareRow, TipRow
from storage.database import Database
from storage.records import Care, CareWhat, Tip, VerifiedBy, Viewer
from storage.tips import IsOwner


def verify(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip:
    """Its owner says that a tip holds. Raises NotFound for anybody else."""
    with db.writing() as session:
        row = tips.own_row(session, viewer, tip_id, is_owner)
        return verified(db, session, viewer, row, "owner")


def verify_as_host(db: Database, viewer: Viewer, tip_id: str) -> Tip:
    """A host says that a tip holds which they can see; that they are one is the caller's to know. Raises NotFound."""
    with db.writing() as session:
        return verified(db, session, viewer, tips.seen_row(session, viewer, tip_id), "host")


def mark_obsolete(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip:
    """Its owner says that a tip is out of date: it leaves everything but their own Home. Raises NotFound."""
    with db.writing() as session:
        row = tips.own_row(session, viewer, tip_id, is_owner)
        if row.state == "published":
            _put_away(db, session, viewer, row)
        _tended.settle(session, row)
        return tips.tip_of(row)


def mark_obsolete_as_host(db: Database, session: Session, viewer: Viewer, tip_id: str) -> None:
    """A host does, of a tip which they can see; its owner is told, and can bring it back. Raises NotFound.

    For storage's own modules.
    """
    row = tips.seen_row(session, viewer, tip_id)
    _put_away(db, session, viewer, row)
    _tended.settle(session, row)
    _tended.tell(db, session, row, "obsolete")


def bring_back(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip:
    """Its owner brings a tip back that is out of date, or stands behind another one. Raises NotFound."""
    with db.writing() as session:
        row = tips.own_row(session, viewer, tip_id, is_owner)
        _merged.part(db, session, row)
        if row.state == tips.OBSOLETE:
            row.state, row.updated_at = "published", tips.now_for(db, row)
            announce(db, session, row.team_id, row.id, at=row.updated_at)
        _tended.end(session, row)
        _note(db, session, "tip.brought_back", viewer, row)
        session.flush()
        return tips.tip_of(row)


def ask(db: Database, session: Session, viewer: Viewer, tip_id: str, what: CareWhat, about: str = "") -> None:
    """A host has the owner of a tip asked which they can see. Raises NotFound. For storage's own modules."""
    _tended.tell(db, session, tips.seen_row(session, viewer, tip_id), what, about)


def answered(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> None:
    """The owner has taken notice. Raises NotFound for anybody else."""
    with db.writing() as session:
        _tended.answered(session, tips.own_row(session, viewer, tip_id, is_owner))


def of_tips(db: Database, team_id: str, tip_ids: Collection[str]) -> dict[str, Care]:
    """What the owner of each of these tips is asked or told."""
    chosen = sa.select(CareRow).where(CareRow.team_id == team_id, CareRow.tip_id.in_(sorted(tip_ids)))
    with db.reading() as session:
        return {row.tip_id: _care(row) for row in session.scalars(chosen)}


def untold(db: Database, *, limit: int = 100) -> list[tuple[str, Care]]:
    """What was not told yet of tips with a name, with whom to tell (`keepers.whose`), the longest waiting first."""
    whose = keepers.whose()
    chosen = (
        sa.select(whose, CareRow)
        .join(TipRow, sa.and_(TipRow.team_id == CareRow.team_id, TipRow.id == CareRow.tip_id))
        .where(CareRow.told_at.is_(None), whose.is_not(None), TipRow.state.in_(tips.LIVE))
        .where(unasked.hears(TipRow.team_id, whose))
        .order_by(CareRow.since, CareRow.tip_id)
        .limit(limit)
    )
    with db.reading() as session:
        return [(user_id, _care(row)) for user_id, row in session.execute(chosen) if user_id is not None]


def told(db: Database, one: Care) -> None:
    with db.writing() as session:
        row = session.get(CareRow, (one.team_id, one.tip_id), with_for_update=True)
        if row is not None and row.what == one.what:
            row.told_at = row.told_at or db.now()


def verified(db: Database, session: Session, viewer: Viewer, row: TipRow, by: VerifiedBy) -> Tip:
    """Somebody said that a tip holds, whose row is held. For storage's own modules."""
    row.verified_at, row.verified_by = tips.now_for(db, row), by
    _tended.settle(session, row)
    _note(db, session, "tip.verified", viewer, row)
    announce(db, session, row.team_id, row.id, at=row.verified_at)
    session.flush()
    return tips.tip_of(row)


def _put_away(db: Database, session: Session, viewer: Viewer, row: TipRow) -> None:
    row.state, row.verified_at, row.verified_by = tips.OBSOLETE, None, None
    _note(db, session, "tip.obsolete", viewer, row)
    announce(db, session, row.team_id, row.id, at=tips.now_for(db, row))


def _note(db: Database, session: Session, action: audit.Action, viewer: Viewer, row: TipRow) -> None:
    if not row.is_anonymous:
        audit.note(db, session, row.team_id, action, actor=viewer.user_id, record=("tip", row.id))


def _care(row: CareRow) -> Care:
    return Care(row.team_id, row.tip_id, cast("CareWhat", row.what), row.about, row.since, row.told_at)
