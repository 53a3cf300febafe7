"""Little work for hosts, end to end: a duplicate merged, a report, an owner who puts a tip away; turns, two tables."""

import pytest

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import follows as following
from storage import host_queue, retired, settings, synonyms, tips, trials
from storage.records import Language, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.steps import BOT, TEAM, Message, ask, find, press, settle, shared, tips_seen, words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MINUTES = TipContent(
    title="議事録は用語集つきで要約させる",
    task="会議の議事録をAIに要約させるとき、固有名詞がいつも間違っていた。",
    outcome="用語集を先に渡すと、固有名詞の誤りがほとんどなくなった。",
    prompts=("次の用語集を守って、議事録を三行で要約してください。",),
    topics=("議事録",),
)


def home_with(person: Person, part: str, *, without: str = "") -> Message:
    """Somebody's Home, once it says `part` and not `without`."""

    def look() -> Message | None:
        shown = person.home()
        said = str(shown)
        return shown if shown and part in said and not (without and without in said) else None

    found = eventually(look)
    assert found is not None
    return found


def form_of(person: Person, part: str) -> Message:
    """The newest modal that somebody has open, once it says `part`."""

    def look() -> Message | None:
        views = person.views()
        return views[-1] if views and part in str(views[-1]) else None

    found = eventually(look)
    assert found is not None
    return found


def test_a_week_of_a_host(bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person) -> None:
    settings.change_workspace(bot.world.db, TEAM, unasked_a_week=9)
    stays = shared(bot, MINUTES)
    goes = shared(bot, MINUTES, author=ben.id, ts="1700000000.000200")
    trials.note(bot.world.db, Viewer(TEAM, chie.id, is_full_member=True), goes.id, "worked", is_owner=lambda *_: False)
    trials.note(bot.world.db, Viewer(TEAM, chie.id, is_full_member=True), stays.id, "worked", is_owner=lambda *_: False)
    bot.tick()
    chie.open_home()
    home = home_with(chie, "同じ内容かもしれません")
    assert "約2分" in str(home)
    chie.click_in_view(str(home["id"]), "hosting.queue")
    queue = form_of(chie, "hosting.choose_merge")
    action = (
        "hosting.choose_merge" if f"duplicate:{stays.id}" in merge_values(queue)[0] else "hosting.choose_merge_other"
    )
    chie.click_in_view(str(queue["id"]), action)
    eventually(lambda: [tip.id for tip in tips_seen(bot)] == [stays.id])
    eventually(lambda: "今週はもうありません" in str(chie.views()))
    home_with(chie, "15分のうち2分", without="同じ内容かもしれません")
    bot.tick()
    merged = find(ben, "says the same as")
    find(aya, "あなたの知恵にまとめました")

    answer = ask(ben, "議事録の要約はどうする？")
    assert f"Also from <@{ben.id}>" in words(answer) or f"同じ内容を共有した方: <@{ben.id}>" in words(answer)
    press(ben, answer, "hosting.more", value=f"wrong:{stays.id}")
    find(ben, "A host looks at it")
    chie.open_home()
    home = home_with(chie, "報告がありました")
    assert ben.id not in str(home).partition("報告がありました")[2].partition("divider")[0]
    chie.click_in_view(str(home["id"]), "hosting.choose_ask_owner")
    home_with(chie, "15分のうち4分", without="報告がありました")
    bot.tick()
    asked = find(aya, "「間違っている」という報告がありました")
    aya.click(BOT, asked["ts"], "hosting.own_obsolete")
    find(aya, "回答から外しました")
    assert tips_seen(bot) == []
    aya.open_home()
    home = home_with(aya, "だれの回答にも出ません")
    aya.click_in_view(str(home["id"]), "hosting.own_back")
    eventually(lambda: [tip.id for tip in tips_seen(bot)] == [stays.id])
    ben.click(BOT, merged["ts"], "hosting.own_back")
    eventually(lambda: {tip.id for tip in tips_seen(bot)} == {stays.id, goes.id})
    answer = ask(chie, "議事録の要約はどうする？")
    here = stays.id if f"verify:{stays.id}" in str(answer) else goes.id
    press(chie, answer, "hosting.more", value=f"verify:{here}")
    find(chie, "確認済みの印を付けました")
    verified = tips.get(bot.world.db, Viewer(TEAM, ben.id, is_full_member=True), here)
    assert verified is not None
    assert verified.verified_by == "host"
    assert "世話役が確認済み" in words(ask(aya, "議事録の要約はどうする？"))
    assert host_queue.minutes_by_week(bot.world.db, TEAM) == {"2026-11-23": {"duplicate": 2, "report": 2}}
    settle(bot, slack)


def merge_values(view: Message) -> list[str]:
    return [
        element["value"]
        for block in view["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id") == "hosting.choose_merge"
    ]


