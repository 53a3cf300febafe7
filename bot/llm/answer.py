"""A question and numbered tips → sentences that cite them, told one by one; the unsupported are dropped."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from bot.errors import ModelUnavailable
from bot.llm.client import Client, Enough
from bot.llm.partial import PartialList
from bot.llm.prompts import Prompt, load
from bot.llm.support import fault_in
from bot.llm.tokens import estimate
from bot.ports import Answered, AskBack, Sentence, Turn
from bot.texts.visible import visible
from storage.records import Language, Tip

TASK = "answer"
FOLLOW_UP = "search_words"
INPUT_TOKENS = 6_000
"""What an answer may cost in tokens in, with everything."""

_FORMAT_TOKENS = 400
"""The schema that goes along with the messages."""
_SENTENCES = 8
_OWN_SENTENCES = 3
_OPTIONS = (2, 4)
_OPTION = 70
_EARLIER = 300
"""Characters of an earlier question; of the tips shown then, _TITLES titles of _TITLE characters each."""
_TITLES = 3
_TITLE = 80
# no \b, and of addresses only what is ASCII: Japanese goes on behind them without a space
_ADDRESS = re.compile(
    r"(?i)(?<![a-z])[a-z][a-z0-9+.-]*\s*:\s*//[!-~]*|(?<![a-z])(?:mailto|javascript|data|tel|slack):[!-~]+"
    r"|(?<![a-z0-9])www\.[!-~]+"
)
_ENTITY = re.compile(r"<[@#!][^>]*>|<[^>|\s]+\|[^>]*>|\[[^\]]*\]\([^)]*\)")
_NUMBER = r"(?:[#^]|no\.?|tips?|sources?|知恵|出典|参照)?\s*[\d一二三四五]+"
_CITED = re.compile(rf"(?i)\s*[\[［【(（〔]\s*{_NUMBER}(?:\s*[,、;・–〜~-]\s*{_NUMBER})*\s*[\]］】)）〕]")


class Said(BaseModel):
    """One sentence and the numbers of the tips it rests on."""

    text: str
    cites: list[int] = Field(default_factory=list)


class Readings(BaseModel):
    """One short question back, and its possible answers."""

    question: str
    options: list[str]


class Answer(BaseModel):
    """What the model returns. No sentences: the tips do not answer the question."""

    ask_back: Readings | None = None
    sentences: list[Said] = Field(default_factory=list)
    own: list[str] = Field(default_factory=list)


class Words(BaseModel):
    """A question that stands alone."""

    question: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and what the answer may rest on."""

    question: str
    tips: tuple[Tip, ...]
    language: Language
    earlier: tuple[Turn, ...] = ()
    may_ask_back: bool = False
    own_knowledge: bool = False


@dataclass
class Hearing:
    """Follows an answer while it is written: tells each sentence that is whole and supported."""

    tips: Sequence[Tip]
    tell: Callable[[Sentence], None]
    go_on: Callable[[], bool]
    told: list[Sentence] = field(default_factory=list)
    dropped: int = 0
    _reader: PartialList = field(default_factory=lambda: PartialList("sentences"))

    def begin(self) -> bool:
        """What was told stands: after it, there is no other try."""
        self._reader, self.dropped = PartialList("sentences"), 0
        return not self.told

    def hear(self, piece: str) -> bool:
        for found in self._reader.feed(piece):
            if len(self.told) + self.dropped < _SENTENCES:
                self._take(found)
        return self.go_on()

    def _take(self, found: Mapping[str, Any]) -> None:
        try:
            said = Said.model_validate(found)
        except ValidationError:
            self.dropped += 1
            return
        sentence = supported(said, self.tips)
        if sentence is None:
            self.dropped += 1
        elif all(sentence.text != before.text for before in self.told):
            self.told.append(sentence)
            self.tell(sentence)


