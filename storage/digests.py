"""Digests: what is new for one person or one channel, sent once."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import follows
from storage._tables import ChannelDigestRow, DigestRow, TipRow
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent
from storage.drafts import day_of
from storage.records import ChannelDigest, Kind, News, Tip, Viewer
from storage.tips import tip_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """A digest, or a notice between two of them, that is about to be sent. `name` is part of the post's key."""

    team_id: str
    user_id: str
    kind: Literal["digest", "notice"]
    name: str
    items: tuple[News, ...]


def recent(db: Database, viewer: Viewer, since: datetime, *, limit: int = 200) -> list[tuple[Tip, str | None]]:
    """Tips shared since then that the viewer may see, newest first, each with the channel it came from or is for.

    Only channels of the viewer's are named. A named tip of their own is not among them.
    """
    chosen = sa.select(TipRow).where(_new_for(viewer, since)).order_by(TipRow.published_at.desc(), TipRow.id)
    with db.reading() as session:
        rows = session.scalars(chosen.limit(limit))
        return [(tip_of(row), _place(row.visible_channel_id or row.source_channel_id, viewer)) for row in rows]


def in_channels(db: Database, viewer: Viewer, since: datetime, *, limit: int = 200) -> list[tuple[str, str]]:
    """Ids of those of these tips that came from, or are for, a channel of the viewer's, with the channel; no worries.

    Their words are not read: of all that is new a digest tells of very little.
    """
    place = sa.func.coalesce(TipRow.visible_channel_id, TipRow.source_channel_id)
    kind = TipRow.content["kind"].as_string()
    chosen = (
        sa.select(TipRow.id, place)
        .where(_new_for(viewer, since), place.in_(sorted(viewer.channel_ids)), kind != Kind.WORRY.value)
        .order_by(TipRow.published_at.desc(), TipRow.id)
    )
    with db.reading() as session:
        return [(tip_id, channel) for tip_id, channel in session.execute(chosen.limit(limit))]


def _new_for(viewer: Viewer, since: datetime) -> sa.ColumnElement[bool]:
    new = sa.or_(
        TipRow.published_at >= since, sa.and_(TipRow.is_anonymous.is_(True), TipRow.published_at >= day_of(since))
    )
    others = sa.or_(TipRow.author_id.is_(None), TipRow.author_id != (viewer.user_id or ""))
    return sa.and_(visible_to(viewer), TipRow.updated_at >= day_of(since), new, others)


def _place(channel: str | None, viewer: Viewer) -> str | None:
    return channel if channel in viewer.channel_ids else None


def prepared(db: Database, team_id: str, user_id: str, kind: Literal["digest", "notice"]) -> Prepared | None:
    """What a try that broke off left."""
    with db.reading() as session:
        row = session.get(DigestRow, (team_id, user_id, kind))
        return _prepared(row) if row else None


def prepare(db: Database, made: Prepared) -> Prepared:
    """Keeps what is about to be sent; what is there already stays."""
    with db.writing() as session:
        insert_if_absent(
            session,
            DigestRow,
            team_id=made.team_id,
            user_id=made.user_id,
            kind=made.kind,
            name=made.name,
            items=[{"tip_id": one.tip_id, "why": one.why, "about": one.about} for one in made.items],
        )
        return _prepared(session.get_one(DigestRow, (made.team_id, made.user_id, made.kind)))


def end(db: Database, done: Prepared, *, is_sent: bool) -> None:
    """It was sent and its tips come no second time, or it will not be sent."""
    with db.writing() as session:
        mine = (DigestRow.team_id == done.team_id, DigestRow.user_id == done.user_id, DigestRow.kind == done.kind)
        session.execute(sa.delete(DigestRow).where(*mine))
        if is_sent:
            follows.told(session, done.team_id, done.user_id, done.items, db.now())


def channels(db: Database, team_id: str) -> list[str]:
    """The channels with a digest of their own."""
    with db.reading() as session:
        chosen = sa.select(ChannelDigestRow.channel_id).where(ChannelDigestRow.team_id == team_id)
        return sorted(session.scalars(chosen))


def switch(db: Database, chosen: ChannelDigest) -> None:
    """An admin switches a channel's digest on; one that is on stays as it is."""
    with db.writing() as session:
        insert_if_absent(session, ChannelDigestRow, **asdict(chosen))


def switch_off(db: Database, team_id: str, channel_id: str) -> None:
    with db.writing() as session:
        session.execute(
            sa.delete(ChannelDigestRow).where(
                ChannelDigestRow.team_id == team_id, ChannelDigestRow.channel_id == channel_id
            )
        )


def due_channels(db: Database, now: datetime) -> list[ChannelDigest]:
    with db.reading() as session:
        rows = session.scalars(sa.select(ChannelDigestRow).where(ChannelDigestRow.next_at <= now).limit(100))
        return [ChannelDigest(row.team_id, row.channel_id, row.tz, row.since, row.next_at) for row in rows]


def channel_done(db: Database, done: ChannelDigest, next_at: datetime) -> ChannelDigest:
    """A channel's digest was sent, or was empty; the next one tells of what came since this one was due."""
    with db.writing() as session:
        row = session.get(ChannelDigestRow, (done.team_id, done.channel_id), with_for_update=True)
        if row is not None and row.next_at == done.next_at:
            row.since, row.next_at = done.next_at, next_at
    return replace(done, since=done.next_at, next_at=next_at)


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes what is about to be sent. For storage's own modules."""
    session.execute(sa.delete(DigestRow).where(DigestRow.team_id == team_id, DigestRow.user_id == user_id))


def _prepared(row: DigestRow) -> Prepared:
    items: list[Any] = row.items
    kind = cast("Literal['digest', 'notice']", row.kind)
    return Prepared(
        row.team_id, row.user_id, kind, row.name, tuple(News(row.team_id, row.user_id, **one) for one in items)
    )
