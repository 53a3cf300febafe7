"""A tip without what leads to people: names, handles, teams, customers, places in Slack, unmistakable details.

Words are only ever taken out, never put in: a model names them, and code puts a placeholder in their place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.ports import Detail
from bot.trust.redaction import redact_all
from bot.trust.redaction.kinds import PLACEHOLDER, Kind, kind_of, placeholder
from storage.records import Language, TipContent

KINDS: Mapping[str, Kind] = {
    kind.value: kind
    for kind in (
        Kind.NAME,
        Kind.HANDLE,
        Kind.TEAM,
        Kind.CUSTOMER,
        Kind.PROJECT,
        Kind.PLACE,
        Kind.CHANNEL,
        Kind.LINK,
        Kind.DETAIL,
    )
}
"""What a detail can be."""

_TEXTS = ("title", "task", "background", "reasoning", "outcome", "caveats")
_LISTS = ("prompts", "steps", "topics")
_TITLE = 150

_PATTERNS = (
    (re.compile(r"https?://[^\s<>「」、。）)]+"), Kind.LINK),
    # several in a row, too: @aya@elsewhere, #general#random
    (re.compile(r"(?<![\w@])(?:@[\w.\-]{2,40})+"), Kind.HANDLE),
    (re.compile(r"(?<![\w#&])(?:#(?=[^\s\d#])[\w\-]{2,80})+"), Kind.CHANNEL),
)
_LATIN = re.compile(r"[A-Za-z0-9]")
_NAMES_PARTS = re.compile(r"[\s　・,、()（）]+")
_SHORTEST, _SHORTEST_LATIN = 2, 3


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out, for its author's eyes, and what stands there now."""

    placeholder: str
    value: str


@dataclass(frozen=True, slots=True)
class Unnamed:
    """The words as they may be shared. A prompt that changed is marked as edited."""

    content: TipContent
    taken: tuple[Taken, ...]


def unnamed(content: TipContent, details: Sequence[Detail]) -> Unnamed:
    """Takes out what redaction finds, links, handles and channels, and each of `details` wherever it stands."""
    own = {name.casefold() for name in (*content.tools, *content.models)}
    wanted = {detail.text: KINDS[detail.kind] for detail in details if detail.text.casefold() not in own}
    texts = list(_texts(content))
    redacted = redact_all(texts, language=content.language)
    taken = {
        found.placeholder: text[found.start : found.end]
        for text, done in zip(texts, redacted, strict=True)
        for found in done.found
    }
    numbering = _Numbering([done.text for done in redacted], content.language)
    done = [_without(one.text, wanted, numbering) for one in redacted]
    taken |= numbering.given
    after = _rebuilt(content, iter(done))
    stands = "\n".join(_texts(after))
    return Unnamed(after, tuple(Taken(mark, value) for mark, value in taken.items() if mark in stands))


def names_of(people: Sequence[str]) -> list[Detail]:
    """Names as they may stand in a text: whole, and each part that is long enough to be no other word."""
    found = dict.fromkeys(part for name in people for part in (name.strip(), *_NAMES_PARTS.split(name.strip())))
    return [Detail(part, "name") for part in found if len(part) >= (_SHORTEST_LATIN if part.isascii() else _SHORTEST)]


def names_somebody(text: str, people: Sequence[str]) -> bool:
    """Whether one of these names stands in a text, whole or in part."""
    return any(_pattern(name.text).search(text) for name in names_of(people))


def stands_in(content: TipContent, text: str) -> bool:
    """Whether these words stand in the tip and can be taken out of it."""
    pattern = _pattern(text)
    return any(pattern.search(PLACEHOLDER.sub(" ", one)) for one in _texts(content))


def _texts(content: TipContent) -> Iterator[str]:
    yield from (getattr(content, name) for name in _TEXTS)
    for name in _LISTS:
        yield from getattr(content, name)


def _rebuilt(content: TipContent, texts: Iterator[str]) -> TipContent:
    changes: dict[str, Any] = {name: next(texts) for name in _TEXTS}
    changes |= {name: tuple(next(texts) for _ in getattr(content, name)) for name in _LISTS}
    changes["title"] = changes["title"][:_TITLE]
    changes["prompts_edited"] = content.prompts_edited or changes["prompts"] != content.prompts
    return TipContent.model_validate(content.model_dump() | changes)


class _Numbering:
    """Which placeholder a value has; numbers that the texts already hold are taken."""

    def __init__(self, texts: Sequence[str], language: Language) -> None:
        self._language = language
        self._marks: dict[tuple[Kind, str], str] = {}
        self._highest: dict[Kind, int] = {}
        self.given: dict[str, str] = {}
        for match in (match for text in texts for match in PLACEHOLDER.finditer(text)):
            kind = kind_of(match[1])
            self._highest[kind] = max(self._highest.get(kind, 0), int(match[2]))

    def of(self, kind: Kind, value: str) -> str:
        if (kind, value) not in self._marks:
            self._highest[kind] = self._highest.get(kind, 0) + 1
            mark = placeholder(kind, self._highest[kind], self._language)
            self._marks[kind, value] = mark
            self.given[mark] = value
        return self._marks[kind, value]


def _without(text: str, wanted: Mapping[str, Kind], numbering: _Numbering) -> str:
    """Between placeholders, the longest words first: a whole name before its parts."""
    for value in sorted(wanted, key=len, reverse=True):
        text = _outside(text, _pattern(value), wanted[value], numbering)
    for pattern, kind in _PATTERNS:
        text = _outside(text, pattern, kind, numbering)
    return text


def _outside(text: str, pattern: re.Pattern[str], kind: Kind, numbering: _Numbering) -> str:
    parts, at = list[str](), 0
    for mark in [*PLACEHOLDER.finditer(text), None]:
        until = mark.start() if mark else len(text)
        parts.append(pattern.sub(lambda match: numbering.of(kind, match[0]), text[at:until]))
        if mark:
            parts.append(mark[0])
            at = mark.end()
    return "".join(parts)


def _pattern(value: str) -> re.Pattern[str]:
    """Latin words only where they stand alone: Ben, but not Benchmark."""
    before = r"(?<![A-Za-z0-9])" if _LATIN.match(value) else ""
    after = r"(?![A-Za-z0-9])" if _LATIN.match(value[-1]) else ""
    return re.compile(before + re.escape(value) + after, re.IGNORECASE)
