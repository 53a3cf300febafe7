"""Nine days of the simulated year over a change of clocks, with a crash a day; the whole year is `make simulate`."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from benchmarks.simulate.checking import Check, differing
from benchmarks.simulate.judged import kind_of
from benchmarks.simulate.side_by_side import live_all
from benchmarks.simulate.year import live

CHANGE = datetime(2026, 3, 29, 1, tzinfo=UTC)
"""Europe's clocks go forward."""


@pytest.mark.timeout(600)
def test_days_over_a_change_of_clocks_with_a_crash_each_keep_every_rule() -> None:
    lived = live(count=40, days=9, start=datetime(2026, 3, 23, tzinfo=UTC), lively=3.0, crashes=1)
    check = Check(lived.people, lived.kept, lived.posts, lived.ends)
    assert check.broken() == []
    assert (lived.crashes, lived.starts) == (9, 10)
    assert lived.crashes_at_work >= 4
    by_clock = {kind_of(post) for post in check.by_clock}
    assert {"digest", "welcome"} <= by_clock
    hours = {
        (post.moment < CHANGE, post.moment.astimezone(ZoneInfo("Europe/Berlin")).hour)
        for post in check.by_clock
        if kind_of(post) == "digest" and check.persons[post.to].someone.tz == "Europe/Berlin"
    }
    assert (False, 10) in hours


@pytest.mark.timeout(600)
def test_days_with_a_crash_each_bring_the_same_messages_word_by_word() -> None:
    year = {"count": 40, "days": 6, "start": datetime(2026, 3, 23, tzinfo=UTC), "lively": 3.0, "compared": True}
    without, crashed = live_all([year, {**year, "crashes": 1}])
    assert (without.crashes, crashed.crashes) == (0, 6)
    assert len(without.standing) > 20
    assert differing(without.standing, crashed.standing) == ([], [])
