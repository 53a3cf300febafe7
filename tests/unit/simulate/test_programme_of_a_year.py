"""The simulated year's rules for what hosts and admins set going can fail: channels' digests, and themes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.simulate.checking import Check
from benchmarks.simulate.company import Someone
from benchmarks.simulate.kept import Kept, Moment, Shared, Started, SwitchedOn
from benchmarks.simulate.record import Post

AYA = Someone("aya", "U1", "Asia/Tokyo", "ja-JP", "keen", "admin", 0, is_host=True)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MONDAY_TEN = datetime(2026, 7, 6, 1, 0, tzinfo=UTC)
"""In Tokyo; Monday the 20th is a holiday there."""

STARTED = MONDAY_TEN + 2 * HOUR


def broken(posts: Sequence[Post], kept: Kept, ends: datetime = MONDAY_TEN + 5 * WEEK) -> list[str]:
    kept.moments = {one.at: Moment(one.at, "aya" if one.at == STARTED.timestamp() else "", "…") for one in posts}
    kept.switched_on = [
        SwitchedOn((MONDAY_TEN - WEEK).timestamp(), "C0AITIPS", "circulate:channel:", "aya"),
        SwitchedOn(0.0, "C0GENERAL", "theme:", "aya"),
    ]
    return [said.partition(":")[0] for said in Check([AYA], kept, posts, ends).broken()]


def post(at: datetime, key: str, *, channel: str = "C0GENERAL", to: str = "", tips: Sequence[str] = ()) -> Post:
    elements = [{"action_id": "digest.read", "value": tip} for tip in tips]
    blocks = ({"type": "actions", "elements": elements},)
    return Post(at.timestamp(), channel, to, "", ephemeral=False, key=key, words=key, blocks=blocks)


def channel_digest(at: datetime, *tips: str) -> Post:
    return post(at, f"circulate:channel:C0AITIPS:{at}", channel="C0AITIPS", tips=tips or [str(at)])


@pytest.mark.parametrize(
    ("at", "rules"),
    [
        (MONDAY_TEN + WEEK, []),
        (MONDAY_TEN + WEEK + HOUR, ["channel_digests"]),
        (MONDAY_TEN + WEEK + DAY, ["channel_digests"]),
        (MONDAY_TEN + WEEK - DAY, ["channel_digests"]),
        (MONDAY_TEN + 2 * WEEK, ["channel_digests"]),
        (MONDAY_TEN + 2 * WEEK + DAY, []),
    ],
)
def test_a_channels_digest_comes_on_mondays_and_after_a_holiday_on_the_next_working_day(
    at: datetime, rules: list[str]
) -> None:
    assert broken([channel_digest(at)], Kept()) == rules


def test_a_channels_digest_is_missing_when_something_was_new_there() -> None:
    new = Shared((MONDAY_TEN + DAY).timestamp(), "ben", "C0AITIPS", is_worry=False, title="Minutes")
    assert broken([], Kept(shared=[new])) == ["channel_digests"]
    assert broken([channel_digest(MONDAY_TEN + WEEK)], Kept(shared=[new])) == []
    elsewhere = Shared(new.at, "ben", "C0GENERAL", is_worry=False, title="Minutes")
    assert broken([], Kept(shared=[elsewhere])) == []


def test_a_channel_is_told_of_a_tip_once_and_of_few() -> None:
    assert broken([channel_digest(MONDAY_TEN + n * WEEK, "t1") for n in (0, 1)], Kept()) == ["told_twice"]
    assert broken([channel_digest(MONDAY_TEN, *"abcdef")], Kept()) == ["channel_digests"]


def theme(*more: Post, weeks: int = 2, ends: datetime = MONDAY_TEN + 5 * WEEK) -> list[str]:
    kickoff = post(STARTED, "theme:1:kickoff")
    return broken([kickoff, *more], Kept(themes=[Started(STARTED.timestamp(), "aya", weeks)]), ends)


def wrap(at: datetime) -> Post:
    return post(at, f"theme:1:owner:wrap:{at:%Y%m%d%H%M%S}:U1", channel="D1", to="U1")


# the end falls on the holiday, and its owner hears of it the next morning at nine
END = MONDAY_TEN + 2 * WEEK + DAY - HOUR


@pytest.mark.parametrize(
    ("at", "rules"),
    [
        (END, []),
        (END + HOUR, ["theme_ends"]),
        (STARTED + 2 * WEEK - DAY * 3, ["theme_ends"]),
        (None, ["theme_ends"]),
    ],
)
def test_an_owner_is_shown_the_wrap_up_when_the_weeks_are_over(at: datetime | None, rules: list[str]) -> None:
    assert theme(*([wrap(at)] if at else [])) == rules


def test_a_theme_that_went_idle_may_end_before() -> None:
    idle = post(MONDAY_TEN + 10 * DAY, "theme:1:owner:idle:20260706:U1", channel="D1", to="U1")
    assert theme(idle) == []


@pytest.mark.parametrize(
    ("reminders", "rules"),
    [
        ([STARTED + WEEK], []),
        ([STARTED + WEEK, STARTED + 2 * WEEK + DAY], []),
        ([STARTED + WEEK - DAY * 3], ["theme_reminders"]),
        ([STARTED + WEEK, STARTED + 2 * WEEK - 4 * DAY], ["theme_reminders"]),
        ([STARTED + WEEK + 10 * HOUR], ["theme_reminders"]),
        ([STARTED + WEEK + 5 * DAY], ["theme_reminders"]),
    ],
)
def test_a_channel_is_reminded_of_a_theme_once_a_week_on_working_days(
    reminders: list[datetime], rules: list[str]
) -> None:
    posts = [post(at, f"theme:1:reminder:{number}") for number, at in enumerate(reminders)]
    assert theme(*posts, weeks=4, ends=MONDAY_TEN + 3 * WEEK) == rules
