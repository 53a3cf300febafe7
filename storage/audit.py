"""The audit trail: who decided what on which record, and who looked.

Never content, and nothing about anonymous tips: an entry's time alone could be matched with somebody's click.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import AuditRow
from storage.database import Database

ActorKind = Literal["person", "operator", "clock", "slack"]
"""Who acted: somebody in Slack, the command line, time that passed, or a deletion that Slack told of."""

RecordKind = Literal["tip", "draft", "workspace", "channel", "theme"]

Action = Literal[
    "tip.shared",
    "tip.edited",
    "tip.named",
    "tip.readers_changed",
    "tip.withdrawn",
    "tip.source_deleted",
    "tip.source_missing",
    "tip.kept",
    "tip.taken_over",
    "tip.outlived",
    "tip.verified",
    "tip.obsolete",
    "tip.brought_back",
    "tip.merged",
    "draft.discarded",
    "draft.expired",
    "theme.started",
    "theme.handed_over",
    "theme.left",
    "theme.closed",
    "rules.changed",
    "person.forgotten",
    "audit.read",
    "audit.exported",
    "tips.exported",
    "tips.imported",
    "tips.searched",
    "tips.asked",
    "questions.read",
]

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor_id` None: the operator, the clock, Slack, who discarded a draft, or somebody who was forgotten since."""

    at: datetime
    actor_kind: ActorKind
    actor_id: str | None
    action: Action
    record_kind: RecordKind | None
    record_id: str | None


def note(
    db: Database,
    session: Session,
    team_id: str,
    action: Action,
    *,
    actor: str | None = None,
    kind: ActorKind = "person",
    record: tuple[RecordKind, str] | None = None,
) -> None:
    """Adds an entry in the transaction of what it is about. For storage's own modules."""
    session.add(
        AuditRow(
            team_id=team_id,
            id=secrets.token_hex(16),
            at=db.now(),
            actor_kind=kind,
            actor_id=actor,
            action=action,
            record_kind=record[0] if record else None,
            record_id=record[1] if record else None,
        )
    )


def looked(db: Database, team_id: str, action: Action, *, actor: str | None = None) -> None:
    """Notes that somebody looks, before they see anything. `actor` None: the operator, by the command line."""
    with db.writing() as session:
        note(db, session, team_id, action, actor=actor, kind="person" if actor else "operator")


def entries(db: Database, team_id: str, *, since: datetime | None = None) -> Iterator[Entry]:
    """The trail, oldest first, page by page."""
    last: tuple[datetime, str] | None = None
    while True:
        chosen = sa.select(AuditRow).where(AuditRow.team_id == team_id)
        if since is not None:
            chosen = chosen.where(AuditRow.at >= since)
        if last is not None:
            chosen = chosen.where(sa.or_(AuditRow.at > last[0], sa.and_(AuditRow.at == last[0], AuditRow.id > last[1])))
        with db.reading() as session:
            page = list(session.scalars(chosen.order_by(AuditRow.at, AuditRow.id).limit(_BATCH)))
        if not page:
            return
        yield from map(_entry, page)
        last = page[-1].at, page[-1].id


def forget_record(session: Session, team_id: str, record_id: str) -> None:
    """A tip lost its name: nothing says any more whose it was. For storage's own modules."""
    session.execute(sa.delete(AuditRow).where(AuditRow.team_id == team_id, AuditRow.record_id == record_id))


def forget_person(session: Session, team_id: str, user_id: str) -> None:
    """What was decided stays, who decided it does not. For storage's own modules."""
    theirs = sa.and_(AuditRow.team_id == team_id, AuditRow.actor_id == user_id)
    session.execute(sa.update(AuditRow).where(theirs).values(actor_id=None))


def _entry(row: AuditRow) -> Entry:
    return Entry(
        row.at,
        cast("ActorKind", row.actor_kind),
        row.actor_id,
        cast("Action", row.action),
        cast("RecordKind | None", row.record_kind),
        row.record_id,
    )
