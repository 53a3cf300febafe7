"""A theme is followed from its kick-off, in words and by form, in both languages; what comes of it is told."""

import pytest

from bot.app import Bot
from playground.person import Person
from playground.server import LocalSlack
from storage import follows
from tests.conftest import FrozenClock
from tests.flows.conftest import also_when_jobs_die
from tests.flows.steps import BOT, TEAM, find, settle, trusting, words
from tests.flows.test_home import form_of, home_of
from tests.flows.test_themes import posts, shared_under, slack, started

__all__ = ["slack"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@also_when_jobs_die
def test_a_theme_is_followed_and_what_is_shared_under_it_comes(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person, chie: Person
) -> None:
    emi, db = slack.person("emi"), plain_bot.world.db
    trusting(plain_bot, chie)
    theme = started(plain_bot, slack, chie)
    (kickoff,) = posts(aya, "テーマ: 知恵の募集")
    ben.click("#general", kickoff["ts"], "follows.theme")
    find(ben, "You follow the theme “知恵の募集”. What is new comes once a day.")
    aya.post(BOT, "知恵の募集をフォロー")
    find(aya, "テーマ「知恵の募集」 をフォローしました")
    home = home_of(emi, "follows.choose")
    assert "follows.theme" in str(home)
    emi.click_in_view(str(home["id"]), "follows.choose")
    told = {"theme": {"value": theme.id}, "rhythm": {"value": "at_once"}}
    assert emi.submit(form_of(emi)["id"], told)["result"] == "closed"
    find(emi, "テーマ「知恵の募集」 をフォローしました")
    home = home_of(emi, "テーマ「知恵の募集」 · すぐに")
    assert "follows.theme" not in str(home)
    plain_bot.tick()
    clock.advance(minutes=1)
    shared_under(plain_bot, slack, chie, kickoff, "用語集を先に渡す")
    clock.moment = clock.moment.replace(hour=3)
    plain_bot.tick()
    assert "テーマ「知恵の募集」 をフォロー中" in words(find(emi, "用語集を先に渡す"))
    for _ in range(12):
        clock.advance(hours=2)
        plain_bot.tick()
    assert "you follow the theme “知恵の募集”" in words(find(ben, "New of what you follow (1)"))
    assert "用語集を先に渡す" in words(find(aya, "フォローしているものの新着"))
    ben.post(BOT, "unfollow theme 知恵の募集")
    find(ben, "You no longer follow the theme “知恵の募集”.")
    aya.post(BOT, "テーマ「知恵の募集」のフォローをやめる")
    find(aya, "テーマ「知恵の募集」 のフォローをやめました")
    settle(plain_bot, slack)
    assert [one.user_id for user in (aya, ben, emi) for one in follows.of_person(db, TEAM, user.id)] == [emi.id]
