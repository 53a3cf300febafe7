"""Themes can be followed: what is shared under one comes to who follows it, as far as it is theirs to see."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.circulate.digest import sending
from bot.circulate.follows import service as following
from bot.circulate.follows.service import Wanted
from bot.errors import Refused
from storage import drafts, follows, themes
from storage.database import Database
from storage.records import FollowRhythm, Kind, Viewer
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, MONDAY, Rounds, begun, shared
from tests.storage.steps import TEAM, draft, owned_by, share, take_name_off
from tests.storage.test_theme_life import theme, under

NOTICE = "New of what you follow (1)"


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    return begun(db, clock, dict.fromkeys((AYA, BEN, CHIE), frozenset({"C1", "C2"})))


def follow(rounds: Rounds, user: str, theme_id: str, rhythm: FollowRhythm = "at_once") -> None:
    following.follow(rounds.world(), TEAM, user, [Wanted("theme", theme_id)], rhythm)


def tick(rounds: Rounds, clock: FrozenClock, moment: datetime | None = None) -> None:
    clock.moment = moment or clock.moment + timedelta(minutes=1)
    sending.tick(rounds.world())


def test_what_is_shared_under_a_theme_comes_to_who_follows_it_in_their_rhythm(
    rounds: Rounds, clock: FrozenClock
) -> None:
    one = theme(rounds.db, "議事録の工夫")
    follow(rounds, BEN, one.id)
    follow(rounds, CHIE, one.id, "daily")
    follow(rounds, AYA, one.id)
    clock.advance(minutes=1)
    under(rounds.db, one, "1.1")
    shared(rounds.db, "1.2", channel="C9")
    tick(rounds, clock)
    assert (rounds.to(BEN), rounds.to(CHIE)) == ([NOTICE], [])
    assert "you follow the theme “議事録の工夫”" in rounds.blocks(BEN)
    tick(rounds, clock, datetime(2026, 11, 25, 1, 0, tzinfo=UTC))
    assert rounds.to(CHIE) == [NOTICE]
    assert rounds.to(AYA) == [], "her own is no news"
    following.unfollow(rounds.world(), TEAM, BEN, Wanted("theme", one.id))
    under(rounds.db, one, "1.3")
    tick(rounds, clock)
    assert rounds.to(BEN) == [NOTICE]


def test_a_tip_without_a_name_comes_under_a_theme_only_where_it_stays_there(rounds: Rounds, clock: FrozenClock) -> None:
    one = theme(rounds.db)
    follow(rounds, BEN, one.id)
    clock.advance(minutes=1)
    under(rounds.db, one, "1.1", anonymously=True)
    named = under(rounds.db, one, "1.2")
    take_name_off(rounds.db, Viewer(TEAM, AYA, is_full_member=True), named.id, owned_by(AYA))
    tick(rounds, clock)
    assert rounds.to(BEN) == []
    under(rounds.db, one, "1.3", anonymously=True, keeps=True)
    tick(rounds, clock)
    assert rounds.to(BEN) == [NOTICE]


def test_a_worry_is_not_told_of_as_what_came_of_a_theme(rounds: Rounds, clock: FrozenClock) -> None:
    one = theme(rounds.db)
    follow(rounds, BEN, one.id)
    clock.advance(minutes=1)
    waiting = draft(rounds.db, ts="1.1")
    assert waiting.content is not None
    drafts.edit(rounds.db, TEAM, waiting.id, waiting.content.model_copy(update={"kind": Kind.WORRY}))
    drafts.put_under(rounds.db, TEAM, waiting.id, one.id)
    share(rounds.db, drafts.get(rounds.db, TEAM, waiting.id))
    tick(rounds, clock)
    assert rounds.to(BEN) == []


def test_promise_2_nothing_is_told_of_a_theme_to_who_left_its_channel(rounds: Rounds, clock: FrozenClock) -> None:
    """Nor what is for others: the query decides, as for whatever is followed."""
    one = theme(rounds.db, "ここだけの話")
    follow(rounds, BEN, one.id)
    follow(rounds, CHIE, one.id)
    rounds.channels = {CHIE: frozenset({"C1"})}
    clock.advance(minutes=1)
    under(rounds.db, one, "1.1")
    under(rounds.db, one, "1.2", place="C2")
    tick(rounds, clock)
    tick(rounds, clock, MONDAY)
    assert (rounds.to(BEN), rounds.to(CHIE)) == ([], [NOTICE])
    (shown,) = following.of_person(rounds.world(), TEAM, BEN)
    assert shown.label == ""


def test_only_what_runs_where_one_reads_can_be_followed(rounds: Rounds) -> None:
    ended, elsewhere, one = theme(rounds.db, "前の話"), theme(rounds.db, "よそ", channel="C9"), theme(rounds.db, "いま")
    themes.close(rounds.db, TEAM, ended.id, by=None)
    rounds.change(CHIE, is_full_member=False, is_guest=True)
    for user, theme_id in ((BEN, ended.id), (BEN, elsewhere.id), (BEN, "nothing"), (CHIE, one.id)):
        with pytest.raises(Refused):
            follow(rounds, user, theme_id)
    assert [theme.name for theme in following.running(rounds.world(), TEAM, BEN)] == ["いま"]
    assert following.running(rounds.world(), TEAM, CHIE) == []


def test_who_follows_a_theme_that_is_merged_follows_the_other(rounds: Rounds, clock: FrozenClock) -> None:
    one, other = theme(rounds.db, "一つめ"), theme(rounds.db, "二つめ", channel="C2")
    follow(rounds, BEN, one.id)
    for each in (one, other):
        follow(rounds, CHIE, each.id)
    clock.advance(minutes=1)
    under(rounds.db, one, "1.1")
    tick(rounds, clock)
    themes.merge(rounds.db, TEAM, one.id, other.id, by=BEN, carries_anonymous=True)
    tick(rounds, clock)
    under(rounds.db, other, "1.2")
    tick(rounds, clock)
    for user in (BEN, CHIE):
        assert rounds.to(user) == [NOTICE] * 2, "nothing twice"
        assert [each.label for each in following.of_person(rounds.world(), TEAM, user)] == ["二つめ"]
    assert "you follow the theme “二つめ”" in rounds.blocks(BEN)


def test_an_ended_theme_is_followed_while_drafts_may_come_out_under_it(rounds: Rounds, clock: FrozenClock) -> None:
    one = theme(rounds.db)
    follow(rounds, BEN, one.id)
    waiting = draft(rounds.db, ts="1.1")
    drafts.put_under(rounds.db, TEAM, waiting.id, one.id)
    clock.advance(days=7)
    themes.close(rounds.db, TEAM, one.id, by=None)
    share(rounds.db, waiting)
    tick(rounds, clock)
    assert rounds.to(BEN) == [NOTICE]
    clock.advance(days=31)
    tick(rounds, clock)
    assert follows.of_person(rounds.db, TEAM, BEN) == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("知恵の募集", "theme"),
        ("テーマ「知恵の募集」", "theme"),
        ("theme: 知恵の募集", "theme"),
        ("the theme “知恵の募集”", "theme"),
        ("議事録", "topic"),
        ("テーマ議事録", "theme"),
        ("theme Excel", "topic"),
        ("テーマ", "topic"),
    ],
)
def test_what_is_meant_by_a_name(rounds: Rounds, said: str, kind: str) -> None:
    """A theme may be called like a topic: then it is the topic, unless they say "theme"."""
    theme(rounds.db, "知恵の募集")
    theme(rounds.db, "議事録")
    assert following.called(rounds.world(), TEAM, BEN, said).kind == kind


def test_an_ended_theme_is_followed_no_longer_by_its_name(rounds: Rounds) -> None:
    one = theme(rounds.db, "知恵の募集")
    follow(rounds, BEN, one.id)
    themes.close(rounds.db, TEAM, one.id, by=None)
    named = following.called(rounds.world(), TEAM, BEN, "知恵の募集")
    following.unfollow(rounds.world(), TEAM, BEN, named)
    assert follows.of_person(rounds.db, TEAM, BEN) == []
