"""How good the order is: this search beside others, in the same run, on questions that no weight was chosen on."""

import math
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from typing_extensions import override

from benchmarks.search.sets import SearchSet, Vectors, in_half
from storage import _analysis, _ranking, imports, meanings, search, tips
from storage._vectors import Near
from storage.database import Database, migrate, open_database
from storage.records import WORKSPACE, Meaning, Viewer

TEAM = "T0BENCH"
MEMBER = Viewer(TEAM, None, is_full_member=True)
DEPTH = 200
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
_RRF = 60
_FIRST = 15
_SHOWN = 5
_RESAMPLES = 1_000

Order = Callable[[str], list[str]]
"""From a question (its id in the set, or its text) to documents' ids, best first."""


@dataclass(frozen=True)
class Interval:
    """A mean over questions with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float

    @override
    def __format__(self, sign: str) -> str:
        return f"{self.mean:{sign}.3f} [{self.low:{sign}.3f}, {self.high:{sign}.3f}]"


@dataclass(frozen=True)
class Figures:
    """Means over questions."""

    ndcg: Interval
    recall: float
    mrr: float


@dataclass
class Prepared:
    """A set in a real database and index, with what words and meaning find for each question."""

    of: SearchSet
    db: Database
    index: search.Index
    ids: dict[str, str]
    asked: dict[str, Meaning]
    words: dict[str, list[tuple[str, float]]]
    near: dict[str, list[Near]]


@contextmanager
def prepared(one: SearchSet, vectors: Vectors) -> Iterator[Prepared]:
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/bench.db", now=lambda: datetime.now(UTC))
        migrate(db)
        list(imports.add_imported(db, TEAM, one.tips.values(), visibility=WORKSPACE))
        index = search.open_index(db, Path(folder) / "index")
        key = vectors.embedder.key
        meanings.begin(db, key)
        while (todo := meanings.missing(db, key, 500)).feed_seq is not None:
            found = vectors.passages([passage.text for passage in todo.passages])
            meanings.store(db, key, list(zip(todo.passages, found, strict=True)), todo.feed_seq)
        index.meanings.follow(db, key, wait=True)
        ids = {tip.id: str(tip.external_id) for tip in tips.export(db, MEMBER)}
        embedded = vectors.questions(list(one.questions.values()))
        asked = {question: Meaning(key, vector) for question, vector in zip(one.questions, embedded, strict=True)}
        words, near = {}, {}
        for question, text in one.questions.items():
            weighed = index.words.asked(MEMBER, _analysis.question(text))
            words[question] = [(hit.tip_id, hit.weight) for hit in index.words.candidates(MEMBER, weighed, DEPTH)]
            near[question] = index.meanings.nearest(MEMBER, asked[question], DEPTH, None)
        yield Prepared(one, db, index, ids, asked, words, near)
        db.close()


def methods(ready: Prepared) -> dict[str, Order]:
    """Every way of ordering, this search last."""

    def named(tip_ids: Sequence[str]) -> list[str]:
        return [ready.ids[tip_id] for tip_id in tip_ids]

    def fused(weight: float) -> Order:
        return lambda key: named([hit.tip_id for hit in _ranking.fuse(ready.words[key], ready.near[key], weight)])

    def rrf(key: str) -> list[str]:
        scores: dict[str, float] = {}
        for found in ([tip_id for tip_id, _ in ready.words[key]], [hit.tip_id for hit in ready.near[key]]):
            for rank, tip_id in enumerate(found, start=1):
                scores[tip_id] = scores.get(tip_id, 0.0) + 1 / (_RRF + rank)
        return named(sorted(scores, key=lambda tip_id: -scores[tip_id]))

    def whole(key: str) -> list[str]:
        text = ready.of.questions[key]
        hits = search.search(ready.db, ready.index, MEMBER, text, 10, meaning=ready.asked[key], wait=True)
        return [tip for hit in hits for tip in named([hit.tip.id, *hit.folded])]

    def fts5(tokenizer: str) -> Order:
        order = full_text([(key, f"{tip.title}\n{tip.task}") for key, tip in ready.of.tips.items()], tokenizer)
        return lambda key: order(ready.of.questions[key])

    return {
        "FTS5 unicode61": fts5("unicode61"),
        "FTS5 trigram": fts5("trigram"),
        "words (BM25, Sudachi)": lambda key: named([tip_id for tip_id, _ in ready.words[key]]),
        "meaning alone": lambda key: named([hit.tip_id for hit in ready.near[key]]),
        "RRF": rrf,
        "weighted sum": fused(_ranking.MEANING),
        "this search": whole,
    }


def chosen_weights(ready: Prepared) -> dict[float, float]:
    """The nDCG by weight of the meaning, on the half that is not reported."""
    half = ready.of.half(0)
    found = {}
    for weight in WEIGHTS:
        orders = {
            key: [ready.ids[hit.tip_id] for hit in _ranking.fuse(ready.words[key], ready.near[key], weight)]
            for key in half
        }
        found[weight] = mean([ndcg(orders[key], ready.of.answers[key]) for key in half])
    return found


def figures(order: Order, ready: Prepared) -> Figures:
    """On the reported half; the interval by resampling questions, the same for every method."""
    half = ready.of.half(1)
    orders = {key: order(key)[:10] for key in half}
    gains = [ndcg(orders[key], ready.of.answers[key]) for key in half]
    recall = [len(ready.of.answers[key].intersection(orders[key])) / len(ready.of.answers[key]) for key in half]
    first = [
        next((1 / rank for rank, one in enumerate(orders[key], start=1) if one in ready.of.answers[key]), 0.0)
        for key in half
    ]
    return Figures(interval(gains), mean(recall), mean(first))


def interval(values: Sequence[float]) -> Interval:
    """By resampling; the same draws whatever the values."""
    chance = random.Random(0)  # noqa: S311 - a seeded draw, guards nothing
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return Interval(mean(values), means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES) - 1])


def differences(ready: Prepared, named: dict[str, Order], of: str) -> dict[str, Interval]:
    """By how much `of` is above every other method in nDCG@10.

    Paired: the same questions are resampled for both.
    """
    half = ready.of.half(1)
    gains = {name: [ndcg(order(key)[:10], ready.of.answers[key]) for key in half] for name, order in named.items()}
    return {
        name: interval([one - other for one, other in zip(gains[of], others, strict=True)])
        for name, others in gains.items()
        if name != of
    }


def ndcg(order: Sequence[str], answers: set[str]) -> float:
    got = sum(1 / math.log2(rank + 1) for rank, one in enumerate(order[:10], start=1) if one in answers)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(answers)) + 1))
    return got / best


def closest(ready: Prepared, questions: Sequence[str], asked: Sequence[Meaning]) -> list[float]:
    """How near the nearest of the first tips is to each question, as the search judges whether it is about it."""
    found = []
    for text, meaning in zip(questions, asked, strict=True):
        weighed = ready.index.words.asked(MEMBER, _analysis.question(text))
        worded = ready.index.words.candidates(MEMBER, weighed, DEPTH)
        near = ready.index.meanings.nearest(MEMBER, meaning, DEPTH, None)
        covered = {one.tip_id: one.covered for one in worded}
        first = islice(_ranking.fuse([(one.tip_id, one.weight) for one in worded], near), _FIRST)
        found.append(max((one.closeness or 0.0) + _ranking.COVERED * covered.get(one.tip_id, 0.0) for one in first))
    return found


def silence(ready: Prepared, vectors: Vectors, half: int) -> tuple[list[float], list[float]]:
    """`closest` for the questions of a half that the set's tips answer, and for those that they do not."""
    answerable = ready.of.half(half)
    foreign = in_half(ready.of.unanswerable, half)
    texts = [ready.of.unanswerable[key] for key in foreign]
    asked = [Meaning(vectors.embedder.key, vector) for vector in vectors.questions(texts)]
    return (
        closest(ready, [ready.of.questions[key] for key in answerable], [ready.asked[key] for key in answerable]),
        closest(ready, texts, asked),
    )