def answer(client: Client, asked: Asked, *, tell: Callable[[Sentence], None], go_on: Callable[[], bool]) -> Answered:
    """An answer from these tips alone. Raises ModelUnavailable when it fails before anything was told."""
    prompt = load(TASK)
    hearing = Hearing(asked.tips, tell, go_on)

    def so_far(end: Any) -> Answered:
        told = tuple(hearing.told)
        return Answered(told, client.settings.model, prompt.version, dropped=hearing.dropped, end=end)

    try:
        whole = client.complete(_messages(prompt, asked), Answer, TASK, hearing)
    except Enough:
        return so_far("stopped")
    except ModelUnavailable:
        if not hearing.told:
            raise
        return so_far("broken")
    told = tuple(hearing.told)
    return Answered(
        told,
        client.settings.model,
        prompt.version,
        ask_back=_ask_back(whole.ask_back) if asked.may_ask_back and not told else None,
        own=_own(whole.own) if asked.own_knowledge and not told else (),
        dropped=hearing.dropped,
    )


def search_words(client: Client, question: str, *, earlier: Sequence[Turn]) -> str:
    """A follow-up as a question that stands alone. Raises ModelUnavailable."""
    words = client.complete(
        load(FOLLOW_UP).messages({"question": question, "earlier": _turns(earlier)}), Words, FOLLOW_UP
    )
    return _plain(words.question)[:300] or question


def supported(said: Said, tips: Sequence[Tip]) -> Sentence | None:
    """The sentence with the citations that exist, or None when its tips do not support it."""
    cites = tuple(dict.fromkeys(number for number in said.cites if 1 <= number <= len(tips)))
    text = _plain(said.text)
    if not cites or not text:
        return None
    fault = fault_in(text, [tips[number - 1] for number in cites], among=tips)
    return None if fault else Sentence(text, cites)


def _messages(prompt: Prompt, asked: Asked) -> list[dict[str, str]]:
    """The messages of one call, within INPUT_TOKENS: each tip is cut to its share of what is left."""
    data: dict[str, Any] = {
        "language": asked.language,
        "may_ask_back": asked.may_ask_back,
        "own_knowledge": asked.own_knowledge,
        "question": asked.question,
        "earlier": _turns(asked.earlier),
        "tips": [],
    }
    room = INPUT_TOKENS - _FORMAT_TOKENS
    share = (room - _cost(prompt.messages(data))) // max(1, len(asked.tips))
    while True:
        data["tips"] = [_tip(number, tip, share) for number, tip in enumerate(asked.tips, start=1)]
        messages = prompt.messages(data)
        if _cost(messages) <= room or share < _LEAST_SHARE:
            return messages
        share = int(share * 0.9)


_LEAST_SHARE = 50


def _cost(messages: Sequence[Mapping[str, str]]) -> int:
    return sum(estimate(message["content"]) for message in messages)


def _turns(earlier: Sequence[Turn]) -> list[dict[str, Any]]:
    return [
        {"question": turn.question[:_EARLIER], "shown": [title[:_TITLE] for title in turn.shown[:_TITLES]]}
        for turn in earlier
    ]


def _tip(number: int, tip: Tip, tokens: int) -> dict[str, object]:
    content = tip.content
    told: dict[str, object] = {"number": number, "kind": content.kind.value, "title": content.title}
    left = tokens - estimate(json.dumps(told, ensure_ascii=False))
    for name in ("task", "outcome", "caveats", "steps", "prompts", "tools", "models", "reasoning", "background"):
        value = getattr(content, name)
        text = "\n".join(value) if isinstance(value, tuple) else value
        left -= estimate(f'"{name}": "",')
        if not text or left <= 0:
            continue
        while estimate(text) > left and text:
            text = text[: int(len(text) * 0.8)]
        if text:
            told[name] = text
            left -= estimate(text)
    return told


def _ask_back(said: Readings | None) -> AskBack | None:
    if said is None:
        return None
    question = _plain(said.question)[:200]
    options = tuple(dict.fromkeys(option for one in said.options if (option := _plain(one)[:_OPTION])))
    least, most = _OPTIONS
    return AskBack(question, options[:most]) if question and len(options) >= least else None


def _own(said: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for one in said[:_OWN_SENTENCES] if (text := _plain(one)[:300]))


def _plain(text: str) -> str:
    """One line of words: no link, no mention, no citation marks of the model's own, also not nested in one another."""
    bare, before = visible(text), None
    while bare != before:
        before, bare = bare, _CITED.sub("", _ENTITY.sub("", _ADDRESS.sub("", bare)))
    return re.sub(r"\s+", " ", bare).strip()
