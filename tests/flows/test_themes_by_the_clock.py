"""Themes whose owner, place or answer goes missing: nobody is shown what they may not read, nobody is held up."""

import secrets
from datetime import timedelta

import pytest

from bot.app import Bot
from bot.circulate.themes import posts, retro
from playground.person import Person
from playground.server import LocalSlack
from storage import people, settings, theme_notes, theme_posts, themes, tips
from storage.records import Theme, ThemeFormat, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.steps import AI_TIPS, BOT, TEAM, all_direct, find, has_read, settle, shared, words

GENERAL, SECRET = "C0GENERAL", "C0SECRET"
NEXT_MORNING = {"hours": 15}
"""From six in the evening in Tokyo to nine: when it is quiet no more."""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def begun(
    bot: Bot,
    channel: str,
    owner: Person,
    name: str = "見積もりの工夫",
    *,
    days: float = 14,
    format: ThemeFormat = "tips",  # noqa: A002 - the field's word
) -> Theme:
    """A theme of somebody's, whose kick-off stands in its channel."""
    db = bot.world.db
    theme = themes.start(
        db,
        team_id=TEAM,
        theme_id=f"{len(themes.open_ones(db)):032}",
        format=format,
        name=name,
        purpose="持ち寄る",
        question="どう使っていますか",
        language="ja",
        owner_id=owner.id,
        channel_id=channel,
        ends_at=db.now() + timedelta(days=days),
        by=owner.id,
    )
    return posts.kickoff(bot.world, theme)


def under(bot: Bot, theme: Theme, author: Person, title: str, *, private: bool = False) -> str:
    """A tip that somebody made of what they wrote in a theme's channel, and shared under it; its id."""
    ts = author.post(theme.channel_id, "こうしています。")
    place = {"visible_in": theme.channel_id} if private else {}
    content = TipContent(title=title)
    return shared(bot, content, author=author.id, channel=theme.channel_id, ts=ts, theme=theme.id, **place).id


def said(bot: Bot, theme: Theme, text: str, by: Person | None = None) -> str:
    """What somebody said in a retrospective; its id."""
    note_id = secrets.token_hex(4)
    theme_notes.say(
        bot.world.db, team_id=TEAM, note_id=note_id, theme_id=theme.id, part="helped", text=text,
        author_id=by.id if by else None, post_at=bot.world.clock.now(),
    )  # fmt: skip
    return note_id


def state(bot: Bot, theme: Theme) -> str:
    return themes.get(bot.world.db, TEAM, theme.id).state


def tick(bot: Bot, slack: LocalSlack) -> None:
    """The clock looks, at what Slack says now."""
    settle(bot, slack)
    for channel in (GENERAL, AI_TIPS, SECRET):
        bot.world.reading.forget(channel_id=channel)
    bot.tick()
    settle(bot, slack)


def hosts(bot: Bot, *people: Person) -> None:
    settings.change_workspace(bot.world.db, TEAM, host_ids=[one.id for one in people])


@pytest.fixture
def secret(chie: Person) -> str:
    """A private channel of Aya, Chie (an admin) and the bot."""
    chie.invite("#secret-project", "yoridokoro")
    return SECRET


def test_promise_2_an_owner_who_left_the_channel_is_not_shown_its_wrap_up(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, secret: str, aya: Person, ben: Person, chie: Person
) -> None:
    hosts(plain_bot, ben)
    chie.invite("#secret-project", "ben")
    theme = begun(plain_bot, secret, ben)
    for title in ("社外秘の前提", "社外秘の単価", "社外秘の手順"):
        under(plain_bot, theme, aya, title, private=True)
    ben.leave("#secret-project")
    clock.advance(days=14, **NEXT_MORNING)
    tick(plain_bot, slack)
    tick(plain_bot, slack)
    assert not has_read(ben, "社外秘")
    assert themes.get(plain_bot.world.db, TEAM, theme.id).owner_id == chie.id, "a host outside is no successor"
    find(chie, "引き継ぎをお願いします")
    assert "社外秘の前提" in words(find(chie, "期間が終わりました"))


