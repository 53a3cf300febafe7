"""Tips as their readers and owners find them again. Every read takes a viewer."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from storage import _merged, keepers
from storage._tables import (
    DraftRow,
    EvidenceRow,
    TipRow,
)
from storage._visibility import visible_to
from storage.database import Database
from storage.records import (
    KeyedHash,
    Tip,
    Viewer,
)
from storage.tips._rows import LIVE, IsOwner, is_own, is_theirs, tip_of

_BATCH = 500


def get(db: Database, viewer: Viewer, tip_id: str) -> Tip | None:
    """The tip, if the viewer may see it; where it stands behind another one, that one."""
    with db.reading() as session:
        here = _merged.current(session, viewer.team_id, tip_id)
    return next(iter(many(db, viewer, [here])), None)


def many(db: Database, viewer: Viewer, tip_ids: Sequence[str]) -> list[Tip]:
    """Those of the tips that the viewer may see, in the order asked for."""
    with db.reading() as session:
        rows = session.scalars(sa.select(TipRow).where(visible_to(viewer), TipRow.id.in_(list(tip_ids))))
        found = {row.id: tip_of(row) for row in rows}
    return [found[tip_id] for tip_id in tip_ids if tip_id in found]


def are_fewer(db: Database, viewer: Viewer, than: int) -> bool:
    """Whether the viewer may see fewer tips than so many; no more is counted."""
    with db.reading() as session:
        return len(session.scalars(sa.select(TipRow.id).where(visible_to(viewer)).limit(than)).all()) < than


def of_thread(db: Database, viewer: Viewer, channel_id: str, thread_ts: str) -> list[Tip]:
    """The named tips that came from a thread and that the viewer may see."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(TipRow).where(
                visible_to(viewer), TipRow.source_channel_id == channel_id, TipRow.source_thread_ts == thread_ts
            )
        )
        return [tip_of(row) for row in rows]


def of_owner(db: Database, viewer: Viewer, is_owner: IsOwner) -> list[Tip]:
    """The viewer's own tips, newest first: named ones by name, anonymous ones by `is_owner(tip_id, hash)`.

    They see their own whatever its visibility. Of others' anonymous tips the hash alone is read, not the words.
    """
    live = sa.and_(TipRow.team_id == viewer.team_id, TipRow.state.in_(LIVE))
    unnamed = sa.select(TipRow.id, TipRow.owner_hash, TipRow.owner_pepper_version).where(
        live, TipRow.is_anonymous.is_(True), TipRow.owner_hash.is_not(None)
    )
    with db.reading() as session:
        own_ids = [
            tip_id
            for tip_id, digest, version in session.execute(unnamed)
            if is_owner(tip_id, KeyedHash(digest or "", version or 0))
        ]
        mine = sa.or_(
            sa.and_(TipRow.author_id == viewer.user_id, TipRow.is_anonymous.is_(False)),
            TipRow.id.in_(own_ids),
            keepers.keeps(viewer),
        )
        rows = session.scalars(sa.select(TipRow).where(live, mine).order_by(TipRow.published_at.desc(), TipRow.id))
        return [tip_of(row) for row in rows]


def own(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip | None:
    """The viewer's own tip, or one that they look after, out or not; None when it is not theirs, or there is none."""
    with db.reading() as session:
        row = session.get(TipRow, (viewer.team_id, tip_id))
        return tip_of(row) if row is not None and is_theirs(session, row, viewer, is_owner) else None


def is_of(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> bool:
    """Whether a published tip is the viewer's own; of one that stands behind another, whether that one is."""
    with db.reading() as session:
        row = session.get(TipRow, (viewer.team_id, _merged.current(session, viewer.team_id, tip_id)))
        return row is not None and row.state == "published" and is_own(row, viewer.user_id, is_owner)


def rests_on(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> bool:
    """Whether any draft or tip rests on a message."""
    with db.reading() as session:
        found = sa.select(EvidenceRow.record_id).where(
            EvidenceRow.team_id == team_id, EvidenceRow.message_hash.in_([one.digest for one in hashes])
        )
        thread = sa.select(DraftRow.id).where(
            DraftRow.team_id == team_id,
            DraftRow.open_key.is_not(None),
            DraftRow.thread_hash.in_([one.digest for one in hashes]),
        )
        return session.scalar(found.limit(1)) is not None or session.scalar(thread.limit(1)) is not None


def export(db: Database, viewer: Viewer) -> Iterator[Tip]:
    """Every tip that the viewer may see, in an order that stays, page by page."""
    last = ""
    while True:
        with db.reading() as session:
            rows = list(
                session.scalars(
                    sa.select(TipRow).where(visible_to(viewer), TipRow.id > last).order_by(TipRow.id).limit(_BATCH)
                )
            )
            page = [tip_of(row) for row in rows]
        if not page:
            return
        yield from page
        last = page[-1].id
