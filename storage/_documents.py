"""A tip as the index keeps it: terms by level, place, facets, and all of it as JSON to write it anew from."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import tantivy

from storage import _analysis, _weights
from storage._facets import facets_of
from storage.records import TipContent

EVERYBODY = "*"
LEVEL_FIELDS = [f"level{number}" for number in range(len(_weights.LEVELS))]

_TYPO_LEAST = 5
_TIES = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index knows of a tip. `content` None takes it out; `day` counts from the year 1."""

    team_id: str
    tip_id: str
    channel_id: str | None
    content: TipContent | None
    source_channel_id: str | None = None
    day: int = 0
    theme_id: str | None = None


def kept(entry: Entry, content: TipContent) -> dict[str, Any]:
    """All that the index keeps of a tip, as JSON: a shard is written anew from it."""
    title = _analysis.terms("\n".join([content.title, *content.topics, *content.tools]))
    body = title + _analysis.terms("\n".join(_texts(content)))
    return {
        "team": entry.team_id,
        "id": entry.tip_id,
        "place": entry.channel_id,
        "day": entry.day,
        "facets": sorted(facets_of(content, entry.channel_id, entry.source_channel_id, entry.theme_id)),
        "levels": [" ".join(level) for level in _weights.levels(title, body)],
    }


def document(kept: dict[str, Any]) -> Any:
    """What `kept` gave, for tantivy."""
    team, tip_id, where, levels = kept["team"], kept["id"], kept["place"], kept["levels"]
    terms = [term for level in levels if level for term in level.split(" ")]
    high, low = int(tip_id[:16], 16), int(tip_id[16:], 16)
    made = tantivy.Document(
        id=[key(team, tip_id)],
        place=[place(team, where or EVERYBODY)],
        facet=kept["facets"],
        latin=[" ".join(filter(may_be_misspelled, terms))],
        known=["" if where else " ".join(f"{team}/{term}" for term in terms)],
        tie=float(ties(np.array([high], dtype=np.uint64))[0]),
        stored=[json.dumps(kept, ensure_ascii=False).encode()],
    )
    for name, level in zip(LEVEL_FIELDS, levels, strict=True):
        made.add_text(name, level)
    made.add_unsigned("high", high)
    made.add_unsigned("low", low)
    made.add_unsigned("day", kept["day"])
    return made


def ties(high: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """What breaks ties the same way wherever a tip lies, from the first half of its id."""
    return (high >> np.uint64(40)).astype(np.float64) / 0xFFFFFF / _TIES


def key(team_id: str, tip_id: str) -> str:
    return f"{team_id}/{tip_id}"


def place(team_id: str, channel_id: str) -> str:
    return f"{team_id}/{channel_id}"


def at_place(name: str) -> Any:
    """The query for all tips at a place."""
    return tantivy.Query.term_query(schema(), "place", name, index_option="basic")


def may_be_misspelled(term: str) -> bool:
    """Latin words are names, files, code, or English, of which a wrong sign says little."""
    return len(term) >= _TYPO_LEAST and term.isascii() and term.isalpha()


@lru_cache(maxsize=1)
def schema() -> Any:
    """The fields of every shard."""
    builder = tantivy.SchemaBuilder()
    for name in ("id", "place", "facet"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("known", "latin", *LEVEL_FIELDS):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in ("high", "low"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_unsigned_field("day", fast=True, indexed=True)
    builder.add_float_field("tie", fast=True)
    builder.add_bytes_field("stored", stored=True, indexed=False)
    return builder.build()


def _texts(content: TipContent) -> list[str]:
    texts = [content.task, content.background, content.reasoning, *content.prompts, *content.models]
    return [*texts, *content.steps, content.outcome, content.caveats]
