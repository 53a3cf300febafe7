"""The simulated year's rules for what comes at somebody's hour can fail: too early, too late, or not at all."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from benchmarks.simulate.checking import Check
from benchmarks.simulate.company import Someone
from benchmarks.simulate.kept import Copied, Kept, Moment, Shared, Wish
from benchmarks.simulate.record import Post

AYA = Someone("aya", "U1", "Asia/Tokyo", "ja-JP", "keen", "member", 0)
BEN = Someone("ben", "U2", "Asia/Tokyo", "ja-JP", "keen", "member", 0)
TOKYO = ZoneInfo("Asia/Tokyo")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
MONDAY_TEN = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
"""In Tokyo; no holiday comes until July."""

CAME = MONDAY_TEN - DAY


def post(at: datetime, kind: str, which: str = "1", words: str = "", tips: Sequence[str] = ()) -> Post:
    elements = [{"action_id": "digest.read", "value": tip} for tip in tips]
    blocks = ({"type": "actions", "elements": elements},)
    key = f"circulate:{kind}:{which}:U1"
    return Post(at.timestamp(), "D1", "U1", "", ephemeral=False, key=key, words=words or key, blocks=blocks)


def digest(at: datetime, title: str = "another") -> Post:
    return post(at, "digest", str(at), words=title, tips=[f"{title} {at}"])


def broken(
    posts: Sequence[Post] = (), wishes: Sequence[Wish] = (), ends: datetime = MONDAY_TEN + 5 * WEEK, **kept: Any
) -> list[str]:
    """The rules that Aya's year breaks."""
    moments = {one.at: Moment(one.at, "", "tick") for one in posts}
    chosen = {"aya": list(wishes or [Wish(CAME.timestamp())])}
    check = Check([AYA, BEN], Kept(moments=moments, wishes=chosen, **kept), posts, ends)
    return [said.partition(":")[0] for said in check.broken()]


def shared(at: datetime, *, by: str = "ben", channel: str = "C0AITIPS", is_worry: bool = False) -> list[Shared]:
    return [Shared(at.timestamp(), by, channel, is_worry, "Minutes with Claude")]


NEWS = MONDAY_TEN + 2 * DAY
DUE = MONDAY_TEN + WEEK


def test_who_wants_a_digest_and_has_news_goes_without_none() -> None:
    assert broken(shared=shared(NEWS)) == ["missing_digests"]
    assert broken([digest(DUE)], shared=shared(NEWS)) == []


@pytest.mark.parametrize(
    ("news", "wish"),
    [
        (shared(NEWS), Wish(CAME.timestamp(), digest="off")),
        (shared(NEWS), Wish(CAME.timestamp(), is_muted=True)),
        (shared(NEWS, by="aya"), Wish(CAME.timestamp())),
        (shared(NEWS, is_worry=True), Wish(CAME.timestamp())),
        (shared(NEWS, channel=""), Wish(CAME.timestamp())),
        # the week after, another hour is theirs
        (shared(NEWS), Wish(NEWS.timestamp())),
    ],
)
def test_no_digest_is_missing_where_none_was_wanted_or_nothing_was_new(news: list[Shared], wish: Wish) -> None:
    ends = MONDAY_TEN + 5 * WEEK if wish.since < NEWS.timestamp() else DUE + DAY
    assert broken(wishes=[wish], shared=news, ends=ends) == []


def test_news_is_what_somebody_follows_too_from_then_on() -> None:
    news = shared(NEWS, channel="")
    assert broken(shared=news, follows=[(CAME.timestamp(), "aya", "Minutes")]) == ["missing_digests"]
    assert broken(shared=news, follows=[(CAME.timestamp(), "aya", "Excel")]) == []
    assert broken(shared=news, follows=[((NEWS + DAY).timestamp(), "aya", "Minutes")]) == []


def test_what_a_notice_told_of_is_no_news_and_a_full_week_has_no_digest() -> None:
    notice = post(NEWS + HOUR, "notice", words="Minutes with Claude")
    assert broken([notice], shared=shared(NEWS)) == []
    slots = [post(DUE - HOUR + n * DAY, "care", str(n)) for n in (0, 1)]
    assert broken(slots, shared=shared(NEWS)) == []


