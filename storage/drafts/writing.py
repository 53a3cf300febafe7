"""A draft begins, is filled, waits and ends."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _borrowed, audit
from storage._borrowed import NewSpeaker
from storage._tables import CaptureRow, DeletionRow, DraftRow
from storage.database import Database, insert_if_absent
from storage.drafts._rows import Capture, draft_of, empty, of_thread, open_key_of, remember, replace_evidence, row_of
from storage.errors import NotFound
from storage.records import (
    OPEN_STATES,
    Borrowed,
    Draft,
    DraftState,
    Evidence,
    KeyedHash,
    MessageRef,
    Source,
    TipContent,
    Visibility,
)


def begin(
    db: Database,
    *,
    team_id: str,
    draft_id: str,
    source: Source,
    visibility: Visibility,
    capture: Capture,
    thread: Sequence[KeyedHash],
    content: TipContent | None = None,
    author_id: str | None = None,
    made_with: str | None = None,
    question_id: str | None = None,
    theme_id: str | None = None,
) -> tuple[Draft, bool]:
    """One thread is one draft: gives the open one of this thread, or the one decided before, or a new one (True).

    `draft_id` is the request's that asks for it, so that a job that goes on after a crash begins none twice.

    Two people who point at a thread at once get the same draft; both are remembered. With `question_id` one draft is
    what one author (who is known) replied to that open question, and `thread` stands for both. `thread`: its hash
    under every pepper, the newest first; empty for what came from no thread.
    """
    open_key = open_key_of(source, question_id, author_id)
    with db.writing() as session:
        known = session.get(DraftRow, (team_id, draft_id)) or of_thread(session, team_id, open_key, thread)
        if known is not None:
            if known.open_key is not None:
                remember(db, session, team_id, known.id, capture)
            return draft_of(session, known), False
        # two may begin one at once: the unique keys decide
        is_new = insert_if_absent(
            session,
            DraftRow,
            team_id=team_id,
            id=draft_id,
            state=DraftState.PREPARING if content is None else DraftState.WAITING,
            open_key=open_key,
            thread_hash=thread[0].digest if thread else None,
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
            question_id=question_id,
            theme_id=theme_id,
        )
        here = of_thread(session, team_id, open_key, thread) if not is_new else None
        row = here or session.get_one(DraftRow, (team_id, draft_id))
        remember(db, session, team_id, row.id, capture)
        return draft_of(session, row), is_new


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
    read_until: datetime | None = None,
    borrowed: Iterable[Borrowed] = (),
    speakers: Iterable[NewSpeaker] = (),
    capturer_id: str | None = None,
    speakers_due_at: datetime | None = None,
) -> Draft:
    """Puts the words into an open draft. What was decided meanwhile, or edited by its author, stays as it is.

    `content` rests on the author's words alone. What rests on those of `speakers` too is `borrowed`: it comes in when
    all of them agreed, and is kept apart until then, no longer than `speakers_due_at`. `read_until`: when the last
    message of the thread was written, as it was read for this.

    Raises NotFound when a message that it rests on was deleted while the draft was being made (`deleted_meanwhile`).
    """
    evidence, borrowed = list(evidence), list(borrowed)
    with db.writing() as session:
        row = row_of(session, team_id, draft_id)
        _check_nothing_deleted(session, team_id, [*evidence, *(one for each in borrowed for one in each.evidence)])
        if row.open_key is None and row.state not in OPEN_STATES:
            return draft_of(session, row)
        if row.edited_at is not None and row.state != DraftState.PREPARING:
            return draft_of(session, row)
        row.author_id, row.made_with, row.prompt_version = author_id, made_with, prompt_version
        row.read_until = read_until
        if row.state == DraftState.PREPARING:
            row.state = DraftState.WAITING
        _borrowed.replace(
            session,
            team_id,
            draft_id,
            borrowed,
            speakers,
            capturer_id=capturer_id,
            now=db.now(),
            due_at=speakers_due_at or db.now(),
        )
        content, _ = _borrowed.settle(session, team_id, draft_id, author_id, content)
        row.content = content.model_dump(mode="json")
        replace_evidence(session, team_id, "draft", draft_id, evidence)
        return draft_of(session, row)


def _check_nothing_deleted(session: Session, team_id: str, evidence: Iterable[Evidence]) -> None:
    rests_on = sorted({one.message.digest for one in evidence})
    deleted = sa.select(DeletionRow.message_hash).where(
        DeletionRow.team_id == team_id, DeletionRow.message_hash.in_(rests_on)
    )
    if session.scalar(deleted.limit(1)) is not None:
        raise NotFound("a message that it rests on was deleted")


def is_preparing(db: Database, team_id: str, channel_id: str) -> bool:
    """Whether a draft is being made of a thread in this channel, so that a deletion there may concern it."""
    with db.reading() as session:
        return session.scalar(_preparing(team_id, channel_id).limit(1)) is not None


def deleted_meanwhile(db: Database, team_id: str, channel_id: str, message: KeyedHash) -> None:
    """Notes a deletion for the drafts that are being made there: what is filled from now on sees it.

    What was filled before is waited for, so that whoever looks for it after this finds it.
    """
    with db.writing() as session:
        insert_if_absent(session, DeletionRow, team_id=team_id, message_hash=message.digest, deleted_at=db.now())
        session.flush()
        session.scalars(_preparing(team_id, channel_id).order_by(DraftRow.id).with_for_update()).all()


def forget_deletions(db: Database, *, before: datetime) -> None:
    """Deletions that no job can miss any more: each reads its thread again before it stores anything."""
    with db.writing() as session:
        session.execute(sa.delete(DeletionRow).where(DeletionRow.deleted_at < before))


def _preparing(team_id: str, channel_id: str) -> sa.Select[str]:
    return sa.select(DraftRow.id).where(
        DraftRow.team_id == team_id,
        DraftRow.state == DraftState.PREPARING,
        DraftRow.source_channel_id == channel_id,
    )


def put_under(db: Database, team_id: str, draft_id: str, theme_id: str | None) -> Draft:
    """The author says under which theme their draft is shared, if any."""
    with db.writing() as session:
        row = row_of(session, team_id, draft_id)
        if row.state in OPEN_STATES:
            row.theme_id = theme_id
        return draft_of(session, row)


def edit(db: Database, team_id: str, draft_id: str, content: TipContent) -> Draft:
    """Puts the author's own words in place."""
    with db.writing() as session:
        row = row_of(session, team_id, draft_id)
        if row.state in OPEN_STATES:
            if row.content is not None:
                before = TipContent.model_validate(row.content)
                content = _borrowed.follow_edit(session, team_id, draft_id, before, content)
            row.content = content.model_dump(mode="json")
            row.edited_at = row.read_until = db.now()
        return draft_of(session, row)


