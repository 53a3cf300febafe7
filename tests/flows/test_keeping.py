"""What becomes of tips when their source changes, and of what is kept about people: edits, deletions, forgetting."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.app import Bot
from bot.capture.sources import same_words
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import keepers, requests, settings, sources, tips
from storage.records import TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.conftest import also_when_jobs_die, on_both_databases
from tests.flows.steps import (
    BOT,
    TEAM,
    all_direct,
    ask,
    card_of,
    find,
    has_read,
    settle,
    shared,
    tips_seen,
    trusting,
    words,
)
from tests.flows.test_decisions import captured
from tests.flows.test_home import form_of, home_of
from tests.storage.steps import everything

TOLD = "用語集を先に渡すと誤変換が減ります。"
NOW = "用語集は会議の前日に渡すと誤変換がほとんどなくなります。"


def shared_by(bot: Bot, aya: Person, chie: Person) -> str:
    told, card = captured(bot, aya, chie)
    aya.click(BOT, str(card["ts"]), "capture.share_named")
    find(aya, "名前を出して共有しました")
    return told


def offers(aya: Person) -> list[dict[str, object]]:
    return [message for message in all_direct(aya) if "capture.update_take" in str(message.get("blocks"))]


@on_both_databases
def test_promise_8_an_edit_offers_its_author_an_update_once_and_changes_nothing_by_itself(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    told = shared_by(plain_bot, aya, chie)
    settle(plain_bot, slack)
    aya.edit("#ai-tips", told, TOLD + " 👍")
    settle(plain_bot, slack)
    assert offers(aya) == []
    aya.edit("#ai-tips", told, NOW + "たぶん。")
    find(aya, "前日に渡す")
    settle(plain_bot, slack)
    stale = offers(aya)[0]
    aya.edit("#ai-tips", told, NOW)
    eventually(lambda: "たぶん" not in words(offers(aya)[0]))
    settle(plain_bot, slack)
    assert [one["ts"] for one in offers(aya)] == [stale["ts"]]
    assert "前日" not in tips_seen(plain_bot)[0].content.model_dump_json()
    aya.click(BOT, str(stale["ts"]), "capture.update_take")
    find(aya, "更新しました")
    assert "前日" in tips_seen(plain_bot)[0].content.model_dump_json()


@also_when_jobs_die
def test_a_thread_that_is_captured_again_offers_its_author_what_they_said_since(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    told = shared_by(plain_bot, aya, chie)
    settle(plain_bot, slack)
    aya.post("#ai-tips", "結果: 用語集を前日に渡すと、誤りが半分になりました。", thread_ts=told)
    chie.unreact("#ai-tips", told, "bulb")
    chie.react("#ai-tips", told, "bulb")
    offer = find(aya, "もう一度印が付きました")
    assert "前日" in words(offer)
    assert "前日" not in tips_seen(plain_bot)[0].content.model_dump_json()
    aya.click(BOT, str(offer["ts"]), "capture.update_take")
    find(aya, "更新しました")
    assert "前日" in tips_seen(plain_bot)[0].content.model_dump_json()


def test_what_an_author_added_before_they_shared_the_draft_is_offered_once(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, chie: Person
) -> None:
    told, card = captured(plain_bot, aya, chie)
    aya.post("#ai-tips", "訂正: 用語集は会議の前日に渡します。", thread_ts=told)
    settle(plain_bot, slack)
    clock.moment = datetime.now(UTC) + timedelta(minutes=1)
    aya.click(BOT, str(card["ts"]), "capture.share_named")
    find(aya, "名前を出して共有しました")
    chie.unreact("#ai-tips", told, "bulb")
    chie.react("#ai-tips", told, "bulb")
    offer = find(aya, "もう一度印が付きました")
    assert "前日" in words(offer)
    aya.click(BOT, str(offer["ts"]), "capture.update_leave")
    settle(plain_bot, slack)
    chie.unreact("#ai-tips", told, "bulb")
    chie.react("#ai-tips", told, "bulb")
    settle(plain_bot, slack)
    assert offers(aya) == [], "who left their tip as it is has seen these words"


@on_both_databases
def test_who_put_their_own_words_into_the_draft_is_asked_and_offered_no_others(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    told, card = captured(plain_bot, aya, chie)
    aya.click(BOT, str(card["ts"]), "capture.edit")
    aya.submit(eventually(aya.views)[-1]["id"], {"title": {"value": "用語集は議事録のひな形と渡す"}})
    card_of(aya, "ひな形と渡す")
    aya.click(BOT, str(card["ts"]), "capture.share_named")
    find(aya, "名前を出して共有しました")
    settle(plain_bot, slack)
    aya.edit("#ai-tips", told, NOW)
    find(aya, "変えるかどうかはお任せします")
    assert offers(aya) == []
    assert tips_seen(plain_bot)[0].content.title == "用語集は議事録のひな形と渡す"


@on_both_databases
def test_promise_8_an_edit_before_the_decision_is_what_the_card_shows(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    told, card = captured(plain_bot, aya, chie)
    settle(plain_bot, slack)
    aya.edit("#ai-tips", told, NOW)
    assert card_of(aya, "前日に渡す")["ts"] == card["ts"]
    assert not has_read(aya, "先に渡す")


def test_a_link_preview_and_a_change_of_signs_are_no_edit() -> None:
    assert same_words("用語集を先に渡す。", "用語集を 先に渡す!")
    assert same_words("Ｕｓｅ a glossary", "use a GLOSSARY.")
    assert not same_words("Use a glossary", "Use no glossary")


@pytest.mark.parametrize("choice", ["keep", "withdraw"])
def test_promise_8_a_missing_source_hides_the_tip_until_its_author_says_so(
    plain_bot: Bot, clock: FrozenClock, slack: LocalSlack, aya: Person, ben: Person, choice: str
) -> None:
    """The thread behind this tip is not in Slack any more, and nobody said that it was deleted."""
    shared(plain_bot, TipContent(title="用語集を先に渡す"), ts="1500000000.000100")
    clock.advance(days=8)
    plain_bot.tick()
    asked = find(aya, "見つからなくなりました")
    plain_bot.tick()
    assert sum("見つからなくなりました" in words(message) for message in all_direct(aya)) == 1
    assert tips_seen(plain_bot) == []
    home_of(aya, "元の会話が見つかりません")
    action = {"keep": "capture.keep_tip", "withdraw": "capture.withdraw_tip"}[choice]
    aya.click(BOT, asked["ts"], action)
    find(aya, {"keep": "を残しました", "withdraw": "取り下げました"}[choice])
    assert len(tips_seen(plain_bot)) == (1 if choice == "keep" else 0)
    if choice == "keep":
        assert "用語集を先に渡す" in words(ask(ben, "用語集、みんなはどう使ってる？"))
    settle(plain_bot, slack)


def test_a_pepper_that_was_dropped_makes_no_source_missing(
    plain_bot: Bot, clock: FrozenClock, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    shared_by(plain_bot, aya, chie)
    settle(plain_bot, slack)
    with plain_bot.world.db.writing() as session:
        session.execute(sa.text("update evidence set message_hash = 'lost', pepper_version = 9"))
    clock.advance(days=8)
    plain_bot.tick()
    assert len(tips_seen(plain_bot)) == 1
    assert not has_read(aya, "見つからなくなりました")


@pytest.mark.parametrize(("rule", "stays"), [("keep", True), ("withdraw", False)])
def test_sources_older_than_slack_keeps_follow_the_admins_rule(
    plain_bot: Bot, clock: FrozenClock, aya: Person, rule: str, *, stays: bool
) -> None:
    settings.change_workspace(plain_bot.world.db, TEAM, slack_retention_days=90, old_sources=rule)
    shared(plain_bot, TipContent(title="用語集を先に渡す"), ts="1500000000.000100")
    clock.advance(days=8)
    plain_bot.tick()
    assert bool(tips_seen(plain_bot)) is stays
    assert not has_read(aya, "見つからなくなりました")


@on_both_databases
def test_promise_8_who_is_forgotten_leaves_nothing_in_the_database(
    plain_bot: Bot, clock: FrozenClock, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    _, card = captured(plain_bot, aya, chie, f"佐藤の{TOLD}\n```\n佐藤の用語集だけを使ってください。\n```")
    aya.click(BOT, str(card["ts"]), "capture.share_named")
    find(aya, "名前を出して共有しました")
    shared(plain_bot, TipContent(title="匿名の知恵"), author=aya.id, ts="1500000000.000200", anonymously=True)
    ask(aya, "用語集、みんなはどう使ってる？")
    home = home_of(aya, "あなたの記録を消す")
    aya.click_in_view(home["id"], "home.forget")
    aya.submit(form_of(aya)["id"], {"tips": {"value": "keep"}})
    find(aya, "名前なしで残し")
    settle(plain_bot, slack)
    clock.advance(minutes=5)
    plain_bot.engine.tidy()
    dm = aya.open_messages_tab()
    settle(plain_bot, slack)
    clock.advance(minutes=5)
    plain_bot.engine.tidy()
    left = everything(plain_bot.world.db)
    assert [row for row in left if aya.id in row or dm in row or "佐藤" in row] == []
    assert sorted(one.author_id or "-" for one in tips_seen(plain_bot)) == ["-", "-"]
    assert [one.content.prompts_edited for one in tips_seen(plain_bot) if one.content.prompts] == [True]
    home_of(aya, "まだ何も共有していません")


def test_tips_of_who_left_ask_a_new_owner(
    plain_bot: Bot, clock: FrozenClock, slack: LocalSlack, ben: Person, chie: Person
) -> None:
    tip = shared(plain_bot, TipContent(title="Prompts for German letters"), author="U0OLD", channel=None)
    for _ in range(24):
        clock.advance(hours=1)
        plain_bot.tick()
    home = home_of(chie, "作者がいなくなった知恵")
    assert "home.take_over" not in str(home_of(ben, "My tips"))
    chie.click_in_view(home["id"], "home.take_over", value=tip.id)
    find(chie, "ホームタブの「あなたの知恵」")
    settle(plain_bot, slack)
    viewer = Viewer(TEAM, chie.id, is_full_member=True)
    [mine] = tips.of_owner(plain_bot.world.db, viewer, lambda *_: False)
    assert (mine.id, mine.author_id) == (tip.id, "U0OLD")
    assert keepers.orphans(plain_bot.world.db, viewer) == []
    home = home_of(chie, "Prompts for German letters")
    chie.click_in_view(home["id"], "capture.edit_tip", value=tip.id)
    chie.submit(form_of(chie)["id"], {"title": {"value": "Prompts for German and Dutch letters"}})
    eventually(lambda: "Dutch" in tips_seen(plain_bot)[0].content.title)


def test_home_says_what_happens_to_ones_words_and_where_they_go(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    home = home_of(ben, "Privacy")
    ben.click_in_view(home["id"], "home.privacy")
    shown = str(form_of(ben))
    for told in ("What is read", "What is stored", "Where it goes", "Who can see it", "How to stop it", "Admins"):
        assert told in shown
    settle(bot, slack)


def test_an_admin_says_how_long_anything_is_kept(plain_bot: Bot, clock: FrozenClock, chie: Person) -> None:
    shared(plain_bot, TipContent(title="用語集を先に渡す"))
    home = home_of(chie, "設定")
    chie.click_in_view(home["id"], "home.settings")
    told = {"retention": {"value": "180"}, "slack_retention": {"value": "90"}, "old_sources": {"value": "ask"}}
    chie.submit(form_of(chie)["id"], told)
    find(chie, "保存しました")
    rules = settings.workspace(plain_bot.world.db, TEAM)
    assert (rules.retention_days, rules.slack_retention_days, rules.old_sources) == (180, 90, "ask")
    clock.advance(days=179)
    plain_bot.tick()
    assert (
        len(list(tips.of_owner(plain_bot.world.db, Viewer(TEAM, "U0AYA", is_full_member=True), lambda *_: False))) == 1
    )
    clock.advance(days=2)
    plain_bot.tick()
    assert tips_seen(plain_bot) == []
    assert not requests.unended(plain_bot.world.db, older_than=clock.now())
    assert sources.unasked(plain_bot.world.db) == []


@also_when_jobs_die
def test_the_author_sees_what_was_replaced_in_a_thread_and_puts_back_what_is_harmless(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    key = "sk-proj-" + "a1B2" * 12
    said = f"{TOLD} 用語集は tanaka@example.co.jp に頼みます。鍵は {key} です。"
    trusting(plain_bot, chie)
    chie.react("#ai-tips", aya.post("#ai-tips", said), "bulb")
    card = card_of(aya, "用語集")
    assert "tanaka" not in words(card)
    assert "‹…›" in words(card)
    aya.click(BOT, str(card["ts"]), "capture.edit")
    view = eventually(lambda: (form := form_of(aya)) and "tanaka@example.co.jp" in str(form) and form)
    assert key not in str(view)
    block = next(one for one in view["blocks"] if one.get("block_id") == "replaced")
    [mail] = [one["value"] for one in block["element"]["options"] if "tanaka" in str(one)]
    assert aya.submit(view["id"], {"replaced": {"value": [mail]}})["result"] == "closed"
    back = card_of(aya, "tanaka")
    assert key not in words(back)
    settle(plain_bot, slack)
    aya.click(BOT, str(back["ts"]), "capture.edit")
    again = form_of(aya)
    assert aya.submit(again["id"], {"title": {"value": "用語集を先に渡す"}})["result"] == "closed"
    assert "tanaka" in words(card_of(aya, "用語集を先に渡す"))
    settle(plain_bot, slack)


def test_a_form_asks_once_what_may_stay_of_what_it_takes_out(plain_bot: Bot, slack: LocalSlack, aya: Person) -> None:
    aya.slash("/share-tip")
    told = {
        "title": {"value": "用語集を先に渡す"},
        "outcome": {"value": "連絡は tanaka@example.co.jp か 03-1234-5678 へ。"},
    }
    view = form_of(aya)
    assert aya.submit(view["id"], told)["result"] == "update"
    asked = form_of(aya)
    block = next(one for one in asked["blocks"] if one.get("block_id") == "found")
    [mail] = [one["value"] for one in block["element"]["options"] if "tanaka" in str(one)]
    assert aya.submit(asked["id"], {"found": {"value": [mail]}})["result"] == "closed"
    card = words(card_of(aya, "用語集を先に渡す"))
    assert "tanaka" in card
    assert "03-1234-5678" not in card
    settle(plain_bot, slack)


def test_a_tool_that_is_not_approved_is_told_to_the_author_alone(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    home = home_of(chie, "設定")
    chie.click_in_view(home["id"], "home.settings")
    told = {"approved_tools": {"value": "Copilot、社内GPT"}, "policy": {"value": "お客様の情報は入力しません。"}}
    chie.submit(form_of(chie)["id"], told)
    find(chie, "保存しました")
    aya.slash("/share-tip")
    aya.submit(form_of(aya)["id"], {"title": {"value": "翻訳は下訳から"}, "tools": {"value": "DeepL, Copilot"}})
    card = words(card_of(aya, "翻訳は下訳から"))
    assert "DeepL は、ここで認められたツールの一覧にありません" in card
    assert "お客様の情報は入力しません" in card
    settle(plain_bot, slack)
    assert not has_read(chie, "DeepL")
    assert not [row for row in everything(plain_bot.world.db) if row.startswith("policy_told") and aya.id in row]
    assert "人の方に" not in str(home_of(chie, "あなたの知恵"))
