"""Which messages of a thread a model reads, in which calls, so that a capture costs little more than its thread."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from bot.conversation import Thread, has_words
from bot.llm.tokens import estimate

Piece = tuple[int, str]
"""A message's number (from 1) and its text, or a part of it."""

_TIMES_THE_THREAD, _BESIDES = 1.3, 1_500
"""What a capture may cost, in tokens in: so many times its thread's own, and so many besides."""

_LEAST_ROOM = 400
_LEFT_OUT_AT_ONCE = 20
"""One in so many messages goes before it is planned anew."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of a thread, one for each call, and the tokens that are left of what the capture may cost."""

    parts: tuple[tuple[Piece, ...], ...]
    left: int


def allowance(thread: Thread) -> int:
    """Tokens in that a capture of this thread may cost, all calls together."""
    return int(_TIMES_THE_THREAD * sum(estimate(m.text) for m in thread.messages)) + _BESIDES


def plan(thread: Thread, marked: str | None, *, fixed: int, room: int) -> Plan:
    """The thread in parts of at most `room` tokens, each call costing `fixed` more.

    Whole messages; one that is larger than a part is cut. Where that would cost more than a capture may (a small
    context, or hundreds of messages of a word), the shortest messages are left out, never the marked one; of a last one
    that is too much by itself, the end.
    """
    may_cost, room = allowance(thread), max(room, _LEAST_ROOM)
    kept = [n for n, message in enumerate(thread.messages, start=1) if has_words(message.text)]
    least_first = sorted(kept, key=lambda n: (thread.messages[n - 1].ts == marked, len(thread.messages[n - 1].text)))
    may_go = iter(least_first[:-1])
    while True:
        parts = tuple(_parts(thread, kept, room))
        left = may_cost - sum(costs := [fixed + sum(_size(*piece) for piece in part) for part in parts])
        going = set(islice(may_go, max(1, len(kept) // _LEFT_OUT_AT_ONCE)))
        if left >= 0:
            return Plan(parts, left)
        if not going:
            affordable = max(1, bisect_right(list(accumulate(costs)), may_cost))
            return Plan(parts[:affordable], may_cost - sum(costs[:affordable]))
        kept = [n for n in kept if n not in going]


def _parts(thread: Thread, numbers: Sequence[int], room: int) -> Iterator[tuple[Piece, ...]]:
    part: list[Piece] = []
    used = 0
    for number in numbers:
        for text in _pieces(number, thread.messages[number - 1].text, room):
            size = _size(number, text)
            if part and used + size > room:
                yield tuple(part)
                part, used = [], 0
            part.append((number, text))
            used += size
    if part:
        yield tuple(part)


def _pieces(number: int, text: str, room: int) -> Iterator[str]:
    while (size := _size(number, text)) > room:
        cut = max(1, int(len(text) * room * 0.9 / size))
        yield text[:cut]
        text = text[cut:]
    if text.strip():
        yield text


def _size(number: int, text: str) -> int:
    """Tokens of a message as it is sent: JSON, with its number and speaker."""
    return estimate(json.dumps([number, "P10", text], ensure_ascii=False))
