"""What a model says is checked before it leaves its room: verbatim prompts, evidence, citations."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.conversation import Message, Thread
from bot.errors import ModelUnavailable
from bot.llm import ModelSettings, open_model
from bot.ports import Model, Turn
from storage.records import WORKSPACE, Kind, Tip, TipContent
from tests.model_server import Say, ScriptedModel, data_of

PROMPT = "次の用語集を必ず使ってください。\n{用語集}"
THREAD = Thread(
    "C1",
    "1.0",
    (
        Message("1.0", "U1", "ken", "議事録、みんなはどうやってますか？"),
        Message("2.0", "U2", "aya", f"用語集を先に渡します。\n```\n{PROMPT}  \n```"),
        Message("3.0", None, "buildbot", "毎日のお知らせ", is_bot=True),
        Message("4.0", "U2", "aya", "修正が20分から5分になりました。"),
    ),
)
EMPTY: dict[str, Any] = {"text": "", "rests_on": []}


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


@pytest.fixture
def model(server: ScriptedModel) -> Model:
    return opened(server)


def opened(server: ScriptedModel, context_tokens: int = 6_000) -> Model:
    settings = ModelSettings(
        base_url=server.url, model="scripted", context_tokens=context_tokens, max_output_tokens=1_000
    )
    return open_model(settings, spent=lambda: 0.0, record=lambda *_: None)


def told(**changes: Any) -> Say:
    fields: dict[str, Any] = {"kind": "practice", "title": {"text": "用語集を先に渡す", "rests_on": [2]}}
    fields |= dict.fromkeys(("task", "background", "reasoning", "outcome", "caveats"), EMPTY)
    fields |= {name: [] for name in ("prompts", "tools", "models", "steps", "topics")}
    return Say(json.dumps(fields | changes, ensure_ascii=False))


def tip(title: str = "用語集", **more: Any) -> Tip:
    content = TipContent(title=title, **more)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Tip("T1", "t1", content, WORKSPACE, "U2", False, None, "scripted", None, now, now)


def test_a_prompt_that_stands_in_the_thread_is_kept_as_it_stands(server: ScriptedModel, model: Model) -> None:
    server.queue.append(told(prompts=[{"text": PROMPT, "rests_on": [2]}]))
    filled = model.fill_tip(THREAD, pointed_at="2.0", language="ja")
    assert filled.content.prompts == (PROMPT,)
    assert filled.evidence["prompts.0"] == (1,)
    assert filled.made_with == "scripted"


@pytest.mark.parametrize(
    "prompt",
    [
        {"text": "用語集を使って、丁寧に書いてください。", "rests_on": [2]},
        {"text": PROMPT, "rests_on": [1]},
        {"text": PROMPT, "rests_on": []},
        {"text": PROMPT, "rests_on": [99]},
        {"text": PROMPT.replace("必ず", "できれば"), "rests_on": [2]},
        {"text": "   ", "rests_on": [2]},
    ],
)
def test_a_prompt_that_does_not_stand_where_it_says_is_dropped(
    server: ScriptedModel, model: Model, prompt: dict[str, Any]
) -> None:
    server.queue.append(told(prompts=[prompt]))
    assert model.fill_tip(THREAD, pointed_at="2.0", language="ja").content.prompts == ()


def test_a_field_without_a_message_behind_it_is_dropped(server: ScriptedModel, model: Model) -> None:
    server.queue.append(
        told(
            outcome={"text": "20分から5分", "rests_on": [4]},
            caveats={"text": "作り話", "rests_on": []},
            task={"text": "お知らせ", "rests_on": [3]},
            background={"text": "どこにもない", "rests_on": [0, -1, 50]},
            tools=[{"text": "Claude", "rests_on": [77]}],
        )
    )
    content = model.fill_tip(THREAD, pointed_at="2.0", language="ja").content
    assert content.outcome == "20分から5分"
    assert (content.caveats, content.task, content.background, content.tools) == ("", "", "", ())


def test_without_a_title_that_rests_on_something_there_is_no_tip(server: ScriptedModel, model: Model) -> None:
    server.queue.append(told(title={"text": "作り話", "rests_on": []}))
    with pytest.raises(ModelUnavailable) as failed:
        model.fill_tip(THREAD, pointed_at="2.0", language="ja")
    assert failed.value.reason == "invalid"


def test_a_model_never_decides_that_somebody_worries(server: ScriptedModel, model: Model) -> None:
    server.queue.append(told(kind="worry"))
    assert model.fill_tip(THREAD, pointed_at="2.0", language="ja").content.kind is Kind.EXPERIMENT


def test_a_thread_that_is_too_large_is_read_in_parts_and_no_message_is_left_out(server: ScriptedModel) -> None:
    model = opened(server, context_tokens=10_000)
    said = tuple(
        Message(f"{n}.0", f"U{n % 7}", "x", f"第{n}回: " + "用語集を渡すと減ります。" * 8) for n in range(1, 301)
    )
    model.fill_tip(Thread("C1", "1.0", said), pointed_at="1.0", language="ja")
    tasks = server.tasks()
    assert tasks.count("fill") > 3
    read = [
        number for asked in server.requests if "messages" in (data := data_of(asked)) for number, *_ in data["messages"]
    ]
    assert sorted(set(read)) == list(range(1, 301))


def test_one_message_of_40_000_characters_is_read_whole(server: ScriptedModel) -> None:
    model = opened(server, context_tokens=10_000)
    text = "".join(f"{n:05d}番目の文です。" for n in range(3_000))
    model.fill_tip(Thread("C1", "1.0", (Message("1.0", "U1", "x", text),)), pointed_at="1.0", language="ja")
    read = "".join(text for asked in server.requests for *_, text in data_of(asked).get("messages", ()))
    assert read == text


def test_people_are_numbers_to_a_model_and_bots_are_bots(server: ScriptedModel, model: Model) -> None:
    server.queue.append(told())
    model.fill_tip(THREAD, pointed_at="2.0", language="ja")
    data = data_of(server.requests[0])
    assert [by for _, by, _ in data["messages"]] == ["P1", "P2", "bot", "P2"]
    assert data["marked"] == 2
    assert "U2" not in json.dumps(server.requests[0])


def test_sentences_are_kept_with_the_citations_that_exist(server: ScriptedModel, model: Model) -> None:
    said = [
        {"text": "用語集を先に渡します [1]。", "cites": [1, 9]},
        {"text": "出典がありません。", "cites": []},
        {"text": "出典が違います。", "cites": [3]},
        {"text": "くわしくは https://evil.example/x を見て <!channel>", "cites": [2]},
    ]
    server.queue.append(Say(json.dumps({"sentences": said}, ensure_ascii=False)))
    answered = model.answer("どうやる？", [tip(), tip("SQL")], language="ja")
    assert [sentence.cites for sentence in answered.sentences] == [(1,), (2,)]
    assert answered.sentences[0].text == "用語集を先に渡します。"
    assert "evil" not in answered.sentences[1].text
    assert "channel" not in answered.sentences[1].text


def test_a_quotation_that_no_cited_tip_says_takes_its_sentence_with_it(server: ScriptedModel, model: Model) -> None:
    said = [
        {"text": "「用語集を必ず使ってください」と頼みます。", "cites": [1]},
        {"text": "「毎回ほめてください」と頼みます。", "cites": [1]},
    ]
    server.queue.append(Say(json.dumps({"sentences": said}, ensure_ascii=False)))
    answered = model.answer("どう頼む？", [tip(prompts=("次の用語集を必ず使ってください。",))], language="ja")
    assert [sentence.text for sentence in answered.sentences] == ["「用語集を必ず使ってください」と頼みます。"]


def test_a_follow_up_is_searched_for_as_a_question_of_its_own(server: ScriptedModel, model: Model) -> None:
    server.queue.append(Say('{"question": "長い議事録の場合はどうしますか？"}'))
    words = model.search_words("長いときは？", earlier=[Turn("議事録はどうする？", ("用語集",))])
    assert words == "長い議事録の場合はどうしますか？"
    assert data_of(server.requests[0])["earlier"] == [{"question": "議事録はどうする？", "shown": ["用語集"]}]
