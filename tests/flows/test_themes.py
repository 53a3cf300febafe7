"""Themes from start to wrap-up: what everybody in the channel sees, and what its owner decides."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.app import Bot
from playground.company.model import Member
from playground.company.small import small_company
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import theme_posts, themes
from storage.records import Theme
from tests.conftest import FrozenClock
from tests.flows.conftest import MANIFEST
from tests.flows.steps import BOT, TEAM, ask, card_of, confirmed, find, has_read, out, settle, trusting, words
from tests.flows.test_home import form_of, home_of
from tests.storage.steps import everything

GENERAL = "C0GENERAL"

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


def started(bot: Bot, slack: LocalSlack, chie: Person, key: str = "format:tips", weeks: int = 2) -> Theme:
    """A theme that a host starts from her DM, in #general."""
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
    assert chie.submit(view["id"], told)["result"] == "closed"
    settle(bot, slack)
    (theme,) = [one for one in themes.open_ones(bot.world.db, TEAM) if one.format == key.removeprefix("format:")]
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

    clock.advance(days=7)
    tick(plain_bot, slack)
    asked = find(chie, "忙しい時期だったのかも")
    assert posts(ben, "まとめ:") == []
    chie.click(BOT, asked["ts"], "themes.prolong:1")
    find(chie, "まで延ばしました")
    settle(plain_bot, slack)
    for who, title in ((aya, "翻訳は訳語を決めてから"), (ben, "Give it three examples")):
        shared_under(plain_bot, slack, who, kickoff, title)
    clock.advance(days=7)
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
    assert has_read(chie, "静かに終了しました")
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
    find(aya, "世話役と管理者の方です")
    home = home_of(chie, "最初のテーマを始めませんか")
    chie.click_in_view(home["id"], "themes.open")
    view = form_of(chie)
    wrong = chie.submit(view["id"], {"channel": {"value": "C0RANDOM"}, "purpose:format:tips": {"value": "あ" * 150}})
    assert wrong["result"] == "errors"
    assert "招待" in str(wrong["errors"])
    assert themes.open_ones(plain_bot.world.db, TEAM) == []
    settle(plain_bot, slack)
