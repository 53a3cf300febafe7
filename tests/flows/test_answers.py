"""How an answer comes: the first tips at once, the answer written below them, and what happens when it breaks."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.app import Bot
from bot.ports import Outgoing
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import conversations, deliveries, settings
from storage.records import Kind, TipContent
from tests.flows.conftest import on_both_databases
from tests.flows.steps import BOT, TEAM, Message, answer_in, ask, find, is_first, settle, shared, words
from tests.model_server import BreakOff, Say, ScriptedModel, Slowly, Status

pytestmark = on_both_databases

MINUTES = TipContent(
    title="議事録の要約は用語集つきで頼む",
    task="会議の議事録をまとめる",
    tools=("ChatGPT",),
    outcome="議事録の誤変換が半分になりました。",
)
PITFALL = TipContent(
    kind=Kind.PITFALL,
    title="議事録の要約に録音をそのまま渡すと長すぎる",
    task="会議の議事録をまとめる",
    outcome="議事録が途中で切れました。",
)
ONE = {"text": "議事録の要約は用語集つきで頼みます。", "cites": [1]}
TWO = {"text": "議事録の誤変換が半分になりました。", "cites": [1]}
QUESTION = "議事録の要約、みんなはどうやってる？"


def says(*sentences: Any, **more: Any) -> Say:
    return Say(json.dumps({"sentences": list(sentences), **more}, ensure_ascii=False))


@pytest.fixture
def stocked(bot: Bot) -> Bot:
    shared(bot, MINUTES)
    return bot


def thread_of(person: Person, ts: str) -> Callable[[], list[Message]]:
    return lambda: [m for m in person.thread(BOT, ts)[1:] if m.get("bot_id")]


@pytest.mark.usefixtures("stocked")
def test_the_first_tips_stand_before_the_model_has_said_a_word(model: ScriptedModel, ben: Person) -> None:
    model.pause_seconds = 2.0
    ts = ben.post(BOT, QUESTION)
    [first] = eventually(thread_of(ben, ts))
    assert is_first(first)
    assert "[1]" in words(first)
    assert "用語集つきで頼む" in words(first)
    answer_in(thread_of(ben, ts))
    assert [is_first(m) for m in thread_of(ben, ts)()] == [True, False]


@pytest.mark.usefixtures("stocked")
def test_sentences_appear_while_the_model_still_writes(model: ScriptedModel, ben: Person) -> None:
    model.default = lambda _: says(ONE, TWO).text
    model.queue.append(Slowly(pieces=30, seconds=0.1))
    ts = ben.post(BOT, QUESTION)
    growing = eventually(lambda: [m for m in thread_of(ben, ts)() if m.get("streaming_state")])
    assert "用語集つきで頼みます" in words(growing[0])
    assert "半分" not in growing[0]["text"]
    whole = answer_in(thread_of(ben, ts))
    assert "半分になりました" in whole["text"]
    assert whole["ts"] == growing[0]["ts"]


@pytest.mark.usefixtures("stocked")
def test_pressing_stop_ends_it_and_what_was_said_stands(model: ScriptedModel, slack: LocalSlack, ben: Person) -> None:
    model.default = lambda _: (
        says(ONE, *({**TWO, "text": f"議事録の誤変換が半分になりました。{'!' * n}"} for n in range(6))).text
    )
    model.queue.append(Slowly(pieces=60, seconds=0.15))
    ts = ben.post(BOT, QUESTION)
    eventually(lambda: [m for m in thread_of(ben, ts)() if m.get("streaming_state")])
    ben.stop_agent_session(BOT, ts)
    stopped = eventually(lambda: [m for m in thread_of(ben, ts)() if "ここで止めました" in words(m)])
    assert "用語集つきで頼みます" in words(stopped[0])
    assert not stopped[0].get("streaming_state")
    assert slack.calls


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("behaviours", "told"),
    [
        ([BreakOff(says(ONE).text[:-2])], "モデルの応答がここで途切れました"),
        ([Say(says(ONE).text[:-1] + ', {"text": "x', finish="length")], "モデルの応答がここで途切れました"),
        ([Say('{"sentences": [{"te', finish="length")], "モデルが応答しない"),
        ([Say("no JSON"), Say("still none")], "モデルが応答しない"),
        ([Status(429, retry_after=3600)], "モデルが応答しない"),
    ],
    ids=["dead in mid-stream", "truncated after a sentence", "truncated", "malformed", "429"],
)
def test_when_the_model_fails_the_answer_ends_and_says_so(
    behaviours: list[Any], told: str, model: ScriptedModel, ben: Person
) -> None:
    model.queue.extend(behaviours)
    reply = ask(ben, QUESTION)
    assert told in words(reply)
    assert "用語集つきで頼む" in words(reply)


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("chat.startStream", "reset_after"),
        ("chat.startStream", "ratelimited"),
        ("chat.appendStream", "reset_after"),
        ("chat.appendStream", "server_error"),
        ("chat.stopStream", "reset_after"),
        ("chat.stopStream", "reset"),
    ],
)
def test_a_lost_stream_ends_as_one_whole_answer(
    method: str, kind: Any, bot: Bot, slack: LocalSlack, model: ScriptedModel, ben: Person
) -> None:
    model.default = lambda _: says(ONE, TWO).text
    slack.faults.inject(method, times=1, kind=kind, seconds=0.1)
    reply = ask(ben, QUESTION)
    settle(bot, slack)
    said = thread_of(ben, ben.thread(BOT, reply["thread_ts"])[0]["ts"])()
    assert [is_first(m) for m in said] == [True, False]
    assert words(said[1]).count("用語集つきで頼みます") >= 1
    assert "半分になりました" in words(said[1])
    assert not said[1].get("streaming_state")


def test_without_streams_the_answer_comes_all_the_same(
    stocked: Bot, slack: LocalSlack, model: ScriptedModel, ben: Person
) -> None:
    streams = stocked.world.speaking._streams  # type: ignore[attr-defined]
    streams.turn_off(RuntimeError("a free plan"))
    model.default = lambda _: says(ONE, TWO).text
    assert "半分になりました" in words(ask(ben, QUESTION))
    assert not [call for call in slack.calls if call.method == "chat.startStream"]


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_stream_that_a_dead_process_left_open_is_ended_and_never_doubled(
    is_noted: bool, stocked: Bot, ben: Person
) -> None:
    root = ben.post("#general", "…")
    world, place = stocked.world, {"thread_ts": root, "user_id": ben.id}
    deliveries.begin(world.db, TEAM, "k", "C0GENERAL")
    left = stocked.slack_app.client.chat_startStream(
        channel="C0GENERAL", thread_ts=root, recipient_team_id=TEAM, recipient_user_id=ben.id, markdown_text="Half a"
    )
    if is_noted:
        ref = world.speaking.post("other", "C0GENERAL", Outgoing("x"), thread_ts=root)
        deliveries.done(world.db, TEAM, "k", type(ref)("C0GENERAL", str(left["ts"])))
    stream = world.speaking.stream("k", "C0GENERAL", **place)
    stream.show("Another beginning.")
    stream.end(Outgoing("Another beginning.", []), "Another beginning. And its end.")
    said = [m for m in ben.thread("#general", root)[1:] if "beginning" in words(m) or "Half" in words(m)]
    assert len(said) == 1
    assert said[0]["ts"] == left["ts"]
    assert "And its end" in words(said[0])
    assert "Half a" not in words(said[0])
    assert not said[0].get("streaming_state")


@pytest.mark.usefixtures("stocked")
def test_a_pitfall_that_the_model_keeps_quiet_about_is_told(bot: Bot, model: ScriptedModel, ben: Person) -> None:
    shared(bot, PITFALL, author="U0CHIE", ts="1700000000.000200")
    said = {"text": "議事録の要約は用語集つきで頼みます。", "cites": [1, 2]}

    def cite_the_practice(asked: Any) -> str:
        text = asked["messages"][1]["content"]
        number = 1 if text.index("用語集つき") < text.index("録音をそのまま") else 2
        return says({**said, "cites": [number]}).text

    model.default = cite_the_practice
    reply = words(ask(ben, QUESTION))
    assert "うまくいかなかったという知恵もあります" in reply
    assert "うまくいった: 1件 · うまくいかなかった: 1件" in reply


@pytest.mark.usefixtures("stocked")
def test_the_bot_asks_back_once_and_understands_the_choice(bot: Bot, model: ScriptedModel, ben: Person) -> None:
    shared(bot, PITFALL, author="U0CHIE", ts="1700000000.000200")
    back = {"question": "どの会議ですか？", "options": ["社内の会議", "お客様との会議"]}
    model.queue.append(says(ask_back=back))
    asked = ask(ben, "会議の議事録は？")
    assert "どの会議ですか？" in words(asked)
    model.queue.append(Say(json.dumps({"question": "社内の会議の議事録は？"}, ensure_ascii=False)))
    model.queue.append(says(ask_back=back))
    ben.click(BOT, asked["ts"], "answer.reading:1")
    find(ben, "You mean:")
    eventually(lambda: [m for m in thread_of(ben, asked["thread_ts"])() if "知恵をそのまま" in words(m)])
    assert sum("どの会議ですか" in words(m) for m in thread_of(ben, asked["thread_ts"])()) == 1


def test_own_knowledge_is_shown_only_when_allowed_apart_and_is_no_answer(
    bot: Bot, model: ScriptedModel, ben: Person
) -> None:
    own = says(own=["Book the place early."])
    model.queue.append(own)
    assert "Book the place" not in words(ask(ben, "How do others plan a company outing?"))
    model.queue.clear()
    settings.change_workspace(bot.world.db, TEAM, own_knowledge=True)
    model.queue.append(own)
    reply = ask(ben, "How do others plan a company outing?")
    assert "nothing that you can see" in words(reply)
    assert "Not from your colleagues" in words(reply)
    assert "Book the place early" in words(reply)
    [question_id] = [e["value"] for b in reply["blocks"] for e in b.get("elements", []) if e.get("value")]
    eventually(lambda: (kept := conversations.question(bot.world.db, TEAM, question_id)) and kept.state == "unanswered")


@pytest.mark.usefixtures("stocked")
def test_where_nothing_fits_a_filter_it_is_named(ben: Person) -> None:
    reply = words(ask(ben, "テーマ:夏祭り 議事録の要約は？"))
    assert "何も見つかりませんでした" in reply
    assert "テーマ:夏祭り に合うものだけを探しました" in reply


def test_see_more_privately_is_offered_always_and_shows_only_who_asks(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    chie.invite("#secret-project", "yoridokoro")
    shared(bot, TipContent(title="見積もりはAIに下書きさせる"), channel="C0SECRET", visible_in="C0SECRET")
    for person, told in ((chie, "見積もりはAIに"), (ben, "何も見つかりません")):
        ts = person.post("#general", "@yoridokoro 見積もりの下書き、みんなはどうやってる？")
        reply = answer_in(lambda person=person, ts=ts: person.thread("#general", ts)[1:])  # type: ignore[misc]
        assert "見積もりはAIに" not in words(reply)
        assert "自分だけに続きを表示" in words(reply)
        person.click("#general", reply["ts"], "answer.see_privately")
        find(person, told)
    settle(bot, slack)
    assert not [m for m in ben.dm() if "見積もりはAIに" in words(m)]
    assert not [m for m in aya.messages("#general") if "見積もりはAIに" in words(m)]
