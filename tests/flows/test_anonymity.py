"""Without a name: what is shared is what its author saw and confirmed, to the byte."""

import json
from typing import cast

from bot.app import Bot
from bot.capture import decisions
from bot.ports import Step
from bot.trust import recognised
from playground.person import Person
from playground.server import LocalSlack
from storage import drafts, settings, tips
from storage.records import WORKSPACE, TipContent, Viewer
from tests.flows.steps import (
    BOT,
    TEAM,
    card_of,
    confirmed,
    find,
    has_read,
    out,
    settle,
    shown_before_sharing,
    tips_seen,
    trusting,
    words,
)
from tests.flows.test_decisions import captured
from tests.flows.test_home import home_of
from tests.model_server import Say, ScriptedModel, task_of

TOLD = (
    "ayaです。東都物産の見積もりは営業三課の雛形を先に渡すと速いです。#general と @ben にも聞きました。\n"
    "```\n東都物産向けに見積もりを三行で要約してください。\n```"
)


def test_promise_3_with_a_model_its_author_sees_the_exact_text_and_what_was_taken_out(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, chie: Person
) -> None:
    _, card = captured(bot, aya, chie, TOLD)
    found = [
        {"text": "東都物産", "kind": "customer"},
        {"text": "営業三課", "kind": "team"},
        {"text": "無い", "kind": "team"},
    ]
    model.queue.append(Say(json.dumps({"details": found}, ensure_ascii=False)))
    aya.click(BOT, str(card["ts"]), "capture.share_anonymously")
    view = shown_before_sharing(aya)
    assert task_of(model.requests[-1]) == "details"
    assert aya.id not in str(model.requests[-1])
    said = words(view)
    for told in ("‹取引先 1› ← 東都物産", "‹部署 1› ← 営業三課", "‹チャンネル 1›", "修正あり", "エクスポート"):
        assert told in said
    assert tips_seen(bot) == []
    assert aya.submit(view["id"], {})["result"] == "closed"
    find(aya, "名前を出さずに共有しました")
    settle(bot, slack)
    assert not has_read(aya, "東都物産の")
    out(bot)
    [tip] = tips_seen(bot)
    stored = tip.content.model_dump_json()
    assert not [name for name in ("東都物産", "営業三課", "aya", "#general", "@ben") if name in stored]
    assert tip.content.prompts == ("‹取引先 1›向けに見積もりを三行で要約してください。",)
    assert tip.content.prompts_edited
    shown = said.replace("\u2060", "")
    for part in (tip.content.title, *tip.content.task.splitlines(), *tip.content.prompts):
        assert part in shown


