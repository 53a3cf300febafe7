"""The index on disk: tantivy over our own terms, derived from the database and never the truth.

It lies in a folder beside the process. Where it stands in the change feed is a document of its own, committed
together with what it indexes, so that a crash at any moment leaves a whole index that catches up.
"""

import fcntl
import json
import logging
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy

from storage import _analysis
from storage.records import TipContent, Viewer

log = logging.getLogger(__name__)

VERSION = f"1/{_analysis.VERSION}/{version('tantivy')}"

_EVERYBODY = "*"
_POSITION = "position"
_HEAP_BYTES = 30_000_000
_WAIT_SECONDS = 1.0
_TITLE_WEIGHT = 2.0
_LEAST_COVERAGE = 1 / 3


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where an index follows the feed. Another epoch is another database."""

    epoch: str = ""
    seq: int = 0
    version: str = VERSION


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index knows of a tip. `content` None takes it out."""

    team_id: str
    tip_id: str
    channel_id: str | None
    content: TipContent | None


class WordIndex:
    """One folder's index. Many threads and processes may read; one writes at a time, and only briefly."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._guard = threading.RLock()
        self._index: Any = None
        self._position = Position(version="")

    def position(self) -> Position:
        """Where the index stood when it was last looked at in this process."""
        return self._position

    def reload(self) -> Position:
        """Looks at what was committed since, also by other processes. A damaged index counts as an empty one."""
        with self._guard:
            try:
                if self._index is None:
                    self._index = _open(self.folder)
                self._index.reload()
                self._position = _read_position(self._index)
            except Exception:  # noqa: BLE001 - tantivy raises many kinds for a damaged folder; all mean: build anew
                log.warning("the search index is missing or damaged and will be built anew")
                self._index = None
                self._position = Position(version="")
            return self._position

    @contextmanager
    def only_writer(self) -> Iterator[bool]:
        """Holds the right to write: False when another process kept it for longer than a second."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._guard, self.folder.with_suffix(".lock").open("w") as lock:
            deadline = time.monotonic() + _WAIT_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    if time.monotonic() > deadline:
                        yield False
                        return
                    time.sleep(0.02)
                else:
                    yield True
                    return

    def write(self, entries: Iterable[Entry], position: Position, *, anew: bool = False) -> None:
        """Commits entries and the position they lead to, at once. Call within `only_writer`.

        Raises ValueError for a damaged folder, which `anew` mends.
        """
        if anew:
            self._index = None
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._index is None:
            self._index = _open(self.folder)
        writer = self._index.writer(_HEAP_BYTES, 1)
        # a commit that a kill broke off leaves files behind, and tantivy would not write the same names again
        writer.garbage_collect_files()
        for entry in entries:
            writer.delete_documents_by_term("id", _key(entry.team_id, entry.tip_id))
            if entry.content is not None:
                writer.add_document(_document(entry, entry.content))
        writer.delete_documents_by_term("id", _POSITION)
        writer.add_document(
            tantivy.Document(id=[_POSITION], stored=[json.dumps([position.epoch, position.seq, VERSION]).encode()])
        )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._position = position

    def candidates(self, viewer: Viewer, question: Sequence[tuple[str, ...]], limit: int) -> list[str]:
        """Ids of tips that may answer, best first: the viewer's clause is part of the query."""
        if self._index is None or not question:
            return []
        places = sorted(viewer.channel_ids) + ([_EVERYBODY] if viewer.is_full_member else [])
        if not places:
            return []
        query = _query(self._index.schema, viewer.team_id, places, question)
        searcher = self._index.searcher()
        asked = {term for word in question for term in word}
        found = []
        for _, address in searcher.search(query, limit * 2).hits:
            document = searcher.doc(address)
            if _covers(set(bytes(document["stored"][0]).decode().split(" ")) & asked, question):
                found.append(document["id"][0].partition("/")[2])
        return found[:limit]


def _query(schema: Any, team_id: str, places: Sequence[str], question: Sequence[tuple[str, ...]]) -> Any:
    """The viewer's clause, which does not count, and at least one word of the question, which does."""
    team = tantivy.Query.const_score_query(tantivy.Query.term_query(schema, "team", team_id), 0.0)
    place = tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, "place", list(places)), 0.0)
    words = tantivy.Query.boolean_query([(tantivy.Occur.Should, _word(schema, word)) for word in question])
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in (team, place, words)])


def _covers(met: set[str], question: Sequence[tuple[str, ...]]) -> bool:
    """Whether enough of a question's words are met for the tip to be about it."""
    return sum(1 for word in question if met.intersection(word)) >= max(1.0, len(question) * _LEAST_COVERAGE)


def _word(schema: Any, word: tuple[str, ...]) -> Any:
    """One word of a question: the best of its spellings, in title or body, counts."""
    alternatives = []
    for term in word:
        title = tantivy.Query.term_query(schema, "title", term)
        alternatives += [
            tantivy.Query.boost_query(title, _TITLE_WEIGHT),
            tantivy.Query.term_query(schema, "body", term),
        ]
    return tantivy.Query.disjunction_max_query(alternatives, 0.1)


def _document(entry: Entry, content: TipContent) -> Any:
    title = _analysis.terms(" \n".join([content.title, *content.topics, *content.tools]))
    body = _analysis.terms(
        "\n".join(
            [
                content.title,
                content.task,
                content.background,
                content.reasoning,
                *content.prompts,
                *content.tools,
                *content.models,
                *content.steps,
                content.outcome,
                content.caveats,
                *content.topics,
            ]
        )
    )
    return tantivy.Document(
        id=[_key(entry.team_id, entry.tip_id)],
        team=[entry.team_id],
        place=[entry.channel_id or _EVERYBODY],
        title=[" ".join(title)],
        body=[" ".join(body)],
        stored=[" ".join(sorted({*title, *body})).encode()],
    )


def _key(team_id: str, tip_id: str) -> str:
    return f"{team_id}/{tip_id}"


def _open(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("team", tokenizer_name="raw")
    builder.add_text_field("place", tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name="whitespace")
    builder.add_text_field("body", tokenizer_name="whitespace")
    builder.add_bytes_field("stored", stored=True, indexed=False)
    return tantivy.Index(builder.build(), path=str(folder))


def _read_position(index: Any) -> Position:
    searcher = index.searcher()
    hits = searcher.search(tantivy.Query.term_query(index.schema, "id", _POSITION), 1).hits
    if not hits:
        return Position(version="")
    epoch, seq, made_by = json.loads(searcher.doc(hits[0][1])["stored"][0])
    return Position(str(epoch), int(seq), str(made_by))
