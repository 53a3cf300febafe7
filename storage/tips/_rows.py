"""A tip as a row, and whose it is. For storage's own modules."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _merged, _tended, drafts, keepers
from storage._tables import TipRow
from storage._visibility import visible_to
from storage.database import Database
from storage.errors import NotFound, Own
from storage.records import (
    KeyedHash,
    Tip,
    TipContent,
    VerifiedBy,
    Viewer,
    Visibility,
)

WAITING, HIDDEN = "waiting", "hidden"
"""A tip without a name that is not out yet; one whose source is missing in Slack, so that its owner is asked."""

OBSOLETE, MERGED = _tended.OBSOLETE, _merged.MERGED
"""One that is out of date; one that stands behind another."""

LIVE = ("published", WAITING, HIDDEN, OBSOLETE, MERGED)
"""States in which a tip is its owner's to change; others see the published ones alone."""

IsOwner = Callable[[str, KeyedHash], bool]
"""Whether somebody owns the tip of this id, by the hash that was kept with it."""


def new_id() -> str:
    """An id for a tip that is about to be published: its owner's hash is keyed by it."""
    return secrets.token_hex(16)


def is_own(row: TipRow, user_id: str | None, is_owner: IsOwner) -> bool:
    """Whether a row is this person's. For storage's own modules."""
    if not row.is_anonymous:
        return row.author_id is not None and row.author_id == user_id
    return row.owner_hash is not None and is_owner(row.id, KeyedHash(row.owner_hash, row.owner_pepper_version or 0))


def own_row(session: Session, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> TipRow:
    """The owner's row, held. Raises NotFound for anybody else. For storage's own modules."""
    row = session.get(TipRow, (viewer.team_id, tip_id), with_for_update=True)
    if row is None or not is_theirs(session, row, viewer, is_owner):
        raise NotFound("no such tip of this person")
    return row


def seen_row(session: Session, viewer: Viewer, tip_id: str, *also: sa.ColumnElement[bool]) -> TipRow:
    """The row of a tip that the viewer may see, held until the transaction ends. Raises NotFound.

    Held, a withdrawal that comes at once takes along what is noted with it. For storage's own modules.
    """
    row = session.scalar(sa.select(TipRow).where(visible_to(viewer), TipRow.id == tip_id, *also).with_for_update())
    if row is None:
        raise NotFound("no such tip for this person")
    return row


def row_of_another(
    session: Session, viewer: Viewer, tip_id: str, is_owner: IsOwner, *also: sa.ColumnElement[bool]
) -> TipRow:
    """The row of somebody else's tip that the viewer may see, or of the one behind which it stands, held.

    Raises NotFound, and Own for their own. For storage's own modules.
    """
    if viewer.user_id is None:
        raise NotFound("nobody asks")
    row = seen_row(session, viewer, _merged.current(session, viewer.team_id, tip_id), *also)
    if is_own(row, viewer.user_id, is_owner):
        raise Own("it is their own tip")
    return row


def may_be_of(user_id: str | None, *, anonymous_only: bool = False) -> sa.ColumnElement[bool]:
    """Of tips without a name the database cannot tell whose they are: `is_own` has the last word. For storage."""
    unnamed = TipRow.is_anonymous.is_(True)
    return unnamed if anonymous_only else sa.or_(TipRow.author_id == user_id, unnamed)


def is_theirs(session: Session, row: TipRow, viewer: Viewer, is_owner: IsOwner) -> bool:
    """Whether a tip is the viewer's to change: their own, or one that they look after."""
    if row.state not in LIVE:
        return False
    return is_own(row, viewer.user_id, is_owner) or row.id in keepers.kept_by(session, viewer)


def now_for(db: Database, row: TipRow) -> datetime:
    """When something happens to a tip, as it may be kept: of one without a name only the day. For storage's modules."""
    return drafts.day_of(db.now()) if row.is_anonymous else db.now()


def tip_of(row: TipRow | sa.Row[*tuple[Any, ...]]) -> Tip:
    """A row as a value. For storage's own modules."""
    content: Any = row.content
    return Tip(
        team_id=row.team_id,
        id=row.id,
        content=TipContent.model_validate(content),
        visibility=Visibility(row.visible_channel_id),
        author_id=row.author_id,
        is_anonymous=row.is_anonymous,
        permalink=row.permalink,
        made_with=row.made_with,
        external_id=row.external_id,
        published_at=row.published_at,
        updated_at=row.updated_at,
        comes_out_at=row.comes_out_at,
        is_hidden=row.state == HIDDEN,
        is_obsolete=row.state == OBSOLETE,
        is_merged=row.state == MERGED,
        verified_at=row.verified_at,
        verified_by=cast("VerifiedBy | None", row.verified_by),
    )
