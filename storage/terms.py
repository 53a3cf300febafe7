"""Topics and tools, however and in whichever language they are written: 「議事録」 is "minutes", エクセル is Excel."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from storage.records import FollowKind, Language, TipContent

_FILE = Path(__file__).parent / "terms.toml"

_HOPS = 10
"""How many names one behind the other are followed: hosts merge what was merged before."""


def key_of(name: str) -> str:
    """By which a name is known: "GPT-4o", "gpt 4o" and "ＧＰＴ４ｏ" are one. Empty for a name without a letter."""
    return "".join(char for char in unicodedata.normalize("NFKC", name).casefold() if char.isalnum())


def target_of(name: str, merged: Mapping[str, str] | None = None) -> str:
    """What stands for a topic or tool: the table's name, its own key when the table does not know it.

    `merged`: by key, the name that a workspace's hosts use instead; their word comes before the table's and after it.
    """
    key = key_of(name)
    for _ in range(_HOPS):
        before = key
        if merged and key in merged:
            key = key_of(merged[key])
        key = _known().get(key, key)
        if key == before:
            break
    return key


def targets_of(content: TipContent, merged: Mapping[str, str] | None = None) -> frozenset[str]:
    """All that stands for a tip's topics, tools and models. Also what hosts merged into it since it was followed."""
    named = (*content.topics, *content.tools, *content.models)
    found = {target for name in named if (target := target_of(name, merged))}
    earlier = {_known().get(key, key) for key in merged or () if target_of(key, merged) in found}
    return frozenset(found | earlier)


def is_known(name: str) -> bool:
    """Whether the table has a topic or tool of this name."""
    return key_of(name) in _known()


def spellings(name: str, merged: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The names of what somebody calls by this name, in both languages, their own first; what hosts merged too."""
    target = target_of(name, merged)
    keys = {target, key_of(name), *(key for key in merged or () if target_of(key, merged) == target)}
    found = [name]
    for key in sorted(keys):
        names = _table().get(_known().get(key, key))
        found += [*names["ja"], *names["en"]] if names else [key]
    found += [into for key, into in (merged or {}).items() if key in keys]
    return tuple(dict.fromkeys(found))


def label_of(target: str, label: str, language: Language) -> str:
    """The name of a topic or tool in this language; as somebody wrote it when the table does not know it."""
    names = _table().get(target)
    return names[language][0] if names else label


def named(content: TipContent, merged: Mapping[str, str] | None = None) -> list[tuple[FollowKind, str]]:
    """A tip's topics and tools as they could be followed, each once."""
    found: dict[str, tuple[FollowKind, str]] = {}
    parts: Iterable[tuple[FollowKind, tuple[str, ...]]] = (("topic", content.topics), ("tool", content.tools))
    for kind, names in parts:
        for name in names:
            if target := target_of(name, merged):
                found.setdefault(target, (kind, name))
    return list(found.values())


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text("utf-8"))


@cache
def _known() -> dict[str, str]:
    return {key_of(name): target for target, names in _table().items() for name in (target, *names["ja"], *names["en"])}
