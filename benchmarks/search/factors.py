"""What each factor beside words and meaning may weigh: the sets know no trials, dates or people, so they are drawn.

Two ways. *Chance*: what is drawn says nothing about which tip answers; whatever a factor moves then is harm. *Telling*:
tips that answer were drawn a little better than others, as far as one may hope for; what a factor moves then is gain.
A strength is chosen on half of the questions and reported on the other.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from benchmarks.search.quality import MEMBER, Prepared, interval, mean, ndcg
from storage import _ranking, search
from storage.records import Trials

Way = Literal["chance", "telling"]

DRAWS = 20
"""How often each question's tips are drawn anew."""

MOST_HARM = 0.005
"""What chance may cost any set in nDCG@10, on the half that is chosen on: far less than its interval leaves open."""

_DEPTH = 15
"""Candidates that the mild factors order for a page of ten (`search`'s own)."""
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TRIED_SHARE, _TRIALS = 0.5, 4.0
_WORKS = {"chance": (2.0, 1.0), "right": (3.0, 1.0), "others": (1.5, 1.5)}
"""How likely a trial works, drawn for each tip (beta distribution): 67 %, and 75 % beside 50 %."""
_CHANGED_SHARE = 0.2
_AGE_DAYS = {"chance": 365.0, "right": 250.0, "others": 500.0}
"""Mean age: what is old is more often no longer so."""
_OWN_SHARE = {"chance": 0.33, "right": 0.5, "others": 0.25}
"""How many tips are for a tool that the asker uses."""

Draw = Callable[[random.Random, Way, bool], float]
"""One tip's factor at full strength, as what it adds to 1 for each unit of strength."""


def _evidence(chance: random.Random, way: Way, is_right: bool) -> float:
    if chance.random() >= _TRIED_SHARE:
        return 0.0
    works = chance.betavariate(*_WORKS[_kind(way, is_right)])
    counted = {"worked": 0, "changed": 0, "failed": 0}
    for _ in range(1 + int(chance.expovariate(1 / _TRIALS))):
        good = "changed" if chance.random() < _CHANGED_SHARE else "worked"
        counted[good if chance.random() < works else "failed"] += 1
    return _ranking.evidence(Trials(**counted), 1.0) - 1


def _freshness(chance: random.Random, way: Way, is_right: bool) -> float:
    age = timedelta(days=chance.expovariate(1 / _AGE_DAYS[_kind(way, is_right)]))
    return _ranking.freshness(_NOW - age, _NOW, 1.0) - 1


def _own_tool(chance: random.Random, way: Way, is_right: bool) -> float:
    return float(chance.random() < _OWN_SHARE[_kind(way, is_right)])


def _kind(way: Way, is_right: bool) -> str:
    return way if way == "chance" else "right" if is_right else "others"


def _all(chance: random.Random, way: Way, is_right: bool) -> float:
    return sum(one.now * one.draw(chance, way, is_right) for one in FACTORS)


@dataclass(frozen=True)
class Factor:
    """`now`: the strength in use."""

    name: str
    draw: Draw
    now: float
    strengths: tuple[float, ...]


FACTORS = (
    Factor("evidence", _evidence, _ranking.EVIDENCE, (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)),
    Factor("freshness", _freshness, _ranking.FRESH, (0.01, 0.02, 0.03, 0.05, 0.1, 0.2)),
    Factor("own tool", _own_tool, _ranking.OWN_TOOL, (0.01, 0.02, 0.03, 0.05, 0.1, 0.2)),
)

TOGETHER = Factor("all together, as in use", _all, 1.0, (1.0,))


@dataclass(frozen=True)
class Candidates:
    """What the search gives for a question before the drawn factors: documents with their scores, best first."""

    scored: tuple[tuple[str, float], ...]
    answers: frozenset[str]


def candidates(ready: Prepared, half: int) -> list[Candidates]:
    """By the real search, where nobody tried a tip, all are of one day, and nobody has a tool."""
    found = []
    for key in ready.of.half(half):
        explained = search.explain(
            ready.db, ready.index, MEMBER, ready.of.questions[key], _DEPTH, meaning=ready.asked[key], wait=True
        )
        scored = [
            (
                ready.ids[one.hit.tip.id],
                (_ranking.MEANING * one.factors.meaning + (1 - _ranking.MEANING) * one.factors.words)
                * one.factors.language,
            )
            for one in explained
        ]
        found.append(Candidates(tuple(scored), frozenset(ready.of.answers[key])))
    return found


Drawn = list[list[list[float]]]
"""For each question, each draw, each candidate: what a factor adds to 1 for each unit of its strength."""


def drawn(asked: Sequence[Candidates], factor: Factor, way: Way) -> Drawn:
    chance = random.Random(f"{factor.name} {way}")  # noqa: S311 - a seeded draw, guards nothing
    return [
        [[factor.draw(chance, way, tip in one.answers) for tip, _ in one.scored] for _ in range(DRAWS)] for one in asked
    ]


def moved(asked: Sequence[Candidates], draws: Drawn, strength: float) -> list[float]:
    """By how much each question's nDCG@10 moves, over all draws."""
    found = []
    for one, of in zip(asked, draws, strict=True):
        answers = set(one.answers)
        still = ndcg([tip for tip, _ in one.scored], answers)
        apart = 0.0
        for values in of:
            scored = [
                (score * (1 + strength * value), tip) for (tip, score), value in zip(one.scored, values, strict=True)
            ]
            scored.sort(key=lambda each: -each[0])
            apart += ndcg([tip for _, tip in scored], answers) - still
        found.append(apart / DRAWS)
    return found


def chosen(sets: Sequence[Sequence[Candidates]], factor: Factor) -> float:
    """The greatest strength at which chance costs no set more than may be, and telling gives more than that; else 0."""
    draws = [(asked, drawn(asked, factor, "chance"), drawn(asked, factor, "telling")) for asked in sets]
    fit = [0.0]
    for strength in factor.strengths:
        harm = [-mean(moved(asked, chance, strength)) for asked, chance, _ in draws]
        gain = [mean(moved(asked, telling, strength)) for asked, _, telling in draws]
        if max(harm) <= MOST_HARM and mean(gain) > mean(harm):
            fit.append(strength)
    return max(fit)


def report(sets: Sequence[Prepared]) -> None:
    """By how much nDCG@10 moves, with its 95 % interval."""
    held_out = [candidates(ready, 0) for ready in sets]
    reported = [candidates(ready, 1) for ready in sets]
    for factor in (*FACTORS, TOGETHER):
        print(f"\n{factor.name}")
        if factor is not TOGETHER:
            print(f"in use {factor.now}; on the half that is chosen on, at most {chosen(held_out, factor)}")
        print("| strength | set | chance | telling |\n|---|---|---|---|")
        draws = [[drawn(asked, factor, way) for way in get_args(Way)] for asked in reported]
        for strength in factor.strengths:
            for ready, asked, ways in zip(sets, reported, draws, strict=True):
                chance, telling = (interval(moved(asked, values, strength)) for values in ways)
                print(f"| {strength} | {ready.of.name} | {chance:+} | {telling:+} |", flush=True)
