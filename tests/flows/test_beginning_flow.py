"""An empty place is not left empty: one's own threads worth keeping, and the first steps of an admin."""

import pytest

from bot.app import Bot
from bot.circulate.beginning import service
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import settings, tips
from storage.records import Viewer
from tests.flows.steps import AI_TIPS, BOT, TEAM, card_of, find, settle, thread, words
from tests.flows.test_home import form_of, home_of
from tests.storage.steps import everything

PROMPT = "ChatGPTで議事録を作るなら、この頼み方です。\n```\nあなたは編集者です。決定事項と宿題を表にしてください。\n```"
OTHER = "Claudeに要約を頼むときの工夫です。\n```\n次の文章を、忙しい人のために3行で要約してください。\n```"


def test_ones_own_thread_is_found_on_request_and_shared_without_anything_kept_of_the_others(
    plain_bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    bot = plain_bot
    settings.change_person(bot.world.db, TEAM, chie.id, never_capture=True)
    mine = thread(AI_TIPS, (aya, PROMPT), (ben, "ありがとうございます!"), (chie, "ありがとう、秘密のひと言"))
    chie.react(AI_TIPS, mine.root, "pray")
    thread("#general", (aya, OTHER), (ben, "助かりました"))
    thread(AI_TIPS, (ben, PROMPT), (aya, "ありがとうございます"))
    thread("#random", (aya, PROMPT), (ben, "ありがとう"))
    settle(bot, slack)
    assert not any(call.method == "conversations.history" for call in slack.calls)

    aya.click_in_view(home_of(aya, "探す")["id"], "beginning.find_mine")
    shown = find(aya, "残しておく価値のありそうな")
    assert "1人がお礼" in words(shown)
    assert "プロンプトがあります" in words(shown)
    assert "秘密のひと言" not in words(shown)
    offered = {words(block): block["block_id"] for block in shown["blocks"] if block["type"] == "section"}
    other = next(at for said, at in offered.items() if "Claudeに要約を頼む" in said)
    count = str(shown).count("capture.make_own")
    settle(bot, slack)
    kept = "\n".join(everything(bot.world.db))
    assert "忙しい人" not in kept
    assert "決定事項" not in kept

    aya.click(BOT, shown["ts"], "beginning.not_this", value=other)
    eventually(lambda: str(find(aya, "残しておく価値のありそうな")).count("capture.make_own") == count - 1)
    left = find(aya, "残しておく価値のありそうな")
    assert "Claudeに要約を頼む" not in words(left)
    mine_at = next(one["elements"][0]["value"] for one in left["blocks"] if f"{AI_TIPS}|{mine.root}" in str(one))
    aya.click(BOT, left["ts"], "capture.make_own", value=mine_at)
    card = card_of(aya, "決定事項と宿題")
    eventually(lambda: mine_at not in str(find(aya, "残しておく価値のありそうな")))
    aya.click(BOT, card["ts"], "capture.share_named")
    eventually(lambda: len(tips.of_thread(bot.world.db, Viewer(TEAM, ben.id, is_full_member=True), AI_TIPS, mine.root)))
    (tip,) = tips.of_thread(bot.world.db, Viewer(TEAM, ben.id, is_full_member=True), AI_TIPS, mine.root)
    assert tip.author_id == aya.id

    aya.post(BOT, "自分のスレッドを探して")
    eventually(lambda: str(aya.dm()).count("Claudeに要約") >= 1)
    again = find(aya, "Claudeに要約")
    assert "ChatGPTで議事録" not in words(again)
    chie.post(BOT, "find mine")
    find(chie, "今後も載せない")
    ben.post(BOT, "find mine")
    find(ben, "look worth keeping")
    settle(bot, slack)


def test_an_admin_of_an_empty_place_is_offered_a_theme_an_invitation_and_channels_to_invite_first(
    plain_bot: Bot, slack: LocalSlack, monkeypatch: pytest.MonkeyPatch, aya: Person, ben: Person, chie: Person
) -> None:
    bot = plain_bot
    monkeypatch.setattr(service, "LEAST_PEOPLE", 3)
    shown = home_of(chie, "はじめに")
    assert "仕事でAIを使う方" in words(shown)
    assert "For everybody who uses AI at work" in words(shown)
    assert "beginning.find_channels" not in str(home_of(ben, "Where I listen"))
    thread("#general", (aya, "生成AIで議事録を作っています"), (ben, "Nice"), (aya, "ChatGPTです"))
    chie.click_in_view(shown["id"], "beginning.find_channels")
    find(chie, "見つかりませんでした")
    thread("#general", (chie, "Claudeも試しました"))
    chie.click_in_view(chie.home()["id"], "beginning.find_channels")  # type: ignore[index] # it was shown
    found = find(chie, "AIについて話していたチャンネル*")
    assert "<#C0GENERAL>" in words(found)
    assert not any(one.id in words(found) for one in (aya, ben, chie))

    chie.click_in_view(chie.home()["id"], "themes.open_first")  # type: ignore[index] # it was shown
    form = form_of(chie)
    assert "AIに任せて助かったのは" in str(form)
    assert chie.submit(form["id"], {})["result"] == "closed"
    posted = eventually(lambda: next((m for m in ben.messages(AI_TIPS) if "テーマ:" in words(m)), None))
    assert "仕事でAIを使う方" in words(posted)
    settle(bot, slack)
