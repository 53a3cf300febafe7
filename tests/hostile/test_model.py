"""Promise 6 with a model that obeys: whatever a text makes it say, in every field, decides and links nothing."""

import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest

from bot.conversation import Message, Thread
from bot.errors import ModelUnavailable
from bot.llm import answer as answering
from bot.llm import fill
from bot.llm.settings import ModelSettings
from bot.ports import Answered, Sentence
from playground.server.block_kit import problems
from storage.records import Kind, Language, TipContent
from tests.hostile import surfaces
from tests.hostile.corpus import EVERY, TEXTS
from tests.hostile.oracle import PERMALINK, faults, markdown_faults
from tests.hostile.surfaces import Sentence as Told
from tests.hostile.surfaces import messages, reply, reply_of, tip
from tests.model_server import data_of, task_of

_PIECE = 40


class Obedient:
    """In a client's place: says what it is told, as JSON in pieces, and keeps what it was asked."""

    settings = ModelSettings(model="obedient")

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._said = json.dumps(said, ensure_ascii=False)
        self.asked: list[dict[str, str]] = []

    def complete(self, messages: list[dict[str, str]], shape: Any, _task: str, listener: Any = None) -> Any:
        self.asked = messages
        if listener is not None:
            listener.begin()
            for at in range(0, len(self._said), _PIECE):
                listener.hear(self._said[at : at + _PIECE])
        return shape.model_validate_json(self._said)


def _filled(text: str, language: Language, *, thread: Thread) -> tuple[Any, Obedient]:
    told = {"text": text, "rests_on": [1, 2, 99]}
    said = dict.fromkeys(("title", "task", "background", "reasoning", "outcome", "caveats"), told)
    said |= {name: [told, told] for name in ("prompts", "tools", "models", "steps", "topics")}
    client = Obedient({**said, "kind": "worry"})
    return fill.fill_tip(client, thread, pointed_at="1.2", language=language), client  # type: ignore[arg-type] # a client's stand-in


def _thread(*texts: str) -> Thread:
    return Thread("C1", "1.1", tuple(Message(f"1.{n}", "U1", "aya", text) for n, text in enumerate(texts, start=1)))


def test_promise_6_a_thread_is_given_to_the_model_as_data_that_it_cannot_leave() -> None:
    for language in get_args(Language):
        for text in TEXTS[language]:
            _, client = _filled("t", language, thread=_thread(f"words {text}", "t"))
            system, data = client.asked
            assert system["content"] == fill.load(fill.TASK).text
            asked = {"messages": client.asked}
            assert task_of(asked) == "fill"
            assert data_of(asked)["messages"][0] == [1, "P1", f"words {text}"]
            assert data["content"].count("\n</data-") == 1, "the marks are the call's own"


def test_promises_5_and_6_a_prompt_that_the_model_makes_up_is_none_and_one_that_was_written_stays_verbatim() -> None:
    for language in get_args(Language):
        for text in TEXTS[language]:
            made_up, _ = _filled(text, language, thread=_thread("今日はよい天気です", "hello"))
            assert made_up.content.prompts == (), text
            written, _ = _filled(text, language, thread=_thread(f"これを使っています\n{text}\n以上", "hello"))
            assert written.content.prompts == (text.strip("\n"),), text
            assert written.evidence["prompts.0"] == (0,)


def test_promises_1_and_6_an_obedient_model_decides_nothing() -> None:
    """Neither kind nor author, visibility or consent can be had from a text: a filled tip is words and evidence."""
    assert set(fill.FilledTip.__slots__) == {"content", "evidence", "made_with", "prompt_version"}
    for text in EVERY:
        filled, _ = _filled(text, "ja", thread=_thread(f"words {text}", f"words {text}"))
        assert filled.content.kind is not Kind.WORRY
        assert isinstance(filled.content, TipContent)
        assert all(index in (0, 1) for indexes in filled.evidence.values() for index in indexes)
        assert not filled.content.prompts_edited


def test_a_model_that_returns_nothing_usable_is_none() -> None:
    with pytest.raises(ModelUnavailable):
        _filled(" ", "ja", thread=_thread("今日はよい天気です", "hello"))


def _answered(text: str, language: Language, *, own: bool = False) -> tuple[Answered, Obedient]:
    sentences = [] if own else [{"text": text, "cites": [1, 2, 7]}, {"text": text, "cites": []}]
    said = {"sentences": sentences, "own": [text] * 9, "ask_back": {"question": text, "options": [text, f"{text}?"]}}
    client = Obedient(said)
    asked = answering.Asked(text, (tip(text, language), tip(text, language, 2, named=False)), language)
    if own:
        asked = answering.Asked(text, asked.tips, language, may_ask_back=True, own_knowledge=True)
    told: list[Sentence] = []
    answered = answering.answer(client, asked, tell=told.append, go_on=lambda: True)  # type: ignore[arg-type] # a client's stand-in
    assert answered.sentences == tuple(told)
    return answered, client


def test_promise_6_an_answer_says_what_its_tips_say_and_does_nothing() -> None:
    passed = 0
    for language in get_args(Language):
        for text in TEXTS[language]:
            answered, client = _answered(text, language)
            assert data_of({"messages": client.asked})["question"] == text
            assert (answered.own, answered.ask_back) == ((), None), "nobody asked for it"
            for sentence in answered.sentences:
                assert set(sentence.cites) <= {1, 2}
                assert "[1]" not in _without_marks(sentence.text), text
            passed += len(answered.sentences)
            shown = reply_of(text, language, sentences=tuple(Told(s.text, s.cites) for s in answered.sentences))
            assert markdown_faults(reply.answer_text(shown), {PERMALINK}) == [], text
            assert faults(messages(reply.reply_messages(shown, question_id="q", in_channel=True))) == [], text
    assert passed > len(EVERY) // 2, "a hostile tip is quoted like any other, or this shows nothing"


def test_promise_6_readings_and_own_knowledge_do_nothing_either() -> None:
    for language in get_args(Language):
        for text in TEXTS[language]:
            answered, _ = _answered(text, language, own=True)
            assert len(answered.own) <= 3
            more: dict[str, Any] = {"tips": (), "own": answered.own, "ask_back": answered.ask_back}
            ending = "ask_back" if answered.ask_back else "unsupported"
            shown = reply_of(text, language, ending=ending, **more)
            blocks = messages(reply.reply_messages(shown, question_id="q", in_channel=True))
            assert faults(blocks) == [], text
            assert problems(blocks, "message") == [], text
            for option in answered.ask_back.options if answered.ask_back else ():
                assert faults(surfaces.said(reply.chosen(option, language))) == [], text


def _without_marks(text: str) -> str:
    return text.translate({ord(c): None for c in "\u2060 "}).translate(str.maketrans("［］【】１", "[][]1"))
