"""A thread → a tip's fields, checked against the thread: prompts verbatim, each field with the messages it rests on."""

import re
from collections.abc import Iterator, Sequence

from pydantic import BaseModel, Field

from bot.conversation import Thread
from bot.errors import ModelUnavailable
from bot.llm.client import Client
from bot.llm.prompts import Prompt, load
from bot.llm.reading import Piece, plan
from bot.llm.tokens import estimate
from bot.ports import FilledTip
from storage.records import Kind, Language, TipContent

TASK = "fill_tip"
MERGE = "merge_tips"
_AROUND_TOKENS = 80
"""The marks around the data, its keys, and what a chat's format adds to each call."""

_FILLED_SHARE = 0.75
"""Of a model's context: some tokenizers know little Japanese and count a third more than is estimated."""

_TITLE, _LINE, _PARAGRAPH, _PROMPT = 150, 300, 3_000, 12_000
_MANY = 20


class Told(BaseModel):
    """One thing the model says, and the numbers of the messages it rests on."""

    text: str = ""
    rests_on: list[int] = Field(default_factory=list)


class Filled(BaseModel):
    """What the model returns."""

    kind: Kind = Kind.PRACTICE
    title: Told
    task: Told = Told()
    background: Told = Told()
    reasoning: Told = Told()
    prompts: list[Told] = Field(default_factory=list)
    tools: list[Told] = Field(default_factory=list)
    models: list[Told] = Field(default_factory=list)
    steps: list[Told] = Field(default_factory=list)
    outcome: Told = Told()
    caveats: Told = Told()
    topics: list[Told] = Field(default_factory=list)


_SINGLE = ("title", "task", "background", "reasoning", "outcome", "caveats")
_SEVERAL = ("prompts", "tools", "models", "steps", "topics")


def fill_tip(client: Client, thread: Thread, *, pointed_at: str | None, language: Language) -> FilledTip:
    """The fields of a tip from this thread. Raises ModelUnavailable, also when no title stands the checks."""
    prompt = load(TASK)
    context = client.settings.context_tokens - client.settings.max_output_tokens
    reading = plan(thread, pointed_at, fixed=_fixed(prompt), room=int(context * _FILLED_SHARE) - _fixed(prompt))
    if not reading.parts:
        raise ModelUnavailable("invalid")
    filled = [
        client.complete(prompt.messages(_data(thread, part, pointed_at, language)), Filled, TASK)
        for part in reading.parts
    ]
    whole = filled[0] if len(filled) == 1 else _merge(client, filled, language, min(context, reading.left))
    return _checked(whole, thread, language, client.settings.model, prompt.version)


def _fixed(prompt: Prompt) -> int:
    """What every call with this prompt costs before a word of the thread, in tokens."""
    return estimate(prompt.text) + estimate(str(Filled.model_json_schema())) + _AROUND_TOKENS


def _data(thread: Thread, part: Sequence[Piece], pointed_at: str | None, language: Language) -> dict[str, object]:
    speakers: dict[str | None, str] = {}
    for message in thread.messages:
        speakers.setdefault(message.author_id, f"P{len(speakers) + 1}")
    by = ["bot" if message.is_bot else speakers[message.author_id] for message in thread.messages]
    marked = [number for number, _ in part if thread.messages[number - 1].ts == pointed_at][:1]
    return {
        "language": language,
        "marked": marked[0] if marked else None,
        "messages": [[number, by[number - 1], text] for number, text in part],
    }


