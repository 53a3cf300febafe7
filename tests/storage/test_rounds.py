"""What comes round: follows, notices and digests, each tip once, with its reason, for whom may see it then."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.circulate import unasked as when
from bot.circulate.digest import sending
from bot.circulate.prompting import listeners as prompting
from storage import care, conversations, digests, questions, search, settings, tips, unasked
from storage.database import Database
from storage.records import DigestRhythm, Viewer
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, MONDAY, TUESDAY_NOON, Crash, Rounds, begun, follow, shared, tick
from tests.storage.steps import TEAM, everything, owned_by, take_name_off
from tests.storage.test_open_questions import asked


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    return begun(db, clock, {BEN: frozenset({"C1"}), CHIE: frozenset()})


def test_what_is_followed_comes_at_once_in_either_language_and_once(rounds: Rounds, clock: FrozenClock) -> None:
    follow(rounds, BEN, "Meeting minutes", "at_once")
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", topics=("議事録",))
    for _ in range(3):
        tick(rounds, clock)
    assert len(rounds.to(BEN)) == 1
    assert "you follow Meeting minutes" in rounds.blocks(BEN)
    clock.advance(days=6, hours=1)
    tick(rounds, clock)
    assert len(rounds.to(BEN)) == 1
    assert rounds.to(AYA) == rounds.to(CHIE) == []


def test_an_old_tip_that_a_host_verifies_is_no_news_a_second_time(rounds: Rounds, clock: FrozenClock) -> None:
    """Who was told of what is known for a while only: what is older than that is told to nobody."""
    follow(rounds, BEN, "Excel")
    clock.advance(minutes=1)
    tip = shared(rounds.db, "1.1", tools=("Excel",), channel="C9")
    for week in range(26):
        if week in (11, 12, 13, 20):
            care.verify_as_host(rounds.db, Viewer(TEAM, CHIE, is_full_member=True), tip.id)
        tick(rounds, clock, MONDAY + timedelta(weeks=week, days=1))
    assert len(rounds.to(BEN)) == 1


def test_an_old_answer_to_a_followed_question_is_no_news_a_second_time(rounds: Rounds, clock: FrozenClock) -> None:
    question = asked(rounds.db, "見積もりはどうする？")
    follow(rounds, BEN, question.id, kind="question")
    clock.advance(minutes=1)
    tip = shared(rounds.db, "1.1", title="見積もりの前提を三つ", channel="C9")
    questions.matched(rounds.db, question, [tip.id], 0)
    for week in range(26):
        tick(rounds, clock, MONDAY + timedelta(weeks=week, days=1))
    assert len(rounds.to(BEN)) == 1


def test_quiet_hours_hold_for_what_comes_at_once(rounds: Rounds, clock: FrozenClock) -> None:
    follow(rounds, BEN, "Excel", "at_once")
    clock.moment = TUESDAY_NOON.replace(hour=11)
    shared(rounds.db, "1.1", tools=("エクセル",))
    tick(rounds, clock)
    assert rounds.to(BEN) == []
    tick(rounds, clock, datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
    assert rounds.to(BEN) == []
    tick(rounds, clock, datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    assert len(rounds.to(BEN)) == 1


def test_once_a_day_is_at_ones_hour(rounds: Rounds, clock: FrozenClock) -> None:
    follow(rounds, BEN, "Excel", "daily")
    clock.advance(minutes=1)
    for ts in ("1.1", "1.2"):
        shared(rounds.db, ts, tools=("Excel",))
    tick(rounds, clock)
    assert rounds.to(BEN) == []
    tick(rounds, clock, datetime(2026, 11, 25, 1, 0, tzinfo=UTC))
    assert rounds.to(BEN) == ["New of what you follow (2)"]


def test_promise_3_an_anonymous_tip_never_matches_a_followed_person(rounds: Rounds, clock: FrozenClock) -> None:
    follow(rounds, BEN, AYA, "at_once", kind="person")
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", title="名前なし", anonymously=True)
    tick(rounds, clock)
    assert rounds.to(BEN) == []
    named = shared(rounds.db, "1.2", title="名前あり")
    tick(rounds, clock)
    assert "名前あり" in rounds.blocks(BEN)
    assert f"you follow <@{AYA}>" in rounds.blocks(BEN)
    take_name_off(rounds.db, Viewer(TEAM, AYA, is_full_member=True), named.id, owned_by(AYA))
    assert not [row for row in everything(rounds.db) if row.startswith("news:") and (AYA in row or BEN in row)]


def test_promise_2_who_may_not_see_a_tip_is_told_nothing_of_it(rounds: Rounds, clock: FrozenClock) -> None:
    for user in (BEN, CHIE):
        follow(rounds, user, "Excel", "at_once")
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", tools=("Excel",), private=True)
    gone = shared(rounds.db, "1.2", title="取り消し", tools=("Excel",))
    tips.withdraw(rounds.db, Viewer(TEAM, AYA, is_full_member=True), gone.id, owned_by(AYA))
    tick(rounds, clock)
    assert (len(rounds.to(BEN)), rounds.to(CHIE)) == (1, [])
    assert "取り消し" not in rounds.blocks(BEN)
    rounds.channels = {CHIE: frozenset({"C1"})}
    tick(rounds, clock, MONDAY)
    assert rounds.to(CHIE) == ["New for you (1)"]


def test_the_digest_comes_on_monday_at_ten_with_a_reason_each_and_nothing_twice(
    rounds: Rounds, clock: FrozenClock
) -> None:
    settings.change_workspace(rounds.db, TEAM, purpose="みんなのために")
    follow(rounds, BEN, "Excel")
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", title="by topic", tools=("エクセル",), channel="C9")
    shared(rounds.db, "1.2", title="by channel")
    shared(rounds.db, "1.3", title="of no interest", channel="C9")
    shared(rounds.db, "1.4", title="my own", by=BEN, tools=("Excel",))
    tick(rounds, clock, MONDAY - timedelta(seconds=1))
    assert rounds.to(BEN) == []
    tick(rounds, clock, MONDAY)
    assert rounds.to(BEN) == ["New for you (2)"]
    said = rounds.blocks(BEN)
    assert "you follow Excel" in said
    assert "new in <#C1>" in said
    assert "みんなのために" in said
    assert "of no interest" not in said
    assert "my own" not in said
    for weeks in (1, 2):
        tick(rounds, clock, MONDAY + timedelta(days=7 * weeks))
    assert len(rounds.to(BEN)) == 1, "nothing new: nothing is sent"


def test_the_first_digest_says_what_it_is_also_when_there_was_nothing_for_weeks(
    rounds: Rounds, clock: FrozenClock
) -> None:
    follow(rounds, BEN, "Excel")
    for week in range(2):
        tick(rounds, clock, MONDAY + timedelta(weeks=week))
    assert rounds.to(BEN) == []
    clock.advance(days=1)
    shared(rounds.db, "1.1", tools=("Excel",))
    tick(rounds, clock, MONDAY + timedelta(weeks=2))
    clock.advance(days=1)
    shared(rounds.db, "1.2", title="表をそろえる", tools=("Excel",))
    tick(rounds, clock, MONDAY + timedelta(weeks=3))
    assert len(rounds.to(BEN)) == 2
    assert rounds.blocks(BEN).count("This is your digest") == 1


def test_a_digest_has_five_items_at_most_and_the_rest_is_not_lost(rounds: Rounds, clock: FrozenClock) -> None:
    follow(rounds, CHIE, "Excel")
    clock.advance(minutes=1)
    for number in range(7):
        shared(rounds.db, f"1.{number}", title=f"tip {number}", tools=("Excel",))
    tick(rounds, clock, MONDAY)
    tick(rounds, clock, MONDAY + timedelta(days=7))
    assert rounds.to(CHIE) == ["New for you (5)", "New for you (2)"]
    assert all(rounds.blocks(CHIE).count(f"*tip {number}*") == 1 for number in range(7))


def test_promise_7_a_crash_after_the_post_repeats_nothing_and_loses_nothing(rounds: Rounds, clock: FrozenClock) -> None:
    follow(rounds, BEN, "Excel")
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", title="before", tools=("Excel",))
    rounds.dies_after_posting = True
    with pytest.raises(Crash):
        tick(rounds, clock, MONDAY)
    rounds.dies_after_posting = False
    shared(rounds.db, "1.2", title="meanwhile", tools=("Excel",))
    tick(rounds, clock)
    assert rounds.to(BEN) == ["New for you (1)"]
    assert unasked.booked(rounds.db, TEAM, BEN, "2026-11-30") == 1
    tick(rounds, clock, MONDAY + timedelta(days=7))
    assert "meanwhile" in rounds.blocks(BEN)
    assert rounds.blocks(BEN).count("*before*") == 1


def test_promise_7_a_digest_posted_before_a_crash_counts_in_its_week_though_the_next_one_is_full(
    rounds: Rounds, clock: FrozenClock
) -> None:
    """On a Friday a minute before seven in the evening; the bot is back when it is quiet already."""
    friday, monday = datetime(2026, 12, 4, 9, 59, tzinfo=UTC), datetime(2026, 12, 7, 0, 0, tzinfo=UTC)
    follow(rounds, BEN, "Excel")
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", title="before", tools=("Excel",))
    unasked.change_rhythm(rounds.db, TEAM, BEN, digest_at=friday)
    rounds.dies_after_posting = True
    with pytest.raises(Crash):
        tick(rounds, clock, friday)
    rounds.dies_after_posting = False
    for key in ("a", "b"):
        unasked.book(rounds.db, TEAM, BEN, "2026-12-07", key, at_most=2)
    for moment in (friday + timedelta(minutes=2), monday, monday + timedelta(weeks=1, hours=1)):
        tick(rounds, clock, moment)
    assert rounds.to(BEN) == ["New for you (1)"], "its tips do not come again"
    assert unasked.booked(rounds.db, TEAM, BEN, "2026-11-30") == 1


def test_the_digest_waits_for_the_day_after_a_holiday_and_for_a_slot(rounds: Rounds, clock: FrozenClock) -> None:
    rounds.change(BEN, locale="en-US")
    follow(rounds, BEN, "Excel")
    follow(rounds, CHIE, "Excel")
    coming_of_age_day = datetime(2027, 1, 11, 1, 0, tzinfo=UTC)
    clock.moment = coming_of_age_day - timedelta(days=3)
    for user in (BEN, CHIE):
        unasked.change_rhythm(rounds.db, TEAM, user, digest_at=coming_of_age_day)
    shared(rounds.db, "1.1", tools=("Excel",), channel="C9")
    for key in ("a", "b"):
        unasked.book(rounds.db, TEAM, CHIE, "2027-01-11", key, at_most=2)
    tick(rounds, clock, coming_of_age_day)
    assert rounds.to(BEN) == []
    tick(rounds, clock, datetime(2027, 1, 12, 0, 0, tzinfo=UTC))
    assert (len(rounds.to(BEN)), rounds.to(CHIE)) == (1, [])
    tick(rounds, clock, datetime(2027, 1, 18, 0, 0, tzinfo=UTC))
    assert len(rounds.to(CHIE)) == 1


@pytest.mark.parametrize(("every", "days"), [("weekly", 7), ("two_weeks", 14)])
def test_a_digest_that_came_late_before_its_hour_is_not_followed_by_the_next_at_that_hour(
    rounds: Rounds, clock: FrozenClock, every: DigestRhythm, days: int
) -> None:
    follow(rounds, BEN, "Excel")
    tuesday_nine = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    unasked.change_rhythm(rounds.db, TEAM, BEN, weekday=1, hour=10, digest=every, digest_at=tuesday_nine)
    sent: list[datetime] = []
    for day in range(15):
        for hour in (0, 1):
            clock.moment = tuesday_nine + timedelta(days=day, hours=hour)
            if day == 0:
                shared(rounds.db, f"1.{hour}", title=f"tip {hour}", tools=("Excel",), channel="C9")
            tick(rounds, clock)
            sent += [clock.moment] * (len(rounds.to(BEN)) - len(sent))
    assert sent == [tuesday_nine, tuesday_nine + timedelta(days=days, hours=1)]
    assert all(f"tip {hour}" in rounds.blocks(BEN) for hour in (0, 1))


def test_a_small_question_that_came_late_before_its_hour_is_not_followed_by_the_next_at_that_hour(
    rounds: Rounds, clock: FrozenClock
) -> None:
    wednesday_nine = datetime(2026, 12, 2, 0, 0, tzinfo=UTC)
    when.come_by(rounds.world(), TEAM, BEN)
    unasked.change_rhythm(rounds.db, TEAM, BEN, prompts="weekly", prompt_at=wednesday_nine)
    asked_at: list[datetime] = []
    for day in range(8):
        for hour in (0, 1):
            clock.moment = wednesday_nine + timedelta(days=day, hours=hour)
            prompting.tick(rounds.world())
            asked_at += [clock.moment] * (len(rounds.to(BEN)) - len(asked_at))
    assert asked_at == [wednesday_nine, wednesday_nine + timedelta(days=7, hours=1)]


def test_who_muted_or_wants_no_digest_hears_nothing(rounds: Rounds, clock: FrozenClock) -> None:
    for user in (BEN, CHIE):
        follow(rounds, user, "Excel", "at_once")
    unasked.change_rhythm(rounds.db, TEAM, BEN, is_muted=True)
    unasked.change_rhythm(rounds.db, TEAM, CHIE, digest="off")
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", tools=("Excel",))
    tick(rounds, clock)
    tick(rounds, clock, MONDAY)
    assert (rounds.to(BEN), rounds.to(CHIE)) == ([], ["New of what you follow (1)"])


@pytest.mark.parametrize("anonymously", [False, True])
def test_a_question_that_found_nothing_comes_back_with_its_answer(
    rounds: Rounds, clock: FrozenClock, tmp_path: Path, *, anonymously: bool
) -> None:
    """Also with one that was shared without a name on the same day, of which the day alone is known."""
    index = search.open_index(rounds.db, tmp_path / "index")
    when.come_by(rounds.world(), TEAM, CHIE)
    asked = {"team_id": TEAM, "question_id": "q1", "asker_id": CHIE, "text": "議事録の用語集はどう作りますか"}
    conversations.ask(rounds.db, **asked, language="ja", channel_id="D1", thread_ts="1.0")  # type: ignore[arg-type]
    conversations.note_answer(rounds.db, TEAM, "q1", "unanswered", [])
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", title="議事録は用語集つきで", channel="C9", anonymously=anonymously)
    clock.moment = MONDAY
    sending.tick(rounds.world(index))
    assert "your question" in rounds.blocks(CHIE)


def test_a_channels_digest_tells_what_everybody_there_may_see_once(rounds: Rounds, clock: FrozenClock) -> None:
    rounds.channels = {BEN: frozenset({"C1"}), CHIE: frozenset({"C1"})}
    digests.switch(rounds.db, when.first_of_channel(rounds.world(), TEAM, "C1", rounds.people[BEN]))
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", title="from here")
    shared(rounds.db, "1.2", title="for others", channel="C2", private=True)
    shared(rounds.db, "1.3", title="from elsewhere", channel="C9")
    rounds.dies_after_posting = True
    with pytest.raises(Crash):
        tick(rounds, clock, MONDAY)
    rounds.dies_after_posting = False
    tick(rounds, clock, MONDAY + timedelta(minutes=1))
    tick(rounds, clock, MONDAY + timedelta(days=7))
    assert rounds.to("C1") == ["What colleagues learned here (1)"]
    assert "from here" in rounds.blocks("C1")


def test_a_channels_digest_waits_for_the_hour_of_the_next_working_day_where_it_is_sent_for(
    rounds: Rounds, clock: FrozenClock
) -> None:
    """Monday, January 11th, is a holiday in Japan, and none in Germany."""
    rounds.channels = {BEN: frozenset({"C1", "C2"})}
    rounds.change(BEN, tz="Asia/Tokyo", locale="en-US")
    rounds.change(CHIE, tz="Europe/Berlin", locale="ja-JP")
    clock.moment = datetime(2027, 1, 7, 3, 0, tzinfo=UTC)
    for channel, admin in (("C1", BEN), ("C2", CHIE)):
        digests.switch(rounds.db, when.first_of_channel(rounds.world(), TEAM, channel, rounds.people[admin]))
        shared(rounds.db, f"1.{channel}", channel=channel)
    sent: dict[str, datetime] = {}
    for hours in range(48):
        tick(rounds, clock, datetime(2027, 1, 11, tzinfo=UTC) + timedelta(hours=hours))
        for to, _ in rounds.posts:
            sent.setdefault(to, clock.moment)
    assert sent["C1"] == datetime(2027, 1, 12, 1, 0, tzinfo=UTC)
    assert sent["C2"] == datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
    shared(rounds.db, "2.1", title="later")
    tick(rounds, clock, datetime(2027, 1, 18, 1, 0, tzinfo=UTC))
    assert rounds.to("C1") == ["What colleagues learned here (1)"] * 2
