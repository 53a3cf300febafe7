"""A draft that its author can read whole on one card: what they do not see, they cannot agree to."""

from collections.abc import Mapping
from typing import Any

from bot.ports import FilledTip
from bot.slack.outgoing import plain

ROOM = 9_000
"""Characters of a draft's words; a message holds about 13,000 with what stands around them."""

WITHHELD_ROOM = 6_000
"""Characters, as they are sent, that a card spares for what waits for other speakers: it shows that whole."""

_WITHHELD_FIELDS = 20

_TEXTS = ("task", "outcome", "caveats", "reasoning", "background")
_MOST = {"prompts": 6, "steps": 20}


def readable_whole(filled: FilledTip) -> FilledTip:
    """Without what does not fit: a text, a prompt or a step stays as it is, or goes with its evidence."""
    content = filled.content
    room = ROOM - len(content.title)
    changes: dict[str, Any] = {}
    gone: set[str] = set()
    kept_at: dict[str, list[int]] = {}
    for name in ("task", "prompts", "outcome", "caveats", "steps", "reasoning", "background"):
        value = getattr(content, name)
        if name in _TEXTS:
            if len(value) > room:
                changes[name] = ""
                gone.add(name)
            else:
                room -= len(value)
            continue
        places: list[int] = []
        for place, text in enumerate(value):
            if len(places) < _MOST[name] and len(text) <= room:
                places.append(place)
                room -= len(text)
        kept_at[name] = places
        changes[name] = tuple(value[place] for place in places)
    return FilledTip(
        content.model_copy(update=changes),
        {new: indexes for field, indexes in filled.evidence.items() if (new := _renamed(field, gone, kept_at))},
        filled.made_with,
        filled.prompt_version,
    )


def within_a_card(withheld: Mapping[str, tuple[str, tuple[int, ...]]]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """The fields (their words, and what they rest on) that a card can show whole beside the draft's own."""
    room, kept = WITHHELD_ROOM, dict[str, tuple[str, tuple[int, ...]]]()
    for field, (text, rests_on) in withheld.items():
        size = len(plain(text))
        if size <= room and len(kept) < _WITHHELD_FIELDS:
            kept[field] = (text, rests_on)
            room -= size
    return kept


def _renamed(field: str, gone: set[str], kept_at: dict[str, list[int]]) -> str | None:
    """The evidence's field after others before it went; None when its own went."""
    name, _, place = field.partition(".")
    if name in gone:
        return None
    if name in kept_at:
        return f"{name}.{kept_at[name].index(int(place))}" if int(place) in kept_at[name] else None
    return field
