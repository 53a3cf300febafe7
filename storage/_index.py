"""The index on disk: tantivy over our own terms, derived from the database and never the truth.

It lies in a folder beside the process, in two halves of a few shards. Where it stands in the change feed is written
down after what it indexes, so that a crash at any moment leaves an index that catches up: what was written twice is
there once.
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
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from storage import _analysis, _asking
from storage._asking import Asked, Candidate
from storage._documents import EVERYBODY, Entry, kept, key, place
from storage._shards import Shards
from storage.records import Filters, Viewer

log = logging.getLogger(__name__)

VERSION = f"4/{_analysis.VERSION}/{version('tantivy')}"

_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where an index follows the feed. Another epoch is another database. `shards`: of each half."""

    epoch: str = ""
    seq: int = 0
    version: str = VERSION
    shards: tuple[int, int] = (0, 0)


class WordIndex:
    """One folder's index. Many threads and processes may read; one writes at a time, and only briefly."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._guard = threading.RLock()
        self._writing = threading.RLock()
        self._for_everybody = Shards(folder / "workspace")
        self._for_channels = Shards(folder / "channels")
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
                for half, count in zip(self._halves(), at.shards, strict=True):
                    half.open(count)
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
        self.folder.mkdir(parents=True, exist_ok=True)
        halves = [(half, half.writing(anew=anew)) for half in self._halves()]
        for entry in entries:
            name = key(entry.team_id, entry.tip_id)
            own = self._for_everybody if entry.channel_id is None else self._for_channels
            for half, writing in halves:
                content = entry.content if half is own else None
                writing.put(name, kept(entry, content) if content else None)
        for _, writing in halves:
            writing.commit()
        self._write_position(replace(position, shards=(len(self._for_everybody), len(self._for_channels))))

    def purge(self) -> int:
        """Writes each shard anew that still has the words of a tip that was withdrawn or changed; gives how many.

        Call within `only_writer`.
        """
        return sum(half.rewrite(number) for half in self._halves() for number in range(len(half)))

    def asked(self, viewer: Viewer, words: Sequence[tuple[str, ...]]) -> Asked:
        """A question's words with their weights: counted among workspace tips, for those who may see these alone."""
        return _asking.weighed(self._for_everybody.searchers(), viewer, words)

    def candidates(self, viewer: Viewer, asked: Asked, limit: int, filters: Filters | None = None) -> list[Candidate]:
        """Tips that may answer, best first: the viewer's clause and the filters are part of the query.

        Without words, but with filters: the newest that fit.
        """
        if not (asked.words or filters):
            return []
        order: dict[str, Any] = {"weight_by_field": "tie"} if asked.words else {"order_by_field": "day"}
        scores: list[float] = []
        high: list[int] = []
        low: list[int] = []
        for searcher, query in self._queries(viewer, _asking.wanted(asked, filters)):
            hits = searcher.search(query, limit, count=False, **order).hits
            addresses = [address for _, address in hits]
            scores += [score for score, _ in hits]
            high += searcher.fast_field_values("high", addresses)
            low += searcher.fast_field_values("low", addresses)
        return _asking.candidates(scores, high, low, asked, limit)

    def _queries(self, viewer: Viewer, wanted: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Each searcher that has something for the viewer, and the query for what they may see of it and want."""
        if viewer.reads_workspace:
            everybody = place(viewer.team_id, EVERYBODY)
            for shard in self._for_everybody.shards():
                # where all of it may be seen, a clause that says so would cost a third of the search
                seen = [] if shard.only_place == everybody else [_asking.for_everybody(viewer)]
                yield shard.searcher, _asking.all_of([*seen, *wanted])
        if viewer.channel_ids:
            query = _asking.all_of([_asking.in_channels(viewer), *wanted])
            for shard in self._for_channels.shards():
                yield shard.searcher, query

    def _halves(self) -> tuple[Shards, Shards]:
        return self._for_everybody, self._for_channels

    def _forget(self) -> None:
        for half in self._halves():
            half.forget()
        self._position = Position(version="")

    def _read_position(self) -> Position | None:
        try:
            epoch, seq, made_by, shards = json.loads((self.folder / "position.json").read_text())
            for_everybody, for_channels = shards
        except (OSError, ValueError, TypeError):
            return None
        return Position(str(epoch), int(seq), str(made_by), (int(for_everybody), int(for_channels)))

    def _write_position(self, position: Position) -> None:
        part = self.folder / "position.part"
        with part.open("w") as file:
            json.dump([position.epoch, position.seq, VERSION, position.shards], file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / "position.json")
        self._position = position


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
