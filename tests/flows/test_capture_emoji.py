"""Capture by emoji: one tap, one draft, and its author decides."""

import threading

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import requests
from tests.conftest import FrozenClock
from tests.flows.conftest import also_when_jobs_die, on_both_databases
from tests.flows.steps import (
    BOT,
    all_direct,
    card_of,
    find,
    has_read,
    no_card,
    settle,
    thread,
    trusting,
    words,
)
from tests.model_server import ScriptedModel

pytestmark = on_both_databases

GLOSSARY = "用語集をプロンプトに入れると"


def test_the_first_use_is_explained_and_nothing_is_read_before_the_ok(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, chie: Person, aya: Person
) -> None:
    told = aya.post("#ai-tips", "議事録は箇条書きで頼むと速いです。")
    chie.react("#ai-tips", told, "bulb")
    asked = find(chie, "下書き")
    settle(bot, slack)
    assert not model.requests
    assert not [call for call in slack.calls if call.method == "conversations.replies"]
    chie.click(BOT, asked["ts"], "capture.decline_emoji")
    assert no_card(bot, slack, aya)


def test_after_the_first_ok_nobody_is_asked_again(bot: Bot, slack: LocalSlack, chie: Person, aya: Person) -> None:
    told = aya.post("#ai-tips", "議事録は箇条書きで頼むと速いです。")
    again = aya.post("#ai-tips", "翻訳は用語を先に渡すと安定します。")
    chie.react("#ai-tips", told, "bulb")
    chie.click(BOT, find(chie, "今回だけ")["ts"], "capture.confirm_emoji")
    card_of(aya, "箇条書き")
    chie.react("#ai-tips", again, "bulb")
    card_of(aya, "用語を先に渡す")
    settle(bot, slack)
    assert sum("capture.confirm_emoji" in str(message) for message in all_direct(chie)) == 0


