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
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import tantivy

from storage import _analysis, _weights
from storage._facets import clauses, facets_of
from storage.records import Filters, TipContent, Viewer

log = logging.getLogger(__name__)

VERSION = f"2/{_analysis.VERSION}/{version('tantivy')}"

SHARDS = 4
"""A withdrawn tip's words leave the files when its shard is written anew. More shards make questions dearer."""

SMALL_SHARD = 500
"""Up to so many tips a shard is written anew at once, with the change itself."""

WORDS = 24
"""Words of a question that are looked for."""

_EVERYBODY = "*"
_HEAP_BYTES = 30_000_000
_WAIT_SECONDS = 1.0
_TYPO_LEAST = 5
_TYPO_LEVEL = 0.55
_TIES = 5_000
_LEVEL_FIELDS = [f"level{number}" for number in range(len(_weights.LEVELS))]


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where an index follows the feed. Another epoch is another database."""

    epoch: str = ""
    seq: int = 0
    version: str = VERSION


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index knows of a tip. `content` None takes it out; `day` counts from the year 1."""

    team_id: str
    tip_id: str
    channel_id: str | None
    content: TipContent | None
    source_channel_id: str | None = None
    day: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tip that may answer. `weight`: how much of the question it has, and how often."""

    tip_id: str
    weight: float
    _searcher: Any = field(repr=False, compare=False)
    _address: Any = field(repr=False, compare=False)

    def terms(self) -> frozenset[str]:
        """All its terms."""
        stored = json.loads(bytes(self._searcher.doc(self._address)["stored"][0]))
        return frozenset(term for level in stored["levels"] for term in level.split(" "))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's words, each with its spellings, and what each weighs for this viewer."""

    words: tuple[tuple[str, ...], ...]
    rarities: tuple[float, ...]
    unknown: tuple[bool, ...]
    """Whether no workspace tip has a word: it may be misspelled."""

    def covered(self, terms: frozenset[str]) -> float:
        """The share of the question's words that a tip with these terms has."""
        met = sum(
            1
            for word, is_unknown in zip(self.words, self.unknown, strict=True)
            if not terms.isdisjoint(word) or (is_unknown and _is_forgiven(word, terms))
        )
        return met / len(self.words) if self.words else 0.0


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
                if not self._shards:
                    self._shards = [_open(self._shard(number)) for number in range(SHARDS)]
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
            self._shards = [_open(self._shard(number)) for number in range(SHARDS)]
        writers: dict[int, Any] = {}
        for entry in entries:
            number = _shard_of(entry.tip_id)
            if number not in writers:
                writers[number] = self._writer(number)
            writer = writers[number]
            if not anew:
                writer.delete_documents_by_term("id", _key(entry.team_id, entry.tip_id))
            if entry.content is not None:
                writer.add_document(_document(_kept(entry, entry.content)))
        for writer in writers.values():
            writer.commit()
            writer.wait_merging_threads()
        self._look_again()
        for number in writers:
            if self._searchers[number].num_docs <= SMALL_SHARD:
                self._rewrite(number)
        self._write_position(position)

    def purge(self) -> int:
        """Writes each shard anew that still has the words of a tip that was withdrawn or changed; gives how many.

        Call within `only_writer`.
        """
        if not self._shards:
            return 0
        return sum(self._rewrite(number) for number in range(SHARDS))

    def asked(self, viewer: Viewer, words: Sequence[tuple[str, ...]]) -> Asked:
        """A question's words with their weights: counted among workspace tips, for those who may see these alone."""
        words = tuple(words[:WORDS])
        if not self._searchers or not viewer.is_full_member:
            return Asked(words, (1.0,) * len(words), (True,) * len(words))
        searchers = self._searchers
        tips = sum(one.doc_freq("place", _place(viewer.team_id, _EVERYBODY)) for one in searchers)
        known = [
            max(sum(one.doc_freq("known", f"{viewer.team_id}/{term}") for one in searchers) for term in word)
            for word in words
        ]
        if tips >= _weights.ENOUGH_TO_BE_COMMON:
            telling = [number for number, count in enumerate(known) if count <= tips * _weights.COMMON]
            if telling and len(telling) < len(words):
                words = tuple(words[number] for number in telling)
                known = [known[number] for number in telling]
        rarities = tuple(_weights.rarity(count, tips) for count in known)
        return Asked(words, rarities, tuple(not count for count in known))

    def candidates(self, viewer: Viewer, asked: Asked, limit: int, filters: Filters | None = None) -> list[Candidate]:
        """Tips that may answer, best first: the viewer's clause and the filters are part of the query.

        Without words, but with filters: the newest that fit.
        """
        places = sorted(_place(viewer.team_id, one) for one in viewer.channel_ids)
        if viewer.is_full_member:
            places.append(_place(viewer.team_id, _EVERYBODY))
        if not places or not self._searchers or not (asked.words or filters):
            return []
        query = _query(self._shards[0].schema, tuple(places), asked, filters)
        order: dict[str, Any] = {"weight_by_field": "tie"} if asked.words else {"order_by_field": "day"}
        searchers = self._searchers
        best = [
            (float(weight), number, address)
            for number, searcher in enumerate(searchers)
            for weight, address in searcher.search(query, limit, count=False, **order).hits
        ]
        best.sort(key=lambda one: -one[0])
        found: list[Candidate] = []
        for number, searcher in enumerate(searchers):
            here = [(weight, address) for weight, shard, address in best[:limit] if shard == number]
            addresses = [address for _, address in here]
            high, low = (searcher.fast_field_values(name, addresses) for name in ("high", "low"))
            found += [
                Candidate(f"{one:016x}{other:016x}", weight, searcher, address)
                for (weight, address), one, other in zip(here, high, low, strict=True)
            ]
        found.sort(key=lambda one: (-one.weight, one.tip_id))
        return found

    def _rewrite(self, number: int) -> bool:
        """Adds what lives of a shard anew, so that no segment with something dead remains."""
        if not _has_dead(self._shard(number)):
            return False
        searcher = self._searchers[number]
        count = searcher.num_docs
        addresses = searcher.search(tantivy.Query.all_query(), max(1, count), count=False).hits if count else []
        writer = self._writer(number)
        writer.delete_all_documents()
        for _, address in addresses:
            writer.add_document(_document(json.loads(bytes(searcher.doc(address)["stored"][0]))))
        writer.commit()
        writer.wait_merging_threads()
        del searcher, addresses
        # files in use are kept: this process has to let go of them first
        self._look_again()
        sweeper = self._writer(number)
        sweeper.garbage_collect_files()
        sweeper.wait_merging_threads()
        return True

    def _writer(self, number: int) -> Any:
        writer = self._shards[number].writer(_HEAP_BYTES, 1)
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
            epoch, seq, made_by = json.loads((self.folder / "position.json").read_text())
        except (OSError, ValueError):
            return None
        return Position(str(epoch), int(seq), str(made_by))

    def _write_position(self, position: Position) -> None:
        part = self.folder / "position.part"
        with part.open("w") as file:
            json.dump([position.epoch, position.seq, VERSION], file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / "position.json")
        self._position = position


