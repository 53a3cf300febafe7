"""An open question as rows. For storage's own modules."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from storage import _themed
from storage._tables import EchoRow, OpenQuestionRow, RoutingRow
from storage.errors import NotFound
from storage.records import KeyedHash, Language, MessageRef, OpenQuestion, OpenState, Routing

IsOwner = Callable[[str, KeyedHash], bool]
"""Whether somebody asked the question of this id, by the hash that was kept with it."""

OPEN = ("waiting", "open")


def row_of(session: Session, team_id: str, question_id: str) -> OpenQuestionRow:
    """A question's row, held until the transaction ends."""
    row = session.get(OpenQuestionRow, (team_id, question_id), with_for_update=True)
    if row is None:
        raise NotFound("no such question")
    return row


def is_asker(row: OpenQuestionRow, user_id: str, is_owner: IsOwner) -> bool:
    if not row.is_anonymous:
        return row.asker_id == user_id
    return bool(row.owner_hash) and is_owner(row.id, KeyedHash(row.owner_hash, row.owner_pepper_version))


def end(row: OpenQuestionRow, state: OpenState, now: datetime) -> None:
    """Ends an open question. What its asker takes back keeps neither its words nor who asked."""
    row.state, row.closed_at = state, now
    row.revision += 1
    if (session := object_session(row)) is not None:
        _themed.outdate(session, row.team_id, row.id)
    if state == "withdrawn":
        row.text = row.owner_hash = ""
        row.asker_id = None


def question_of(session: Session, row: OpenQuestionRow) -> OpenQuestion:
    count = sa.select(sa.func.count()).where(EchoRow.team_id == row.team_id, EchoRow.question_id == row.id)
    return OpenQuestion(
        team_id=row.team_id,
        id=row.id,
        text=row.text,
        language=cast("Language", row.language),
        state=cast("OpenState", row.state),
        is_anonymous=row.is_anonymous,
        asker_id=row.asker_id,
        owner=KeyedHash(row.owner_hash, row.owner_pepper_version),
        channel_id=row.post_channel_id,
        post=_ref(row.post_channel_id, row.post_ts),
        permalink=row.permalink,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        replied_at=row.replied_at,
        reminded_at=row.reminded_at,
        closed_at=row.closed_at,
        echoes=session.scalar(count) or 0,
        revision=row.revision,
    )


def routing_of(row: RoutingRow) -> Routing:
    return Routing(row.question_id, row.user_id, _ref(row.post_channel_id, row.post_ts))


def _ref(channel_id: str | None, ts: str | None) -> MessageRef | None:
    return MessageRef(channel_id, ts) if channel_id and ts else None
