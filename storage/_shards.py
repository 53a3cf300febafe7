"""Half of the index in shards of tantivy: the tips for whole workspaces, or those for channels.

Of the former a member sees all and of the latter few: apart, neither half is asked for much that nobody is shown.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tantivy

from storage._documents import EVERYBODY, at_place, document, place, schema

SHARD = 100_000
"""Tips of a shard, the last one may have fewer. A withdrawn tip's words leave the files when its shard is written anew,
which takes seconds for so many; more and smaller shards make questions dearer."""

SMALL_SHARD = 500
"""Up to so many tips a shard is written anew at once, with the change itself."""

_HEAP_BYTES, _HEAP_BYTES_ANEW = 30_000_000, 200_000_000
"""What a writer collects before it writes a segment: fewer segments make questions cheaper."""


@dataclass(frozen=True)
class Shard:
    """A shard and its searcher, which sees what was committed when it was looked at last."""

    index: Any
    searcher: Any

    @cached_property
    def only_place(self) -> str | None:
        """Where all of its tips are; None: in several places, or there are none."""
        hits = self.searcher.search(tantivy.Query.all_query(), 1, count=False).hits
        if not hits:
            return None
        one = json.loads(bytes(self.searcher.doc(hits[0][1])["stored"][0]))
        where = place(one["team"], one["place"] or EVERYBODY)
        there = self.searcher.search(at_place(where), 1).count
        return where if there == self.searcher.num_docs else None


class Shards:
    """The shards of one folder. Swapped whole when they are looked at again: others may be searching."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shards: list[Shard] = []

    def __len__(self) -> int:
        return len(self._shards)

    def shards(self) -> Sequence[Shard]:
        """All of them, as they were looked at last."""
        return self._shards

    def searchers(self) -> list[Any]:
        """All that was committed when it was looked at last."""
        return [shard.searcher for shard in self._shards]

    def open(self, count: int) -> None:
        """Opens those that were not there before, and looks at all of them again."""
        added = [_opened(self._shard(number)) for number in range(len(self), count)]
        self._look_again([shard.index for shard in self._shards] + added)

    def forget(self) -> None:
        """Lets go of all of them."""
        self._shards = []

    def writing(self, *, anew: bool) -> "Writing":
        """Begins to write. Call while this process is the only writer."""
        return Writing(self, anew=anew)

    def rewrite(self, number: int) -> bool:
        """Adds what lives of a shard anew, so that no segment with something dead remains; False: there is none."""
        if not _has_dead(self._shard(number)):
            return False
        searcher = self._shards[number].searcher
        count = searcher.num_docs
        addresses = searcher.search(tantivy.Query.all_query(), max(1, count), count=False).hits if count else []
        writer = self.writer(number, anew=True)
        writer.delete_all_documents()
        for _, address in addresses:
            writer.add_document(document(json.loads(bytes(searcher.doc(address)["stored"][0]))))
        writer.commit()
        writer.wait_merging_threads()
        del searcher, addresses
        # files in use are kept: this process has to let go of them first
        self.look_again()
        sweeper = self.writer(number)
        sweeper.garbage_collect_files()
        sweeper.wait_merging_threads()
        return True

    def where(self, name: str) -> int | None:
        """The shard that a tip is in."""
        return next((at for at, one in enumerate(self._shards) if one.searcher.doc_freq("id", name)), None)

    def writer(self, number: int, *, anew: bool = False) -> Any:
        """A writer of tantivy for one shard."""
        writer = self._shards[number].index.writer(_HEAP_BYTES_ANEW if anew else _HEAP_BYTES, 1)
        # a commit that a kill broke off leaves files behind, and tantivy would not write the same names again
        writer.garbage_collect_files()
        return writer

    def add(self) -> None:
        """One more shard, empty."""
        # a kill may have left one there that was not counted yet
        shutil.rmtree(self._shard(len(self)), ignore_errors=True)
        self.open(len(self) + 1)

    def look_again(self) -> None:
        """Sees what was committed since."""
        self._look_again([shard.index for shard in self._shards])

    def _look_again(self, indexes: list[Any]) -> None:
        for index in indexes:
            index.reload()
        self._shards = [Shard(index, index.searcher()) for index in indexes]

    def _shard(self, number: int) -> Path:
        return self.folder / str(number)


class Writing:
    """Changes on their way into a half.

    A tip stays in its shard, so that a change is one commit; another goes into the last one, as long as it has room.
    """

    def __init__(self, shards: Shards, *, anew: bool) -> None:
        self._shards = shards
        self._anew = anew
        self._sizes = [searcher.num_docs for searcher in shards.searchers()]
        self._taken: dict[str, int] = {}
        self._writers: dict[int, Any] = {}

    def put(self, name: str, kept: dict[str, Any] | None) -> None:
        """Takes a tip in, or, without what is kept of it, out."""
        number = None if self._anew else self._taken.get(name, self._shards.where(name))
        if number is not None:
            self._writer(number).delete_documents_by_term("id", name)
        if kept is None:
            return
        if number is None:
            number = self._with_room()
            self._taken[name] = number
        self._writer(number).add_document(document(kept))

    def commit(self) -> None:
        """Writes it down. Small shards lose at once what was taken out of them."""
        for writer in self._writers.values():
            writer.commit()
            writer.wait_merging_threads()
        self._shards.look_again()
        sizes = [searcher.num_docs for searcher in self._shards.searchers()]
        for number in self._writers:
            if sizes[number] <= SMALL_SHARD:
                self._shards.rewrite(number)

    def _with_room(self) -> int:
        if not self._sizes or self._sizes[-1] >= SHARD:
            self._shards.add()
            self._sizes.append(0)
        self._sizes[-1] += 1
        return len(self._sizes) - 1

    def _writer(self, number: int) -> Any:
        if number not in self._writers:
            self._writers[number] = self._shards.writer(number, anew=self._anew)
        return self._writers[number]


def _has_dead(folder: Path) -> bool:
    """Whether a shard's files hold tips that were deleted from it."""
    segments = json.loads((folder / "meta.json").read_text())["segments"]
    return any(segment.get("deletes") for segment in segments)


def _opened(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    return tantivy.Index(schema(), path=str(folder))
