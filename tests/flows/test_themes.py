"""Themes from start to wrap-up: what everybody in the channel sees, and what its owner decides."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.app import Bot
from playground.company.model import Member
from playground.company.small import small_company
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import settings, theme_posts, themes
from storage.records import Theme, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.conftest import MANIFEST
from tests.flows.steps import (
    BOT,
    TEAM,
    ask,
    card_of,
    confirmed,
    find,
    has_read,
    out,
    settle,
    shared,
    trusting,
    words,
)
from tests.flows.test_colleagues import offer, only_question, put
from tests.flows.test_home import form_of, home_of
from tests.model_server import Say, ScriptedModel
from tests.storage.steps import everything

GENERAL = "C0GENERAL"
EVERYBODY = Viewer(TEAM, None, is_full_member=True, channel_ids=frozenset({GENERAL}))

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    """The small company with so many people in #general that nobody can guess who speaks without a name."""
    company = small_company()
    more = tuple(
        Member(f"U0{name.upper()}", name, name, name, "ja-JP", "Asia/Tokyo", email=f"{name}@small.example")
        for name in ("emi", "fumi", "gen")
    )
    channels = tuple(
        replace(one, members=(*one.members, "emi", "fumi", "gen")) if one.id == GENERAL else one
        for one in company.channels
    )
    company = replace(company, members=(*company.members, *more), channels=channels)
    with LocalSlack(
        company, manifest=MANIFEST, redelivery_seconds=(0.1, 1.0, 15.0), ack_timeout=3.0, rate_limits=False
    ) as running:
        yield running


def started(
    bot: Bot, slack: LocalSlack, chie: Person, key: str = "format:tips", weeks: int = 2, **fields: str
) -> Theme:
    """A theme that a host starts from her DM, in #general."""
    before = {one.id for one in themes.open_ones(bot.world.db, TEAM)}
    chie.post(BOT, "テーマ")
    offer = find(chie, "形式を選ぶと")
    chie.click(BOT, offer["ts"], "themes.open")
    view = form_of(chie)
    if key != "format:tips":
        chie.click_in_view(view["id"], "themes.format", value=key)
        view = eventually(lambda: key in str(chie.views()[-1]["blocks"][1]) and chie.views()[-1])
    told = {"channel": {"value": GENERAL}} | (
        {"weeks": {"value": str(weeks)}} if "weeks" in str(view["blocks"]) else {}
    )
    told |= {f"{name}:{key}": {"value": text} for name, text in fields.items()}
    assert chie.submit(view["id"], told)["result"] == "closed"
    settle(bot, slack)
    (theme,) = [one for one in themes.open_ones(bot.world.db, TEAM) if one.id not in before]
    assert theme.permalink
    return theme


def posts(person: Person, part: str) -> list[dict[str, Any]]:
    return [message for message in person.messages("#general") if message.get("bot_id") and part in words(message)]


def shared_under(bot: Bot, slack: LocalSlack, who: Person, kickoff: dict[str, Any], title: str) -> None:
    who.click("#general", kickoff["ts"], "capture.share_under")
    view = eventually(lambda: who.views() and "theme" in str(who.views()[-1]["blocks"][1]) and who.views()[-1])
    assert who.submit(view["id"], {"title": {"value": title}})["result"] == "closed"
    who.click(BOT, card_of(who, title)["ts"], "capture.share_named")
    settle(bot, slack)


def tick(bot: Bot, slack: LocalSlack) -> None:
    bot.tick()
    settle(bot, slack)