def _merge(client: Client, filled: Sequence[Filled], language: Language, room: int) -> Filled:
    """Several parts' fields as one: by the model when they fit, else by putting them one after another.

    Prompts do not pass through the model again: they are joined as they are.
    """
    prompt = load(MERGE)
    united = _union(filled)
    parts = [one.model_dump(mode="json", exclude={"prompts"}, exclude_defaults=True) for one in filled]
    messages = prompt.messages({"language": language, "parts": parts})
    if sum(estimate(message["content"]) for message in messages) + _fixed(prompt) - estimate(prompt.text) > room:
        return united
    try:
        merged = client.complete(messages, Filled, MERGE)
    except ModelUnavailable as unavailable:
        if unavailable.reason not in ("invalid", "truncated"):
            raise
        return united
    return merged.model_copy(update={"prompts": united.prompts})


def _union(filled: Sequence[Filled]) -> Filled:
    titled = next((one for one in filled if one.title.text.strip()), filled[0])
    single = {
        name: Told(
            text="\n".join(dict.fromkeys(t for one in filled if (t := getattr(one, name).text.strip()))),
            rests_on=sorted({n for one in filled for n in getattr(one, name).rests_on}),
        )
        for name in _SINGLE
        if name != "title"
    }
    several = {name: [told for one in filled for told in getattr(one, name)] for name in _SEVERAL}
    return Filled(kind=titled.kind, title=titled.title, **single, **several)


def _checked(filled: Filled, thread: Thread, language: Language, model: str, version: str) -> FilledTip:
    """What stands the checks. Only prompts that stand verbatim in a message they name are prompts."""
    fields: dict[str, str] = {}
    evidence: dict[str, tuple[int, ...]] = {}
    for name in _SINGLE:
        told: Told = getattr(filled, name)
        rests_on = _existing(told, thread)
        if told.text.strip() and rests_on:
            fields[name] = _cut(told.text, _TITLE if name == "title" else _PARAGRAPH)
            evidence[name] = rests_on
    lists: dict[str, tuple[str, ...]] = {}
    for name in _SEVERAL:
        kept = list(_kept(name, getattr(filled, name), thread))[:_MANY]
        lists[name] = tuple(text for text, _ in kept)
        evidence |= {f"{name}.{place}": rests_on for place, (_, rests_on) in enumerate(kept)}
    if "title" not in fields:
        raise ModelUnavailable("invalid")
    # only who has a worry can say so: a capture never decides it
    kind = Kind.EXPERIMENT if filled.kind is Kind.WORRY else filled.kind
    content = TipContent(kind=kind, language=language, **fields, **lists)
    return FilledTip(content, evidence, model, version)


def _kept(name: str, told: Sequence[Told], thread: Thread) -> Iterator[tuple[str, tuple[int, ...]]]:
    seen: set[str] = set()
    for one in told:
        text = one.text.strip("\n") if name == "prompts" else one.text.strip()
        rests_on = _existing(one, thread)
        if name == "prompts":
            rests_on = tuple(index for index in rests_on if _lines(text) in _lines(thread.messages[index].text))
        if not text.strip() or not rests_on or text in seen:
            continue
        seen.add(text)
        limit = {"prompts": _PROMPT, "steps": _PARAGRAPH}.get(name, _LINE)
        if name == "prompts" and len(text) > limit:
            continue
        # a prompt keeps the spaces before its first line
        yield text if name == "prompts" else _cut(text, limit), rests_on


def _existing(told: Told, thread: Thread) -> tuple[int, ...]:
    """The messages that are named, as indexes, without those that do not exist or that a bot wrote."""
    named = sorted({number - 1 for number in told.rests_on})
    return tuple(i for i in named if 0 <= i < len(thread.messages) and not thread.messages[i].is_bot)


def _lines(text: str) -> str:
    """Text for the comparison of prompts: spaces at line ends do not count."""
    return re.sub(r"[ \t]+\n", "\n", text.replace("\r\n", "\n")).strip()


def _cut(text: str, limit: int) -> str:
    text = text.strip()
    if len(text) <= limit:
        return text
    cut = max(text.rfind(mark, limit // 2, limit - 1) for mark in ("。", ". ", "\n", "、", " "))
    return text[: cut + 1 if cut > 0 else limit - 1].rstrip()
