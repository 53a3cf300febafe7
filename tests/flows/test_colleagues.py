"""When nobody knows: colleagues are asked, a reply becomes a tip, and whoever asked hears of it."""

import pytest

from bot.answer.listeners import posts
from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import questions, settings
from storage.records import OpenQuestion, TipContent
from tests.conftest import FrozenClock
from tests.flows.conftest import on_both_databases
from tests.flows.steps import (
    AI_TIPS,
    BOT,
    TEAM,
    Message,
    all_direct,
    ask,
    card_of,
    find,
    has_read,
    settle,
    shared,
    words,
)
from tests.flows.test_home import form_of, home_of
from tests.model_server import Say, ScriptedModel
from tests.storage.steps import everything

ASKED = "契約書の英訳をAIに頼むときの注意は？"
KNOWN = "For contracts I give Claude our term base first, then ask clause by clause. It stopped inventing terms."


@pytest.fixture
def channel(bot: Bot) -> str:
    """The channel that the admins chose for open questions."""
    settings.change_workspace(bot.world.db, TEAM, questions_channel_id="C0GENERAL")
    return "#general"


def offer(person: Person, question: str = ASKED) -> Message:
    """The form that opens when nothing was found and colleagues shall be asked."""
    reply = ask(person, question)
    return pressed(person, reply)


def pressed(person: Person, reply: Message) -> Message:
    person.click(BOT, reply["ts"], "answer.ask_colleagues")
    return form_of(person)


def put(person: Person, view: Message, *, name: str = "named", text: str | None = None) -> Message:
    values = {"name": {"value": {"value": name}}, **({"text": {"value": text}} if text is not None else {})}
    values["name"] = {"value": name}
    return person.submit(view["id"], values)


def only_question(bot: Bot) -> OpenQuestion:
    (question,) = questions.of_workspace(bot.world.db, TEAM)
    return question


def post_of(person: Person, channel: str, part: str = "契約書の英訳") -> Message:
    def look() -> Message | None:
        return next((m for m in reversed(person.messages(channel)) if m.get("bot_id") and part in words(m)), None)

    found = eventually(look)
    assert found is not None
    return found


@on_both_databases
def test_the_whole_loop_with_three_people_in_two_languages(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, channel: str, aya: Person, ben: Person, chie: Person
) -> None:
    view = offer(aya)
    assert "<#C0GENERAL>" in words(view)
    assert "だれの質問かは記録しません" in words(view)
    assert put(aya, view, name="anonymous")["result"] == "closed"
    find(aya, "名前を出さずにお尋ねします")
    settle(bot, slack)
    bot.tick()
    assert not [m for m in ben.messages(channel) if m.get("bot_id")]

    clock.advance(minutes=16)
    bot.tick()
    post = post_of(ben, channel)
    assert "U0AYA" not in str(post)
    bot.engine.tidy()
    clock.advance(minutes=2)
    bot.engine.tidy()
    kept = [row for row in everything(bot.world.db) if "契約書の英訳" in row]
    assert len(kept) == 1
    assert "U0AYA" not in kept[0]

    chie.click(channel, post["ts"], "questions.echo")
    eventually(lambda: "(1)" in words(post_of(ben, channel)))

    ben.post(channel, KNOWN, thread_ts=post["ts"])
    card = card_of(ben, "term base")
    assert "You replied to a colleague's open question" in words(card)
    ben.click(BOT, card["ts"], "capture.share_named")
    find(ben, "Shared with your name")
    bot.tick()
    told = find(chie, "答えになりそうな知恵")
    assert "term base" in words(told)
    settle(bot, slack)
    assert not has_read(aya, "term base")

    home = home_of(aya, "term base")
    assert "名前を出さずに聞いた質問" in words(home)
    assert "名前を出さずに聞いた" not in words(home_of(ben, "Where I listen"))
    aya.click_in_view(home["id"], "questions.solved")
    eventually(lambda: "解決しました" in words(post_of(ben, channel)))
    assert any("ありがとうございました" in words(m) for m in ben.thread(channel, post["ts"]))
    eventually(lambda: "契約書の英訳" not in str(aya.home()))
    assert only_question(bot).state == "solved"
    settle(bot, slack)
    assert sum("答えになりそうな知恵" in words(m) for m in all_direct(chie)) == 1


