"""The index on disk: tantivy over our own terms, derived from the database and never the truth.

It lies in a folder beside the process, in a few shards. Where it stands in the change feed is written down after what
it indexes, so that a crash at any moment leaves an index that catches up: what was written twice is there once.
"""

import fcntl
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import tantivy

from storage import _analysis, _asking
from storage._asking import Asked, Candidate
from storage._documents import Entry, document, kept, key, schema
from storage.records import Filters, Viewer

log = logging.getLogger(__name__)

VERSION = f"3/{_analysis.VERSION}/{version('tantivy')}"

SHARD = 100_000
"""Tips of a shard, the last one may have fewer. A withdrawn tip's words leave the files when its shard is written anew,
which takes seconds for so many; more and smaller shards make questions dearer."""

SMALL_SHARD = 500
"""Up to so many tips a shard is written anew at once, with the change itself."""

_HEAP_BYTES, _HEAP_BYTES_ANEW = 30_000_000, 200_000_000
"""What a writer collects before it writes a segment: fewer segments make questions cheaper."""

_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where an index follows the feed. Another epoch is another database."""

    epoch: str = ""
    seq: int = 0
    version: str = VERSION
    shards: int = 1


class WordIndex:
    """One folder's index. Many threads and processes may read; one writes at a time, and only briefly."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._guard = threading.RLock()
        self._writing = threading.RLock()
        self._shards: list[Any] = []
        self._searchers: list[Any] = []
        self._position = Position(version="")

    def position(self) -> Position:
        """Where the index stood when it was last looked at in this process."""
        return self._position

    def reload(self) -> Position:
        """Looks at what was committed since, also by other processes. A damaged index counts as an empty one."""
        with self._guard:
            try:
                at = self._read_position()
                if at is None:
                    self._forget()
                    return self._position
                self._shards += [_open(self._shard(number)) for number in range(len(self._shards), at.shards)]
                self._look_again()
                self._position = at
            except Exception:  # noqa: BLE001 - tantivy raises many kinds for a damaged folder; all mean: build anew
                log.warning("the search index is missing or damaged and will be built anew")
                self._forget()
            return self._position

    @contextmanager
    def only_writer(self) -> Iterator[bool]:
        """Holds the right to write: False when another process kept it for longer than a second."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if not self._writing.acquire(timeout=_WAIT_SECONDS):
            yield False
            return
        try:
            with self.folder.with_suffix(".lock").open("w") as lock:
                yield _locked(lock, time.monotonic() + _WAIT_SECONDS)
        finally:
            self._writing.release()

    def write(self, entries: Iterable[Entry], position: Position, *, anew: bool = False) -> None:
        """Commits entries, then the position they lead to. Call within `only_writer`.

        Raises ValueError for a damaged folder, which `anew` mends.
        """
        if anew:
            self._forget()
            shutil.rmtree(self.folder, ignore_errors=True)
        if not self._shards:
            self._shards = [_open(self._shard(0))]
            self._look_again()
        writers = self._add(entries, anew=anew)
        for writer in writers.values():
            writer.commit()
            writer.wait_merging_threads()
        self._look_again()
        for number in writers:
            if self._searchers[number].num_docs <= SMALL_SHARD:
                self._rewrite(number)
        self._write_position(replace(position, shards=len(self._shards)))

    def _add(self, entries: Iterable[Entry], *, anew: bool) -> dict[int, Any]:
        """Hands entries to the writers of their shards, which are still to commit."""
        filling = _Filling([searcher.num_docs for searcher in self._searchers])
        writers: dict[int, Any] = {}
        for entry in entries:
            name = key(entry.team_id, entry.tip_id)
            number = filling.next_one() if anew else filling.shard_of(name, self._where(name))
            if number == len(self._shards):
                # a kill may have left one there that was not counted yet
                shutil.rmtree(self._shard(number), ignore_errors=True)
                self._shards.append(_open(self._shard(number)))
            if number not in writers:
                writers[number] = self._writer(number, _HEAP_BYTES_ANEW if anew else _HEAP_BYTES)
            if not anew:
                writers[number].delete_documents_by_term("id", name)
            if entry.content is not None:
                writers[number].add_document(document(kept(entry, entry.content)))
        return writers

    def purge(self) -> int:
        """Writes each shard anew that still has the words of a tip that was withdrawn or changed; gives how many.

        Call within `only_writer`.
        """
        if not self._shards:
            return 0
        return sum(self._rewrite(number) for number in range(len(self._shards)))

    def asked(self, viewer: Viewer, words: Sequence[tuple[str, ...]]) -> Asked:
        """A question's words with their weights: counted among workspace tips, for those who may see these alone."""
        return _asking.weighed(self._searchers, viewer, words)

    def candidates(self, viewer: Viewer, asked: Asked, limit: int, filters: Filters | None = None) -> list[Candidate]:
        """Tips that may answer, best first: the viewer's clause and the filters are part of the query.

        Without words, but with filters: the newest that fit.
        """
        if not (asked.words or filters) or not (viewer.channel_ids or viewer.reads_workspace):
            return []
        query = _asking.query(viewer, asked, filters)
        order: dict[str, Any] = {"weight_by_field": "tie"} if asked.words else {"order_by_field": "day"}
        scores: list[float] = []
        high: list[int] = []
        low: list[int] = []
        for searcher in self._searchers:
            hits = searcher.search(query, limit, count=False, **order).hits
            addresses = [address for _, address in hits]
            scores += [score for score, _ in hits]
            high += searcher.fast_field_values("high", addresses)
            low += searcher.fast_field_values("low", addresses)
        return _asking.candidates(scores, high, low, asked, limit)

    def _where(self, name: str) -> int | None:
        """The shard that a tip is in."""
        return next((at for at, one in enumerate(self._searchers) if one.doc_freq("id", name)), None)

    def _rewrite(self, number: int) -> bool:
        """Adds what lives of a shard anew, so that no segment with something dead remains."""
        if not _has_dead(self._shard(number)):
            return False
        searcher = self._searchers[number]
        count = searcher.num_docs
        addresses = searcher.search(tantivy.Query.all_query(), max(1, count), count=False).hits if count else []
        writer = self._writer(number, _HEAP_BYTES_ANEW)
        writer.delete_all_documents()
        for _, address in addresses:
            writer.add_document(document(json.loads(bytes(searcher.doc(address)["stored"][0]))))
        writer.commit()
        writer.wait_merging_threads()
        del searcher, addresses
        # files in use are kept: this process has to let go of them first
        self._look_again()
        sweeper = self._writer(number, _HEAP_BYTES)
        sweeper.garbage_collect_files()
        sweeper.wait_merging_threads()
        return True

    def _writer(self, number: int, heap_bytes: int) -> Any:
        writer = self._shards[number].writer(heap_bytes, 1)
        # a commit that a kill broke off leaves files behind, and tantivy would not write the same names again
        writer.garbage_collect_files()
        return writer

    def _look_again(self) -> None:
        for shard in self._shards:
            shard.reload()
        # swapped whole: others may be searching
        self._searchers = [shard.searcher() for shard in self._shards]

    def _forget(self) -> None:
        self._shards, self._searchers, self._position = [], [], Position(version="")

    def _shard(self, number: int) -> Path:
        return self.folder / str(number)

    def _read_position(self) -> Position | None:
        try:
            epoch, seq, made_by, *shards = json.loads((self.folder / "position.json").read_text())
        except (OSError, ValueError):
            return None
        return Position(str(epoch), int(seq), str(made_by), int(shards[0]) if shards else 0)

    def _write_position(self, position: Position) -> None:
        part = self.folder / "position.part"
        with part.open("w") as file:
            json.dump([position.epoch, position.seq, VERSION, position.shards], file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / "position.json")
        self._position = position


@dataclass
class _Filling:
    """Which shard takes a tip: the one that has it already, so that a change is one commit, else the last with room."""

    sizes: list[int]
    taken: dict[str, int] = field(default_factory=dict)

    def shard_of(self, name: str, known: int | None) -> int:
        if known is not None:
            return known
        if name not in self.taken:
            self.taken[name] = self.next_one()
        return self.taken[name]

    def next_one(self) -> int:
        if self.sizes[-1] >= SHARD:
            self.sizes.append(0)
        self.sizes[-1] += 1
        return len(self.sizes) - 1


def _locked(lock: TextIO, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        else:
            return True


def _has_dead(folder: Path) -> bool:
    """Whether a shard's files hold tips that were deleted from it."""
    segments = json.loads((folder / "meta.json").read_text())["segments"]
    return any(segment.get("deletes") for segment in segments)


def _open(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    return tantivy.Index(schema(), path=str(folder))
