"""Other speakers have a say: each is asked once, and only what they agree to is shared."""

import json
from typing import Any

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import settings, tips
from storage.records import TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.conftest import on_both_databases
from tests.flows.steps import (
    BOT,
    TEAM,
    Message,
    Placed,
    all_direct,
    answer_in,
    ask,
    card_of,
    confirmed,
    find,
    has_read,
    is_first,
    settle,
    shared,
    thread,
    tips_seen,
    trusting,
    words,
)
from tests.model_server import Say, ScriptedModel, data_of, oblige, task_of
from tests.storage.steps import everything

pytestmark = on_both_databases

TOLD = "用語集を先に渡すと誤変換が減ります。"
BENS = "It halved my editing time in May."


def with_bens_words(asked: Any) -> str:
    """The model takes the outcome from the thread's last message, which is ben's."""
    if task_of(asked) != "fill":
        return oblige(asked)
    filled = json.loads(oblige(asked))
    number, _, text = data_of(asked)["messages"][-1]
    filled["outcome"] = {"text": text, "rests_on": [number]}
    return json.dumps(filled, ensure_ascii=False)


def talk_of(bot: Bot, model: ScriptedModel, aya: Person, ben: Person, chie: Person) -> tuple[Placed, Message]:
    """Aya told how, ben told what came of it, and chie marked aya's words."""
    trusting(bot, chie)
    model.default = with_bens_words
    root = chie.post("#ai-tips", "議事録、みなさんはどう書いていますか？")
    told = aya.post("#ai-tips", TOLD, thread_ts=root)
    answer = ben.post("#ai-tips", BENS, thread_ts=root)
    chie.react("#ai-tips", told, "bulb")
    return Placed("#ai-tips", root, (told, answer)), card_of(aya, TOLD[:12])


def asked(person: Person) -> Message:
    return find(person, "May your words be used")


def closed(bot: Bot, slack: LocalSlack) -> None:
    """The clock does what is due."""
    settle(bot, slack)
    bot.tick()


def outcome(bot: Bot) -> str:
    [tip] = tips_seen(bot)
    return tip.content.outcome