def likely(ready: Prepared, half: int, behind: float) -> tuple[int, int]:
    """Of the first five tips for each question: how many are said to answer likely and do, and how many do not.

    `behind`: how far behind the best one of them may be, as `_ranking.Cut` has it.
    """
    cut = _ranking.CUTS[next(iter(ready.asked.values())).embedder.partition("/")[0]]
    right = wrong = 0
    for key in ready.of.half(half):
        found = search.explain(
            ready.db, ready.index, MEMBER, ready.of.questions[key], _SHOWN, meaning=ready.asked[key], wait=True
        )
        judged = [
            (one.factors.closeness + _ranking.COVERED * one.factors.covered, one.hit.tip.id)
            for one in found
            if one.factors.closeness is not None
        ]
        least = max(cut.strong, max(judged, default=(0.0, ""))[0] - behind)
        answers = [ready.ids[tip_id] in ready.of.answers[key] for value, tip_id in judged if value >= least]
        right += sum(answers)
        wrong += len(answers) - sum(answers)
    return right, wrong


def full_text(texts: Iterable[tuple[str, str]], tokenizer: str) -> Order:
    """SQLite's own full text over texts by id, asked with OR of a question's words; from a question's text to ids."""
    table = sqlite3.connect(":memory:")
    table.execute(f"create virtual table tips using fts5(id unindexed, text, tokenize='{tokenizer}')")
    table.executemany("insert into tips values (?, ?)", texts)

    def order(question: str) -> list[str]:
        words = "".join(sign if sign.isalnum() else " " for sign in question).split()
        if tokenizer == "trigram":
            words = [word[at : at + 3] for word in words for at in range(max(1, len(word) - 2))]
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        if not asked:
            return []
        found = table.execute("select id from tips where tips match ? order by bm25(tips) limit 10", (asked,))
        return [row[0] for row in found]

    return order


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
