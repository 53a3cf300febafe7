"""A draft, who pointed at it and what it rests on, as rows. For storage's own modules."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _borrowed, deliveries, proposals
from storage._tables import CaptureRow, DraftRow, EvidenceRow, RequestRow
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import (
    Draft,
    DraftState,
    Evidence,
    KeyedHash,
    MessageRef,
    Source,
    SourceKind,
    TipContent,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class Capture:
    """Somebody pointed at a thread. `key` cannot repeat: `user:message:emoji` of a reaction, else a request's."""

    key: str
    user_id: str
    channel_id: str | None = None
    message_ts: str | None = None
    emoji: str | None = None


def of_thread(session: Session, team_id: str, open_key: str | None, thread: Sequence[KeyedHash]) -> DraftRow | None:
    """The open draft of a thread, or the newest decided one; `thread`: its hash under every pepper."""
    if open_key is None:
        return None
    chosen = sa.select(DraftRow).where(DraftRow.team_id == team_id).with_for_update()
    is_open = session.scalar(chosen.where(DraftRow.open_key == open_key))
    if is_open is not None or not thread:
        return is_open
    return session.scalar(
        chosen.where(DraftRow.thread_hash.in_([one.digest for one in thread]))
        .order_by(DraftRow.created_at.desc())
        .limit(1)
    )


def open_key_of(source: Source, question_id: str | None, author_id: str | None) -> str | None:
    """What an open draft is the only one of: its thread; of replies to a question, the question and the person."""
    if question_id is not None:
        return f"question:{question_id}:{author_id}"
    return f"{source.channel_id}:{source.thread_ts}" if source.thread_ts else None


def remember(db: Database, session: Session, team_id: str, draft_id: str, capture: Capture) -> None:
    insert_if_absent(
        session,
        CaptureRow,
        team_id=team_id,
        draft_id=draft_id,
        key=capture.key,
        user_id=capture.user_id,
        channel_id=capture.channel_id,
        message_ts=capture.message_ts,
        emoji=capture.emoji,
        captured_at=db.now(),
    )


def replace_evidence(session: Session, team_id: str, of: str, record_id: str, evidence: Iterable[Evidence]) -> None:
    session.execute(
        sa.delete(EvidenceRow).where(
            EvidenceRow.team_id == team_id, EvidenceRow.of == of, EvidenceRow.record_id == record_id
        )
    )
    add_evidence(session, team_id, of, record_id, evidence)


def add_evidence(session: Session, team_id: str, of: str, record_id: str, evidence: Iterable[Evidence]) -> None:
    for one in {(e.field, e.message.digest): e for e in evidence}.values():
        session.add(
            EvidenceRow(
                team_id=team_id,
                of=of,
                record_id=record_id,
                field=one.field,
                message_hash=one.message.digest,
                pepper_version=one.message.version,
                speaker_id=one.speaker_id,
            )
        )


def empty(db: Database, session: Session, row: DraftRow, *, keeps_speakers: bool = False) -> None:
    """What remains of a decided draft: that this thread was decided, by its keyed hash.

    `keeps_speakers`: it became a named tip, about whose words other speakers still have a say.
    """
    proposals.forget(session, row.team_id, "draft", row.id)
    if not keeps_speakers:
        _borrowed.end(session, row.team_id, row.id)
    row.open_key = None
    row.decided_at, row.read_until = db.now(), None
    row.content = row.author_id = row.source_permalink = None
    row.source_channel_id = row.source_thread_ts = row.source_message_ts = None
    row.card_channel_id = row.card_ts = row.question_id = row.theme_id = None
    session.execute(sa.delete(CaptureRow).where(CaptureRow.team_id == row.team_id, CaptureRow.draft_id == row.id))
    deliveries.forget_draft(session, row.team_id, row.id)
    replace_evidence(session, row.team_id, "draft", row.id, ())


def part(db: Database, session: Session, row: DraftRow) -> None:
    """What remains of a draft that was shared without a name: that its thread was decided, under a new id.

    Its own id is that of the request which began it, and so tells when somebody marked the thread. The row stays while
    that request is at work, so that a job that goes on begins no second draft; `requests.sweep` takes it then.
    """
    empty(db, session, row)
    day = day_of(db.now())
    if row.thread_hash is not None:
        session.add(
            DraftRow(
                team_id=row.team_id,
                id=secrets.token_hex(16),
                state=DraftState.SHARED,
                thread_hash=row.thread_hash,
                source_kind="thread",
                source_in_public=False,
                made_with="",
                created_at=day,
                decided_at=day,
            )
        )
    began = session.get(RequestRow, (row.team_id, row.id))
    if began is None or began.state != "accepted":
        session.delete(row)
        return
    row.thread_hash = row.visible_channel_id = row.prompt_version = None
    row.card_at = row.due_at = row.reminded_at = row.edited_at = None
    row.made_with, row.created_at, row.decided_at = "", day, day


def day_of(moment: datetime) -> datetime:
    """The day of a moment (UTC): what is kept of when somebody shared without a name."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def row_of(session: Session, team_id: str, draft_id: str, *, lock: bool = True) -> DraftRow:
    """A draft's row, held until the transaction ends: what is decided on must not change meanwhile."""
    row = session.get(DraftRow, (team_id, draft_id), with_for_update=lock)
    if row is None:
        raise NotFound("no such draft")
    return row


def draft_of(session: Session, row: DraftRow) -> Draft:
    evidence = session.scalars(
        sa.select(EvidenceRow)
        .where(EvidenceRow.team_id == row.team_id, EvidenceRow.of == "draft", EvidenceRow.record_id == row.id)
        .order_by(EvidenceRow.field, EvidenceRow.message_hash)
    )
    has_card = row.card_channel_id is not None and row.card_ts is not None
    return Draft(
        team_id=row.team_id,
        id=row.id,
        state=DraftState(row.state),
        author_id=row.author_id,
        source=Source(
            kind=cast("SourceKind", row.source_kind),
            channel_id=row.source_channel_id,
            thread_ts=row.source_thread_ts,
            message_ts=row.source_message_ts,
            permalink=row.source_permalink,
            in_public=row.source_in_public,
        ),
        visibility=Visibility(row.visible_channel_id),
        content=TipContent.model_validate(row.content) if row.content else None,
        made_with=row.made_with,
        prompt_version=row.prompt_version,
        evidence=tuple(
            Evidence(one.field, KeyedHash(one.message_hash, one.pepper_version), one.speaker_id) for one in evidence
        ),
        card=MessageRef(str(row.card_channel_id), str(row.card_ts)) if has_card else None,
        created_at=row.created_at,
        card_at=row.card_at,
        due_at=row.due_at,
        reminded_at=row.reminded_at,
        decided_at=row.decided_at,
        withheld=_borrowed.withheld(session, row.team_id, row.id),
        question_id=row.question_id,
        edited_at=row.edited_at,
        theme_id=row.theme_id,
    )
