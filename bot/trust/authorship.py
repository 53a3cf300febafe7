"""Whose tip it is (docs/design: the author), and whose words a draft may hold."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import Message, Thread

_ASKS = re.compile(
    r"[?？]\s*$|(?:ですか|ますか|でしょうか|ませんか|かな|教えて(?:ください|下さい|ほしい)?|知りたい(?:です)?)[。．!！\s]*$"
    r"|^\s*(?:how|what|does|do|is|are|can|could|which|who|has|any(?:one|body))\b",
    re.IGNORECASE,
)
_CODE = "```"
_FENCED = re.compile(r"(```.*?```)", re.DOTALL)
_QUOTED = re.compile(r"^>.*(?:\n|$)", re.MULTILINE)


def only_asks(message: Message) -> bool:
    """Whether a message asks without giving know-how itself: each of its lines of prose is a question or short."""
    if _CODE in message.text:
        return False
    sentences = [s.strip() for s in re.split(r"(?<=[。．?？!！])|(?<=\.)\s|\n", message.text) if s.strip()]
    asking = [s for s in sentences if _ASKS.search(s)]
    told = sum(len(s) for s in sentences if s not in asking)
    return bool(asking) and told <= max(60, 2 * sum(map(len, asking)))


def author_of(thread: Thread, pointed_at: str | None, weight: Mapping[str, int] | None = None) -> str | None:
    """The author of a draft from this thread; None when no person wrote in it.

    Who wrote the reply that was pointed at. When the root was pointed at: whoever wrote most of what the draft rests on
    (`weight`: characters of evidence by person), without evidence who wrote most of it; a person who only asked the
    question that others answered is not the author of the answer.
    """
    people = thread.people()
    pointed = thread.message(pointed_at) if pointed_at else None
    if pointed is not None and pointed.ts != thread.root_ts:
        return None if pointed.is_bot else pointed.author_id
    if weight:
        return max(weight, key=lambda author: weight[author])
    telling = [m for m in people if not (m.ts == thread.root_ts and only_asks(m))] or list(people)
    written: dict[str, int] = {}
    for message in telling:
        if message.author_id and not (only_asks(message) and len(telling) > 1):
            written[message.author_id] = written.get(message.author_id, 0) + len(message.text)
    if not written:
        written = {m.author_id: len(m.text) for m in telling if m.author_id}
    return max(written, key=lambda author: written[author]) if written else None


def without_quotes(thread: Thread) -> Thread:
    """The thread without what its messages quote, forward or preview: the words of people who were not asked.

    Readable text marks them by "> "; inside of code such a line is code.
    """
    return replace(thread, messages=tuple(message.with_text(_unquoted(message.text)) for message in thread.messages))


def _unquoted(text: str) -> str:
    parts = _FENCED.split(text)
    return "".join(part if part.startswith(_CODE) else _QUOTED.sub("", part) for part in parts).strip()


def speakers(thread: Thread) -> tuple[Message, ...]:
    """Each person of a thread once, by their first message."""
    first: dict[str | None, Message] = {}
    for message in thread.people():
        first.setdefault(message.author_id, message)
    return tuple(first.values())