def _query(schema: Any, places: tuple[str, ...], asked: Asked, filters: Filters | None) -> Any:
    """The viewer's clause and the filters, which do not count, and at least one word of the question, which does."""
    must = [tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, "place", list(places)), 0.0)]
    for any_of in clauses(filters) if filters else ():
        fits = tantivy.Query.term_set_query(schema, "facet", sorted(any_of))
        must.append(tantivy.Query.const_score_query(fits, 0.0))
    if filters and filters.since is not None:
        fits = tantivy.Query.range_query(
            schema, "day", tantivy.FieldType.Unsigned, lower_bound=filters.since.toordinal(), upper_bound=None
        )
        must.append(tantivy.Query.const_score_query(fits, 0.0))
    words: list[Any] = []
    for word, rarity, is_unknown in zip(asked.words, asked.rarities, asked.unknown, strict=True):
        words += _word(schema, word, rarity, is_unknown=is_unknown)
    if words:
        should = tantivy.Occur.Should
        must.append(tantivy.Query.boolean_query([(should, word) for word in words]))
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in must])


def _word(schema: Any, word: tuple[str, ...], rarity: float, *, is_unknown: bool) -> list[Any]:
    """One word of a question. A term has one level in a tip; of several spellings the best counts."""
    spelled = [
        tantivy.Query.const_score_query(
            tantivy.Query.term_query(schema, name, term, index_option="basic"), _weights.whole(rarity, level)
        )
        for term in word
        for name, level in zip(_LEVEL_FIELDS, _weights.LEVELS, strict=True)
    ]
    if is_unknown and _may_be_misspelled(word):
        # forgiven in Latin words: they are names, files, code, or English, of which a wrong sign says little
        near = tantivy.Query.fuzzy_term_query(schema, "latin", word[0], distance=1, transposition_cost_one=True)
        spelled.append(tantivy.Query.const_score_query(near, _weights.whole(rarity, _TYPO_LEVEL)))
    elif len(word) == 1:
        return spelled
    return [tantivy.Query.disjunction_max_query(spelled, 0.0)]


