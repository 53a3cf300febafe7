"""Drafts: tips before their author's decision, and who pointed at them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import deliveries
from storage._tables import CaptureRow, DraftRow, EvidenceRow, PersonRow
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import (
    OPEN_STATES,
    Draft,
    DraftState,
    Evidence,
    KeyedHash,
    MessageRef,
    Source,
    SourceKind,
    TipContent,
    Viewer,
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


def begin(
    db: Database,
    *,
    team_id: str,
    draft_id: str,
    source: Source,
    visibility: Visibility,
    capture: Capture,
    thread: KeyedHash | None,
    content: TipContent | None = None,
    author_id: str | None = None,
    made_with: str | None = None,
) -> tuple[Draft, bool]:
    """One thread is one draft: gives the open one of this thread, or the one decided before, or a new one (True).

    `draft_id` is the request's that asks for it, so that a job that goes on after a crash begins none twice.

    Two people who point at a thread at once get the same draft; both are remembered.
    """
    open_key = f"{source.channel_id}:{source.thread_ts}" if source.thread_ts else None
    with db.writing() as session:
        known = session.get(DraftRow, (team_id, draft_id)) or _of_thread(session, team_id, open_key, thread)
        if known is not None:
            if known.open_key is not None:
                _remember(db, session, team_id, known.id, capture)
            return _draft(session, known), False
        row = DraftRow(
            team_id=team_id,
            id=draft_id,
            state=DraftState.PREPARING if content is None else DraftState.WAITING,
            open_key=open_key,
            thread_hash=thread.digest if thread else None,
            author_id=author_id,
            source_kind=source.kind,
            source_channel_id=source.channel_id,
            source_thread_ts=source.thread_ts,
            source_message_ts=source.message_ts,
            source_permalink=source.permalink,
            source_in_public=source.in_public,
            visible_channel_id=visibility.channel_id,
            content=content.model_dump(mode="json") if content else None,
            made_with=made_with or ("author" if content else ""),
            created_at=db.now(),
        )
        saved = session.begin_nested()
        try:
            session.add(row)
            session.flush()
        except sa.exc.IntegrityError:
            saved.rollback()
            other = _of_thread(session, team_id, open_key, thread)
            if other is None:
                raise
            _remember(db, session, team_id, other.id, capture)
            return _draft(session, other), False
        _remember(db, session, team_id, row.id, capture)
        return _draft(session, row), True


def get(db: Database, team_id: str, draft_id: str) -> Draft:
    with db.reading() as session:
        return _draft(session, _row(session, team_id, draft_id, lock=False))


def fill(
    db: Database,
    team_id: str,
    draft_id: str,
    *,
    author_id: str,
    content: TipContent,
    evidence: Iterable[Evidence],
    made_with: str,
    prompt_version: str | None,
) -> Draft:
    """Puts the words into an open draft. What was decided meanwhile stays as it is."""
    with db.writing() as session:
        row = _row(session, team_id, draft_id)
        if row.open_key is None and row.state not in OPEN_STATES:
            return _draft(session, row)
        row.author_id, row.made_with, row.prompt_version = author_id, made_with, prompt_version
        row.content = content.model_dump(mode="json")
        if row.state == DraftState.PREPARING:
            row.state = DraftState.WAITING
        _replace_evidence(session, team_id, "draft", draft_id, evidence)
        return _draft(session, row)


def edit(db: Database, team_id: str, draft_id: str, content: TipContent) -> Draft:
    """Puts the author's own words in place."""
    with db.writing() as session:
        row = _row(session, team_id, draft_id)
        if row.state in OPEN_STATES:
            row.content = content.model_dump(mode="json")
        return _draft(session, row)


def card_posted(db: Database, team_id: str, draft_id: str, ref: MessageRef, *, due_at: datetime) -> DraftState:
    """Notes where an open draft's card stands and until when it waits. The draft's state: it may have ended by now."""
    with db.writing() as session:
        row = _row(session, team_id, draft_id)
        if row.state in OPEN_STATES:
            row.card_channel_id, row.card_ts = ref.channel_id, ref.ts
            row.card_at = row.card_at or db.now()
            row.due_at = due_at
        return DraftState(row.state)


def postpone(db: Database, team_id: str, draft_id: str, due_at: datetime, *, later: bool = False) -> Draft:
    """Lets the card wait until then: the author said Later, or is away."""
    with db.writing() as session:
        row = _row(session, team_id, draft_id)
        row.due_at = due_at
        if later and row.state == DraftState.WAITING:
            row.state = DraftState.LATER
        return _draft(session, row)