def test_a_thread_captured_twice_is_one_draft(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(bot, ben, chie)
    talk = thread("#ai-tips", (ben, "How do you write minutes?"), (aya, f"{GLOSSARY}早いです。"))
    chie.react("#ai-tips", talk.replies[0], "bulb")
    card_of(aya, GLOSSARY)
    ben.react("#ai-tips", talk.root, "bulb")
    find(ben, "marked already")
    settle(bot, slack)
    assert sum("capture.share_named" in str(message.get("blocks")) for message in all_direct(aya)) == 1


def test_two_people_at_once_are_one_draft(bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person) -> None:
    trusting(bot, ben, chie)
    told = aya.post("#ai-tips", f"{GLOSSARY}早いです。")
    taps = [threading.Thread(target=who.react, args=("#ai-tips", told, "bulb")) for who in (ben, chie)]
    for tap in taps:
        tap.start()
    for tap in taps:
        tap.join()
    card_of(aya, GLOSSARY)
    settle(bot, slack)
    assert sum("capture.share_named" in str(message.get("blocks")) for message in all_direct(aya)) == 1
    receipts = [m for who in (ben, chie) for m in all_direct(who)]
    assert len(receipts) == 2


def test_a_capture_that_broke_off_before_its_card_still_brings_card_and_receipt(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, chie: Person
) -> None:
    trusting(bot, chie)
    told = aya.post("#ai-tips", f"{GLOSSARY}早いです。")
    slack.faults.inject("chat.postMessage", times=4, kind="server_error")
    chie.react("#ai-tips", told, "bulb")
    eventually(lambda: [call for call in slack.calls if call.method == "chat.postMessage" and not call.ok][3:])
    eventually(lambda: bot.engine.steps(requests.recent(bot.world.db)[0].id)[0]["state"] == "SUCCESS")
    assert all_direct(aya) == []
    clock.advance(minutes=3)
    bot.engine.tidy()
    card_of(aya, GLOSSARY)
    find(chie, "下書きを作りました")
    settle(bot, slack)
    assert len(all_direct(aya)) == len(all_direct(chie)) == 1


def test_an_author_who_decides_before_a_broken_off_receipt_goes_on_does_not_leave_the_capturer_without_one(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, chie: Person
) -> None:
    trusting(bot, chie)
    bot.world.speaking.direct_channel(aya.id)
    told = aya.post("#ai-tips", f"{GLOSSARY}早いです。")
    slack.faults.inject("conversations.open", times=4, kind="server_error")
    chie.react("#ai-tips", told, "bulb")
    card = card_of(aya, GLOSSARY)
    eventually(lambda: [call for call in slack.calls if call.method == "conversations.open" and not call.ok][3:])
    aya.click(BOT, card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    clock.advance(minutes=3)
    bot.engine.tidy()
    find(chie, "書いた方がすでに判断を済ませました")
    settle(bot, slack)
    assert len(all_direct(aya)) == len(all_direct(chie)) == 1


def test_removing_the_last_emoji_withdraws_the_request(bot: Bot, slack: LocalSlack, aya: Person, chie: Person) -> None:
    trusting(bot, chie)
    told = aya.post("#ai-tips", f"{GLOSSARY}早いです。")
    chie.react("#ai-tips", told, "bulb")
    card = card_of(aya, GLOSSARY)
    settle(bot, slack)
    chie.unreact("#ai-tips", told, "bulb")
    find(aya, "取り消")
    assert not any(GLOSSARY in words(message) for message in all_direct(aya) if message["ts"] == card["ts"])
    find(chie, "取り消")


def test_an_emoji_of_somebody_else_keeps_the_request(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(bot, ben, chie)
    told = aya.post("#ai-tips", f"{GLOSSARY}早いです。")
    chie.react("#ai-tips", told, "bulb")
    card_of(aya, GLOSSARY)
    ben.react("#ai-tips", told, "bulb")
    find(ben, "marked already")
    chie.unreact("#ai-tips", told, "bulb")
    settle(bot, slack)
    card_of(aya, GLOSSARY)


def test_after_it_was_withdrawn_a_thread_may_be_captured_again(
    bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    trusting(bot, chie)
    told = aya.post("#ai-tips", f"{GLOSSARY}早いです。")
    chie.react("#ai-tips", told, "bulb")
    card_of(aya, GLOSSARY)
    settle(bot, slack)
    chie.unreact("#ai-tips", told, "bulb")
    find(aya, "取り消")
    chie.react("#ai-tips", told, "bulb")
    card_of(aya, GLOSSARY)


def test_the_author_is_who_wrote_the_message_that_was_pointed_at(
    bot: Bot, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(bot, chie)
    talk = thread(
        "#ai-tips",
        (aya, "How do you write minutes? " * 20),
        (ben, "I give it a glossary.\n```\nUse this glossary.\n```"),
    )
    chie.react("#ai-tips", talk.replies[0], "bulb")
    card_of(ben, "I give it a glossary")


def test_who_asked_is_not_the_author_of_the_answer(bot: Bot, aya: Person, ben: Person, chie: Person) -> None:
    trusting(bot, chie)
    talk = thread(
        "#ai-tips",
        (ben, "How do you write minutes? I tried a lot of things and none of them worked so far, sadly."),
        (aya, "用語集を先に渡します。\n```\n次の用語集を必ず使ってください。\n```"),
    )
    chie.react("#ai-tips", talk.root, "bulb")
    card = card_of(aya, "用語集を先に渡します")
    assert "none of them worked" not in words(card)


def test_who_captures_their_own_words_gets_the_card_at_once(bot: Bot, aya: Person) -> None:
    trusting(bot, aya)
    told = aya.post("#ai-tips", f"{GLOSSARY}早いです。")
    aya.react("#ai-tips", told, "bulb")
    assert "ご自身" in words(card_of(aya, GLOSSARY)) or "あなた" in words(card_of(aya, GLOSSARY))
    find(aya, "下書き")


@also_when_jobs_die
def test_the_capturer_can_name_another_author_until_the_decision(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(bot, chie)
    talk = thread(
        "#ai-tips",
        (ben, "I let it draft the minutes from bullet points, that works very well for me."),
        (aya, "私も同じです。"),
    )
    chie.react("#ai-tips", talk.replies[0], "bulb")
    card_of(aya, "私も同じです")
    receipt = find(chie, "aya")
    chie.click(BOT, receipt["ts"], "capture.set_author", value=next(_values(receipt)))
    card_of(ben, "bullet points")
    settle(bot, slack)
    assert not any("capture.share_named" in str(message.get("blocks")) for message in all_direct(aya))


def _values(message: dict[str, object]) -> object:
    blocks: list[dict[str, dict[str, list[dict[str, str]]]]] = message["blocks"]  # type: ignore[assignment] # a message
    return (option["value"] for block in blocks for option in block.get("accessory", {}).get("options", []))


def test_an_emoji_that_does_not_capture_is_none_of_its_business(
    bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    trusting(bot, chie)
    told = aya.post("#ai-tips", f"{GLOSSARY}早いです。")
    chie.react("#ai-tips", told, "eyes")
    assert no_card(bot, slack, aya)
    assert all_direct(chie) == []


def test_a_prompt_that_is_not_in_the_thread_is_dropped(
    bot: Bot, model: ScriptedModel, aya: Person, chie: Person
) -> None:
    trusting(bot, chie)
    right = model.default
    model.default = lambda asked: right(asked).replace("次の用語集", "存在しないプロンプト")
    told = aya.post("#ai-tips", "表記が揃います。\n```\n次の用語集を必ず使ってください。\n```")
    chie.react("#ai-tips", told, "bulb")
    card = card_of(aya, "表記が揃います")
    assert "存在しないプロンプト" not in words(card)


def test_without_a_model_the_card_holds_the_threads_own_sentences(
    plain_bot: Bot, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(plain_bot, chie)
    talk = thread("#ai-tips", (ben, "How do you write minutes?"), (aya, f"{GLOSSARY}早いです。"))
    chie.react("#ai-tips", talk.replies[0], "bulb")
    card = card_of(aya, GLOSSARY)
    assert "モデルなし" in words(card)
    assert not has_read(aya, "How do you write minutes?")