def test_promise_3_without_a_model_its_author_takes_out_more_and_confirms_that_they_looked(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    trusting(plain_bot, chie)
    chie.react("#ai-tips", aya.post("#ai-tips", TOLD), "bulb")
    card = card_of(aya, "東都物産")
    aya.click(BOT, str(card["ts"]), "capture.share_anonymously")
    view = shown_before_sharing(aya)
    assert "モデルなしで確かめた" in words(view)
    assert "looked" in aya.submit(view["id"], {})["errors"]
    field = next(block["block_id"] for block in view["blocks"] if str(block["block_id"]).startswith("more."))
    assert field in aya.submit(view["id"], {field: {"value": "どこにもない言葉"}})["errors"]
    updated = aya.submit(view["id"], {field: {"value": "東都物産\n営業三課"}})
    assert updated["result"] == "update"
    view = shown_before_sharing(aya)
    assert "‹詳細 1›" in words(view)
    assert aya.submit(view["id"], {"looked": {"value": ["looked"]}})["result"] == "closed"
    find(aya, "名前を出さずに共有しました")
    settle(plain_bot, slack)
    out(plain_bot)
    [tip] = tips_seen(plain_bot)
    assert "東都物産" not in tip.content.model_dump_json()


def test_what_changed_since_it_was_shown_is_not_shared(bot: Bot, slack: LocalSlack, aya: Person, chie: Person) -> None:
    _, card = captured(bot, aya, chie)
    aya.click(BOT, str(card["ts"]), "capture.share_anonymously")
    seen = shown_before_sharing(aya)
    # on another device
    [waits] = drafts.waiting(bot.world.db, TEAM)
    drafts.edit(bot.world.db, TEAM, waits.id, TipContent(title="用語集は最初に渡す"))
    aya.submit(seen["id"], {})
    find(aya, "内容が変わりました")
    out(bot)
    assert tips_seen(bot) == []
    settle(bot, slack)
    confirmed(aya, card)
    find(aya, "名前を出さずに共有しました")
    out(bot)
    assert [tip.content.title for tip in tips_seen(bot)] == ["用語集は最初に渡す"]


def among_a_few(bot: Bot, aya: Person, chie: Person, said: str) -> dict[str, object]:
    """Aya wants to share without her name what three people can read; the modal that says why not."""
    trusting(bot, chie)
    chie.react("#secret-project", aya.post("#secret-project", said), "bulb")
    aya.click(BOT, str(card_of(aya, said[:6])["ts"]), "capture.share_anonymously")
    notice = aya.wait_for(lambda: (views := aya.views()) and "5人以上" in words(views[-1]) and views[-1])
    assert isinstance(notice, dict)
    return notice


def test_among_a_few_people_the_author_shares_with_their_name_or_says_yes_to_the_whole_workspace(
    bot: Bot, slack: LocalSlack, model: ScriptedModel, aya: Person, chie: Person
) -> None:
    chie.invite("#secret-project", "yoridokoro")
    settings.change_workspace(bot.world.db, TEAM, private_capture=True)
    notice = among_a_few(bot, aya, chie, "見積もりは前提を三つ渡すと速いです。")
    assert aya.submit(str(notice["id"]), {})["result"] == "closed"
    find(aya, "名前を出して共有しました")
    settle(bot, slack)
    notice = among_a_few(bot, aya, chie, "翻訳は訳語を先に決めて渡します。")
    aya.click_in_view(str(notice["id"]), "capture.wider")
    who = aya.wait_for(lambda: (views := aya.views()) and "読めるようになります" in words(views[-1]) and views[-1])
    assert tips_seen(bot) == []
    aya.click_in_view(who["id"], "capture.wider_yes")
    view = shown_before_sharing(aya)
    assert "このワークスペースの全員" in words(view)
    assert tips_seen(bot) == []
    assert aya.submit(view["id"], {"looked": {"value": ["looked"]}})["result"] == "closed"
    find(aya, "名前を出さずに共有しました")
    settle(bot, slack)
    out(bot)
    [tip] = tips_seen(bot)
    assert (tip.is_anonymous, tip.visibility) == (True, WORKSPACE)
    assert [one.is_anonymous for one in tips_seen(bot, channels=frozenset({"C0SECRET"}))].count(False) == 1
    # text of a private channel that nobody has said yes to yet
    assert model.requests == []


def test_a_name_goes_off_a_shared_tip_by_the_same_screen(bot: Bot, aya: Person, chie: Person) -> None:
    _, card = captured(bot, aya, chie)
    aya.click(BOT, str(card["ts"]), "capture.share_named")
    find(aya, "名前を出して共有しました")
    home = home_of(aya, "用語集を先に")
    confirmed(aya, {}, home=home["id"], action="make_anonymous")
    find(aya, "名前と元の会話へのリンクを外しました")
    [tip] = tips_seen(bot)
    assert (tip.is_anonymous, tip.author_id) == (True, None)
    home = home_of(aya, "名前を出す")
    assert tips.get(bot.world.db, Viewer(TEAM, chie.id, is_full_member=True), tip.id) is not None


def test_before_it_comes_out_home_says_so_and_lets_its_author_withdraw_it(
    bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    _, card = captured(bot, aya, chie)
    confirmed(aya, card)
    find(aya, "4時間以内のどこかで公開")
    home = home_of(aya, "数時間のうちに公開")
    # a job that goes on after a crash finds no draft any more, and its tip
    [mine] = tips.of_owner(
        bot.world.db, Viewer(TEAM, aya.id, is_full_member=True), recognised.owns(bot.world, TEAM, aya.id)
    )
    again = decisions.share_anonymously(bot.world, cast("Step", lambda *_: mine.id), TEAM, "gone", aya.id, digest="")
    assert again == mine
    aya.click_in_view(home["id"], "capture.withdraw_tip")
    find(aya, "取り下げました")
    out(bot)
    settle(bot, slack)
    assert tips_seen(bot) == []
