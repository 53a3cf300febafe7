"""Accepted requests: what Slack brought and the bot promised to answer."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import deliveries
from storage._tables import DraftRow, QuestionRow, RequestRow, TipRow
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import Backlog, DraftState, NewRequest, Request, RequestState

_DONE = "done"
"""In a request's payload: what came of it."""


def accept(db: Database, new: NewRequest, enqueue: Callable[[Session, str], None]) -> Request | None:
    """Takes a request on: its row and its job in one transaction. None when its key is known already.

    `enqueue(session, request_id)` puts the job into the same transaction: the one place where a session is lent.
    Raises Locked, and then nothing was accepted.
    """
    with db.writing() as session:
        if new.earlier_keys:
            known = RequestRow.team_id == new.team_id, RequestRow.key.in_(new.earlier_keys)
            if session.scalar(sa.select(RequestRow.id).where(*known).limit(1)) is not None:
                return None
        values = {
            "team_id": new.team_id,
            "id": secrets.token_hex(16),
            "kind": new.kind,
            "key": new.key,
            "queue": new.queue,
            "user_id": new.user_id,
            "payload": new.payload,
            "state": "accepted",
            "accepted_at": db.now(),
        }
        # on PostgreSQL two processes may bring the same key at once: the unique key decides
        if not insert_if_absent(session, RequestRow, **values):
            return None
        row = RequestRow(**values)
        enqueue(session, row.id)
        return _request(row)


def find(db: Database, request_id: str) -> Request | None:
    """A request by its id alone, which is all that a job is given."""
    with db.reading() as session:
        row = session.scalar(sa.select(RequestRow).where(RequestRow.id == request_id))
        return _request(row) if row else None


def get(db: Database, team_id: str, request_id: str) -> Request:
    with db.reading() as session:
        row = session.get(RequestRow, (team_id, request_id))
        if row is None:
            raise NotFound("no such request")
        return _request(row)


def end(db: Database, team_id: str, request_id: str, state: RequestState, *, reference: str | None = None) -> None:
    """Notes how a request ended; the first end stays."""
    with db.writing() as session:
        session.execute(
            sa.update(RequestRow)
            .where(RequestRow.team_id == team_id, RequestRow.id == request_id, RequestRow.state == "accepted")
            .values(state=state, reference=reference, ended_at=db.now())
        )


def noted(db: Database, team_id: str, request_id: str) -> Any:
    """What came of what a request has done already (`once`); None before, and where that is all that came of it."""
    with db.reading() as session:
        row = session.get(RequestRow, (team_id, request_id))
        return row.payload.get(_DONE) if row is not None else None


def once(db: Database, team_id: str, request_id: str, do: Callable[[], Any]) -> Any:
    """Does what a request changes and notes what came of it, as JSON, in one transaction; once noted, gives that alone.

    For a job that goes on after a crash: what it decided is decided already then, and who is told must hear the same.
    What `do` reads of the database is as it was before: it may write, and not read what it wrote. It asks nobody else,
    for others wait for it, and takes no step. Raises NotFound.
    """
    with db.writing() as session:
        row = session.get(RequestRow, (team_id, request_id), with_for_update=True)
        if row is None:
            raise NotFound("no such request")
        if _DONE not in row.payload:
            row.payload = {**row.payload, _DONE: do()}
        return row.payload[_DONE]


def sweep(db: Database, *, ended_before: datetime) -> list[str]:
    """Empties requests that ended before then: payload, person, where their posts stand.

    Gives each id once, for its job's history goes too.
    """
    with db.writing() as session:
        due = sa.select(RequestRow.id).where(
            RequestRow.ended_at < ended_before, RequestRow.swept_at.is_(None), RequestRow.state != "accepted"
        )
        ids = list(session.scalars(due.limit(500)))
        session.execute(
            sa.update(RequestRow).where(RequestRow.id.in_(ids)).values(payload={}, user_id=None, swept_at=db.now())
        )
        deliveries.forget_requests(session, ids)
        _forget_empty(session, ids)
        return ids


def _forget_empty(session: Session, request_ids: Sequence[str]) -> None:
    """What was shared or asked without a name while the request that began it was at work, and stayed empty until now.

    See `drafts.part` and `questions.open_question`.
    """
    named = sa.exists().where(TipRow.team_id == DraftRow.team_id, TipRow.draft_id == DraftRow.id)
    session.execute(
        sa.delete(DraftRow).where(
            DraftRow.id.in_(request_ids),
            DraftRow.state == DraftState.SHARED,
            DraftRow.thread_hash.is_(None),
            ~named,
        )
    )
    session.execute(sa.delete(QuestionRow).where(QuestionRow.id.in_(request_ids), QuestionRow.asker_id.is_(None)))


def unended(db: Database, *, older_than: datetime, limit: int = 500) -> list[Request]:
    """Requests that were accepted before then and have not ended, oldest first."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(RequestRow)
            .where(RequestRow.state == "accepted", RequestRow.accepted_at < older_than)
            .order_by(RequestRow.accepted_at)
            .limit(limit)
        )
        return [_request(row) for row in rows]


def by_id_or_reference(db: Database, sought: str) -> list[Request]:
    """The request of this id, or those that failed under this reference number."""
    chosen = sa.select(RequestRow).where(sa.or_(RequestRow.id == sought, RequestRow.reference == sought))
    with db.reading() as session:
        return [_request(row) for row in session.scalars(chosen)]


def recent(
    db: Database, *, team_id: str | None = None, state: RequestState | None = None, limit: int = 20
) -> list[Request]:
    """The newest requests first."""
    chosen = sa.select(RequestRow).order_by(RequestRow.accepted_at.desc()).limit(limit)
    if team_id:
        chosen = chosen.where(RequestRow.team_id == team_id)
    if state:
        chosen = chosen.where(RequestRow.state == state)
    with db.reading() as session:
        return [_request(row) for row in session.scalars(chosen)]


def backlog(db: Database, team_id: str, *, before: datetime, since: datetime, most: int = 3) -> Backlog:
    """What was accepted `before` then and has not ended, and what was accepted `since` then and failed."""
    count = sa.select(sa.func.count()).select_from(RequestRow).where(RequestRow.team_id == team_id)
    failed = RequestRow.state == "failed", RequestRow.accepted_at >= since, RequestRow.reference.is_not(None)
    newest = sa.select(RequestRow.reference).where(RequestRow.team_id == team_id, *failed)
    with db.reading() as session:
        return Backlog(
            waiting=session.scalar(count.where(RequestRow.state == "accepted", RequestRow.accepted_at < before)) or 0,
            failed=session.scalar(count.where(*failed)) or 0,
            references=tuple(
                str(one) for one in session.scalars(newest.order_by(RequestRow.accepted_at.desc()).limit(most))
            ),
        )


def _request(row: RequestRow) -> Request:
    return Request(
        team_id=row.team_id,
        id=row.id,
        kind=row.kind,
        key=row.key,
        queue=row.queue,
        user_id=row.user_id,
        payload=row.payload,
        state=cast("RequestState", row.state),
        reference=row.reference,
        accepted_at=row.accepted_at,
        ended_at=row.ended_at,
    )


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Empties what somebody asked for and what has ended. For storage's own modules."""
    session.execute(
        sa.update(RequestRow)
        .where(RequestRow.team_id == team_id, RequestRow.user_id == user_id, RequestRow.state != "accepted")
        .values(user_id=None, payload={})
    )