def start_over(db: Database, team_id: str, draft_id: str) -> Draft:
    """Lets an open draft be prepared anew, for another author. Gives what it was."""
    with db.writing() as session:
        row = _row(session, team_id, draft_id)
        before = _draft(session, row)
        if row.state in OPEN_STATES:
            row.state = DraftState.PREPARING
            row.card_channel_id = row.card_ts = None
        return before


def reminded(db: Database, team_id: str, draft_id: str) -> None:
    with db.writing() as session:
        _row(session, team_id, draft_id).reminded_at = db.now()


def close(db: Database, team_id: str, draft_id: str, state: DraftState) -> Draft:
    """Ends an open draft without sharing it: its words, its author and who pointed at it are gone with it."""
    with db.writing() as session:
        row = _row(session, team_id, draft_id)
        before = _draft(session, row)
        if row.state in OPEN_STATES:
            row.state = state
            empty(db, session, row)
        return before


def empty(db: Database, session: Session, row: DraftRow) -> None:
    """What remains of a decided draft: that this thread was decided, by its keyed hash."""
    row.open_key = None
    row.decided_at = db.now()
    row.content = row.author_id = row.source_permalink = None
    row.source_channel_id = row.source_thread_ts = row.source_message_ts = None
    row.card_channel_id = row.card_ts = None
    session.execute(sa.delete(CaptureRow).where(CaptureRow.team_id == row.team_id, CaptureRow.draft_id == row.id))
    deliveries.forget_draft(session, row.team_id, row.id)
    _replace_evidence(session, row.team_id, "draft", row.id, ())


def uncapture(db: Database, team_id: str, capture_key: str) -> Draft | None:
    """Takes a capture back. The draft that lost its last one and was not decided; None when there is none."""
    with db.writing() as session:
        capture = session.scalar(
            sa.select(CaptureRow).where(CaptureRow.team_id == team_id, CaptureRow.key == capture_key)
        )
        if capture is None:
            return None
        draft_id = capture.draft_id
        session.delete(capture)
        session.flush()
        left = sa.select(sa.func.count()).where(CaptureRow.team_id == team_id, CaptureRow.draft_id == draft_id)
        row = _row(session, team_id, draft_id)
        if session.scalar(left) or row.state not in OPEN_STATES:
            return None
        before = _draft(session, row)
        row.state = DraftState.WITHDRAWN
        empty(db, session, row)
        # a withdrawn request is no decision: the thread may be captured again
        row.thread_hash = None
        return before


def captures(db: Database, team_id: str, draft_id: str) -> list[Capture]:
    with db.reading() as session:
        rows = session.scalars(
            sa.select(CaptureRow)
            .where(CaptureRow.team_id == team_id, CaptureRow.draft_id == draft_id)
            .order_by(CaptureRow.captured_at)
        )
        return [Capture(row.key, row.user_id, row.channel_id, row.message_ts, row.emoji) for row in rows]


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
        return [_draft(session, row) for row in rows]


def waiting(db: Database, team_id: str | None = None) -> list[Draft]:
    """All drafts that wait for their author, oldest first."""
    chosen = sa.select(DraftRow).where(DraftRow.state.in_([DraftState.WAITING, DraftState.LATER]))
    if team_id:
        chosen = chosen.where(DraftRow.team_id == team_id)
    with db.reading() as session:
        return [_draft(session, row) for row in session.scalars(chosen.order_by(DraftRow.created_at))]


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
                DraftRow.card_at < card_before,
                ~opted_out,
            )
            .order_by(DraftRow.card_at.desc())
            .limit(500)
        )
        drafts = [_draft(session, row) for row in rows]
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
        return [_draft(session, row) for row in rows]


def _of_thread(session: Session, team_id: str, open_key: str | None, thread: KeyedHash | None) -> DraftRow | None:
    if open_key is None:
        return None
    chosen = sa.select(DraftRow).where(DraftRow.team_id == team_id).with_for_update()
    is_open = session.scalar(chosen.where(DraftRow.open_key == open_key))
    if is_open is not None or thread is None:
        return is_open
    return session.scalar(
        chosen.where(DraftRow.thread_hash == thread.digest).order_by(DraftRow.created_at.desc()).limit(1)
    )


def _remember(db: Database, session: Session, team_id: str, draft_id: str, capture: Capture) -> None:
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


def _replace_evidence(session: Session, team_id: str, of: str, record_id: str, evidence: Iterable[Evidence]) -> None:
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


def _row(session: Session, team_id: str, draft_id: str, *, lock: bool = True) -> DraftRow:
    """A draft's row, held until the transaction ends: what is decided on must not change meanwhile."""
    row = session.get(DraftRow, (team_id, draft_id), with_for_update=lock)
    if row is None:
        raise NotFound("no such draft")
    return row


def _draft(session: Session, row: DraftRow) -> Draft:
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
    )
