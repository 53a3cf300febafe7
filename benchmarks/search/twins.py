"""How well near-duplicates are told from tips that merely resemble each other.

Twins are tips of a set beside themselves with a small edit. Strangers are tips beside those nearest to them in meaning,
and beside themselves with every other sentence taken from another tip. What two texts must have in common is chosen on
half of the tips and reported on the other. That the search compares only tips of like scores is not part of this.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks.search.quality import MEMBER, Prepared, mean
from benchmarks.search.sets import Vectors
from storage import _ranking, meanings, tips
from storage.records import Meaning, TipContent

SHARES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
NEAREST = 5
"""Neighbours of each tip that it is compared with."""

_RUN = 3
_CHANGED = 0.03
_ADDED = 60
_LONGEST = 2_000
_LEAST_SENTENCES = 4
"""Of fewer, one sentence is much of the text."""

_SENTENCE = re.compile(r"(?<=[。!?！？\n])\s*|(?<=\.)\s+")
_SIGNS = str.maketrans({"、": ",", "。": ".", "「": "“", "」": "”", "-": "–", "\n": " "})

Edit = Callable[[random.Random, str, str], str]
"""From a text, and another one to take words from, to the edited text."""

Pairs = Mapping[str, Sequence[tuple[TipContent, TipContent]]]
"""By what was done to the second of a pair."""


def _other_signs(_chance: random.Random, text: str, _other: str) -> str:
    return text.translate(_SIGNS).upper()


def _other_words(chance: random.Random, text: str, other: str) -> str:
    signs = list(text)
    for _ in range(max(1, int(len(text) * _CHANGED / _RUN))):
        at, of = chance.randrange(max(1, len(text) - _RUN)), chance.randrange(max(1, len(other) - _RUN))
        signs[at : at + _RUN] = other[of : of + _RUN]
    return "".join(signs)


def _a_sentence_more(chance: random.Random, text: str, other: str) -> str:
    return f"{text} {chance.choice(_sentences(other))[:_ADDED]}"


def _a_sentence_less(_chance: random.Random, text: str, _other: str) -> str:
    return " ".join(_sentences(text)[:-1])


def _another_order(_chance: random.Random, text: str, _other: str) -> str:
    first, *rest = _sentences(text)
    return " ".join([*rest, first])


def _every_other_sentence(_chance: random.Random, text: str, other: str) -> str:
    theirs = _sentences(other)
    return " ".join(theirs[at % len(theirs)] if at % 2 else one for at, one in enumerate(_sentences(text)))


_TWINS: Mapping[str, Edit] = {
    "other signs and case": _other_signs,
    "3 % of the words": _other_words,
    "a sentence more": _a_sentence_more,
    "the last sentence less": _a_sentence_less,
    "the first sentence last": _another_order,
}
_STRANGERS: Mapping[str, Edit] = {"every other sentence": _every_other_sentence}


def twins(ready: Prepared, half: int) -> Pairs:
    return {name: list(_edited(ready, half, edit)) for name, edit in _TWINS.items()}


def strangers(ready: Prepared, vectors: Vectors, half: int) -> Pairs:
    made = {name: list(_edited(ready, half, edit)) for name, edit in _STRANGERS.items()}
    return {**made, "nearest in meaning": list(_neighbours(ready, vectors, half))}


def report(sets: Sequence[Prepared], vectors: Vectors) -> None:
    """How many of each sort of pairs are folded. Precision counts as many strangers as twins."""
    for half, title in ((0, "chosen on"), (1, "reported")):
        same = _joined([twins(ready, half) for ready in sets])
        apart = _joined([strangers(ready, vectors, half) for ready in sets])
        print(f"\nnear-duplicates, {title}; in use {_ranking.DUPLICATE}")
        print(f"| in common | {' | '.join([*same, *apart])} | recall | precision |")
        print("|---" * (len(same) + len(apart) + 3) + "|")
        for least in SHARES:
            folded = [_share(pairs, least) for pairs in same.values()]
            wrongly = [_share(pairs, least) for pairs in apart.values()]
            recall = mean(folded)
            precision = recall / (recall + mean(wrongly)) if recall else 1.0
            figures = " | ".join(f"{one:.3f}" for one in [*folded, *wrongly, recall, precision])
            print(f"| {least} | {figures} |", flush=True)
        print("pairs: " + ", ".join(f"{name} {len(pairs)}" for name, pairs in [*same.items(), *apart.items()]))


def _joined(sets: Sequence[Pairs]) -> dict[str, list[tuple[str, str]]]:
    return {
        name: [(_ranking.compared(one), _ranking.compared(other)) for pairs in sets for one, other in pairs[name]]
        for name in sets[0]
    }


def _share(pairs: Sequence[tuple[str, str]], least: float) -> float:
    return mean([float(_ranking.are_twins(one, other, least)) for one, other in pairs])


def _edited(ready: Prepared, half: int, edit: Edit) -> Iterator[tuple[TipContent, TipContent]]:
    chance = random.Random(ready.of.name)  # noqa: S311 - a seeded draw, guards nothing
    contents = _contents(ready)
    every = list(contents.values())
    for content in _half(contents, half):
        text, other = _text(content), _text(chance.choice(every))
        if other != text and len(_sentences(text)) >= _LEAST_SENTENCES:
            one = TipContent(title=content.title, task=text)
            yield one, TipContent(title=content.title, task=edit(chance, text, other)[:_LONGEST])


def _text(content: TipContent) -> str:
    """All that is compared of a tip but its title."""
    return "\n".join([content.task, *content.prompts, *content.steps, content.outcome]).strip()[:_LONGEST]


def _neighbours(ready: Prepared, vectors: Vectors, half: int) -> Iterator[tuple[TipContent, TipContent]]:
    contents = _contents(ready)
    for one in _half(contents, half):
        meaning = Meaning(vectors.embedder.key, vectors.passages([meanings.passage(one)])[0])
        for near in ready.index.meanings.nearest(MEMBER, meaning, NEAREST + 1, None):
            if contents[near.tip_id] is not one:
                yield one, contents[near.tip_id]


def _contents(ready: Prepared) -> dict[str, TipContent]:
    by_external = {str(tip.external_id): tip for tip in tips.export(ready.db, MEMBER)}
    return {by_external[key].id: by_external[key].content for key in ready.of.tips}


def _half(contents: Mapping[str, TipContent], half: int) -> list[TipContent]:
    return [content for at, content in enumerate(contents.values()) if at % 2 == half]


def _sentences(text: str) -> list[str]:
    return [one for one in _SENTENCE.split(text) if one.strip()]
