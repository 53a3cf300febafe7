"""A model that lies about its sources in ten ways. Each lie is dropped; the truth beside it stands."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.llm import ModelSettings, open_model
from bot.llm.answer import INPUT_TOKENS, TASK, Asked, _messages
from bot.llm.prompts import load
from bot.llm.tokens import estimate
from bot.ports import Model, Sentence, Turn
from storage.records import WORKSPACE, Tip, TipContent
from tests.model_server import Say, ScriptedModel

GLOSSARY = TipContent(
    title="議事録の要約は用語集つきで頼む",
    prompts=("次の用語集を必ず使って議事録を要約してください。",),
    tools=("ChatGPT",),
    outcome="修正が30分から5分になりました。",
)
SQL = TipContent(
    title="Review SQL with the schema pasted first",
    prompts=("Review this SQL for missing indexes.",),
    tools=("Claude",),
    outcome="It found 3 missing indexes.",
    language="en",
)
TRUTH = {"text": "議事録の要約は用語集つきで頼みます。", "cites": [1]}


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


@pytest.fixture
def model(server: ScriptedModel) -> Model:
    return open_model(ModelSettings(base_url=server.url, retries=0), spent=lambda: 0.0, record=lambda *_: None)


def tip(content: TipContent, number: int = 1) -> Tip:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Tip("T1", f"t{number}", content, WORKSPACE, "U2", False, None, "scripted", None, now, now)


TIPS = [tip(GLOSSARY, 1), tip(SQL, 2)]


def answer(model: Model, server: ScriptedModel, *said: Any, **more: Any) -> list[str]:
    server.queue.append(Say(json.dumps({"sentences": list(said), **more}, ensure_ascii=False)))
    told: list[Sentence] = []
    answered = model.answer("議事録の要約は？", TIPS, language="ja", tell=told.append)
    assert tuple(told) == answered.sentences
    return [sentence.text for sentence in answered.sentences]


LIES = {
    "cites nothing": {"text": "議事録の要約は用語集つきで頼みます!", "cites": []},
    "cites a tip that there is not": {"text": "議事録の要約は用語集つきで頼みます!", "cites": [7]},
    "cites by what is no number": {"text": "議事録の要約は用語集つきで頼みます!", "cites": ["a"]},
    "cites a tip on something else": {"text": "Paste a glossary before the minutes.", "cites": [2]},
    "quotes what no tip says": {"text": "「用語集を全部使って議事録を要約してください」と頼みます。", "cites": [1]},
    "quotes another tip than it cites": {
        "text": "“Review this SQL for missing indexes” と議事録に書きます。",
        "cites": [1],
    },
    "invents a figure": {"text": "議事録の修正が2分になりました。", "cites": [1]},
    "changes a figure's unit": {"text": "議事録の修正が30時間から5分になりました。", "cites": [1]},
    "names a tool that no tip names": {"text": "Geminiで議事録の要約を頼みます。", "cites": [1]},
    "names the tool of another tip": {"text": "Claudeで議事録の要約を頼みます。", "cites": [1]},
    "tells what it knows itself under a citation": {"text": "録音の品質を上げると精度が高まります。", "cites": [1]},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_is_dropped_and_the_truth_beside_it_stands(server: ScriptedModel, model: Model, lie: Any) -> None:
    valid = isinstance((lie["cites"] or [0])[0], int)
    if valid:
        assert answer(model, server, lie, TRUTH) == [TRUTH["text"]]
        return
    # what is not even of the right shape is repaired once, unless something was told already
    server.queue.append(Say(json.dumps({"sentences": [TRUTH, lie]}, ensure_ascii=False)))
    answered = model.answer("議事録の要約は？", TIPS, language="ja")
    assert ([each.text for each in answered.sentences], answered.end) == ([TRUTH["text"]], "broken")


def test_a_model_that_does_nothing_but_lie_gives_nothing(server: ScriptedModel, model: Model) -> None:
    lies = [lie for lie in LIES.values() if lie["cites"] != ["a"]]
    assert answer(model, server, *lies[:8]) == []


def test_what_it_knows_itself_is_not_taken_unless_it_is_allowed(server: ScriptedModel, model: Model) -> None:
    said = Say(json.dumps({"sentences": [], "own": ["録音の品質を上げます。"]}, ensure_ascii=False))
    server.queue.extend([said, said])
    assert model.answer("議事録は？", TIPS, language="ja").own == ()
    assert model.answer("議事録は？", TIPS, language="ja", own_knowledge=True).own == ("録音の品質を上げます。",)


def test_it_asks_back_only_when_it_may_and_with_a_choice(server: ScriptedModel, model: Model) -> None:
    back = {"question": "どちらですか？", "options": ["社内の会議", "お客様との会議"]}
    said = Say(json.dumps({"ask_back": back, "sentences": []}, ensure_ascii=False))
    lame = Say(json.dumps({"ask_back": {**back, "options": ["社内"]}, "sentences": []}, ensure_ascii=False))
    server.queue.extend([said, said, lame])
    assert model.answer("会議は？", TIPS, language="ja").ask_back is None
    asked = model.answer("会議は？", TIPS, language="ja", may_ask_back=True).ask_back
    assert asked is not None
    assert asked.options == ("社内の会議", "お客様との会議")
    assert model.answer("会議は？", TIPS, language="ja", may_ask_back=True).ask_back is None


def test_who_listens_may_end_it_and_what_was_told_stands(server: ScriptedModel, model: Model) -> None:
    server.queue.append(Say(json.dumps({"sentences": [TRUTH]}, ensure_ascii=False)))
    answered = model.answer("議事録は？", TIPS, language="ja", go_on=lambda: False)
    assert (answered.end, len(answered.sentences)) == ("stopped", 1)


def test_an_answer_that_breaks_off_after_a_sentence_is_not_asked_for_again(server: ScriptedModel, model: Model) -> None:
    begun = json.dumps({"sentences": [TRUTH]}, ensure_ascii=False)[:-2]
    server.queue.append(Say(f'{begun}, {{"text": "用語', finish="length"))
    answered = model.answer("議事録は？", TIPS, language="ja")
    assert (answered.end, len(answered.sentences), len(server.requests)) == ("broken", 1, 1)


@pytest.mark.parametrize("letter", ["議", "a "])
def test_a_question_costs_no_more_than_it_may_however_long_everything_is(letter: str) -> None:
    long = TipContent(
        title=letter * 70,
        task=letter * 1_400,
        prompts=(letter * 5_000,) * 3,
        steps=(letter * 1_000,) * 20,
        outcome=letter * 1_400,
        tools=(letter * 100,) * 10,
    )
    earlier = tuple(Turn(letter * 1_000, (letter * 150,) * 5) for _ in range(3))
    asked = Asked(letter * 500, tuple(tip(long, n) for n in range(6)), "ja", earlier, True, True)
    messages = _messages(load(TASK), asked)
    assert sum(estimate(message["content"]) for message in messages) <= INPUT_TOKENS
    assert messages[0]["content"] == load(TASK).text
