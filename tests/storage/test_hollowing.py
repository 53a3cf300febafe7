"""A community that goes hollow: its hosts are told, nobody else, once a month, and within what holds for all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.circulate.insights import hollowing as warnings
from storage import hollowing, insights, settings, unasked
from storage.database import Database
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, Crash, Rounds
from tests.storage.steps import TEAM, everything
from tests.storage.test_insights import Done, lay

NOON = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
"""A Thursday in Tokyo, a day after the figures of a span came."""


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    clock.moment = NOON
    settings.change_workspace(db, TEAM, host_ids=(AYA, BEN))
    return Rounds(db)


def fall(db: Database, clock: FrozenClock, *people: int) -> None:
    """So many people asked in the last weeks that are over."""
    end = insights.last_week(clock.now())
    back = range(len(people), 0, -1)
    done = [
        replace(Done("ask", who, 0), day=(datetime(2026, 11, 26, 12, tzinfo=UTC) - end).days + 7 * weeks - 3)
        for many, weeks in zip(people, back, strict=True)
        for who in range(many)
    ]
    lay(db, done, TEAM)


def test_hosts_alone_are_warned_once_and_told_what_to_do(rounds: Rounds, clock: FrozenClock) -> None:
    fall(rounds.db, clock, 12, 11, 9, 8, 6)
    for _ in range(3):
        warnings.tick(rounds.world())
        clock.advance(hours=1)
    assert [to for to, _ in rounds.posts] == [AYA, BEN]
    assert rounds.to(CHIE) == []
    assert "four weeks in a row" in rounds.blocks(AYA)
    assert "Next:" in rounds.blocks(AYA)


def test_a_place_that_lives_is_left_in_peace(rounds: Rounds, clock: FrozenClock) -> None:
    fall(rounds.db, clock, 12, 11, 9, 9, 8)
    for _ in range(20):
        warnings.tick(rounds.world())
        clock.advance(days=2)
    assert rounds.posts == []


def test_a_warning_comes_once_a_month_at_most(rounds: Rounds, clock: FrozenClock) -> None:
    told = []
    for _ in range(120):
        span = (insights.last_span(clock.now()) - insights.SPAN).date()
        hollowing.keep(rounds.db, TEAM, span, ["few_carry"])
        before = len(rounds.to(AYA))
        warnings.tick(rounds.world())
        told += [clock.now()] * (len(rounds.to(AYA)) - before)
        clock.advance(days=1)
    assert len(told) in (3, 4)
    assert all(later - one >= timedelta(days=30) for one, later in pairwise(told))


def test_promise_9_a_warning_takes_one_of_the_weeks_slots_and_keeps_quiet_hours(
    rounds: Rounds, clock: FrozenClock
) -> None:
    span = (insights.last_span(clock.now()) - insights.SPAN).date()
    hollowing.keep(rounds.db, TEAM, span, ["fewer"])
    unasked.change_rhythm(rounds.db, TEAM, BEN, is_muted=True)
    settings.change_workspace(rounds.db, TEAM, unasked_a_week=1)
    assert unasked.book(rounds.db, TEAM, AYA, "2026-11-02", "something else", at_most=1)
    warnings.tick(rounds.world())
    assert rounds.posts == []
    clock.moment = datetime(2026, 11, 8, 16, 0, tzinfo=UTC)
    warnings.tick(rounds.world())
    assert rounds.posts == []
    clock.moment = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)
    warnings.tick(rounds.world())
    assert [to for to, _ in rounds.posts] == [AYA]
    assert unasked.booked(rounds.db, TEAM, AYA, "2026-11-09") == 1


def test_promise_7_a_warning_whose_sender_died_is_sent_once(rounds: Rounds, clock: FrozenClock) -> None:
    span = (insights.last_span(clock.now()) - insights.SPAN).date()
    hollowing.keep(rounds.db, TEAM, span, ["fewer"])
    rounds.dies_after_posting = True
    with pytest.raises(Crash):
        warnings.tick(rounds.world())
    rounds.dies_after_posting = False
    warnings.tick(rounds.world())
    assert [to for to, _ in rounds.posts] == [AYA, BEN]


def test_what_was_found_is_looked_at_once_and_names_nobody(rounds: Rounds, clock: FrozenClock) -> None:
    span = (insights.last_span(clock.now()) - insights.SPAN).date()
    assert hollowing.found(rounds.db, TEAM, span) is None
    assert hollowing.keep(rounds.db, TEAM, span, ["fewer"]) == ("fewer",)
    assert hollowing.keep(rounds.db, TEAM, span, []) == ("fewer",)
    later = span + insights.SPAN
    assert hollowing.keep(rounds.db, TEAM, later, []) == ()
    assert hollowing.found(rounds.db, TEAM, span) is None
    kept = [row for row in everything(rounds.db) if row.startswith("hollowings:")]
    assert len(kept) == 1
    assert AYA not in kept[0]
