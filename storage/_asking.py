"""A question as tantivy is asked it, and what its scores say: how much of the question a tip has, and how many words.

Both are whole numbers in one score, which tantivy adds up exactly: the weight counts in steps of `_PACKED`, and each
word that a tip has adds one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import tantivy

from storage import _weights
from storage._documents import EVERYBODY, LEVEL_FIELDS, at_place, may_be_misspelled, place, schema, ties
from storage._facets import clauses
from storage.records import Filters, Viewer

WORDS = 24
"""Words of a question that are looked for."""

_PACKED = 32
"""More than `WORDS`; times the greatest weight it stays below 2 ** 24, which 32 bits hold exactly."""

_TYPO_LEVEL = 0.55
_VIEWERS = 256


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's words, each with its spellings, and what each weighs for this viewer."""

    words: tuple[tuple[str, ...], ...]
    rarities: tuple[float, ...]
    unknown: tuple[bool, ...]
    """Whether no workspace tip has a word: it may be misspelled."""


class Candidate(NamedTuple):
    """A tip that may answer. `weight`: how much of the question it has; `covered`: the share of its words."""

    tip_id: str
    weight: float
    covered: float


def weighed(searchers: Sequence[Any], viewer: Viewer, words: Sequence[tuple[str, ...]]) -> Asked:
    """A question's words with their weights: counted among workspace tips, for those who may see these alone."""
    words = tuple(words[:WORDS])
    if not searchers or not viewer.reads_workspace:
        return Asked(words, (1.0,) * len(words), (True,) * len(words))
    tips = sum(one.doc_freq("place", place(viewer.team_id, EVERYBODY)) for one in searchers)
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


def for_everybody(viewer: Viewer) -> Any:
    """The clause of tips for the viewer's whole workspace."""
    return tantivy.Query.const_score_query(at_place(place(viewer.team_id, EVERYBODY)), 0.0)


def in_channels(viewer: Viewer) -> Any:
    """The clause of tips for the viewer's channels."""
    return _in_channels(viewer.team_id, viewer.channel_ids)


def wanted(asked: Asked, filters: Filters | None) -> list[Any]:
    """The clauses of what is asked: the filters, which do not count, and at least one word, which does."""
    must = []
    for any_of in clauses(filters) if filters else ():
        fits = tantivy.Query.term_set_query(schema(), "facet", sorted(any_of))
        must.append(tantivy.Query.const_score_query(fits, 0.0))
    if filters and filters.since is not None:
        fits = tantivy.Query.range_query(
            schema(), "day", tantivy.FieldType.Unsigned, lower_bound=filters.since.toordinal(), upper_bound=None
        )
        must.append(tantivy.Query.const_score_query(fits, 0.0))
    words: list[Any] = []
    for word, rarity, is_unknown in zip(asked.words, asked.rarities, asked.unknown, strict=True):
        words += _word(word, rarity, is_unknown=is_unknown)
    if words:
        should = tantivy.Occur.Should
        must.append(tantivy.Query.boolean_query([(should, word) for word in words]))
    return must


def all_of(must: Sequence[Any]) -> Any:
    """The query for what fits all of these clauses."""
    return must[0] if len(must) == 1 else tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in must])


def candidates(
    scores: Sequence[float], high: Sequence[int], low: Sequence[int], asked: Asked, limit: int
) -> list[Candidate]:
    """Tips by their scores and the two halves of their ids, best first, ties by id."""
    halves = np.array([high, low], dtype=np.uint64)
    # tantivy multiplies with this to break ties; 32 bits are exact enough to take it out again
    packed = np.rint(np.array(scores) / np.log2(2 + ties(halves[0]))) if asked.words else np.array(scores) * _PACKED
    weights, met = np.divmod(packed, _PACKED)
    order = np.lexsort((halves[1], halves[0], -weights))[:limit]
    named = halves[:, order].T.astype(">u8").tobytes().hex()
    shares = met[order] / max(1, len(asked.words))
    return [
        Candidate(named[32 * at : 32 * at + 32], weight, share)
        for at, (weight, share) in enumerate(zip(weights[order].tolist(), shares.tolist(), strict=True))
    ]


@lru_cache(maxsize=_VIEWERS)
def _in_channels(team_id: str, channel_ids: frozenset[str]) -> Any:
    places = sorted(place(team_id, one) for one in channel_ids)
    return tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema(), "place", places), 0.0)


def _word(word: tuple[str, ...], rarity: float, *, is_unknown: bool) -> list[Any]:
    """One word of a question. A term has one level in a tip; of several spellings the best counts."""
    spelled = [
        tantivy.Query.const_score_query(
            tantivy.Query.term_query(schema(), name, term, index_option="basic"), _score(rarity, level)
        )
        for term in word
        for name, level in zip(LEVEL_FIELDS, _weights.LEVELS, strict=True)
    ]
    if is_unknown and may_be_misspelled(word[0]):
        near = tantivy.Query.fuzzy_term_query(schema(), "latin", word[0], distance=1, transposition_cost_one=True)
        spelled.append(tantivy.Query.const_score_query(near, _score(rarity, _TYPO_LEVEL)))
    elif len(word) == 1:
        return spelled
    return [tantivy.Query.disjunction_max_query(spelled, 0.0)]


def _score(rarity: float, level: float) -> float:
    return _weights.whole(rarity, level) * _PACKED + 1
