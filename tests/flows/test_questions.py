"""Questions: in a DM, by mention, by command; from what the asker may see, or an honest nothing."""

import pytest

from bot.app import Bot
from bot.slack import reading
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import conversations
from storage.records import Kind, TipContent
from tests.flows.steps import BOT, TEAM, all_direct, answer_in, ask, find, is_first, settle, shared, words
from tests.model_server import Say, ScriptedModel

MINUTES = TipContent(
    title="議事録の要約は用語集つきで頼む",
    task="会議の議事録をまとめる",
    prompts=("次の用語集を必ず使って議事録を要約してください。",),
    tools=("ChatGPT",),
    outcome="誤変換が半分になりました。",
    caveats="用語集が古いと逆効果です。",
)
SQL = TipContent(
    kind=Kind.PITFALL,
    title="Do not let it run SQL unread",
    task="Reviewing SQL migrations",
    prompts=("Review this SQL for missing indexes.",),
    tools=("Claude",),
    outcome="It dropped a column that was still read.",
    language="en",
)


@pytest.fixture
def stocked(bot: Bot) -> Bot:
    shared(bot, MINUTES, ts="1700000000.000100")
    shared(bot, SQL, author="U0CHIE", ts="1700000000.000200")
    return bot


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("議事録の要約、みんなはどうやってる？", "誤変換が半分"),
        ("議事録の要約ってどうすればいいですか", "誤変換が半分"),
        ("議事録の要約のコツ", "誤変換が半分"),
        ("How do others review SQL?", "dropped a column"),
        ("review of sql migrations", "dropped a column"),
        ("SQLのレビュー、みなさんどうしていますか", "dropped a column"),
    ],
)
def test_questions_are_recognised_as_people_write_them(question: str, told: str, ben: Person) -> None:
    reply = words(ask(ben, question))
    assert told in reply
    assert "[1]" in reply


@pytest.mark.usefixtures("stocked")
def test_a_tip_is_a_card_with_prompt_tool_outcome_caveats_who_when_and_where(ben: Person) -> None:
    reply = words(ask(ben, "議事録の要約のコツ"))
    for part in (
        "```次の用語集を必ず使って議事録を要約してください。",
        "ChatGPT",
        "誤変換が半分",
        "用語集が古いと逆効果",
        "<@U0AYA>",
        "2026年11月24日",
        "archives/C0AITIPS/p1700000000000100",
    ):
        assert part in reply.replace("```\n", "```")


@pytest.mark.usefixtures("stocked")
def test_that_it_works_is_shown_at_once(slack: LocalSlack, ben: Person) -> None:
    ask(ben, "議事録の要約のコツ")
    methods = [call.method for call in slack.calls]
    assert methods.index("assistant.threads.setStatus") < methods.index("chat.postMessage")


@pytest.mark.usefixtures("stocked")
def test_a_mention_in_a_channel_is_answered_in_its_thread(ben: Person) -> None:
    ts = ben.post("#general", "@yoridokoro 議事録の要約、みんなはどうやってる？")
    reply = words(answer_in(lambda: ben.thread("#general", ts)[1:]))
    assert "誤変換が半分" in reply


@pytest.mark.usefixtures("stocked")
def test_a_mention_in_a_thread_is_answered_there_and_follow_ups_need_none(
    slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person
) -> None:
    root = aya.post("#general", "来週の会議の件です。")
    ben.post("#general", "@yoridokoro 議事録の要約のコツは？", thread_ts=root)
    answer_in(lambda: [m for m in aya.thread("#general", root)[1:] if "誤変換" in words(m)])
    ben.post("#general", "SQLのレビューは？", thread_ts=root)
    answer_in(lambda: [m for m in aya.thread("#general", root)[1:] if "dropped a column" in words(m)])
    assert "words" in model.tasks()
    assert slack.calls


