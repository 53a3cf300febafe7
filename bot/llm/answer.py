"""A question and numbered tips → sentences that cite them; what is not supported is dropped."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from bot.llm.client import Client
from bot.llm.prompts import load
from bot.llm.tokens import estimate
from bot.ports import Answered, Sentence, Turn
from storage.records import Language, Tip

TASK = "answer"
FOLLOW_UP = "search_words"
INPUT_TOKENS = 6_000
_SENTENCES = 8
_QUOTE = re.compile(r"[「『“\"]([^」』”\"]{8,})[」』”\"]|`([^`]{8,})`")
_ADDRESS = re.compile(r"(?i)\b(?:https?|ftp|slack|mailto|javascript|data)\s*:\s*\S+|\bwww\.\S+")
_ENTITY = re.compile(r"<[@#!][^>]*>|<[^>|\s]+\|[^>]*>|\[[^\]]*\]\([^)]*\)")
_CITED = re.compile(r"\s*[\[［【(]\s*\d+(?:\s*[,、]\s*\d+)*\s*[\]］】)]")


class Said(BaseModel):
    """One sentence and the numbers of the tips it rests on."""

    text: str
    cites: list[int] = Field(default_factory=list)


class Answer(BaseModel):
    """What the model returns. No sentences: the tips do not answer the question."""

    sentences: list[Said] = Field(default_factory=list)


class Words(BaseModel):
    """A question that stands alone."""

    question: str


def answer(
    client: Client, question: str, tips: Sequence[Tip], *, language: Language, earlier: Sequence[Turn]
) -> Answered:
    """An answer from these tips alone. Raises ModelUnavailable."""
    prompt = load(TASK)
    data = {
        "language": language,
        "question": question,
        "earlier": _turns(earlier),
        "tips": _tips(tips, INPUT_TOKENS - estimate(prompt.text) - estimate(question) - 600),
    }
    said = client.complete(prompt.messages(data), Answer, TASK)
    sentences = tuple(s for one in said.sentences[:_SENTENCES] if (s := _supported(one, tips)) is not None)
    return Answered(sentences, client.settings.model, prompt.version)


def _turns(earlier: Sequence[Turn]) -> list[dict[str, Any]]:
    return [{"question": turn.question[:300], "shown": list(turn.shown)} for turn in earlier]


def search_words(client: Client, question: str, *, earlier: Sequence[Turn]) -> str:
    """A follow-up as a question that stands alone. Raises ModelUnavailable."""
    words = client.complete(
        load(FOLLOW_UP).messages({"question": question, "earlier": _turns(earlier)}), Words, FOLLOW_UP
    )
    return _plain(words.question)[:300] or question


def _tips(tips: Sequence[Tip], room: int) -> list[dict[str, object]]:
    """The tips as data, each cut to its share of the room."""
    share = max(150, room // max(1, len(tips)))
    return [_tip(number, tip, share) for number, tip in enumerate(tips, start=1)]


def _tip(number: int, tip: Tip, tokens: int) -> dict[str, object]:
    content = tip.content
    told: dict[str, object] = {"number": number, "kind": content.kind.value, "title": content.title}
    left = tokens - estimate(content.title) - 30
    for name in ("task", "outcome", "caveats", "steps", "prompts", "tools", "models", "reasoning", "background"):
        value = getattr(content, name)
        text = "\n".join(value) if isinstance(value, tuple) else value
        if not text or left <= 0:
            continue
        while estimate(text) > left and text:
            text = text[: int(len(text) * 0.8)]
        if text:
            told[name] = text
            left -= estimate(text)
    return told


def _supported(said: Said, tips: Sequence[Tip]) -> Sentence | None:
    """The sentence with the citations that exist; None when none does, or when it quotes what no cited tip says."""
    cites = tuple(dict.fromkeys(number for number in said.cites if 1 <= number <= len(tips)))
    text = _plain(said.text)
    if not cites or not text:
        return None
    sources = "\n".join(_words(tips[number - 1]) for number in cites)
    for match in _QUOTE.finditer(text):
        quoted = match.group(1) or match.group(2)
        if _squeezed(quoted) not in _squeezed(sources):
            return None
    return Sentence(text, cites)


def _plain(text: str) -> str:
    """One line of words: no link, no mention, no citation marks of the model's own."""
    bare = _CITED.sub("", _ENTITY.sub("", _ADDRESS.sub("", text)))
    return re.sub(r"\s+", " ", bare).strip()


def _words(tip: Tip) -> str:
    c = tip.content
    several = (*c.prompts, *c.tools, *c.models, *c.steps, *c.topics)
    return "\n".join((c.title, c.task, c.background, c.reasoning, c.outcome, c.caveats, *several))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