def test_who_asked_without_a_name_finds_the_tip_at_the_next_word_and_once(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, channel: str, aya: Person, ben: Person
) -> None:
    put(aya, offer(aya), name="anonymous")
    settle(bot, slack)
    clock.advance(minutes=16)
    bot.tick()
    ben.post(channel, KNOWN, thread_ts=post_of(ben, channel)["ts"])
    ben.click(BOT, card_of(ben, "term base")["ts"], "capture.share_named")
    find(ben, "Shared with your name")
    bot.tick()
    assert not has_read(aya, "term base")
    aya.post(BOT, "こんにちは")
    assert "ついでにお知らせします" in words(find(aya, "term base"))
    aya.post(BOT, "ありがとう")
    settle(bot, slack)
    assert sum("ついでに" in words(m) for m in all_direct(aya)) == 1


def test_with_a_name_the_asker_is_told_and_says_not_yet_then_solved(
    bot: Bot, slack: LocalSlack, channel: str, aya: Person, ben: Person
) -> None:
    put(ben, offer(ben, "How do others translate contracts?"))
    find(ben, "Asked!")
    post = post_of(aya, channel, "translate contracts")
    assert "<@U0BEN>" in words(post)
    aya.post(
        channel,
        "用語集を先に渡してから、条文ごとに訳してもらっています。誤訳が半分になりました。",
        thread_ts=post["ts"],
    )
    aya.click(BOT, card_of(aya, "用語集を先に")["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    for _ in range(2):
        bot.tick()
    told = find(ben, "A tip has come")
    ben.click(BOT, told["ts"], "questions.not_yet")
    find(ben, "stays open")
    assert only_question(bot).is_open
    settle(bot, slack)
    assert sum("A tip has come" in words(m) for m in all_direct(ben)) == 0


def test_a_tip_from_elsewhere_that_answers_it_is_offered_without_a_link_to_any_thread(
    bot: Bot, slack: LocalSlack, channel: str, aya: Person, ben: Person
) -> None:
    put(aya, offer(aya))
    find(aya, "チャンネルに投稿しました")
    shared(bot, TipContent(title="契約書の英訳は用語集を渡してから頼む", task="契約書の英訳の注意"), anonymously=True)
    bot.tick()
    told = words(find(aya, "答えになりそうな知恵"))
    assert "名前を出さずに共有" in told
    assert "archives" not in told
    settle(bot, slack)
    assert len(ben.thread(channel, post_of(ben, channel)["ts"])) == 1


def test_the_asker_themself_thanks_and_a_shrug_are_no_tips_and_more_is_added_to_the_same_draft(
    plain_bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    bot, channel = plain_bot, "#general"
    settings.change_workspace(bot.world.db, TEAM, questions_channel_id="C0GENERAL")
    put(aya, offer(aya))
    find(aya, "チャンネルに投稿しました")
    post = post_of(aya, channel)
    chie.post(channel, "私も分かりません。気になります！", thread_ts=post["ts"])
    aya.post(channel, "いまは原文と訳文を並べて、用語をひとつずつ確認しています。", thread_ts=post["ts"])
    ben.post(channel, "Which language pair is it?", thread_ts=post["ts"])
    settle(bot, slack)
    for person in (aya, ben, chie):
        assert not any("capture.share_named" in str(m.get("blocks")) for m in all_direct(person))
    ben.post(channel, KNOWN, thread_ts=post["ts"])
    card_of(ben, "term base")
    ben.post(channel, "```\nTranslate clause by clause, keep the terms below.\n```", thread_ts=post["ts"])
    card = card_of(ben, "keep the terms below")
    settle(bot, slack)
    assert "term base" in words(card)
    cards = [m for m in all_direct(ben) if "capture.share_named" in str(m.get("blocks"))]
    assert len(cards) == 1


@pytest.mark.parametrize(
    ("who", "said", "counts"),
    [
        ("ben", "Ask Claude with your term base, clause by clause, it works.", True),
        ("dan", "DeepL", True),
        ("chie", "用語集を渡す", True),
        ("chie", "私も分かりません。気になります！", False),
        ("aya", "用語集かもしれません", False),
    ],
)
def test_whatever_answers_in_the_channel_is_a_reply_whoever_says_it_and_nobodys_words_are_kept(
    plain_bot: Bot, slack: LocalSlack, who: str, said: str, *, counts: bool
) -> None:
    """Of somebody who is never captured, of a guest, in a word: what the asker can read there is one."""
    bot, aya = plain_bot, slack.person("aya")
    settings.change_workspace(bot.world.db, TEAM, questions_channel_id="C0AITIPS")
    settings.change_person(bot.world.db, TEAM, "U0BEN", never_capture=True)
    put(aya, offer(aya))
    find(aya, "チャンネルに投稿しました")
    post = post_of(aya, AI_TIPS)
    slack.person(who).post(AI_TIPS, said, thread_ts=post["ts"])
    settle(bot, slack)
    assert (only_question(bot).replied_at is not None) == counts
    assert not [row for row in everything(bot.world.db) if said in row]
    assert not [m for m in all_direct(slack.person(who)) if "capture.share_named" in str(m.get("blocks"))]


def test_the_same_question_is_not_posted_twice(
    bot: Bot, slack: LocalSlack, channel: str, aya: Person, ben: Person, chie: Person
) -> None:
    put(aya, offer(aya))
    find(aya, "チャンネルに投稿しました")
    view = offer(chie, "契約書の英訳をAIに頼むとき、注意することはありますか")
    assert "同じ質問がすでに出ています" in words(view)
    again = put(chie, view)
    assert "まだ上の質問と同じ" in str(again["errors"])
    chie.click_in_view(view["id"], "questions.echo")
    eventually(lambda: "(1)" in words(post_of(ben, channel)))
    assert len(questions.of_workspace(bot.world.db, TEAM)) == 1
    post = post_of(chie, channel)
    chie.click(channel, post["ts"], "questions.echo")
    eventually(lambda: "(1)" not in words(post_of(ben, channel)))
    settle(bot, slack)


def test_without_a_channel_it_goes_to_people_who_agreed_and_may_know(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    shared(bot, TipContent(title="契約書の英訳はClaudeで", task="契約書の英訳"), author="U0BEN", channel=None)
    shared(bot, TipContent(title="契約書の英訳は難しい", task="契約書の英訳"), author="U0CHIE", channel=None)
    settings.change_person(bot.world.db, TEAM, "U0BEN", may_be_asked=True)
    model.queue.append(Say('{"sentences": []}'))
    view = offer(aya)
    assert "Ben" in words(view)
    assert "chie" not in words(view)
    put(aya, view)
    find(aya, "1人の方にDM")
    asked = find(ben, "asks")
    ben.click(BOT, asked["ts"], "questions.answer")
    form = form_of(ben)
    ben.submit(form["id"], {"text": {"value": KNOWN}})
    card_of(ben, "term base")
    ben.post(BOT, "I don't know the German ones, sorry.", thread_ts=asked["ts"])
    find(ben, "I made no draft of it")
    ben.post(BOT, "Afterwards a lawyer reads both columns side by side, which takes an hour.", thread_ts=asked["ts"])
    card = card_of(ben, "side by side")
    assert "term base" in words(card)
    settle(bot, slack)
    ben.click(BOT, card["ts"], "capture.share_named")
    find(ben, "Shared with your name")
    bot.tick()
    find(aya, "答えになりそうな知恵")
    settle(bot, slack)
    assert not has_read(chie, "asks")
    model.queue.append(Say('{"sentences": []}'))
    assert "いまは聞ける方がいません" in words(offer(chie, "契約書の英訳のコツを知りたいです"))


def test_a_question_that_nobody_replies_to_is_brought_up_once_and_closed_kindly(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, channel: str, aya: Person, ben: Person
) -> None:
    put(aya, offer(aya))
    find(aya, "チャンネルに投稿しました")
    clock.advance(days=13)
    for _ in range(2):
        bot.tick()
    reminder = find(aya, "まだ返信がありません")
    aya.click(BOT, reminder["ts"], "questions.keep")
    # the reminder says it, too: what counts is that the click was worked off
    settle(bot, slack)
    assert "questions.keep" not in str(find(aya, "まで残します")["blocks"])
    clock.advance(days=31)
    for _ in range(2):
        bot.tick()
    find(aya, "いったん締め切りました")
    assert "締め切りました" in words(post_of(ben, channel, "締め切りました"))
    settle(bot, slack)
    assert sum("返信がありません" in words(m) for m in all_direct(aya)) == 0


def test_it_can_be_taken_back_and_a_deleted_post_ends_it(
    bot: Bot, slack: LocalSlack, channel: str, aya: Person, ben: Person, chie: Person
) -> None:
    put(aya, offer(aya))
    find(aya, "チャンネルに投稿しました")
    post_of(ben, channel)
    home = home_of(aya, "契約書の英訳")
    aya.click_in_view(home["id"], "questions.close")
    eventually(lambda: "取り下げられました" in words(post_of(ben, channel, "取り下げ")))
    assert not [m for m in ben.messages(channel) if "契約書の英訳" in words(m)]
    put(ben, offer(ben, "How do others translate contracts?"))
    chie.delete(channel, post_of(chie, channel, "translate contracts")["ts"])
    eventually(lambda: not questions.of_workspace(bot.world.db, TEAM, "open"))
    settle(bot, slack)
    assert not [row for row in everything(bot.world.db) if row.startswith("open_questions") and "translate" in row]


def test_a_post_that_is_deleted_before_the_bot_has_noted_it_ends_it(
    bot: Bot, slack: LocalSlack, channel: str, aya: Person, chie: Person
) -> None:
    slack.faults.inject("chat.getPermalink", kind="slow", seconds=1.0)
    put(aya, offer(aya))
    chie.delete(channel, post_of(chie, channel)["ts"])
    find(aya, "質問を締め切りました")
    settle(bot, slack)
    assert not questions.of_workspace(bot.world.db, TEAM, "open")
    assert not [row for row in everything(bot.world.db) if row.startswith("open_questions") and "英訳" in row]


def test_who_may_ask_press_and_close(
    bot: Bot, slack: LocalSlack, channel: str, aya: Person, ben: Person, chie: Person
) -> None:
    dan = slack.person("dan")
    assert "full members" in words(pressed(dan, ask(dan, "How do others translate contracts?")))
    ts = ben.post("#ai-tips", "@yoridokoro How do others translate contracts?")
    reply = eventually(lambda: [m for m in ben.thread("#ai-tips", ts)[1:] if m.get("blocks")])[-1]
    aya.click("#ai-tips", reply["ts"], "answer.ask_colleagues")
    assert "質問した方だけ" in words(form_of(aya))
    ben.click("#ai-tips", reply["ts"], "answer.ask_colleagues")
    view = form_of(ben)
    assert "You asked me in a channel" in words(view)
    assert "errors" in put(ben, view, text="   ")["result"]
    put(ben, view, text="How do others translate contracts?")
    post = post_of(aya, channel, "translate contracts")
    ben.click(channel, post["ts"], "questions.echo")
    eventually(lambda: [m for m in ben.messages(channel) if m.get("is_ephemeral")])
    assert questions.echoers(bot.world.db, TEAM, only_question(bot).id) == []
    home = home_of(aya, "translate contracts")
    assert "questions.close" not in str(home)
    settings.change_workspace(bot.world.db, TEAM, host_ids=(aya.id,))
    home = home_of(aya, "questions.close")
    settings.change_workspace(bot.world.db, TEAM, host_ids=())
    aya.click_in_view(home["id"], "questions.close")
    find(aya, "質問した方、世話役、管理者だけ")
    chie.click_in_view(home_of(chie, "translate contracts")["id"], "questions.close")
    eventually(lambda: only_question(bot).state == "closed")
    settle(bot, slack)


def test_an_admin_chooses_the_channel_and_one_the_bot_is_not_in_is_refused(
    bot: Bot, slack: LocalSlack, chie: Person
) -> None:
    home = home_of(chie, "設定")
    chie.click_in_view(home["id"], "home.settings")
    view = form_of(chie)
    wrong = chie.submit(view["id"], {"questions_channel": {"value": "C0RANDOM"}})
    assert "questions_channel" in wrong["errors"]
    right = {"questions_channel": {"value": AI_TIPS}, "may_be_asked": {"value": ["on"]}}
    chie.submit(view["id"], right)
    find(chie, "保存しました")
    assert settings.workspace(bot.world.db, TEAM).questions_channel_id == AI_TIPS
    assert settings.person(bot.world.db, TEAM, chie.id).may_be_asked
    settle(bot, slack)


@on_both_databases
def test_what_slack_brings_twice_and_a_tick_after_a_crash_post_nothing_twice(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, channel: str, aya: Person, ben: Person
) -> None:
    view = offer(aya)
    slack.faults.duplicate_next(2)
    put(aya, view)
    find(aya, "チャンネルに投稿しました")
    post = post_of(ben, channel)
    with bot.world.db.engine.begin() as connection:
        connection.exec_driver_sql("update open_questions set post_ts = null, state = 'waiting'")
    clock.advance(minutes=1)
    bot.tick()
    assert only_question(bot).state == "waiting"
    clock.advance(minutes=2)
    bot.tick()
    posts.publish(bot.world, only_question(bot))
    settle(bot, slack)
    assert [m["ts"] for m in ben.messages(channel) if "契約書の英訳" in words(m)] == [post["ts"]]
    assert only_question(bot).is_open
