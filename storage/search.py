"""Search by words: the index proposes, the database, under the one visibility condition, disposes."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from storage import _analysis, drafts, tips
from storage._feed import position
from storage._index import VERSION, Entry, Position, WordIndex
from storage._tables import ChangeRow, TipRow
from storage.database import Database
from storage.errors import Locked
from storage.records import Hit, TipContent, Viewer

log = logging.getLogger(__name__)

_BATCH = 1_000


class Index:
    """The search index of one database, followed by `catch_up`."""

    def __init__(self, folder: Path) -> None:
        self.words = WordIndex(folder)

    def close(self) -> None:
        """Nothing to give back: files are held only while they are written."""


def open_index(db: Database, folder: Path) -> Index:
    """The index in `folder`, built anew when it is missing, damaged, of another version or of another database."""
    index = Index(folder)
    index.words.reload()
    catch_up(db, index)
    return index


def search(
    db: Database,
    index: Index,
    viewer: Viewer,
    query: str,
    limit: int = 10,
    *,
    exclude_thread: tuple[str, str] | None = None,
) -> list[Hit]:
    """The tips that the viewer may see and that answer the query, best first; none when nothing is about it.

    `exclude_thread` (channel, thread): the thread that asks is no source.
    """
    catch_up(db, index)
    excluded = {tip.id for tip in tips.of_thread(db, viewer, *exclude_thread)} if exclude_thread else set()
    wanted = index.words.candidates(viewer, _analysis.question(query), limit + len(excluded))
    found = tips.many(db, viewer, [tip_id for tip_id in wanted if tip_id not in excluded])
    return [Hit(tip, rank) for rank, tip in enumerate(found[:limit], start=1)]


def pointers(
    db: Database, viewer: Viewer, query: str, *, card_before: datetime, limit: int = 2
) -> list[tuple[str, str]]:
    """Threads (channel, permalink) about the query that somebody marked and whose author has not decided yet.

    Only their permalink may be shown, and only to people who can read the channel anyway (design, "Whose tip is it").
    """
    question = _analysis.question(query)
    found = []
    for draft in drafts.pointers(db, viewer, card_before=card_before):
        content, source = draft.content, draft.source
        if content is None or not source.permalink or not source.channel_id or not question:
            continue
        has = set(_analysis.terms("\n".join([content.title, content.task, *content.prompts, content.outcome])))
        met = sum(1 for word in question if has.intersection(word))
        if met * 2 >= len(question):
            found.append((met, source.channel_id, source.permalink))
    found.sort(key=lambda one: -one[0])
    return [(channel_id, permalink) for _, channel_id, permalink in found[:limit]]


def catch_up(db: Database, index: Index) -> int:
    """Follows the change feed up to now; gives how many tips were looked at. Cheap when there is nothing new."""
    with db.reading() as session:
        epoch, last = position(session)
    if _follows(index.words.position(), epoch, last):
        return 0
    if _follows(index.words.reload(), epoch, last):
        return 0
    with index.words.only_writer() as alone:
        at = index.words.reload()
        if _follows(at, epoch, last):
            return 0
        if not alone:
            # another process is writing what we miss; what is shown is read from the database anyway
            return 0
        return _write(db, index, at, epoch, last)


def rebuild(db: Database, index: Index) -> int:
    """Builds the index anew from the database. Raises Locked when another process keeps writing."""
    with db.reading() as session:
        epoch, last = position(session)
    with index.words.only_writer() as alone:
        if not alone:
            raise Locked("another process is writing the search index")
        return _write(db, index, Position(version=""), epoch, last)


def _follows(at: Position, epoch: str, last: int) -> bool:
    return at == Position(epoch, last)


def _write(db: Database, index: Index, at: Position, epoch: str, last: int) -> int:
    anew = at.version != VERSION or at.epoch != epoch or at.seq > last
    counted = 0

    def counting(entries: Iterator[Entry]) -> Iterator[Entry]:
        nonlocal counted
        for entry in entries:
            counted += 1
            yield entry

    entries = _all(db) if anew else _changed(db, at.seq, last)
    try:
        index.words.write(counting(entries), Position(epoch, last), anew=anew)
    except ValueError:
        if anew:
            raise
        log.warning("the search index cannot be written to and is built anew")
        return _write(db, index, Position(version=""), epoch, last)
    return counted


def _all(db: Database) -> Iterator[Entry]:
    last = ("", "")
    while True:
        with db.reading() as session:
            rows = list(
                session.scalars(
                    sa.select(TipRow)
                    .where(sa.tuple_(TipRow.team_id, TipRow.id) > sa.tuple_(*map(sa.literal, last)))
                    .where(TipRow.state == "published")
                    .order_by(TipRow.team_id, TipRow.id)
                    .limit(_BATCH)
                )
            )
        if not rows:
            return
        yield from map(_entry, rows)
        last = (rows[-1].team_id, rows[-1].id)


def _changed(db: Database, after: int, upto: int) -> Iterator[Entry]:
    while after < upto:
        with db.reading() as session:
            changes = list(
                session.execute(
                    sa.select(ChangeRow.seq, TipRow)
                    .join(TipRow, sa.and_(TipRow.team_id == ChangeRow.team_id, TipRow.id == ChangeRow.tip_id))
                    .where(ChangeRow.seq > after, ChangeRow.seq <= upto)
                    .order_by(ChangeRow.seq)
                    .limit(_BATCH)
                )
            )
        if not changes:
            return
        yield from (_entry(row) for _, row in changes)
        after = changes[-1][0]


def _entry(row: TipRow) -> Entry:
    content = TipContent.model_validate(row.content) if row.state == "published" and row.content else None
    return Entry(row.team_id, row.id, row.visible_channel_id, content)
