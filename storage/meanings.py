"""Vectors of tips: which are missing, stored, and held in memory for the search.

An embedder (a model and its version) follows the change feed. While a new one is not whole, the old one serves; when
it is, the old one's vectors go.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _feed
from storage._facets import facets_of
from storage._feed import Stand
from storage._tables import ChangeRow, EmbedderRow, TipRow, VectorRow
from storage._vectors import Near, Placed, VectorIndex, scale
from storage.database import Database, insert_if_absent
from storage.records import Filters, Meaning, TipContent, Viewer

log = logging.getLogger(__name__)

PASSAGE = 800
"""Characters of a tip that are embedded: its beginning says what it is about."""

_BATCH = 1_000
_AT_ONCE = 500
"""Changes, or tips after a start, that a search takes in itself; more are left to the background."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A tip's text for an embedder, and the hash by which the same text is known."""

    team_id: str
    tip_id: str
    text: str
    words_hash: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The next texts to embed. `feed_seq`: how far the feed is followed when they are stored; None: nothing is new."""

    passages: tuple[Passage, ...]
    feed_seq: int | None


def quantised(components: Sequence[float]) -> bytes:
    """A vector of any length as int8: of unit length first, then scaled by what its dimension alone says."""
    vector = np.asarray(components, dtype=np.float32)
    length = float(np.linalg.norm(vector))
    unit = vector / length if length else vector
    codes = np.clip(np.rint(unit * scale(len(vector))), -127, 127).astype(np.int8)
    return bytes(codes.tobytes())


def passage(content: TipContent) -> str:
    """What is embedded of a tip."""
    parts = [content.title, content.task, *content.prompts, content.outcome, *content.steps, content.caveats]
    parts += [content.background, content.reasoning]
    said: list[str] = []
    for part in parts:
        if part and part not in said:
            # a title is often the beginning of what follows
            said = [other for other in said if not part.startswith(other)] + [part]
    return "\n".join(said)[:PASSAGE]


def begin(db: Database, embedder: str) -> None:
    """Lets an embedder follow the feed from its start, unless it does already."""
    with db.reading() as session:
        if session.get(EmbedderRow, embedder) is not None:
            return
    with db.writing() as session:
        insert_if_absent(session, EmbedderRow, embedder=embedder, feed_seq=0, vector_seq=0, is_whole=False)


def missing(db: Database, embedder: str, limit: int) -> Missing:
    """The next texts, in the feed's order, that have no vector of this embedder yet."""
    with db.reading() as session:
        row = session.get(EmbedderRow, embedder)
        _, last = _feed.position(session)
        if row is None or (row.feed_seq >= last and row.is_whole):
            return Missing((), None)
        passages: dict[str, Passage] = {}
        at = row.feed_seq
        while len(passages) < limit and at < last:
            changes = session.execute(_changes(embedder, at, limit)).all()
            if not changes:
                at = last
                break
            for seq, tip, known in changes:
                at = seq
                found = _passage(tip)
                if found is not None and found.words_hash != known:
                    passages[found.tip_id] = found
                if len(passages) >= limit:
                    break
        return Missing(tuple(passages.values()), at)


def store(db: Database, embedder: str, vectors: Sequence[tuple[Passage, bytes]], feed_seq: int) -> None:
    """Keeps vectors and how far the feed is followed, at once. What was withdrawn or changed meanwhile is left out."""
    with db.writing() as session:
        row = session.get(EmbedderRow, embedder, with_for_update=True)
        if row is None:
            return
        for one, vector in vectors:
            tip = session.get(TipRow, (one.team_id, one.tip_id), with_for_update=True)
            now = _passage(tip) if tip is not None else None
            if now is None or now.words_hash != one.words_hash:
                continue
            row.vector_seq += 1
            session.merge(
                VectorRow(
                    team_id=one.team_id,
                    tip_id=one.tip_id,
                    embedder=embedder,
                    words_hash=one.words_hash,
                    vector=vector,
                    seq=row.vector_seq,
                )
            )
        row.feed_seq = max(row.feed_seq, feed_seq)
        if row.feed_seq >= _feed.position(session)[1] and not row.is_whole:
            _take_over(session, row)