def test_promise_2_a_wrap_up_goes_when_its_owner_can_read_the_channel_no_more(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, secret: str, aya: Person, ben: Person, chie: Person
) -> None:
    chie.invite("#secret-project", "ben")
    theme = begun(plain_bot, secret, ben)
    title = "社外秘の前提"
    tip_id = under(plain_bot, theme, aya, title, private=True)
    clock.advance(days=15)
    tick(plain_bot, slack)
    few = find(ben, title)
    ben.leave("#secret-project")
    ben.click(BOT, few["ts"], "themes.post")
    find(ben, "Full members who can read this channel")
    aya_sees = Viewer(TEAM, aya.id, is_full_member=True, channel_ids=frozenset({SECRET}))
    assert [tip.id for tip in tips.many(plain_bot.world.db, aya_sees, [tip_id])] == [tip_id]
    with pytest.MonkeyPatch.context() as somebody_withdrew:
        somebody_withdrew.setattr(theme_posts, "stale", lambda _db: [themes.get(plain_bot.world.db, TEAM, theme.id)])
        tick(plain_bot, slack)
    assert not has_read(ben, title)
    find(ben, "You can't read its channel any more")
    assert not any(title in words(one) for one in aya.messages("#secret-project"))


def test_promise_2_of_a_channel_that_became_private_only_its_members_are_shown_anything(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person, chie: Person
) -> None:
    chie.remove("#ai-tips", "dan")
    theme = begun(plain_bot, AI_TIPS, ben)
    under(plain_bot, theme, aya, "前提を三つ渡す")
    ben.leave("#ai-tips")
    clock.advance(days=15)
    tick(plain_bot, slack)
    assert has_read(ben, "前提を三つ渡す"), "the channel is public"
    chie.make_private("#ai-tips")
    tick(plain_bot, slack)
    assert not has_read(ben, "前提を三つ渡す")


def test_where_nobody_who_reads_the_channel_looks_after_a_theme_it_ends_and_says_so(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, secret: str, aya: Person, ben: Person, chie: Person
) -> None:
    hosts(plain_bot, ben)
    theme = begun(plain_bot, secret, chie)
    title = "社外秘の前提"
    under(plain_bot, theme, aya, title, private=True)
    chie.leave("#secret-project")
    clock.advance(days=15)
    tick(plain_bot, slack)
    tick(plain_bot, slack)
    assert state(plain_bot, theme) == "closed"
    find(chie, "読める担当の方がいないため")
    assert not has_read(chie, title)
    assert not has_read(ben, title)
    kickoff = next(one for one in aya.messages("#secret-project") if "見積もりの工夫" in words(one))
    thread = aya.thread("#secret-project", kickoff["ts"])
    assert ["まとめを投稿せずに終了" in words(one) for one in thread[1:]] == [True]
    assert "このテーマは終わりました" in words(thread[0])


def test_who_asks_for_the_wrap_up_of_an_owner_who_reads_it_no_more_takes_the_theme_over(
    plain_bot: Bot, slack: LocalSlack, secret: str, aya: Person, ben: Person, chie: Person
) -> None:
    chie.invite("#secret-project", "ben")
    theme = begun(plain_bot, secret, ben)
    under(plain_bot, theme, aya, "社外秘の前提", private=True)
    ben.leave("#secret-project")
    settle(plain_bot, slack)
    chie.open_home()
    home = chie.wait_for(lambda: (home := chie.home()) and "themes.wrap" in str(home) and home)
    chie.click_in_view(home["id"], "themes.wrap")
    assert "社外秘の前提" in words(find(chie, "忙しい時期だったのかも"))
    settle(plain_bot, slack)
    assert themes.get(plain_bot.world.db, TEAM, theme.id).owner_id == chie.id
    assert not has_read(ben, "社外秘")


