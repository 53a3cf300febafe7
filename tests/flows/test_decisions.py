"""The author decides: five choices, one reminder, and silence never publishes."""

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import drafts, settings
from storage.records import TipContent
from tests.conftest import FrozenClock
from tests.flows.conftest import on_both_databases
from tests.flows.steps import (
    BOT,
    TEAM,
    all_direct,
    ask,
    card_of,
    confirmed,
    find,
    has_read,
    out,
    settle,
    shared,
    thread,
    tips_seen,
    trusting,
    words,
)

pytestmark = on_both_databases

TOLD = "用語集を先に渡すと誤変換が減ります。"


def captured(bot: Bot, aya: Person, chie: Person, text: str = TOLD) -> tuple[str, dict[str, object]]:
    """Chie marked what aya wrote; aya has the card."""
    trusting(bot, chie)
    told = aya.post("#ai-tips", text)
    chie.react("#ai-tips", told, "bulb")
    card = card_of(aya, text[:20])
    eventually(lambda: all(draft.card for draft in drafts.waiting(bot.world.db, TEAM)))
    return told, card


def decide(person: Person, card: dict[str, object], choice: str) -> None:
    person.click(BOT, str(card["ts"]), f"capture.{choice}")


def test_shared_with_a_name_shows_who_and_where(bot: Bot, aya: Person, ben: Person, chie: Person) -> None:
    _, card = captured(bot, aya, chie)
    decide(aya, card, "share_named")
    find(aya, "名前を出して共有しました")
    reply = words(ask(ben, "用語集、みんなはどう使ってる？"))
    assert aya.id in reply
    assert "archives/C0AITIPS" in reply


def test_shared_without_a_name_shows_neither_who_nor_where(bot: Bot, aya: Person, ben: Person, chie: Person) -> None:
    _, card = captured(bot, aya, chie)
    confirmed(aya, card)
    find(aya, "名前を出さずに共有しました")
    assert not has_read(aya, "用語集を先に")
    assert "用語集を先に渡す" not in words(ask(ben, "用語集、みんなはどう使ってる？"))
    out(bot)
    reply = words(ask(ben, "用語集、みんなはどう使ってる？"))
    assert "用語集を先に渡す" in reply
    assert "名前を出さずに共有" in reply
    assert aya.id not in reply
    assert "archives" not in reply


def test_edited_first_what_was_edited_is_shared(bot: Bot, aya: Person, chie: Person) -> None:
    _, card = captured(bot, aya, chie)
    decide(aya, card, "edit")
    view = eventually(aya.views)[-1]
    aya.submit(view["id"], {"title": {"value": "用語集は最初に渡す"}})
    edited = card_of(aya, "用語集は最初に渡す")
    assert edited["ts"] == card["ts"]
    decide(aya, edited, "share_named")
    find(aya, "名前を出して共有しました")
    assert [tip.content.title for tip in tips_seen(bot)] == ["用語集は最初に渡す"]