def test_a_theme_from_its_start_to_its_wrap_up(  # noqa: PLR0915 - one theme's whole life
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person, chie: Person
) -> None:
    emi = slack.person("emi")
    trusting(plain_bot, chie)
    theme = started(plain_bot, slack, chie)
    (kickoff,) = posts(aya, "テーマ: 知恵の募集")
    shared_under(plain_bot, slack, aya, kickoff, "用語集を先に渡す")
    chie.post("#general", "わたしは要約に使っています。", thread_ts=kickoff["ts"])
    told = emi.post("#general", "見積もりは前提を三つ渡すと速いです。", thread_ts=kickoff["ts"])
    chie.react("#general", told, "bulb")
    card = card_of(emi, "前提を三つ")
    assert "知恵の募集" in words(card)
    assert "要約に使って" not in words(card)
    confirmed(emi, card)
    settle(plain_bot, slack)
    out(plain_bot)
    clock.advance(days=6, hours=20)
    tick(plain_bot, slack)
    (reminder,) = posts(ben, "2件の知恵が届いています")
    assert "用語集を先に渡す" in words(reminder)
    assert emi.id not in words(reminder)
    tick(plain_bot, slack)
    assert len(posts(ben, "知恵が届いています")) == 1
    assert "前提を三つ" in words(ask(ben, "theme:知恵の募集 見積もり"))
    home = home_of(aya, "このテーマで共有する")
    assert "themes.open" not in str(home)

    aya.click(BOT, find(aya, "名前を出して共有しました")["ts"], "capture.withdraw_tip")
    settle(plain_bot, slack)
    tick(plain_bot, slack)
    assert "用語集を先に渡す" not in words(posts(ben, "知恵が届いています")[0])

    clock.advance(days=7, hours=15)
    tick(plain_bot, slack)
    asked = find(chie, "忙しい時期だったのかも")
    assert posts(ben, "まとめ:") == []
    chie.click(BOT, asked["ts"], "themes.prolong:1")
    find(chie, "まで延ばしました")
    settle(plain_bot, slack)
    for who, title in ((aya, "翻訳は訳語を決めてから"), (ben, "Give it three examples")):
        shared_under(plain_bot, slack, who, kickoff, title)
    clock.advance(days=7, hours=5)
    tick(plain_bot, slack)
    asked = find(chie, "期間が終わりました")
    chie.click(BOT, asked["ts"], "themes.edit")
    chie.submit(form_of(chie)["id"], {"learned": {"value": "例を渡すと速い"}})
    find(chie, "まとめの案を直しました")
    assert posts(ben, "まとめ:") == []
    chie.click(BOT, asked["ts"], "themes.post")
    find(chie, "まとめを投稿しました")
    settle(plain_bot, slack)
    (wrapup,) = posts(ben, "まとめ: 知恵の募集")
    assert "例を渡すと速い" in words(wrapup)
    assert ben.id in words(wrapup)
    assert "匿名" in words(wrapup)
    assert "終わりました" in words(posts(ben, "テーマ: 知恵の募集")[0])
    assert themes.get(plain_bot.world.db, TEAM, theme.id).state == "closed"


