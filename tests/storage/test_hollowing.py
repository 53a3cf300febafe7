"""A community that goes hollow: its hosts are told, nobody else, once a month, and within what holds for all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.circulate.insights import listeners
from bot.conversation import Channel
from storage import deliveries, insights, settings, unasked
from storage.database import Database
from storage.records import MessageRef
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, Crash, Rounds
from tests.storage.lived import MEMBERS, NOW, Done, lay
from tests.storage.steps import TEAM

NOON = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
"""A Thursday in Tokyo, a day after the figures of a span came."""


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    clock.moment = NOON
    settings.change_workspace(db, TEAM, host_ids=(AYA, BEN))
    return Rounds(db, own=(Channel("C1", "c", False, False, True),), members=MEMBERS)


def fall(db: Database, clock: FrozenClock, *people: int, weeks_ago: int = 0) -> None:
    """So many people asked in the last weeks that are over."""
    end = insights.last_week(clock.now()) - insights.WEEK * weeks_ago
    back = range(len(people), 0, -1)
    done = [
        replace(Done("ask", who, 0), day=(NOW - end).days + 7 * weeks - 3)
        for many, weeks in zip(people, back, strict=True)
        for who in range(many)
    ]
    lay(db, done, TEAM)


def tick(rounds: Rounds) -> None:
    """As the clock of insights does."""
    listeners.tick(rounds.world())


def carried(db: Database, clock: FrozenClock, weeks: int) -> None:
    """A few share most of it, through all of these weeks."""
    days = range((NOW - clock.now()).days - 7 * weeks, (NOW - clock.now()).days + 60, 7)
    lay(db, [Done("share", who, day) for day in days for who in [*list(range(5)) * 5, *range(5, 12)]], TEAM)


def test_hosts_alone_are_warned_once_and_told_what_to_do(rounds: Rounds, clock: FrozenClock) -> None:
    fall(rounds.db, clock, 18, 16, 13, 9, 7)
    for _ in range(3):
        tick(rounds)
        clock.advance(hours=1)
    assert [to for to, _ in rounds.posts] == [AYA, BEN]
    assert rounds.to(CHIE) == []
    assert "four weeks" in rounds.blocks(AYA)
    assert "Next:" in rounds.blocks(AYA)


@pytest.mark.parametrize("people", [(14, 13, 12, 11, 10), (18, 16, 13, 14, 15), (18, 13, 18, 9, 7), (9, 8, 7, 6, 5)])
def test_a_place_that_lives_is_left_in_peace(rounds: Rounds, clock: FrozenClock, people: tuple[int, ...]) -> None:
    """Nor is there a warning by what is not told: one more or less person in a week."""
    fall(rounds.db, clock, *people)
    tick(rounds)
    assert rounds.posts == []


@pytest.mark.parametrize("weeks", range(4))
def test_a_fall_is_told_in_whichever_week_it_ends(rounds: Rounds, clock: FrozenClock, weeks: int) -> None:
    fall(rounds.db, clock, 18, 16, 13, 9, 7, 20, weeks_ago=-weeks - 1)
    for _ in range(7 * weeks + 5):
        tick(rounds)
        clock.advance(days=1)
    assert len(rounds.to(AYA)) == 1


def test_a_warning_comes_once_a_month_at_most(rounds: Rounds, clock: FrozenClock) -> None:
    carried(rounds.db, clock, weeks=20)
    told = []
    for _ in range(120):
        before = len(rounds.to(AYA))
        tick(rounds)
        told += [clock.now()] * (len(rounds.to(AYA)) - before)
        clock.advance(days=1)
    assert len(told) in (3, 4)
    assert all(later - one >= timedelta(days=30) for one, later in pairwise(told))


def test_a_warning_of_before_this_version_counts_for_the_month(rounds: Rounds, clock: FrozenClock) -> None:
    """It was named by its span; it is named by the four weeks up to the last one now."""
    span = (insights.last_span(clock.now()) - insights.SPAN).date()
    clock.advance(days=12)
    key = deliveries.to_person("hollowing", span.isoformat(), AYA)
    deliveries.begin(rounds.db, TEAM, key, "DAYA")
    deliveries.done(rounds.db, TEAM, key, MessageRef("DAYA", "1.1"))
    fall(rounds.db, clock, 18, 16, 13, 9, 7, 6, 5, weeks_ago=-3)
    for _ in range(29):
        tick(rounds)
        clock.advance(days=1)
    assert rounds.to(AYA) == []
    assert len(rounds.to(BEN)) == 1


def test_promise_9_a_warning_takes_one_of_the_weeks_slots_and_keeps_quiet_hours(
    rounds: Rounds, clock: FrozenClock
) -> None:
    carried(rounds.db, clock, weeks=4)
    unasked.change_rhythm(rounds.db, TEAM, BEN, is_muted=True)
    settings.change_workspace(rounds.db, TEAM, unasked_a_week=1)
    assert unasked.book(rounds.db, TEAM, AYA, "2026-11-02", "something else", at_most=1)
    tick(rounds)
    assert rounds.posts == []
    clock.moment = datetime(2026, 11, 8, 16, 0, tzinfo=UTC)
    tick(rounds)
    assert rounds.posts == []
    clock.moment = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
    tick(rounds)
    assert [to for to, _ in rounds.posts] == [AYA]
    assert unasked.booked(rounds.db, TEAM, AYA, "2026-11-09") == 1


def test_promise_7_a_warning_whose_sender_died_is_sent_once(rounds: Rounds, clock: FrozenClock) -> None:
    carried(rounds.db, clock, weeks=4)
    rounds.dies_after_posting = True
    with pytest.raises(Crash):
        tick(rounds)
    rounds.dies_after_posting = False
    tick(rounds)
    assert [to for to, _ in rounds.posts] == [AYA, BEN]