def test_a_speaker_is_asked_once_and_what_they_agree_to_comes_into_the_tip_that_was_shared(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    talk, card = talk_of(bot, model, aya, ben, chie)
    assert "ほかの方のお返事を待っている部分" in words(card)
    assert BENS in words(card).replace("\u2060", "")
    question = asked(ben)
    said = words(question)
    assert "chie" in said
    assert aya.id not in said
    assert "佐藤" not in said
    assert f"archives/C0AITIPS/p{talk.replies[1].replace('.', '')}" in said
    aya.click(BOT, card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    assert outcome(bot) == ""
    ben.click(BOT, question["ts"], "capture.speaker_ok")
    told = find(aya, "加わりました")
    assert outcome(bot) == BENS
    assert not has_read(ben, "halved my editing")
    aya.click(BOT, told["ts"], "capture.refuse_words")
    find(aya, "外しました")
    assert outcome(bot) == ""
    closed(bot, slack)
    find(ben, "This question is closed")
    assert sum("May your words" in words(m) or "question is closed" in words(m) for m in all_direct(ben)) == 1
    assert not [row for row in everything(bot.world.db) if row.startswith("borrowed") and "halved" in row]


def test_what_a_speaker_leaves_out_goes_from_the_card_and_does_not_come_back(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    _, card = talk_of(bot, model, aya, ben, chie)
    question = asked(ben)
    ben.click(BOT, question["ts"], "capture.speaker_ok")
    find(ben, "may be used")
    eventually(lambda: "待っている部分" not in words(card_of(aya, TOLD[:12])))
    assert "halved" in words(card_of(aya, TOLD[:12]))
    ben.click(BOT, question["ts"], "capture.speaker_leave_out")
    find(ben, "left out of it, for good")
    eventually(lambda: "halved" not in words(card_of(aya, TOLD[:12])))
    aya.click(BOT, card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    assert outcome(bot) == ""
    settle(bot, slack)


def test_who_always_wants_to_be_left_out_is_not_read_by_the_model_any_more(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    talk_of(bot, model, aya, ben, chie)
    ben.click(BOT, asked(ben)["ts"], "capture.speaker_never")
    find(ben, "nothing that you write from now on")
    assert settings.person(bot.world.db, TEAM, ben.id).never_capture
    model.requests.clear()
    again = thread("#ai-tips", (aya, "要約は三行で頼むとよいです。"), (ben, "My secret trick is a short prompt."))
    chie.react("#ai-tips", again.root, "bulb")
    card_of(aya, "要約は三行")
    settle(bot, slack)
    assert "secret trick" not in str(model.requests)
    assert model.requests
    chie.react("#ai-tips", again.replies[0], "bulb")
    find(chie, "保存を望んでいない")


def test_who_set_ok_to_use_is_not_asked(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    settings.change_person(bot.world.db, TEAM, ben.id, words_ok=True)
    _, card = talk_of(bot, model, aya, ben, chie)
    assert "待っている部分" not in words(card)
    assert "halved" in words(card)
    settle(bot, slack)
    assert all_direct(ben) == []


def test_a_guest_is_not_asked_and_their_words_are_left_out(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, chie: Person
) -> None:
    dan = slack.person("dan")
    _, card = talk_of(bot, model, aya, dan, chie)
    assert "halved" not in words(card)
    settle(bot, slack)
    assert all_direct(dan) == []


def test_a_deleted_message_of_a_speaker_takes_its_words_off_the_card(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    talk, _ = talk_of(bot, model, aya, ben, chie)
    asked(ben)
    ben.delete("#ai-tips", talk.replies[1])
    eventually(lambda: "halved" not in words(card_of(aya, TOLD[:12])))
    closed(bot, slack)
    find(ben, "This question is closed")
    assert not [row for row in everything(bot.world.db) if "halved my" in row and row.startswith("borrowed")]


def test_what_a_speaker_edits_is_asked_anew_and_goes_out_of_what_is_shared(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    talk, card = talk_of(bot, model, aya, ben, chie)
    question = asked(ben)
    ben.click(BOT, question["ts"], "capture.speaker_ok")
    find(ben, "may be used")
    settle(bot, slack)
    ben.edit("#ai-tips", talk.replies[1], "It halved my editing time, and in June again.")
    eventually(lambda: "待っている部分" in words(card_of(aya, "June again")))
    anew = find(ben, "June again")
    assert anew["ts"] == question["ts"]
    settle(bot, slack)
    ben.click(BOT, anew["ts"], "capture.speaker_ok")
    find(ben, "may be used")
    aya.click(BOT, card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    assert "June again" in outcome(bot)
    settle(bot, slack)
    ben.edit("#ai-tips", talk.replies[1], "It did not help in the end.")
    find(aya, "書き直したため")
    assert outcome(bot) == ""
    closed(bot, slack)
    find(ben, "This question is closed")
    kept = [row for row in everything(bot.world.db) if row.startswith(("borrowed", "drafts", "tips"))]
    assert not [row for row in kept if "June again" in row or "did not help" in row]


def test_settings_answer_what_is_open_and_silence_ends_it(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    _, card = talk_of(bot, model, aya, ben, chie)
    asked(ben)
    aya.click(BOT, card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    settle(bot, slack)
    clock.advance(days=15)
    bot.tick()
    bot.tick()
    find(ben, "This question is closed")
    assert outcome(bot) == ""
    assert not [row for row in everything(bot.world.db) if "halved my" in row and row.startswith("borrowed")]


def test_the_receipt_says_who_decides_until_when_how_to_stop_it_and_that_others_are_asked(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person, chie: Person
) -> None:
    _, card = talk_of(bot, model, aya, ben, chie)
    receipt = words(find(chie, "下書きを作りました"))
    for part in ("ayaさん", "12月8日", "絵文字を外して", "それぞれの方に確認"):
        assert part in receipt
    for part in ("chieさん", "12月8日", "「共有しない」を押せば"):
        assert part in words(card)
    for part in ("chie", "8 Dec", "I ask only once", "Leave my words out"):
        assert part in words(asked(ben))
    settle(bot, slack)


def test_a_name_that_is_taken_off_goes_from_the_answers_that_showed_it(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    shared(bot, TipContent(title="用語集を先に渡す"), author=aya.id)
    ask(ben, "用語集、みんなはどう使ってる？")
    assert aya.id in str(all_direct(ben))
    aya.open_home()
    home = eventually(lambda: (shown := aya.home()) and "用語集を先に渡す" in str(shown) and shown)
    confirmed(aya, {}, home=home["id"], action="make_anonymous")
    find(aya, "リンクを外しました")
    bot.tick()
    settle(bot, slack)
    assert aya.id not in str(all_direct(ben))
    assert "archives" not in str(all_direct(ben))
    reply = words(ask(ben, "用語集、みんなはどう使ってる？"))
    assert "用語集を先に渡す" in reply
    assert aya.id not in reply
    assert "名前を出さずに共有" in reply


def test_a_withdrawn_tip_goes_from_the_first_tips_and_from_the_answer_that_was_streamed(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, ben: Person
) -> None:
    tip = shared(bot, TipContent(title="用語集を先に渡す", outcome="誤変換が半分になりました。"), author=aya.id)
    told = {"text": "用語集を先に渡すと、誤変換が半分になりました。", "cites": [1]}
    model.queue.append(Say(json.dumps({"sentences": [told]}, ensure_ascii=False)))
    ts = ben.post(BOT, "用語集、みんなはどう使ってる？")
    answer_in(lambda: ben.thread(BOT, ts)[1:])
    settle(bot, slack)
    said = ben.thread(BOT, ts)[1:]
    assert [is_first(message) for message in said] == [True, False]
    assert all("用語集を先に渡す" in words(message) for message in said)
    ask_its_author(bot, slack, ben, said[0])
    card, receipt = find(aya, "どのモデルですか"), find(ben, "どのモデルですか")
    assert all("用語集を先に渡す" in words(message) for message in (card, receipt))

    tips.withdraw(bot.world.db, Viewer(TEAM, aya.id, is_full_member=True), tip.id, lambda *_: False)
    bot.tick()
    settle(bot, slack)
    for person in (aya, ben):
        assert "用語集を先に渡す" not in str(all_direct(person))
        assert "半分になりました" not in str(all_direct(person))
    after = ben.thread(BOT, ts)[1:]
    assert [message["ts"] for message in after] == [message["ts"] for message in said]
    assert all("has been withdrawn" in words(message) or "取り下げられました" in words(message) for message in after)
    assert not [row for row in everything(bot.world.db) if row.startswith("shown_tips")]


def ask_its_author(bot: Bot, slack: LocalSlack, person: Person, answer: Message) -> None:
    """Somebody asks the author of a tip that an answer showed them."""
    person.click(BOT, answer["ts"], "answer.ask_author")
    form = eventually(person.views)[-1]
    person.submit(form["id"], {"question": {"value": "どのモデルですか"}})
    settle(bot, slack)


def test_a_tip_of_a_channel_is_opened_to_everybody_on_a_screen_that_says_who_that_is(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    aya.invite("#secret-project", "yoridokoro")
    shared(bot, TipContent(title="用語集を先に渡す"), author=aya.id, channel="C0SECRET", visible_in="C0SECRET")
    assert "用語集を先に渡す" not in words(ask(ben, "用語集、みんなはどう使ってる？"))
    aya.open_home()
    home = eventually(lambda: (shown := aya.home()) and "用語集を先に渡す" in str(shown) and shown)
    aya.click_in_view(home["id"], "capture.who_can_see")
    form = eventually(aya.views)[-1]
    aya.submit(form["id"], {"visibility": {"value": "workspace"}})
    assert tips_seen(bot) == []
    screen = eventually(lambda: [view for view in aya.views() if view["callback_id"] == "capture.widen_form"])[-1]
    assert "約3人" in words(screen)
    aya.submit(screen["id"], {})
    find(aya, "全員が見つけられる")
    assert "用語集を先に渡す" in words(ask(ben, "用語集、みんなはどう使ってる？"))
    settle(bot, slack)