def test_turns_go_round_and_hosts_edit_two_tables(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person, clock: FrozenClock
) -> None:
    settings.change_workspace(bot.world.db, TEAM, host_ids=(ben.id,))
    for host, part in ((chie, "世話役の方へ"), (ben, "For hosts")):
        host.open_home()
        host.click_in_view(str(home_with(host, part)["id"]), "hosting.turns")
        find(host, "turns from now on" if host is ben else "これから当番に加わって")
        clock.advance(minutes=1)
    bot.tick()
    week = find(chie, "あなたが世話役の当番です")
    chie.click(BOT, week["ts"], "hosting.swap")
    find(chie, "お知らせを控える時間を避けてお尋ねします")
    home_with(chie, "ほかの方に尋ねています")
    asked = find(ben, "can't do this week's queue")
    ben.click(BOT, asked["ts"], "hosting.take_week")
    find(ben, "The week is yours")
    find(chie, "さんが今週を引き受けました")
    home_with(ben, "This week is your turn")

    aya.post(BOT, "議事録をフォローして")
    find(aya, "をフォローしました")
    bot.tick()
    chie.open_home()
    home = home_with(chie, "hosting.names")
    chie.click_in_view(str(home["id"]), "hosting.names")
    form = form_of(chie, "hosting.names_form")
    wrong = chie.submit(form["id"], {"name": {"value": "議事録"}, "into": {"value": "Meeting minutes"}})
    assert wrong["result"] == "errors"
    told = {"name": {"value": "会議のまとめ"}, "into": {"value": "議事録"}}
    assert chie.submit(form["id"], told)["result"] == "closed"
    find(chie, "これから一つとして扱います")
    clock.advance(minutes=1)
    tip = shared(
        bot, MINUTES.model_copy(update={"topics": ("会議のまとめ",), "models": ("社内モデルA",)}), author=ben.id
    )
    bot.tick()
    assert [one.tip_id for one in following.untold(bot.world.db, TEAM, aya.id)] == [tip.id]
    assert "用語集" in words(ask(aya, "テーマ:議事録 要約のしかたは？"))
    chie.click_in_view(str(home["id"]), "hosting.names")
    form = form_of(chie, "hosting.name_undo")
    chie.click_in_view(str(form["id"]), "hosting.name_undo")
    eventually(lambda: synonyms.listed(bot.world.db, TEAM) == [])

    clock.advance(days=3)
    chie.click_in_view(str(home["id"]), "hosting.retired")
    form = form_of(chie, "hosting.retired_form")
    assert chie.submit(form["id"], {"list": {"value": "社内モデルA 2026"}})["result"] == "errors"
    assert chie.submit(form["id"], {"list": {"value": "社内モデルA, 2026-11-26"}})["result"] == "closed"
    find(chie, "該当する知恵は、世話役の確認一覧に表示されます")
    assert [one.label for one in retired.listed(bot.world.db, TEAM)] == ["社内モデルA"]
    bot.tick()
    chie.open_home()
    home_with(chie, "提供が終わったもの(社内モデルA")
    aya.open_home()
    assert "hosting.names" not in str(eventually(aya.home))
    settle(bot, slack)


ONLY_HOSTS = {"ja": "それができるのは、世話役と管理者だけです。", "en": "Only hosts and admins can do that."}
ONLY_ADMINS = {
    "ja": "それができるのは、このワークスペースの管理者だけです。",
    "en": "Only admins of this workspace can do that.",
}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_whoever_is_no_host_any_more_is_told_the_same_by_every_button_that_is_left(
    bot: Bot, slack: LocalSlack, ben: Person, language: Language
) -> None:
    settings.change_person(bot.world.db, TEAM, ben.id, language=language)
    settings.change_workspace(bot.world.db, TEAM, host_ids=(ben.id,))
    ben.open_home()
    home = str(home_with(ben, "hosting.names")["id"])
    ben.click_in_view(home, "themes.open")
    theme = str(form_of(ben, "themes.form")["id"])
    settings.change_workspace(bot.world.db, TEAM, host_ids=())
    ben.click_in_view(theme, "themes.format", value="format:tips")
    ben.close(str(form_of(ben, ONLY_HOSTS[language])["id"]))
    for opens in ("hosting.names", "hosting.retired", "themes.open"):
        ben.click_in_view(home, opens)
        ben.close(str(form_of(ben, ONLY_HOSTS[language])["id"]))
    for count, asks in enumerate(("insights.show", "beginning.find_channels", "hosting.turns"), start=1):
        ben.click_in_view(home, asks)
        eventually(lambda count=count: sum(ONLY_HOSTS[language] in words(said) for said in ben.dm()) == count)
    settle(bot, slack)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_whoever_is_no_admin_any_more_is_told_the_same_by_every_button_that_is_left(
    bot: Bot, slack: LocalSlack, chie: Person, language: Language
) -> None:
    settings.change_person(bot.world.db, TEAM, chie.id, language=language)
    chie.open_home()
    home = str(home_with(chie, "home.purpose")["id"])
    chie.set_person("@chie", role="member")
    bot.world.reading.forget(user_id=chie.id)
    for opens in ("home.purpose", "home.readers", "home.shared_channels", "home.trail"):
        chie.click_in_view(home, opens)
        chie.close(str(form_of(chie, ONLY_ADMINS[language])["id"]))
    settle(bot, slack)
