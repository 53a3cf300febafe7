"""A draft's fields, by whose words they rest on: its author's alone, or those of people who have a say as well."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.conversation import Thread
from bot.ports import FilledTip
from bot.trust.consent import Standing
from bot.trust.plain_tip import plain_tip
from storage.records import Language, TipContent

_TEXTS = ("task", "background", "reasoning", "outcome", "caveats")
_LISTS = ("prompts", "tools", "models", "steps", "topics")

Evidence = Mapping[str, tuple[int, ...]]
"""The messages a field rests on, as indexes in the thread."""


@dataclass(frozen=True, slots=True)
class Split:
    """`content` rests on the author's words alone (`evidence`); `borrowed` are the other fields' words by name.

    `speakers`: on whose words these rest, and where they stand. A field that rests on a "no" is in neither.
    """

    content: TipContent
    evidence: dict[str, tuple[int, ...]]
    borrowed: dict[str, tuple[str, tuple[int, ...]]]
    speakers: dict[str, Standing]


def titled_by_author(filled: FilledTip, thread: Thread, author_id: str, language: Language) -> FilledTip | None:
    """The fields under a title of the author's own words, for a tip cannot be without; None when nothing is theirs."""
    theirs = {name for name, rests_on in filled.evidence.items() if _people(thread, rests_on) == {author_id}}
    if not theirs:
        return None
    if "title" in theirs:
        return filled
    plain = plain_tip(thread, author_id, language=language)
    return FilledTip(
        filled.content.model_copy(update={"title": plain.content.title}),
        {**filled.evidence, "title": plain.evidence["title"]},
        filled.made_with,
        filled.prompt_version,
    )


def alone(filled: FilledTip, thread: Thread, author_id: str, language: Language) -> FilledTip | None:
    """The fields that rest on the author's messages alone, under a title of theirs; None when nothing is."""
    titled = titled_by_author(filled, thread, author_id, language)
    if titled is None:
        return None
    own = split(titled.content, titled.evidence, thread, author_id, lambda _: "no")
    return FilledTip(own.content, own.evidence, titled.made_with, titled.prompt_version)


def split(
    content: TipContent,
    evidence: Evidence,
    thread: Thread,
    author_id: str,
    standing: Callable[[str], Standing],
    *,
    is_gone: Callable[[int], bool] = lambda _: False,
) -> Split:
    """Who has a say about which field. `is_gone`: a message that was deleted meanwhile takes its fields along.

    A field without evidence is the author's (a plain draft's tools, found among their words).
    """
    known: dict[str, Standing] = {}
    own: dict[str, tuple[int, ...]] = {}
    borrowed: dict[str, tuple[str, tuple[int, ...]]] = {}
    changes: dict[str, Any] = {}

    def keeps(field: str, text: str) -> bool:
        """Whether a field is the author's own; else it is noted as borrowed, or gone."""
        rests_on = evidence.get(field, ())
        others = _people(thread, rests_on) - {author_id}
        if not others:
            own.update({field: rests_on} if rests_on else {})
            return True
        if None in others or any(map(is_gone, rests_on)):
            return False
        for other in others:
            if other is not None and other not in known:
                known[other] = standing(other)
        if all(other is not None and known[other] != "no" for other in others):
            borrowed[field] = (text, rests_on)
        return False

    keeps("title", content.title)
    for name in _TEXTS:
        text = getattr(content, name)
        if text and not keeps(name, text):
            changes[name] = ""
    for name in _LISTS:
        entries = getattr(content, name)
        kept = [place for place, text in enumerate(entries) if keeps(f"{name}.{place}", text)]
        changes[name] = tuple(entries[place] for place in kept)
        places = {f"{name}.{old}": f"{name}.{new}" for new, old in enumerate(kept)}
        moved = {new: own.pop(old) for old, new in places.items() if old in own}
        own |= moved
    concerned = {one for _, rests_on in borrowed.values() for one in _people(thread, rests_on)} - {author_id}
    speakers = {one: known[one] for one in concerned if one is not None}
    return Split(content.model_copy(update=changes), own, borrowed, speakers)


def _people(thread: Thread, rests_on: tuple[int, ...]) -> set[str | None]:
    return {thread.messages[index].author_id for index in rests_on}