def test_who_asks_for_a_wrap_up_hears_where_it_is_unless_it_is_before_them(
    plain_bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    hosts(plain_bot, ben)
    under(plain_bot, begun(plain_bot, GENERAL, chie), aya, "前提を三つ渡す")
    for host in (chie, ben):
        host.open_home()
        home = host.wait_for(lambda host=host: (home := host.home()) and "themes.wrap" in str(home) and home)  # type: ignore[misc]
        host.click_in_view(home["id"], "themes.wrap")
        settle(plain_bot, slack)
    shown = ["前提を三つ渡す" in words(one) for one in all_direct(chie)]
    assert shown[-1]
    assert not any("担当者のDMに届けました" in words(one) for one in all_direct(chie))
    assert "is in the DM of who looks after it" in words(all_direct(ben)[-1])


def test_an_archived_channel_holds_up_no_other_theme(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person, chie: Person
) -> None:
    """Also not in the very minute that it is archived: a withdrawn tip leaves the posts of the others all the same."""
    lively = begun(plain_bot, GENERAL, chie, "続くテーマ", days=28)
    under(plain_bot, lively, aya, "残る知恵")
    gone = under(plain_bot, lively, aya, "取り下げる知恵")
    clock.advance(days=1)
    closed = begun(plain_bot, AI_TIPS, ben, "閉じたテーマ", days=28)
    clock.advance(days=6)
    tick(plain_bot, slack)

    def reminder() -> str:
        (found,) = [words(one) for one in aya.messages("#general") if "知恵が届いています" in words(one)]
        return found

    assert "取り下げる知恵" in reminder()
    tips.withdraw(plain_bot.world.db, Viewer(TEAM, aya.id, is_full_member=True), gone, lambda *_: True)
    chie.archive("#ai-tips")
    settle(plain_bot, slack)
    clock.advance(days=1)
    plain_bot.tick()
    assert "残る知恵" in reminder()
    assert "取り下げる知恵" not in reminder()
    tick(plain_bot, slack)
    assert (state(plain_bot, closed), state(plain_bot, lively)) == ("closed", "running")
    find(ben, "I can't post in")


def test_posting_into_an_archived_channel_is_refused_in_a_sentence(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, chie: Person
) -> None:
    chie.remove("#ai-tips", "dan")
    theme = begun(plain_bot, AI_TIPS, chie)
    under(plain_bot, theme, aya, "前提を三つ渡す")
    clock.advance(days=14, **NEXT_MORNING)
    tick(plain_bot, slack)
    few = find(chie, "忙しい時期だったのかも")
    chie.archive("#ai-tips")
    chie.click(BOT, few["ts"], "themes.post")
    find(chie, "アーカイブされているため")
    assert not has_read(chie, "この番号を管理者に")


def test_a_theme_whose_channel_the_bot_was_removed_from_tells_its_owner_and_ends(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, secret: str, aya: Person, chie: Person
) -> None:
    theme = begun(plain_bot, secret, chie, days=28)
    under(plain_bot, theme, aya, "社外秘の前提", private=True)
    clock.advance(days=1)
    chie.remove("#secret-project", "yoridokoro")
    tick(plain_bot, slack)
    tick(plain_bot, slack)
    assert state(plain_bot, theme) == "closed"
    assert len([one for one in all_direct(chie) if "投稿できなくなった" in words(one)]) == 1


def test_a_retrospective_whose_channel_is_archived_ends_and_holds_up_nobody(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, chie: Person
) -> None:
    db = plain_bot.world.db
    closed = begun(plain_bot, AI_TIPS, chie, "閉じたふりかえり", days=1 / 48, format="retro")
    lively = begun(plain_bot, GENERAL, chie, "続くふりかえり", days=1 / 48, format="retro")
    said(plain_bot, closed, "閉じた言葉")
    later = said(plain_bot, lively, "続く言葉")
    (kickoff,) = [one for one in aya.messages("#general") if "続くふりかえり" in words(one)]
    forgotten = theme_notes.own(db, TEAM, said(plain_bot, lively, "消してほしい", aya), aya.id)
    assert forgotten
    retro.post(plain_bot.world, lively, forgotten)
    assert "消してほしい" in words(aya.thread("#general", kickoff["ts"])[-1])
    people.forget(db, TEAM, aya.id, lambda *_: False)
    chie.archive("#ai-tips")
    clock.advance(minutes=2)
    tick(plain_bot, slack)
    assert not [one for one in aya.thread("#general", kickoff["ts"]) if "消してほしい" in words(one)]
    assert [note.id for note in theme_notes.of_theme(db, TEAM, lively.id)] == [later]
    assert state(plain_bot, closed) == "closed"
    assert theme_notes.due(db, db.now()) == [], "what nobody will be shown is not kept"
    find(chie, "投稿できなくなった")
    clock.advance(minutes=30)
    tick(plain_bot, slack)
    assert state(plain_bot, lively) == "closed"


def test_an_idle_theme_of_two_weeks_ends_on_the_day_that_its_owner_was_told(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, chie: Person
) -> None:
    theme = begun(plain_bot, GENERAL, chie)
    clock.advance(days=10)
    tick(plain_bot, slack)
    assert "12月8日" in words(find(chie, "続けますか"))
    clock.advance(days=4)
    tick(plain_bot, slack)
    assert state(plain_bot, theme) == "running", "tips without a name may still be on their way"
    clock.advance(hours=4)
    tick(plain_bot, slack)
    assert state(plain_bot, theme) == "closed"
    assert has_read(chie, "そのまま終了しました")
    assert not has_read(chie, "期間が終わりました")


def test_a_theme_of_two_weeks_with_tips_gets_its_wrap_up_and_no_other_question(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, chie: Person
) -> None:
    theme = begun(plain_bot, GENERAL, chie)
    under(plain_bot, theme, aya, "前提を三つ渡す")
    for _ in range(14):
        clock.advance(days=1)
        tick(plain_bot, slack)
    clock.advance(**NEXT_MORNING)
    tick(plain_bot, slack)
    find(chie, "忙しい時期だったのかも")
    assert not has_read(chie, "続けますか")
    assert state(plain_bot, theme) == "wrapping"


def test_a_wrap_up_waits_for_what_was_shared_in_time_without_a_name_and_is_shown_anew_when_asked(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, chie: Person
) -> None:
    theme = begun(plain_bot, GENERAL, chie)
    under(plain_bot, theme, aya, "前提を三つ渡す")
    clock.advance(days=13, hours=15)
    tick(plain_bot, slack)
    clock.advance(hours=9)
    tick(plain_bot, slack)
    assert state(plain_bot, theme) == "running", "four hours are for what was shared in the last minutes"
    clock.advance(**NEXT_MORNING)
    tick(plain_bot, slack)
    first = find(chie, "忙しい時期だったのかも")
    late = under(plain_bot, theme, aya, "単価を先に決める")
    chie.open_home()
    home = chie.wait_for(lambda: (home := chie.home()) and "まとめを見る" in str(home) and home)
    chie.click_in_view(home["id"], "themes.wrap")
    again = find(chie, "単価を先に決める")
    settle(plain_bot, slack)
    assert again["ts"] > first["ts"]
    assert "前提を三つ渡す" in words(again)
    assert "前提を三つ渡す" not in words(next(one for one in all_direct(chie) if one["ts"] == first["ts"]))
    chie.click(BOT, again["ts"], "themes.post")
    find(chie, "まとめを投稿しました")
    settle(plain_bot, slack)
    (posted,) = [one for one in aya.messages("#general") if "まとめ: 見積もりの工夫" in words(one)]
    assert "単価を先に決める" in words(posted)
    assert late