def test_a_small_question_comes_from_each_hour_to_the_next() -> None:
    weekly = [Wish(CAME.timestamp(), prompts="weekly")]
    every = [post(MONDAY_TEN + 2 * DAY + n * WEEK, "prompt", str(n)) for n in range(5)]
    assert broken(every, weekly) == []
    assert broken([*every[:2], *every[3:]], weekly) == ["missing_prompts"]
    # one every third week is not enough
    assert broken(every[::3], weekly) == ["missing_prompts"] * 2


def test_every_two_weeks_a_small_question_comes_within_three() -> None:
    wish = [Wish(CAME.timestamp(), prompts="two_weeks")]
    every = [post(MONDAY_TEN + 2 * DAY + n * WEEK, "prompt", str(n)) for n in (2, 4, 6)]
    assert broken(every, wish, ends=MONDAY_TEN + 8 * WEEK) == []
    assert "missing_prompts" in broken(every[:1], wish, ends=MONDAY_TEN + 8 * WEEK)


TOOK = MONDAY_TEN + 3 * HOUR
COPIED = [Copied(TOOK.timestamp(), "aya", "t1", "U2")]


@pytest.mark.parametrize(
    ("asked", "rules"),
    [
        (TOOK + DAY, []),
        (TOOK + DAY + HOUR / 2, []),
        (TOOK + HOUR / 2, ["tried"]),
        (TOOK + 23 * HOUR, ["tried"]),
        (TOOK + DAY + HOUR, ["tried"]),
        (TOOK + 2 * DAY, ["tried"]),
        (None, ["missing_tried"]),
    ],
)
def test_who_took_a_prompt_along_is_asked_a_day_later(asked: datetime | None, rules: list[str]) -> None:
    assert broken([post(asked, "tried", "t1")] if asked else [], copied=COPIED) == rules


def test_what_is_due_after_the_days_last_tick_comes_next_morning() -> None:
    evening, morning = MONDAY_TEN + 8 * HOUR + HOUR / 2, MONDAY_TEN + 2 * DAY - HOUR
    copied = [Copied(evening.timestamp(), "aya", "t1", "U2")]
    assert broken([post(morning, "tried", "t1")], copied=copied) == []
    assert broken([post(morning + HOUR, "tried", "t1")], copied=copied) == ["tried"]


def test_who_took_nothing_along_is_not_asked() -> None:
    assert broken([post(TOOK + DAY, "tried", "t2")], copied=COPIED) == ["tried", "missing_tried"]


def test_who_takes_it_along_again_weeks_later_is_asked_again_and_only_then() -> None:
    asked = [post(TOOK + DAY + n * WEEK, "tried", "t1") for n in (0, 3)]
    again = Copied((TOOK + 3 * WEEK).timestamp(), "aya", "t1", "U2")
    assert broken(asked, copied=[*COPIED, again]) == []
    assert broken(asked, copied=COPIED) == ["tried"]


def test_nobody_is_asked_of_their_own_tip_when_they_muted_it_or_before_a_slot_is_free() -> None:
    assert broken(copied=[Copied(TOOK.timestamp(), "aya", "t1", "U1")]) == []
    assert broken(wishes=[Wish(CAME.timestamp(), is_muted=True)], copied=COPIED) == []
    slots = [post(MONDAY_TEN + n * HOUR, "care", str(n)) for n in (0, 1)]
    assert broken([*slots, post(MONDAY_TEN + WEEK - HOUR, "tried", "t1")], copied=COPIED) == []


@pytest.mark.parametrize(
    ("local", "month", "rules"),
    [
        (datetime(2026, 6, 1, 9, tzinfo=TOKYO), "2026-05", []),
        (datetime(2026, 6, 12, 9, tzinfo=TOKYO), "2026-05", []),
        (datetime(2026, 6, 15, 9, tzinfo=TOKYO), "2026-05", ["months"]),
        (datetime(2026, 5, 29, 18, tzinfo=TOKYO), "2026-05", ["months"]),
        (datetime(2026, 6, 1, 9, tzinfo=TOKYO), "2026-04", ["months"]),
    ],
)
def test_a_months_note_comes_in_the_first_days_of_the_next(local: datetime, month: str, rules: list[str]) -> None:
    assert broken([post(local.astimezone(UTC), "month", month)]) == rules