def card_posted(db: Database, team_id: str, draft_id: str, ref: MessageRef, *, due_at: datetime) -> DraftState:
    """Notes where an open draft's card stands and until when it waits. The draft's state: it may have ended by now."""
    with db.writing() as session:
        row = row_of(session, team_id, draft_id)
        if row.state in OPEN_STATES:
            row.card_channel_id, row.card_ts = ref.channel_id, ref.ts
            row.card_at = row.card_at or db.now()
            row.due_at = due_at
        return DraftState(row.state)


def postpone(db: Database, team_id: str, draft_id: str, due_at: datetime, *, later: bool = False) -> Draft:
    """Lets the card wait until then: the author said Later, or is away."""
    with db.writing() as session:
        row = row_of(session, team_id, draft_id)
        row.due_at = due_at
        if later and row.state == DraftState.WAITING:
            row.state = DraftState.LATER
        return draft_of(session, row)


def start_over(db: Database, team_id: str, draft_id: str) -> Draft:
    """Lets an open draft be prepared anew, for another author. Gives what it was."""
    with db.writing() as session:
        row = row_of(session, team_id, draft_id)
        before = draft_of(session, row)
        if row.state in OPEN_STATES:
            row.state = DraftState.PREPARING
            row.card_channel_id = row.card_ts = None
        return before


def reminded(db: Database, team_id: str, draft_id: str) -> None:
    with db.writing() as session:
        row_of(session, team_id, draft_id).reminded_at = db.now()


def close(db: Database, team_id: str, draft_id: str, state: DraftState) -> Draft:
    """Ends an open draft without sharing it: its words, its author and who pointed at it are gone with it."""
    with db.writing() as session:
        row = row_of(session, team_id, draft_id)
        before = draft_of(session, row)
        if row.state in OPEN_STATES:
            if state is DraftState.DISCARDED:
                # without the author: who says no leaves no trace
                audit.note(db, session, team_id, "draft.discarded", record=("draft", draft_id))
            elif state is DraftState.EXPIRED:
                audit.note(db, session, team_id, "draft.expired", kind="clock", record=("draft", draft_id))
            row.state = state
            empty(db, session, row)
        return before


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
        row = row_of(session, team_id, draft_id)
        if session.scalar(left) or row.state not in OPEN_STATES:
            return None
        before = draft_of(session, row)
        row.state = DraftState.WITHDRAWN
        empty(db, session, row)
        # a withdrawn request is no decision: the thread may be captured again
        row.thread_hash = None
        return before


def forget(db: Database, session: Session, team_id: str, user_id: str) -> int:
    """Discards somebody's open drafts, and that they pointed at any. Gives how many. For storage's own modules."""
    theirs = sa.select(DraftRow).where(DraftRow.team_id == team_id, DraftRow.author_id == user_id)
    rows = session.scalars(theirs.where(DraftRow.state.in_(list(OPEN_STATES)))).all()
    for row in rows:
        row.state = DraftState.DISCARDED
        empty(db, session, row)
    session.execute(sa.delete(CaptureRow).where(CaptureRow.team_id == team_id, CaptureRow.user_id == user_id))
    return len(rows)
