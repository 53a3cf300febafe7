"""Secrets, personal data and names are taken out before a text reaches a model, a record, the job history or a log.

What is found becomes a placeholder such as ‹e-mail 1› or ‹電話番号 1›, the same for the same find within one text or
thread. A text that was redacted comes out as it went in.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.conversation import Thread
from bot.trust.language import language_of
from bot.trust.redaction.issuers import aws_secrets, keys, private_keys
from bot.trust.redaction.kinds import PLACEHOLDER, SECRETS, Class, Kind, Span, class_of, kind_of, placeholder
from bot.trust.redaction.named import named
from bot.trust.redaction.people import names
from bot.trust.redaction.personal import addresses, emails, numbers, phones
from bot.trust.redaction.seen import MARK, Seen
from storage.records import Language

_FINDERS: tuple[Callable[[str], Iterator[Span]], ...] = (
    private_keys,
    keys,
    named,
    aws_secrets,
    emails,
    numbers,
    phones,
    addresses,
    names,
)
"""The first that finds a place says what it is."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where something was found in a text, what it is, and what stands there now. The value itself is not kept."""

    kind: Kind
    start: int
    end: int
    placeholder: str

    @property
    def class_(self) -> Class:
        return class_of(self.kind)


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with its finds replaced. `found` are places in the text before, in its order."""

    text: str
    found: tuple[Found, ...]


def redact(text: str, *, language: Language | None = None, allowed: Collection[str] = ()) -> Redacted:
    """The text without secrets, personal data and names, and what was found.

    `language` is that of the placeholders, the text's own by default. `allowed`: values that their author put back
    (`restore`); they stay unless they are secrets.
    """
    return redact_all((text,), language=language, allowed=allowed)[0]


def redact_all(
    texts: Sequence[str], *, language: Language | None = None, allowed: Collection[str] = ()
) -> tuple[Redacted, ...]:
    """Texts that belong together, such as a form's fields: the same value has the same placeholder in all of them."""
    found = [_find(text) for text in texts]
    spoken = language or language_of("\n".join(map(_without, texts, found)))
    numbering = _Numbering(texts, spoken)
    return tuple(_replaced(text, spans, numbering, allowed) for text, spans in zip(texts, found, strict=True))


def redact_thread(thread: Thread) -> Thread:
    """The thread with each message redacted, and the same placeholder for the same value in all of them."""
    done = redact_all([message.text for message in thread.messages])
    messages = tuple(message.with_text(one.text) for message, one in zip(thread.messages, done, strict=True))
    return Thread(thread.channel_id, thread.root_ts, messages, thread.partial)


def harmless(texts: Sequence[str]) -> Mapping[str, str]:
    """What may be put back, by its placeholder: personal data and names in texts as they were written, never secrets.

    The texts are read anew at the moment they are needed, all that were redacted together and in the same order; the
    result is for the author's eyes and is not kept.
    """
    return {
        one.placeholder: text[one.start : one.end]
        for text, done in zip(texts, redact_all(texts), strict=True)
        for one in done.found
        if one.class_ != "secret"
    }


def restore(text: str, chosen: Collection[str], values: Mapping[str, str]) -> str:
    """The text with the chosen placeholders turned back into what they stood for (`harmless`).

    A placeholder that stands for a secret stays, and so does one whose value holds a secret or is not known.
    """

    def back(match: re.Match[str]) -> str:
        value = values.get(match.group())
        if match.group() not in chosen or value is None or kind_of(match[1]) in SECRETS:
            return match.group()
        return match.group() if any(one.class_ == "secret" for one in redact(value).found) else value

    return PLACEHOLDER.sub(back, text)


class _Numbering:
    """Which placeholder a value has; numbers that texts already hold are taken."""

    def __init__(self, texts: Iterable[str], language: Language) -> None:
        self._language = language
        self._given: dict[tuple[Kind, str], str] = {}
        self._highest: dict[Kind, int] = {}
        for match in (match for text in texts for match in PLACEHOLDER.finditer(text)):
            kind = kind_of(match[1])
            self._highest[kind] = max(self._highest.get(kind, 0), int(match[2]))

    def of(self, kind: Kind, value: str) -> str:
        if (kind, value) not in self._given:
            self._highest[kind] = self._highest.get(kind, 0) + 1
            self._given[kind, value] = placeholder(kind, self._highest[kind], self._language)
        return self._given[kind, value]


def _find(text: str) -> list[Span]:
    """All finds as places in the text, in its order.

    Looks again until nothing is found in what is left, so that what stands between two finds hides nothing, and a
    second redaction sees what the last look saw.
    """
    seen, found = Seen.of(text), list[Span]()
    while new := _disjoint(span for finder in _FINDERS for span in finder(seen.text)):
        found += (Span(span.kind, *seen.place(span)) for span in new)
        seen = seen.without(new)
    return sorted(found, key=lambda span: span.start)


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    """Finds that do not overlap, in the text's order.

    Of two that do, a secret stands alone, and the rest of the other is looked at again; two of one class become one
    that covers both, so that no half of either gets out.
    """
    every = list(spans)
    secrets = _joined(span for span in every if span.kind in SECRETS)
    rest = _joined(span for span in every if span.kind not in SECRETS)
    starts = [span.start for span in secrets]
    taken = list(secrets)
    for span in rest:
        at = bisect_left(starts, span.end)
        if at == 0 or secrets[at - 1].end <= span.start:
            taken.append(span)
    return sorted(taken, key=lambda span: span.start)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start < joined[-1].end:
            joined[-1] = Span(joined[-1].kind, joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _without(text: str, spans: Iterable[Span]) -> str:
    parts, at = [], 0
    for span in spans:
        parts.append(text[at : span.start])
        at = span.end
    return MARK.join([*parts, text[at:]])


def _replaced(text: str, spans: Iterable[Span], numbering: _Numbering, allowed: Collection[str]) -> Redacted:
    found, parts, at = list[Found](), list[str](), 0
    for span in spans:
        value = text[span.start : span.end]
        if value in allowed and span.kind not in SECRETS:
            continue
        found.append(Found(span.kind, span.start, span.end, numbering.of(span.kind, value)))
        parts += [text[at : span.start], found[-1].placeholder]
        at = span.end
    return Redacted("".join([*parts, text[at:]]), tuple(found))