@pytest.mark.usefixtures("stocked")
def test_a_mention_arrives_twice_and_is_answered_once(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    ts = ben.post("#general", "@yoridokoro 議事録の要約のコツは？")
    answer_in(lambda: ben.thread("#general", ts)[1:])
    settle(bot, slack)
    said = [m for m in ben.thread("#general", ts)[1:] if m.get("bot_id")]
    assert [is_first(m) for m in said] == [True, False]


@pytest.mark.usefixtures("stocked")
def test_talk_that_does_not_concern_the_bot_is_neither_read_nor_stored(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    root = aya.post("#general", "議事録の要約のコツは？")
    ben.post("#general", "用語集かな？", thread_ts=root)
    settle(bot, slack)
    assert len(aya.thread("#general", root)) == 2
    assert not [call for call in slack.calls if call.method.startswith(("chat.", "conversations.replies"))]


@pytest.mark.usefixtures("stocked")
def test_ask_tip_is_answered_in_the_askers_dm_and_can_be_followed_up(ben: Person, aya: Person) -> None:
    ben.slash("/ask-tip", "議事録の要約、みんなはどうやってる？", "#random")
    told = find(ben, "誤変換が半分")
    assert told["thread_ts"]
    assert not [m for m in aya.messages("#random") if "誤変換" in words(m)]
    ben.post(BOT, "SQLのレビューは？", thread_ts=told["thread_ts"])
    find(ben, "dropped a column")


@pytest.mark.usefixtures("bot")
def test_ask_tip_alone_says_how_to_ask(ben: Person) -> None:
    ben.slash("/ask-tip", "", "#general")
    assert any(
        "/ask-tip" in m["text"]
        for m in eventually(lambda: [m for m in ben.messages("#general") if m.get("is_ephemeral")])
    )


def test_nothing_found_is_said_and_colleagues_can_be_asked(stocked: Bot, ben: Person) -> None:
    reply = ask(ben, "How do others plan a company outing?")
    assert "nothing that you can see" in words(reply)
    [question_id] = [e["value"] for b in reply["blocks"] for e in b.get("elements", []) if e.get("value")]
    eventually(lambda: conversations.question(stocked.world.db, TEAM, question_id).state == "unanswered")  # type: ignore[union-attr] # asked above


def test_without_a_model_the_best_tips_come_as_cards_and_it_says_so(plain_bot: Bot, ben: Person) -> None:
    shared(plain_bot, MINUTES)
    reply = words(ask(ben, "議事録の要約のコツは？"))
    assert "簡易" in reply or "モデル" in reply
    assert "次の用語集を必ず使って" in reply


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("said", ["ありがとうございます！", "Thanks a lot!", "こんにちは"])
def test_courtesy_is_no_question(said: str, model: ScriptedModel, ben: Person) -> None:
    ts = ben.post(BOT, said)
    eventually(lambda: ben.thread(BOT, ts)[1:])
    assert model.tasks() == []


@pytest.mark.usefixtures("stocked")
def test_citations_outside_the_found_tips_and_unsupported_sentences_are_dropped(
    model: ScriptedModel, ben: Person
) -> None:
    model.queue.append(
        Say(
            '{"sentences": [{"text": "月は緑です。", "cites": [9]}, {"text": "根拠なしです。", "cites": []},'
            ' {"text": "用語集つきで頼みます。", "cites": [1]}]}'
        )
    )
    reply = words(ask(ben, "議事録の要約のコツ"))
    assert "用語集つきで頼みます" in reply
    assert "月は緑" not in reply
    assert "根拠なし" not in reply


@pytest.mark.usefixtures("stocked")
def test_no_link_mention_or_broadcast_of_the_model_gets_through(model: ScriptedModel, ben: Person) -> None:
    model.queue.append(
        Say(
            '{"sentences": [{"text": "<!channel> <@U0CHIE> https://evil.example/x を見て。", "cites": [1]},'
            ' {"text": "用語集つきで頼みます。", "cites": [1]}]}'
        )
    )
    reply = words(ask(ben, "議事録の要約のコツ"))
    assert "evil.example" not in reply
    assert "<!channel>" not in reply
    assert "<@U0CHIE>" not in reply


@pytest.mark.usefixtures("stocked")
def test_a_channel_with_a_guest_gets_no_workspace_tips(slack: LocalSlack, ben: Person) -> None:
    ts = ben.post("#ai-tips", "@yoridokoro 議事録の要約のコツは？")
    reply = words(answer_in(lambda: ben.thread("#ai-tips", ts)[1:]))
    assert "誤変換" not in reply
    assert slack.calls


@pytest.mark.usefixtures("stocked")
def test_a_guest_sees_no_workspace_tips_and_is_not_told_of_them(slack: LocalSlack) -> None:
    dan = slack.person("dan")
    reply = words(ask(dan, "How do others review SQL?"))
    assert "nothing that you can see" in reply
    assert "archives" not in reply


@pytest.mark.usefixtures("stocked")
def test_a_channel_shared_with_another_company_is_not_answered_in(ben: Person) -> None:
    ts = ben.post("#partner", "@yoridokoro How do others review SQL?")
    eventually(lambda: [m for m in ben.messages("#partner") + ben.thread("#partner", ts) if m.get("is_ephemeral")])
    assert len([m for m in ben.thread("#partner", ts) if not m.get("is_ephemeral")]) == 1


def test_the_asking_thread_is_no_source(bot: Bot, ben: Person) -> None:
    root = ben.post("#general", "議事録の要約はどうしていますか。")
    shared(bot, MINUTES, channel="C0GENERAL", ts=root)
    ben.post("#general", "@yoridokoro 議事録の要約は？", thread_ts=root)
    reply = words(answer_in(lambda: ben.thread("#general", root)[1:]))
    assert "誤変換" not in reply


@pytest.mark.usefixtures("stocked")
def test_a_very_long_question_is_answered_by_its_beginning_and_says_so(ben: Person) -> None:
    reply = words(ask(ben, "議事録の要約のコツは？" + "あいうえお" * 2_000))
    assert "1,000" in reply or "1000" in reply


@pytest.mark.usefixtures("stocked")
def test_many_long_tips_stay_within_slacks_limits(bot: Bot, ben: Person) -> None:
    for number in range(5):
        long = TipContent(
            title=f"議事録の要約 {number} " + "長" * 100,
            task="議事録の要約" * 400,
            prompts=("議事録の要約。" * 1_000,) * 2,
            steps=("議事録の要約",) * 60,
            outcome="良" * 2_900,
            caveats="注意" * 1_400,
        )
        shared(bot, long, ts=f"1700000001.00010{number}")
    reply = words(ask(ben, "議事録の要約のコツ"))
    assert "議事録の要約" in reply
    settle_texts = [words(message) for message in all_direct(ben)]
    assert not any("失敗" in text for text in settle_texts)


def test_people_of_a_large_channel_are_read_by_the_page_and_not_one_by_one(
    bot: Bot, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_ONE_BY_ONE", 1)
    before = len(slack.calls)
    everybody = {person.name: person for person in bot.world.reading.people_in("C0AITIPS")}
    called = [call.method for call in slack.calls[before:]]
    assert "users.list" in called
    assert "users.info" not in called
    assert everybody["aya"].is_full_member
    assert not everybody["Dan"].is_full_member
