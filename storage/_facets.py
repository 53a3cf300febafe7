"""What tips can be filtered by: tokens that a tip has, and those that a filter asks for."""

from collections.abc import Iterable
from functools import lru_cache

from storage import _analysis
from storage.records import Filters, TipContent


def facets_of(
    content: TipContent, channel_id: str | None, source_channel_id: str | None, theme_id: str | None = None
) -> set[str]:
    """A tip's tokens. What it was shared under is a theme like its topics.

    A tool is found by each of its words and by all of them; a model is a tool to those who ask.
    """
    found = {f"kind:{content.kind.value}"}
    found |= tools_of((*content.tools, *content.models))
    for topic in content.topics:
        found |= {f"theme:{key}" for key in (*_keys(topic), _whole(topic)) if key}
    if theme_id:
        found.add(_under(theme_id))
    return found | {f"from:{place}" for place in (channel_id, source_channel_id) if place}


def tools_of(names: Iterable[str]) -> set[str]:
    """The tokens of tools and models."""
    return {f"tool:{key}" for name in names for key in (*_keys(name), _whole(name)) if key}


def clauses(filters: Filters) -> Iterable[set[str]]:
    """Sets of tokens: a tip has to have one of each."""
    asked = (
        {f"tool:{_whole(tool)}" for tool in filters.tools},
        {f"theme:{_whole(theme)}" for theme in filters.themes} | set(map(_under, filters.theme_ids)),
        {f"kind:{kind.value}" for kind in filters.kinds},
        {f"from:{channel}" for channel in filters.channel_ids},
    )
    return [one for one in asked if one]


def _under(theme_id: str) -> str:
    """No word of a topic has this sign."""
    return f"theme:#{theme_id}"


@lru_cache(maxsize=10_000)
def _keys(name: str) -> tuple[str, ...]:
    return tuple(word[0] for word in _analysis.named(name))


def _whole(name: str) -> str:
    return " ".join(_keys(name))