def forget_embedders(db: Database) -> None:
    """Lets every embedder begin anew."""
    with db.writing() as session:
        session.execute(sa.delete(VectorRow))
        session.execute(sa.delete(EmbedderRow))


def serving(db: Database, current: str | None = None) -> str | None:
    """The embedder that the search uses: the whole one, else `current`, as far as it got."""
    with db.reading() as session:
        whole = session.scalar(sa.select(EmbedderRow.embedder).where(EmbedderRow.is_whole).limit(1))
        return whole or current


def of_tip(db: Database, team_id: str, tip_id: str) -> Meaning | None:
    """Where a tip lies for the embedder that serves, if it has a vector yet. For the search of what lies near it."""
    chosen = sa.select(VectorRow.embedder, VectorRow.vector).join(
        EmbedderRow, sa.and_(EmbedderRow.embedder == VectorRow.embedder, EmbedderRow.is_whole)
    )
    with db.reading() as session:
        row = session.execute(chosen.where(VectorRow.team_id == team_id, VectorRow.tip_id == tip_id)).first()
        return Meaning(row.embedder, row.vector) if row else None


def _take_over(session: Session, row: EmbedderRow) -> None:
    row.is_whole = True
    session.flush()
    session.execute(sa.delete(VectorRow).where(VectorRow.embedder != row.embedder))
    session.execute(sa.delete(EmbedderRow).where(EmbedderRow.embedder != row.embedder))


def _changes(embedder: str, after: int, limit: int) -> sa.Select[int, TipRow, str]:
    """Changed tips in the feed's order, with the hash of the text that this embedder knows."""
    return (
        sa.select(ChangeRow.seq, TipRow, VectorRow.words_hash)
        .join(TipRow, sa.and_(TipRow.team_id == ChangeRow.team_id, TipRow.id == ChangeRow.tip_id))
        .outerjoin(
            VectorRow,
            sa.and_(VectorRow.team_id == TipRow.team_id, VectorRow.tip_id == TipRow.id, VectorRow.embedder == embedder),
        )
        .where(ChangeRow.seq > after)
        .order_by(ChangeRow.seq)
        .limit(max(limit, 100))
    )


def _passage(row: TipRow) -> Passage | None:
    if row.state != "published" or not row.content:
        return None
    text = passage(TipContent.model_validate(row.content))
    return Passage(row.team_id, row.id, text, hashlib.sha256(text.encode()).hexdigest())


class Meanings:
    """The serving embedder's vectors in memory, following the database."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._vectors: VectorIndex | None = None
        self._at: Stand | None = None
        self._loader: threading.Thread | None = None

    def nearest(self, viewer: Viewer, question: Meaning, limit: int, filters: Filters | None) -> list[Near]:
        """The tips closest to a question. None of another embedder's are: their spaces have nothing in common."""
        vectors, at = self._vectors, self._at
        if vectors is None or at is None or at.embedder != question.embedder:
            return []
        return vectors.nearest(viewer, question.vector, limit, filters)

    def follow(self, db: Database, embedder: str, *, wait: bool = False, at: Stand | None = None) -> bool:
        """Takes in what changed. What would keep a search waiting is done in the background, unless it may `wait`.

        Whether everything is in. `at`: how far the database is, if that is known already.
        """
        at = at or _feed.stand(db, embedder)
        if at.vector_seq is None or at == self._at:
            return True
        if not wait and self._is_far_behind(at):
            self._follow_in_background(db, embedder)
            return False
        with self._guard:
            self._take_in(db, at)
        return True

    def _is_far_behind(self, at: Stand) -> bool:
        mine, last = self._at, at.vector_seq or 0
        if mine is None or (mine.epoch, mine.embedder) != (at.epoch, at.embedder):
            return last > _AT_ONCE
        return at.seq - mine.seq > _AT_ONCE or last - (mine.vector_seq or 0) > _AT_ONCE

    def _follow_in_background(self, db: Database, embedder: str) -> None:
        if self._loader is not None and self._loader.is_alive():
            return

        def load() -> None:
            try:
                self.follow(db, embedder, wait=True)
            except Exception:
                log.exception("the vectors could not be loaded and will be tried again")

        self._loader = threading.Thread(target=load, name="yoridokoro-vectors", daemon=True)
        self._loader.start()

    def _take_in(self, db: Database, at: Stand) -> None:
        mine, vectors = self._at, self._vectors
        last, embedder = at.vector_seq or 0, at.embedder or ""
        is_anew = mine is None or (mine.epoch, mine.embedder) != (at.epoch, embedder) or (mine.vector_seq or 0) > last
        if is_anew:
            vectors = None
        for team_id, tips in _all(db, embedder) if is_anew or mine is None else _since(db, mine, at):
            if vectors is None:
                width = next((len(tip.vector) for tip in tips if tip.vector), 0)
                if not width:
                    continue
                vectors = VectorIndex(width)
            vectors.put(team_id, tips)
        self._vectors, self._at = vectors, at


