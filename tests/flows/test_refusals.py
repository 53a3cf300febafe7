"""What is not captured, each with a clear sentence for who asked for it."""

import pytest

from bot.app import Bot
from playground.person import Person, upload
from playground.server import LocalSlack
from storage import settings
from tests.flows.steps import AI_TIPS, BOT, TEAM, all_direct, card_of, find, no_card, thread, trusting, words

TOLD = "用語集を先に渡すと誤変換が減ります。"


def test_private_channels_until_an_admin_switched_them_on(
    bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    trusting(bot, chie)
    chie.invite("#secret-project", "yoridokoro")
    told = aya.post("#secret-project", TOLD)
    chie.react("#secret-project", told, "bulb")
    find(chie, "プライベートチャンネル")
    assert no_card(bot, slack, aya)


def test_a_private_channel_that_is_switched_on_reaches_no_model_and_only_its_members(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(bot, chie)
    settings.change_workspace(bot.world.db, TEAM, private_capture=True)
    chie.invite("#secret-project", "yoridokoro")
    told = aya.post("#secret-project", TOLD)
    chie.react("#secret-project", told, "bulb")
    card = card_of(aya, "用語集を先に渡す")
    assert "C0SECRET" in str(card["blocks"])
    aya.click(BOT, card["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    ben.post(BOT, "用語集で誤変換は減りますか")
    find(ben, "あなたが見られる範囲では")
    chie.post(BOT, "用語集で誤変換は減りますか")
    find(chie, "[1]")
    assert slack.calls


def test_channels_shared_with_other_companies(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    trusting(bot, ben)
    told = ben.post("#partner", "I let it review contracts clause by clause.")
    ben.react("#partner", told, "bulb")
    find(ben, "shared with another company")
    assert no_card(bot, slack, ben)


def test_guests_cannot_capture(bot: Bot, slack: LocalSlack, aya: Person) -> None:
    dan = slack.person("dan")
    told = aya.post("#ai-tips", TOLD)
    dan.react("#ai-tips", told, "bulb")
    find(dan, "can't capture")
    assert no_card(bot, slack, aya)


def test_what_guests_wrote_is_not_captured(bot: Bot, slack: LocalSlack, chie: Person) -> None:
    trusting(bot, chie)
    dan = slack.person("dan")
    told = dan.post("#ai-tips", "I let it translate the minutes.")
    chie.react("#ai-tips", told, "bulb")
    find(chie, "ゲスト")
    assert no_card(bot, slack, dan)


def test_people_who_opted_out(bot: Bot, slack: LocalSlack, aya: Person, chie: Person) -> None:
    trusting(bot, chie)
    settings.change_person(bot.world.db, TEAM, aya.id, never_capture=True)
    told = aya.post("#ai-tips", TOLD)
    chie.react("#ai-tips", told, "bulb")
    find(chie, "望んでいない")
    assert no_card(bot, slack, aya)
    assert all_direct(aya) == []


def test_messages_of_bots(bot: Bot, slack: LocalSlack, chie: Person) -> None:
    trusting(bot, chie)
    posted = bot.slack_app.client.chat_postMessage(channel=AI_TIPS, text="今日のお知らせです。")
    chie.react("#ai-tips", str(posted["ts"]), "bulb")
    find(chie, "アプリが書いた")
    assert no_card(bot, slack, chie)


def test_channels_that_an_admin_closed(bot: Bot, slack: LocalSlack, aya: Person, chie: Person) -> None:
    trusting(bot, chie)
    settings.change_channel(bot.world.db, TEAM, AI_TIPS, capture=False)
    told = aya.post("#ai-tips", TOLD)
    chie.react("#ai-tips", told, "bulb")
    find(chie, "対象から外して")
    assert no_card(bot, slack, aya)


def test_threads_without_words(bot: Bot, slack: LocalSlack, aya: Person, chie: Person) -> None:
    trusting(bot, chie)
    picture = aya.post("#ai-tips", "", files=[upload("minutes.png", b"\x89PNG", mimetype="image/png")])
    chie.react("#ai-tips", picture, "bulb")
    find(chie, "人の言葉が見つかりません")
    cheer = aya.post("#ai-tips", ":tada: :+1: !!")
    chie.react("#ai-tips", cheer, "bulb")
    assert no_card(bot, slack, aya)
    assert sum("人の言葉が見つかりません" in words(message) for message in all_direct(chie)) == 2


@pytest.mark.usefixtures("bot")
def test_direct_messages(slack: LocalSlack, ben: Person) -> None:
    ts = ben.post(BOT, "How do others write minutes?")
    find(ben, "nothing that you can see")
    ben.react(BOT, ts, "bulb")
    ben.slash("/share-tip", f"https://small-company.slack.com/archives/{_dm(slack, ben)}/p{ts.replace('.', '')}")
    find(ben, "don't capture direct messages")


def _dm(slack: LocalSlack, person: Person) -> str:
    assert slack.url
    return person.open_messages_tab()


def test_who_cannot_read_a_private_channel_cannot_capture_it(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    settings.change_workspace(bot.world.db, TEAM, private_capture=True)
    chie.invite("#secret-project", "yoridokoro")
    talk = thread("#secret-project", (aya, TOLD))
    ben.slash("/share-tip", f"https://small-company.slack.com/archives/C0SECRET/p{talk.root.replace('.', '')}")
    find(ben, "I can't see that channel")
    assert no_card(bot, slack, aya)
