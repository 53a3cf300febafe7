"""What a draft or a tip would say without its author's name. They see it whole, and it is shared as they saw it."""

import hashlib
import json
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import ProposalRow
from storage.database import Database, insert_or_replace
from storage.errors import NotFound
from storage.records import TipContent

Of = Literal["draft", "tip"]


def propose(db: Database, team_id: str, of: Of, record_id: str, base: TipContent, content: TipContent) -> str:
    """Keeps what `base`, the record's words now, become without a name. Gives the digest by which it is shared."""
    kept = content.model_dump(mode="json")
    with db.writing() as session:
        insert_or_replace(
            session,
            ProposalRow,
            team_id=team_id,
            of=of,
            record_id=record_id,
            base=digest(base.model_dump(mode="json")),
            content=kept,
            made_at=db.now(),
        )
    return digest(kept)


def content_of(db: Database, team_id: str, of: Of, record_id: str, digest_: str) -> dict[str, Any] | None:
    """The words of the proposal of this digest, as TipContent takes them; None when there is another one by now."""
    with db.reading() as session:
        row = session.get(ProposalRow, (team_id, of, record_id))
        return row.content if row is not None and digest(row.content) == digest_ else None


def digest(content: dict[str, Any]) -> str:
    """What is the same for the same words, byte for byte."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def take(session: Session, team_id: str, of: Of, record_id: str, digest_: str, now: dict[str, Any]) -> dict[str, Any]:
    """The words that their author confirmed by this digest, and ends the proposal. For storage's own modules.

    `now`: the record's words. Raises NotFound when these, or the proposal, are others than those that were shown.
    """
    row = session.get(ProposalRow, (team_id, of, record_id), with_for_update=True)
    if row is None or digest(row.content) != digest_ or row.base != digest(now):
        raise NotFound("something else was shown")
    session.delete(row)
    return row.content


def forget(session: Session, team_id: str, of: Of, record_id: str) -> None:
    """For storage's own modules."""
    session.execute(
        sa.delete(ProposalRow).where(
            ProposalRow.team_id == team_id, ProposalRow.of == of, ProposalRow.record_id == record_id
        )
    )