def test_a_topic_that_rises_is_proposed_to_a_host_and_becomes_a_theme(
    plain_bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    authors = [aya, ben, *(slack.person(name) for name in ("emi", "fumi", "gen"))]
    trusting(plain_bot, chie)

    def tell(who: Person, number: int) -> None:
        content = TipContent(title=f"議事録の工夫 その{number}", topics=("議事録",))
        shared(plain_bot, content, author=who.id, ts=f"1700000000.00010{number}")

    for number, who in enumerate(authors[:-1]):
        tell(who, number)
    chie.post(BOT, "テーマ")
    chie.click(BOT, find(chie, "形式を選ぶと")["ts"], "themes.open")
    assert "format:tips" in str(form_of(chie))
    assert "topic:" not in str(form_of(chie)), "four people are no figure to be told"
    tell(authors[-1], 4)
    theme = started(plain_bot, slack, chie, "topic:議事録")
    assert theme.name == "議事録"
    (kickoff,) = posts(ben, "テーマ: 議事録")
    assert "「議事録」にAIをどう使っていますか" in words(kickoff)


def test_a_theme_of_an_open_question_meets_another_and_is_merged_into_it(  # noqa: PLR0915 - two themes' whole life
    bot: Bot, slack: LocalSlack, model: ScriptedModel, clock: FrozenClock, aya: Person, ben: Person, chie: Person
) -> None:
    """In one channel, with 💡 on what people write anywhere in it."""
    emi, db = slack.person("emi"), bot.world.db
    trusting(bot, chie)
    settings.change_workspace(db, TEAM, questions_channel_id=GENERAL)
    put(ben, offer(ben, "契約書の英訳はどうする？"))
    settle(bot, slack)
    question = only_question(bot)
    alone = started(bot, slack, chie, f"question:{question.id}", name="契約書の英訳")
    assert alone.question == "契約書の英訳はどうする？"

    def marked(who: Person, said: str, *, thread_ts: str | None = None) -> dict[str, Any]:
        ts = who.post("#general", said, thread_ts=thread_ts)
        chie.react("#general", ts, "bulb")
        return card_of(who, said[:12])

    only = marked(aya, "契約書の英訳は訳語を先に決めると直しが減ります。")
    assert "「契約書の英訳」の知恵として共有" in words(only)
    assert "capture.choose_theme" not in str(only)
    aya.click(BOT, only["ts"], "capture.share_named")
    settle(bot, slack)
    more = started(bot, slack, chie, "format:failed", weeks=4)
    between = marked(ben, "Claude invented a clause, so I now check each clause against the source.")
    assert "be shared under" not in words(between)
    (chosen,) = re.findall(rf"\w+:{more.id}", str(between["blocks"]))
    ben.click(BOT, between["ts"], "capture.choose_theme", value=chosen)
    eventually(lambda: "be shared under" in words(card_of(ben, "Claude invented")))
    ben.click(BOT, between["ts"], "capture.share_named")
    thread = posts(chie, more.question)[0]["ts"]
    unnamed = marked(emi, "見積もりの前提を渡さないと金額が外れました。", thread_ts=thread)
    confirmed(emi, unnamed)
    settle(bot, slack)
    assert [len(themes.tips_of(db, EVERYBODY, theme.id)) for theme in (alone, more)] == [1, 1]

    clock.advance(days=14, hours=15)
    tick(bot, slack)
    few = find(chie, "契約書の英訳」には1件届きました")
    assert posts(ben, "まとめ:") == []
    chie.click(BOT, few["ts"], "themes.merge", value=f"{alone.id}:{more.id}")
    find(chie, "に移しました")
    settle(bot, slack)
    find(chie, "別のテーマに統合しました")
    chie.click(BOT, find(chie, "続けますか")["ts"], "themes.go_on")
    settle(bot, slack)
    out(bot)
    assert len(themes.tips_of(db, EVERYBODY, more.id)) == 3

    # in the morning: its owner is asked when it is quiet no more
    clock.advance(days=14)
    said = ["訳語を先に決めると直しが減りました。", "契約書は9割が30秒で終わります。"]
    model.queue.append(Say(json.dumps({"sentences": [{"text": text, "cites": [1, 2, 3]} for text in said]})))
    tick(bot, slack)
    preview = find(chie, "期間が終わりました")
    assert "訳語を先に決めると直しが減りました" in words(preview)
    assert "9割" not in words(preview), "what no tip says is not shown, not even to the owner"
    chie.click(BOT, preview["ts"], "themes.edit")
    told = [said[0], "emiさんの失敗から学びました。", "来月は翻訳を扱います。"]
    chie.submit(form_of(chie)["id"], {"learned": {"value": "\n".join(told)}})
    assert "emiさん" in words(find(chie, "次の行は載せませんでした"))
    assert posts(ben, "まとめ:") == []
    chie.click(BOT, preview["ts"], "themes.post")
    settle(bot, slack)
    wrapup = words(posts(ben, "まとめ: うまくいかなかったこと")[0])
    assert wrapup.index("直しが減りました") < wrapup.index("さんからひと言") < wrapup.index("来月は翻訳")
    assert {aya.id, ben.id, "匿名"} <= set(re.findall(r"U0\w+|匿名", wrapup))
    assert not {emi.id, "emi"} & set(re.findall(r"U0\w+|emi", wrapup))


def test_an_idle_theme_asks_its_owner_and_closes_itself(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, chie: Person
) -> None:
    theme = started(plain_bot, slack, chie, weeks=4)
    clock.advance(days=7)
    with pytest.MonkeyPatch.context() as dying:
        dying.setattr(theme_posts, "posted", lambda *_: 1 / 0)
        plain_bot.tick()
    tick(plain_bot, slack)
    assert len(posts(chie, "まだ届いていません")) == 1, "what died after it was sent is not sent again"
    clock.advance(days=3)
    tick(plain_bot, slack)
    find(chie, "続けますか")
    clock.advance(days=3)
    tick(plain_bot, slack)
    assert themes.get(plain_bot.world.db, TEAM, theme.id).is_open
    clock.advance(days=4)
    tick(plain_bot, slack)
    assert has_read(chie, "そのまま終了しました")
    assert not themes.get(plain_bot.world.db, TEAM, theme.id).is_open
    assert posts(chie, "まとめ:") == []


def test_a_retrospective_gathers_what_is_said_with_a_name_and_without(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person, chie: Person
) -> None:
    theme = started(plain_bot, slack, chie, "format:retro")
    (kickoff,) = posts(aya, "テーマ: AIふりかえり")

    def say(who: Person, part: str, text: str, name: str) -> None:
        who.click("#general", kickoff["ts"], f"themes.say:{part}")
        view = form_of(who)
        who.submit(view["id"], {"text": {"value": text}, "name": {"value": name}})
        settle(plain_bot, slack)

    say(aya, "helped", "議事録の要約が半分の時間になりました。", "named")
    say(ben, "failed", "It invented a clause in a contract.", "unnamed")
    assert "半分の時間" in words(ben.thread("#general", kickoff["ts"])[-1])
    rows = everything(plain_bot.world.db)
    assert not [row for row in rows if "invented a clause" in row and ben.id in row]
    clock.advance(minutes=3)
    tick(plain_bot, slack)
    said = ben.thread("#general", kickoff["ts"])[-1]
    assert "invented a clause" in words(said)
    assert ben.id not in words(said)
    clock.advance(minutes=27)
    tick(plain_bot, slack)
    summary = words(ben.thread("#general", kickoff["ts"])[-1])
    assert summary.index("半分の時間") < summary.index("invented a clause")
    assert ben.id not in summary
    offer = find(aya, "知恵として残しませんか")
    assert not has_read(ben, "as a tip")
    aya.click(BOT, offer["ts"], "capture.share_note")
    view = eventually(lambda: aya.views() and "半分の時間" in str(aya.views()[-1]) and aya.views()[-1])
    aya.submit(view["id"], {})
    assert card_of(aya, "半分の時間")
    assert themes.get(plain_bot.world.db, TEAM, theme.id).state == "closed"


def test_only_hosts_and_admins_start_themes_and_only_where_the_bot_may(
    plain_bot: Bot, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    aya.post(BOT, "テーマ")
    find(aya, "それができるのは、世話役と管理者だけです。")
    home = home_of(chie, "はじめに")
    chie.click_in_view(home["id"], "themes.open")
    view = form_of(chie)
    wrong = chie.submit(view["id"], {"channel": {"value": "C0RANDOM"}, "purpose:format:tips": {"value": "あ" * 150}})
    assert wrong["result"] == "errors"
    assert "招待" in str(wrong["errors"])
    assert themes.open_ones(plain_bot.world.db, TEAM) == []
    settle(plain_bot, slack)
