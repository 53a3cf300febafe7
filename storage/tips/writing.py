"""Tips that are shared: edited, withdrawn."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _borrowed, _merged, _talks, _tended, audit, deliveries, proposals, shown, unasked
from storage._feed import announce
from storage._tables import (
    AuthorQuestionRow,
    EvidenceRow,
    KeeperRow,
    NewsRow,
    SourceRow,
    ThanksRow,
    TipRow,
    TrialRow,
    TryRow,
    VectorRow,
)
from storage.database import Database
from storage.records import (
    KeyedHash,
    Kind,
    Tip,
    TipContent,
    Viewer,
)
from storage.tips._rows import LIVE, IsOwner, now_for, own_row, tip_of


def edit(db: Database, viewer: Viewer, tip_id: str, content: TipContent, is_owner: IsOwner) -> Tip:
    """Puts the owner's new words in place. Raises NotFound for anybody else."""
    with db.writing() as session:
        row = own_row(session, viewer, tip_id, is_owner)
        put(db, session, viewer, row, content)
        source = session.get(SourceRow, (viewer.team_id, tip_id))
        if source is not None and not row.is_anonymous:
            source.read_until, source.in_own_words = db.now(), True
        return tip_of(row)


def put(db: Database, session: Session, viewer: Viewer, row: TipRow, content: TipContent) -> None:
    """Puts words into the owner's row, which is held. For storage's own modules."""
    before = tip_of(row).content
    if before.kind is Kind.WORRY and content.kind is not Kind.WORRY:
        _talks.end_of_worry(session, viewer.team_id, row.id)
    content = _borrowed.follow_edit(session, viewer.team_id, row.draft_id, before, content)
    row.content = content.model_dump(mode="json")
    row.updated_at = now_for(db, row)
    # what was verified were other words; what was out of date is not any more
    row.verified_at = row.verified_by = None
    if row.state == _tended.OBSOLETE:
        row.state = "published"
    if row.state != _merged.MERGED:
        _tended.settle(session, row)
    if not row.is_anonymous:
        audit.note(db, session, viewer.team_id, "tip.edited", actor=viewer.user_id, record=("tip", row.id))
    announce(db, session, viewer.team_id, row.id, at=row.updated_at)


def withdraw(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip:
    """Takes the owner's tip back, everywhere. Raises NotFound for anybody else. Gives what it was."""
    with db.writing() as session:
        row = own_row(session, viewer, tip_id, is_owner)
        before = tip_of(row)
        if not row.is_anonymous:
            audit.note(db, session, viewer.team_id, "tip.withdrawn", actor=viewer.user_id, record=("tip", tip_id))
        take_out(db, session, row)
        return before


def withdraw_resting_on(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> int:
    """Withdraws the tips that rest on a message which was deleted. Gives how many."""
    with db.writing() as session:
        ids = sa.select(EvidenceRow.record_id).where(
            EvidenceRow.team_id == team_id,
            EvidenceRow.of == "tip",
            EvidenceRow.message_hash.in_([one.digest for one in hashes]),
        )
        rows = list(
            session.scalars(
                sa.select(TipRow)
                .where(TipRow.team_id == team_id, TipRow.state.in_(LIVE), TipRow.id.in_(ids))
                .order_by(TipRow.id)
                .with_for_update()
            )
        )
        for row in rows:
            if not row.is_anonymous:
                audit.note(db, session, team_id, "tip.source_deleted", kind="slack", record=("tip", row.id))
            take_out(db, session, row)
        return len(rows)


def take_out(db: Database, session: Session, row: TipRow) -> None:
    """A tombstone stays, so that indexes and a second import know; the words, the person and the place do not."""
    if row.draft_id is not None:
        _borrowed.end(session, row.team_id, row.draft_id)
    proposals.forget(session, row.team_id, "tip", row.id)
    _tended.take_out(db, session, row)
    shown.outdate(session, row.team_id, row.id, "withdrawn")
    for about in (SourceRow, KeeperRow, NewsRow, TryRow, ThanksRow):
        session.execute(sa.delete(about).where(about.team_id == row.team_id, about.tip_id == row.id))
    _talks.end_of_worry(session, row.team_id, row.id)
    deliveries.forget_tip(session, row.team_id, row.id)
    unasked.forget_tip(session, row.team_id, row.id)
    row.state = "withdrawn"
    row.content = row.author_id = row.owner_hash = row.owner_pepper_version = None
    row.permalink = row.source_channel_id = row.source_thread_ts = row.visible_channel_id = row.comes_out_at = None
    row.theme_id = None
    row.updated_at = now_for(db, row)
    session.execute(
        sa.delete(EvidenceRow).where(
            EvidenceRow.team_id == row.team_id, EvidenceRow.of == "tip", EvidenceRow.record_id == row.id
        )
    )
    session.execute(sa.delete(VectorRow).where(VectorRow.team_id == row.team_id, VectorRow.tip_id == row.id))
    session.execute(sa.delete(TrialRow).where(TrialRow.team_id == row.team_id, TrialRow.tip_id == row.id))
    session.execute(
        sa.update(AuthorQuestionRow)
        .where(AuthorQuestionRow.team_id == row.team_id, AuthorQuestionRow.tip_id == row.id)
        .values(text="", state="withdrawn", ended_at=db.now())
    )
    announce(db, session, row.team_id, row.id, at=row.updated_at)