def _all(db: Database, embedder: str) -> Iterator[tuple[str, list[Placed]]]:
    """In the order of the vectors' numbers, which have an index: by tips, SQLite sorts all of them for each batch."""
    last = -1
    while True:
        with db.reading() as session:
            rows = session.execute(
                sa.select(TipRow, VectorRow.vector, VectorRow.seq)
                .join(VectorRow, sa.and_(VectorRow.team_id == TipRow.team_id, VectorRow.tip_id == TipRow.id))
                .where(VectorRow.embedder == embedder, VectorRow.seq > last, TipRow.state == "published")
                .order_by(VectorRow.seq)
                .limit(_BATCH)
            ).all()
        if not rows:
            return
        yield from _by_team([(row, vector) for row, vector, _ in rows])
        last = rows[-1].seq


def _since(db: Database, mine: Stand, at: Stand) -> Iterator[tuple[str, list[Placed]]]:
    """Tips that changed or got a vector between two stands, as they are now."""
    with db.reading() as session:
        changed = session.execute(
            sa.select(ChangeRow.team_id, ChangeRow.tip_id).where(ChangeRow.seq > mine.seq, ChangeRow.seq <= at.seq)
        ).all()
        placed = session.execute(
            sa.select(VectorRow.team_id, VectorRow.tip_id).where(
                VectorRow.embedder == at.embedder,
                VectorRow.seq > (mine.vector_seq or 0),
                VectorRow.seq <= (at.vector_seq or 0),
            )
        ).all()
    wanted = sorted({(team_id, tip_id) for team_id, tip_id in (*changed, *placed)})
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        with db.reading() as session:
            rows = session.execute(
                sa.select(TipRow, VectorRow.vector)
                .outerjoin(
                    VectorRow,
                    sa.and_(
                        VectorRow.team_id == TipRow.team_id,
                        VectorRow.tip_id == TipRow.id,
                        VectorRow.embedder == at.embedder,
                    ),
                )
                .where(TipRow.id.in_([tip_id for _, tip_id in some]))
            ).all()
        yield from _by_team([(row, vector) for row, vector in rows])


def _by_team(rows: list[tuple[TipRow, bytes | None]]) -> Iterator[tuple[str, list[Placed]]]:
    by_team: dict[str, list[Placed]] = {}
    for row, vector in rows:
        by_team.setdefault(row.team_id, []).append(_placed(row, vector))
    yield from by_team.items()


def _placed(row: TipRow, vector: bytes | None) -> Placed:
    if row.state != "published" or not row.content:
        return Placed(row.id, None, frozenset(), 0, None)
    content = TipContent.model_validate(row.content)
    facets = facets_of(content, row.visible_channel_id, row.source_channel_id, row.theme_id)
    return Placed(row.id, row.visible_channel_id, frozenset(facets), row.published_at.toordinal(), vector)
