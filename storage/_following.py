"""The index follows the change feed: what is committed is found within a second, also when others committed it."""

import logging
from collections.abc import Iterator

import sqlalchemy as sa

from storage._documents import Entry
from storage._feed import Stand, stand
from storage._index import VERSION, Position, WordIndex
from storage._tables import ChangeRow, TipRow
from storage.database import Database
from storage.errors import Locked
from storage.records import TipContent

log = logging.getLogger(__name__)

_BATCH = 1_000


def catch_up(db: Database, words: WordIndex, at: Stand | None = None) -> int:
    """Follows the change feed up to now; gives how many tips were looked at. Cheap when there is nothing new."""
    epoch, last, *_ = at or stand(db)
    if _follows(words.position(), epoch, last) or _follows(words.reload(), epoch, last):
        return 0
    with words.only_writer() as alone:
        known = words.reload()
        if _follows(known, epoch, last):
            return 0
        if not alone:
            # another is writing what we miss; what is shown is read from the database anyway
            return 0
        return _write(db, words, known, epoch, last)


def rebuild(db: Database, words: WordIndex) -> int:
    """Builds the index anew from the database. Raises Locked when another process keeps writing."""
    epoch, last, *_ = stand(db)
    with words.only_writer() as alone:
        if not alone:
            raise Locked("another process is writing the search index: try again in a moment")
        return _write(db, words, Position(version=""), epoch, last)


def purge(words: WordIndex) -> int:
    """Takes withdrawn words out of the index's files; gives how many shards held some."""
    with words.only_writer() as alone:
        if not alone or words.reload().version != VERSION:
            return 0
        return words.purge()


def _follows(at: Position, epoch: str, last: int) -> bool:
    return (at.epoch, at.seq, at.version) == (epoch, last, VERSION)


def _write(db: Database, words: WordIndex, at: Position, epoch: str, last: int) -> int:
    anew = at.version != VERSION or at.epoch != epoch or at.seq > last
    counted = 0

    def counting(entries: Iterator[Entry]) -> Iterator[Entry]:
        nonlocal counted
        for entry in entries:
            counted += 1
            yield entry

    entries = _all(db) if anew else _changed(db, at.seq, last)
    try:
        words.write(counting(entries), Position(epoch, last), anew=anew)
    except ValueError:
        if anew:
            raise
        log.warning("the search index cannot be written to and is built anew")
        return _write(db, words, Position(version=""), epoch, last)
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
    day = row.published_at.toordinal()
    return Entry(row.team_id, row.id, row.visible_channel_id, content, row.source_channel_id, day, row.theme_id)