def test_not_shared_the_draft_is_deleted_and_nobody_sees_it(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    told, card = captured(bot, aya, chie)
    decide(aya, card, "discard")
    find(aya, "共有しませんでした")
    assert tips_seen(bot) == []
    trusting(bot, ben)
    ben.react("#ai-tips", told, "bulb")
    find(ben, "decided on before")
    settle(bot, slack)
    assert not any("capture.share_named" in str(message.get("blocks")) for message in all_direct(aya))


def test_later_keeps_the_card_and_the_choice(bot: Bot, slack: LocalSlack, aya: Person, chie: Person) -> None:
    _, card = captured(bot, aya, chie)
    decide(aya, card, "later")
    find(aya, "まで待ちます")
    settle(bot, slack)
    decide(aya, card_of(aya, "用語集を先に渡す"), "share_named")
    find(aya, "名前を出して共有しました")


def test_a_decision_is_taken_once(bot: Bot, slack: LocalSlack, aya: Person, chie: Person) -> None:
    _, card = captured(bot, aya, chie)
    slack.faults.duplicate_next()
    decide(aya, card, "share_named")
    find(aya, "名前を出して共有しました")
    settle(bot, slack)
    assert len(tips_seen(bot)) == 1


def test_a_waiting_author_is_reminded_once_and_then_the_draft_expires(
    bot: Bot, clock: FrozenClock, slack: LocalSlack, aya: Person, chie: Person
) -> None:
    captured(bot, aya, chie)
    clock.advance(days=8)
    bot.tick()
    bot.tick()
    settle(bot, slack)
    assert sum("一度だけのお知らせ" in words(message) for message in all_direct(aya)) == 1
    clock.advance(days=7)
    bot.tick()
    find(aya, "期限が過ぎた")
    assert tips_seen(bot) == []
    assert drafts.waiting(bot.world.db, TEAM) == []
    assert not has_read(aya, "用語集を先に")


def test_working_days_alone_count(bot: Bot, clock: FrozenClock, aya: Person, chie: Person) -> None:
    """Ten working days from a Tuesday are two weeks: after thirteen days the card still stands."""
    captured(bot, aya, chie)
    clock.advance(days=13)
    bot.tick()
    card_of(aya, "用語集を先に渡す")
    clock.advance(days=1)
    bot.tick()
    find(aya, "期限が過ぎた")


def test_while_its_author_is_away_a_card_waits(bot: Bot, clock: FrozenClock, aya: Person, chie: Person) -> None:
    captured(bot, aya, chie)
    aya.set_profile(status_emoji=":palm_tree:", status_text="休暇中")
    bot.world.reading.forget(user_id=aya.id)
    clock.advance(days=16)
    bot.tick()
    card_of(aya, "用語集を先に渡す")
    aya.set_profile(status_emoji="", status_text="")
    bot.world.reading.forget(user_id=aya.id)
    clock.advance(days=4)
    bot.tick()
    find(aya, "期限が過ぎた")


def test_after_two_working_days_colleagues_are_pointed_at_the_thread_and_see_no_word_of_it(
    bot: Bot, clock: FrozenClock, aya: Person, ben: Person, chie: Person
) -> None:
    told, card = captured(bot, aya, chie)
    before = words(ask(ben, "用語集を先に渡すと誤変換は減りますか"))
    assert "archives" not in before
    clock.advance(days=3)
    after = words(ask(ben, "用語集を先に渡すと誤変換は減りますか"))
    assert f"archives/C0AITIPS/p{told.replace('.', '')}" in after
    assert aya.id not in after
    assert TOLD not in after
    decide(aya, card, "discard")
    find(aya, "共有しませんでした")
    assert "archives" not in words(ask(ben, "用語集を先に渡すと誤変換は減りますか"))


def test_admins_can_switch_pointers_off(bot: Bot, clock: FrozenClock, aya: Person, ben: Person, chie: Person) -> None:
    captured(bot, aya, chie)
    clock.advance(days=3)
    settings.change_workspace(bot.world.db, TEAM, pointers=False)
    assert "archives" not in words(ask(ben, "用語集を先に渡すと誤変換は減りますか"))


def test_home_shows_what_waits_and_what_was_shared_and_lets_its_owner_change_it(
    bot: Bot, aya: Person, chie: Person
) -> None:
    captured(bot, aya, chie)
    shared(bot, TipContent(title="翻訳は用語を先に渡す"), ts="1700000000.000200", anonymously=True)
    aya.open_home()
    home = eventually(lambda: (shown := aya.home()) and "翻訳は用語を先に" in str(shown) and shown)
    assert "用語集を先に渡す" in str(home)
    aya.click_in_view(home["id"], "capture.withdraw_tip")
    find(aya, "取り下げました")
    assert tips_seen(bot) == []
    home = eventually(aya.home)
    confirmed(aya, {}, home=home["id"])
    find(aya, "名前を出さずに共有しました")
    out(bot)
    assert [tip.is_anonymous for tip in tips_seen(bot)] == [True]


def test_a_shared_tip_can_be_edited_and_withdrawn_from_its_card(
    bot: Bot, aya: Person, ben: Person, chie: Person
) -> None:
    _, card = captured(bot, aya, chie)
    decide(aya, card, "share_named")
    done = find(aya, "名前を出して共有しました")
    aya.click(BOT, done["ts"], "capture.edit_tip")
    view = eventually(aya.views)[-1]
    aya.submit(view["id"], {"title": {"value": "用語集は会議の前に渡す"}})
    find(aya, "保存しました")
    assert "用語集は会議の前に渡す" in words(ask(ben, "用語集、みんなはどう使ってる？"))
    aya.click(BOT, done["ts"], "capture.withdraw_tip")
    find(aya, "取り下げました")
    assert "用語集" not in words(ask(ben, "用語集の渡し方は？")).replace("用語集の渡し方は", "")


def test_a_deleted_message_takes_its_card_and_its_tip_along(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    told, card = captured(bot, aya, chie)
    decide(aya, card, "share_named")
    find(aya, "名前を出して共有しました")
    waiting = aya.post("#ai-tips", "要約は三行で頼むとよいです。")
    chie.react("#ai-tips", waiting, "bulb")
    card_of(aya, "要約は三行")
    settle(bot, slack)
    aya.delete("#ai-tips", told)
    aya.delete("#ai-tips", waiting)
    find(aya, "元のメッセージが削除された")
    eventually(lambda: not tips_seen(bot))
    assert "archives" not in words(ask(ben, "用語集、みんなはどう使ってる？"))


def test_a_deleted_root_takes_its_tip_along_though_slack_leaves_a_tombstone(
    bot: Bot, aya: Person, ben: Person, chie: Person
) -> None:
    trusting(bot, chie)
    talk = thread("#ai-tips", (aya, f"{TOLD}\n```\n用語集を使ってください。\n```"), (ben, "Thank you!"))
    chie.react("#ai-tips", talk.root, "bulb")
    decide(aya, card_of(aya, "用語集を先に渡す"), "share_named")
    find(aya, "名前を出して共有しました")
    aya.delete("#ai-tips", talk.root)
    eventually(lambda: not tips_seen(bot))
