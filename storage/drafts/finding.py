"""Drafts are found: by id, by author, by what they rest on, and those that wait."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from storage._tables import CaptureRow, DraftRow, EvidenceRow, PersonRow
from storage.database import Database
from storage.drafts._rows import Capture, draft_of, row_of
from storage.records import OPEN_STATES, Draft, DraftState, KeyedHash, Viewer


def get(db: Database, team_id: str, draft_id: str) -> Draft:
    with db.reading() as session:
        return draft_of(session, row_of(session, team_id, draft_id, lock=False))


def captures(db: Database, team_id: str, draft_id: str) -> list[Capture]:
    with db.reading() as session:
        rows = session.scalars(
            sa.select(CaptureRow)
            .where(CaptureRow.team_id == team_id, CaptureRow.draft_id == draft_id)
            .order_by(CaptureRow.captured_at)
        )
        return [Capture(row.key, row.user_id, row.channel_id, row.message_ts, row.emoji) for row in rows]


def is_capture(db: Database, team_id: str, key: str) -> bool:
    """Whether somebody pointed at a thread by what this key stands for."""
    with db.reading() as session:
        chosen = sa.select(CaptureRow.draft_id).where(CaptureRow.team_id == team_id, CaptureRow.key == key)
        return session.scalar(chosen.limit(1)) is not None


def of_author(db: Database, team_id: str, user_id: str) -> list[Draft]:
    """The drafts that wait for this author, oldest first."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(DraftRow)
            .where(
                DraftRow.team_id == team_id,
                DraftRow.author_id == user_id,
                DraftRow.state.in_([DraftState.WAITING, DraftState.LATER]),
            )
            .order_by(DraftRow.created_at)
        )
        return [draft_of(session, row) for row in rows]


def waiting(db: Database, team_id: str | None = None) -> list[Draft]:
    """All drafts that wait for their author, oldest first."""
    chosen = sa.select(DraftRow).where(DraftRow.state.in_([DraftState.WAITING, DraftState.LATER]))
    if team_id:
        chosen = chosen.where(DraftRow.team_id == team_id)
    with db.reading() as session:
        return [draft_of(session, row) for row in session.scalars(chosen.order_by(DraftRow.created_at))]


def pointers(db: Database, viewer: Viewer, *, card_before: datetime) -> list[Draft]:
    """Captures from public channels whose card has waited since then, for full members.

    Only their permalink may be shown. Never failures, worries, or people who opted out (design, "Whose tip is it").
    """
    if not viewer.is_full_member:
        return []
    opted_out = sa.exists().where(
        PersonRow.team_id == DraftRow.team_id, PersonRow.user_id == DraftRow.author_id, PersonRow.never_capture
    )
    with db.reading() as session:
        rows = session.scalars(
            sa.select(DraftRow)
            .where(
                DraftRow.team_id == viewer.team_id,
                DraftRow.state.in_([DraftState.WAITING, DraftState.LATER]),
                DraftRow.source_in_public.is_(True),
                DraftRow.source_permalink.is_not(None),
                # nobody marked the thread of a draft that somebody's reply to a question became
                DraftRow.question_id.is_(None),
                DraftRow.card_at < card_before,
                ~opted_out,
            )
            .order_by(DraftRow.card_at.desc())
            .limit(500)
        )
        drafts = [draft_of(session, row) for row in rows]
    return [d for d in drafts if d.content is not None and d.content.kind not in ("pitfall", "worry")]


def resting_on(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> list[Draft]:
    """The open drafts that rest on a message."""
    digests = [one.digest for one in hashes]
    with db.reading() as session:
        ids = session.scalars(
            sa.select(EvidenceRow.record_id).where(
                EvidenceRow.team_id == team_id, EvidenceRow.of == "draft", EvidenceRow.message_hash.in_(digests)
            )
        )
        rows = session.scalars(
            sa.select(DraftRow).where(
                DraftRow.team_id == team_id,
                DraftRow.state.in_(list(OPEN_STATES)),
                sa.or_(DraftRow.id.in_(list(set(ids))), DraftRow.thread_hash.in_(digests)),
            )
        )
        return [draft_of(session, row) for row in rows]
