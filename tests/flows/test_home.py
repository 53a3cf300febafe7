"""Home: where the bot listens, what it is for, settings."""

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import settings
from storage.records import TipContent
from tests.conftest import FrozenClock
from tests.flows.steps import AI_TIPS, BOT, TEAM, Message, find, settle, shared, tips_seen


def home_of(person: Person, part: str) -> Message:
    person.open_home()
    found: Message = eventually(lambda: (shown := person.home()) and part in str(shown) and shown)
    return found


def form_of(person: Person) -> Message:
    found: Message = eventually(lambda: person.views() and person.views()[-1])
    return found


def test_home_says_where_the_bot_listens_and_how_to_invite_it(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    shown = str(home_of(ben, "Where I listen"))
    assert AI_TIPS in shown
    assert "C0SECRET" not in shown
    assert "/invite" in shown
    settle(bot, slack)


def test_a_private_channel_is_named_only_to_its_members(bot: Bot, slack: LocalSlack, ben: Person, chie: Person) -> None:
    chie.invite("#secret-project", "yoridokoro")
    assert "C0SECRET" in str(home_of(chie, "C0SECRET"))
    assert "C0SECRET" not in str(home_of(ben, "Where I listen"))
    settle(bot, slack)


def test_an_admin_is_asked_for_the_purpose_and_everybody_reads_it(bot: Bot, ben: Person, chie: Person) -> None:
    home = home_of(chie, "初めから入っている文")
    chie.click_in_view(home["id"], "home.purpose")
    view = form_of(chie)
    chie.submit(view["id"], {"purpose": {"value": "営業とサポートのみなさんへ: どの頼み方が効くか"}})
    eventually(lambda: "営業とサポートのみなさんへ" in str(chie.home()))
    home_of(ben, "営業とサポートのみなさんへ")
    assert settings.workspace(bot.world.db, TEAM).purpose == "営業とサポートのみなさんへ: どの頼み方が効くか"


def test_only_admins_are_asked_for_the_purpose(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    assert "home.purpose" not in str(home_of(ben, "Where I listen"))
    settle(bot, slack)


def test_anybody_can_say_never_to_be_captured_and_choose_a_language(bot: Bot, aya: Person) -> None:
    home = home_of(aya, "設定")
    aya.click_in_view(home["id"], "home.settings")
    view = form_of(aya)
    assert "closed" not in {block.get("block_id") for block in view["blocks"]}
    aya.submit(view["id"], {"language": {"value": "en"}, "words": {"value": "never"}})
    find(aya, "Saved.")
    chosen = settings.person(bot.world.db, TEAM, aya.id)
    assert (chosen.language, chosen.never_capture) == ("en", True)
    home_of(aya, "Where I listen")


def test_an_admin_sets_the_rules_for_private_channels_pointers_and_closed_channels(bot: Bot, chie: Person) -> None:
    home = home_of(chie, "設定")
    chie.click_in_view(home["id"], "home.settings")
    view = form_of(chie)
    told = {
        "private": {"value": ["on"]},
        "pointers": {"value": []},
        "own": {"value": ["on"]},
        "closed": {"value": [AI_TIPS]},
    }
    chie.submit(view["id"], told)
    find(chie, "保存しました")
    rules = settings.workspace(bot.world.db, TEAM)
    assert (rules.private_capture, rules.pointers, rules.own_knowledge) == (True, False, True)
    assert settings.closed_channels(bot.world.db, TEAM) == [AI_TIPS]


def test_settings_can_be_asked_for_in_a_dm(bot: Bot, slack: LocalSlack, aya: Person) -> None:
    aya.post(BOT, "設定")
    eventually(lambda: "home.settings" in str(aya.dm()))
    offer = aya.dm()[-1]
    aya.click(BOT, offer["ts"], "home.settings")
    assert form_of(aya)["callback_id"] == "home.settings_form"
    settle(bot, slack)


def test_promise_3_all_of_ones_tips_are_within_reach_also_the_oldest_one_without_a_name(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person
) -> None:
    for number in range(30):
        content = TipContent(title=f"工夫の{number}番目", task="下書きを短くする。")
        shared(bot, content, author=aya.id, ts=f"17000000{number:02}.000100", anonymously=number == 0)
        clock.advance(days=1)
    home = home_of(aya, "すべて見る(30件)")
    assert "工夫の0番目" not in str(home)
    aya.click_in_view(home["id"], "home.mine")
    first = eventually(lambda: (shown := aya.home()) and "30件のうち1〜20件目" in str(shown) and shown)
    aya.click_in_view(first["id"], "home.mine_older")
    oldest: Message = eventually(lambda: (shown := aya.home()) and "工夫の0番目" in str(shown) and shown)
    assert "21〜30件目" in str(oldest)
    tip = next(one for one in tips_seen(bot) if one.content.title == "工夫の0番目")
    aya.click_in_view(oldest["id"], "capture.edit_tip", value=tip.id)
    form = form_of(aya)
    aya.submit(form["id"], {"title": {"value": "工夫の最初のもの"}})
    eventually(lambda: "工夫の最初のもの" in {one.content.title for one in tips_seen(bot)})
    settle(bot, slack)
    aya.click_in_view(home_of(aya, "すべて見る(30件)")["id"], "home.mine")
    eventually(lambda: "1〜20件目" in str(aya.home()))
    aya.click_in_view(aya.home()["id"], "home.mine_older")
    oldest = eventually(lambda: (shown := aya.home()) and "工夫の最初のもの" in str(shown) and shown)
    aya.click_in_view(oldest["id"], "capture.withdraw_tip", value=tip.id)
    eventually(lambda: len(tips_seen(bot)) == 29)
    settle(bot, slack)
    aya.click_in_view(home_of(aya, "すべて見る(29件)")["id"], "home.mine")
    eventually(lambda: "1〜20件目" in str(aya.home()))
    aya.click_in_view(aya.home()["id"], "home.back")
    eventually(lambda: "home.settings" in str(aya.home()))


def test_a_guest_is_told_what_they_can_do_here(bot: Bot, slack: LocalSlack) -> None:
    dan = slack.person("dan")
    shown = str(home_of(dan, "guest"))
    assert "home.share" not in shown
    settle(bot, slack)


def test_opening_the_messages_tab_suggests_questions_in_ones_language(slack: LocalSlack, bot: Bot, aya: Person) -> None:
    aya.open_messages_tab()
    eventually(lambda: "議事録" in str(aya.suggested_prompts()))
    settle(bot, slack)
