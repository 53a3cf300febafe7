"""How much a word says about a tip: BM25 cut into levels that are fixed when the tip is indexed.

A tip's part of the weight depends on the tip alone (the pivot length is a constant, no average), a question's part on
how many workspace tips have the word. Both are whole numbers to tantivy, so that sums are exact and no statistics of
its own, which count invisible tips, take part.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

SATURATION = 1.2
LENGTH = 0.6
PIVOT = 120
"""Words of a tip of middling length."""

TITLE = 2
"""A word in the title counts as often as this."""

LEVELS = (0.35, 0.55, 0.8, 1.1, 1.45, 1.85)
"""What a word's frequency in a tip may count; the highest nears SATURATION + 1."""

STEPS = 20
COMMON = 0.25
"""Words in more than this share of the tips say nothing, as long as others remain."""

ENOUGH_TO_BE_COMMON = 1_000

_EDGES = [(low + high) / 2 for low, high in pairwise(LEVELS)]


def levels(title: Sequence[str], body: Sequence[str]) -> list[list[str]]:
    """A tip's terms by level."""
    counted = Counter(body)
    for term in title:
        counted[term] += TITLE
    norm = SATURATION * (1 - LENGTH + LENGTH * len(body) / PIVOT)
    found: list[list[str]] = [[] for _ in LEVELS]
    for term, count in sorted(counted.items()):
        found[bisect_left(_EDGES, count * (SATURATION + 1) / (count + norm))].append(term)
    return found


def rarity(known_in: int, tips: int) -> float:
    """BM25's weight of a word that `known_in` of `tips` workspace tips have. Without tips to count: one for all."""
    return math.log(1 + (tips - known_in + 0.5) / (known_in + 0.5)) if tips else 1.0


def whole(rarity: float, level: float) -> float:
    """A weight as tantivy adds it up: a whole number, exact in its 32 bits."""
    return float(max(1, round(STEPS * rarity * level)))