def _may_be_misspelled(word: tuple[str, ...]) -> bool:
    return len(word[0]) >= _TYPO_LEAST and word[0].isascii() and word[0].isalpha()


def _is_forgiven(word: tuple[str, ...], terms: frozenset[str]) -> bool:
    """Whether one of a tip's terms is a word but for one sign too many, missing, wrong, or two swapped."""
    if not _may_be_misspelled(word):
        return False
    return any(_is_one_off(word[0], term) for term in terms if abs(len(term) - len(word[0])) <= 1)


def _is_one_off(one: str, other: str) -> bool:
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _kept(entry: Entry, content: TipContent) -> dict[str, Any]:
    """All that the index keeps of a tip, as JSON: a shard is written anew from it."""
    title = _analysis.terms("\n".join([content.title, *content.topics, *content.tools]))
    body = _analysis.terms("\n".join([content.title, *content.topics, *content.tools, *_texts(content)]))
    return {
        "team": entry.team_id,
        "id": entry.tip_id,
        "place": entry.channel_id,
        "day": entry.day,
        "facets": sorted(facets_of(content, entry.channel_id, entry.source_channel_id)),
        "levels": [" ".join(level) for level in _weights.levels(title, body)],
    }


def _texts(content: TipContent) -> list[str]:
    texts = [content.task, content.background, content.reasoning, *content.prompts, *content.models]
    return [*texts, *content.steps, content.outcome, content.caveats]


def _document(kept: dict[str, Any]) -> Any:
    team, tip_id, place, levels = kept["team"], kept["id"], kept["place"], kept["levels"]
    terms = [term for level in levels if level for term in level.split(" ")]
    document = tantivy.Document(
        id=[_key(team, tip_id)],
        place=[_place(team, place or _EVERYBODY)],
        facet=kept["facets"],
        latin=[" ".join(term for term in terms if _may_be_misspelled((term,)))],
        known=["" if place else " ".join(f"{team}/{term}" for term in terms)],
        # breaks ties the same way wherever a tip lies
        tie=int(tip_id[:6], 16) / 0xFFFFFF / _TIES,
        stored=[json.dumps(kept, ensure_ascii=False).encode()],
    )
    for name, level in zip(_LEVEL_FIELDS, levels, strict=True):
        document.add_text(name, level)
    document.add_unsigned("high", int(tip_id[:16], 16))
    document.add_unsigned("low", int(tip_id[16:], 16))
    document.add_unsigned("day", kept["day"])
    return document


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


def _shard_of(tip_id: str) -> int:
    return int(tip_id[-2:], 16) % SHARDS


def _key(team_id: str, tip_id: str) -> str:
    return f"{team_id}/{tip_id}"


def _place(team_id: str, channel_id: str) -> str:
    return f"{team_id}/{channel_id}"


def _has_dead(folder: Path) -> bool:
    """Whether a shard's files hold tips that were deleted from it."""
    segments = json.loads((folder / "meta.json").read_text())["segments"]
    return any(segment.get("deletes") for segment in segments)


@lru_cache(maxsize=1)
def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in ("id", "place", "facet"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("known", "latin", *_LEVEL_FIELDS):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("high", "low"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_unsigned_field("day", fast=True, indexed=True)
    builder.add_float_field("tie", fast=True)
    builder.add_bytes_field("stored", stored=True, indexed=False)
    return builder.build()


def _open(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    return tantivy.Index(_schema(), path=str(folder))
