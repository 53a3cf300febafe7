"""The checker of the simulated year can fail: each rule once, broken."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.simulate.checking import Check, differing
from benchmarks.simulate.company import Someone
from benchmarks.simulate.kept import Kept, Moment, SwitchedOn, Wish
from benchmarks.simulate.record import Post, words

AYA = Someone("aya", "U1", "Asia/Tokyo", "ja-JP", "keen", "member", 0)
BEN = Someone("ben", "U2", "Asia/Tokyo", "ja-JP", "keen", "member", 0)
MONDAY_TEN = datetime(2026, 3, 30, 1, 0, tzinfo=UTC)
"""In Tokyo."""


def post(at: datetime = MONDAY_TEN, key: str = "circulate:digest:a:U1", to: str = "U1", **changes: Any) -> Post:
    told: dict[str, Any] = {
        "channel": "D1",
        "thread_ts": "",
        "ephemeral": False,
        "words": key,
        "blocks": items("t1"),
    }
    return Post(at=at.timestamp(), to=to, key=key, **{**told, **changes})


def items(*tips: str) -> tuple[dict[str, Any], ...]:
    return ({"type": "actions", "elements": [{"action_id": "digest.read", "value": tip} for tip in tips]},)


def broken(*posts: Post, wish: Wish | None = None, acted: bool = False, days: int = 30) -> list[str]:
    moments = {one.at: Moment(one.at, "aya" if acted else "", "tick") for one in posts}
    kept = Kept(moments=moments, wishes={"aya": [wish or Wish(0.0)]})
    check = Check([AYA], kept, posts, MONDAY_TEN + timedelta(days=days))
    return [said.partition(":")[0] for said in check.broken()]


def test_a_digest_on_its_weekday_at_its_hour_breaks_nothing() -> None:
    assert broken(post()) == []


@pytest.mark.parametrize(
    ("posts", "rule"),
    [
        ((post(), post(MONDAY_TEN + timedelta(days=7), blocks=items("t2"))), "twice"),
        ((post(), post(MONDAY_TEN + timedelta(days=7), "circulate:digest:b:U1")), "told_twice"),
        ((post(MONDAY_TEN + timedelta(hours=10)),), "quiet"),
        ((post(datetime(2026, 3, 20, 1, tzinfo=UTC), "draft:1:reminder"),), "quiet"),
        ((post(MONDAY_TEN - timedelta(days=1)),), "quiet"),
        (tuple(post(key=f"circulate:tried:{n}:U1", blocks=()) for n in range(3)), "cap"),
        (tuple(post(key=f"circulate:something_new:{n}:U1", blocks=()) for n in range(3)), "cap"),
        ((post(to="", channel="C0RANDOM", key="circulate:channel:x"),), "places"),
        ((post(to="", channel="C0GENERAL", key="circulate:channel:x"),), "places"),
        ((post(MONDAY_TEN + timedelta(hours=2)),), "digests"),
        ((post(MONDAY_TEN + timedelta(days=1)),), "digests"),
        ((post(blocks=items(*"abcdef")),), "digests"),
        ((post(key="circulate:prompt:1:U1", blocks=()),), "prompts"),
        (tuple(post(key=f"circulate:care:{n}:U1", blocks=()) for n in range(3)), "cap"),
        ((post(MONDAY_TEN + timedelta(hours=10), "talk:1:over"),), "quiet"),
        ((post(key="circulate:turn:2026-03-23:U1", blocks=()),), "turns"),
    ],
)
def test_each_broken_rule_is_named(posts: tuple[Post, ...], rule: str) -> None:
    assert rule in broken(*posts)


def test_the_same_words_on_one_day_are_the_same_message_unless_they_are_about_another_tip() -> None:
    first, again, other = (
        post(key=f"circulate:care:{number}:U1", words="Does it still hold?", blocks=items(tip))
        for number, tip in enumerate(("t1", "t1", "t2"))
    )
    assert "twice" in broken(first, again)
    assert "twice" not in broken(first, other)


def test_what_was_muted_is_named() -> None:
    assert "muted" in broken(post(), wish=Wish(0.0, is_muted=True))


def test_a_holiday_moves_a_digest_to_the_first_hour_that_is_free() -> None:
    tuesday_nine = datetime(2026, 7, 21, 0, 0, tzinfo=UTC)
    assert broken(post(tuesday_nine)) == []
    assert broken(post(tuesday_nine + timedelta(hours=1))) == ["digests"]
    assert "quiet" in broken(post(datetime(2026, 7, 20, 1, tzinfo=UTC)))


def test_what_somebody_did_is_answered_at_any_hour() -> None:
    assert broken(post(MONDAY_TEN + timedelta(hours=10), "a" * 32 + ":card"), acted=True) == []


def test_what_comes_round_to_somebody_when_another_acts_keeps_their_hours() -> None:
    asked = post(MONDAY_TEN + timedelta(hours=10), "circulate:swap:2026-03-30:1:U1", blocks=())
    kept = Kept(moments={asked.at: Moment(asked.at, "ben", "works through the queue")}, wishes={"aya": [Wish(0.0)]})
    check = Check([AYA, BEN], kept, [asked], MONDAY_TEN + timedelta(days=30))
    assert [said.partition(":")[0] for said in check.broken()] == ["quiet"]
    assert check.unasked == []


def test_two_are_brought_together_when_one_of_them_says_yes_and_not_otherwise() -> None:
    said = post(to="", channel="C9", key="0:together", blocks=(), among=("U1", "U2"))
    for who, rules in (("ben", []), ("chie", ["places"]), ("", ["places"])):
        kept = Kept(moments={said.at: Moment(said.at, who, "reads messages")})
        check = Check([AYA, BEN], kept, [said], MONDAY_TEN + timedelta(days=30))
        assert [one.partition(":")[0] for one in check.broken()] == rules


@pytest.mark.parametrize(
    ("told", "threads", "is_fine"),
    [
        # switched on for this kind, and there
        ({"channel": "C0GENERAL", "key": "theme:1:kickoff"}, {}, True),
        ({"channel": "C0AITIPS", "key": "theme:1:kickoff"}, {}, False),
        ({"channel": "C0GENERAL", "key": "question:1:post"}, {}, False),
        # in a thread of who acts, and of nobody else
        ({"channel": "C0RANDOM", "key": "a:reply", "thread_ts": "1.0"}, {("C0RANDOM", "1.0"): {"U1": 5.0}}, True),
        ({"channel": "C0RANDOM", "key": "a:reply", "thread_ts": "1.0"}, {("C0RANDOM", "1.0"): {"U2": 5.0}}, False),
        ({"channel": "C0RANDOM", "key": "a:reply", "thread_ts": "2.0"}, {("C0RANDOM", "1.0"): {"U1": 5.0}}, False),
        ({"channel": "C0GENERAL", "key": "a:reply"}, {}, False),
        # seen by who acts alone, and by nobody else
        ({"channel": "C0RANDOM", "to": "U1", "ephemeral": True, "key": "a:said"}, {}, True),
        ({"channel": "C0RANDOM", "to": "U2", "ephemeral": True, "key": "a:said"}, {}, False),
    ],
)
def test_the_bot_speaks_in_channels_only_where_that_was_chosen_and_in_threads_of_who_acts(
    told: Mapping[str, Any], threads: Any, is_fine: bool
) -> None:
    said = post(**{"to": "", "blocks": (), **told})
    kept = Kept(moments={said.at: Moment(said.at, "aya", "asks")}, threads=threads)
    kept.switched_on.append(SwitchedOn(0.0, "C0GENERAL", "theme:", "aya"))
    check = Check([AYA, BEN], kept, [said], MONDAY_TEN + timedelta(days=30))
    assert check.broken() == ([] if is_fine else [f"places: {said.key} in {said.channel} at {said.moment}"])


def test_a_channel_hears_nothing_before_somebody_chose_it() -> None:
    said = post(to="", channel="C0GENERAL", key="theme:1:kickoff", blocks=())
    kept = Kept(moments={said.at: Moment(said.at, "aya", "starts a theme")})
    kept.switched_on.append(SwitchedOn(said.at + 1, "C0GENERAL", "theme:", "aya"))
    assert "places" in Check([AYA], kept, [said], MONDAY_TEN).broken()[0]


def test_each_week_is_one_hosts_and_none_is_nobodys() -> None:
    first = post(key="circulate:turn:2026-03-30:U1", blocks=())
    fourth = post(MONDAY_TEN + timedelta(days=21), "circulate:turn:2026-04-20:U1", blocks=())
    assert broken(first, fourth, days=28) == ["turns", "turns"]
    also = post(key="circulate:turn:2026-03-30:U2", to="U2", blocks=())
    moments = {MONDAY_TEN.timestamp(): Moment(MONDAY_TEN.timestamp(), "", "tick")}
    check = Check([AYA, BEN], Kept(moments=moments), [first, also], MONDAY_TEN + timedelta(days=7))
    assert [said.partition(":")[0] for said in check.broken()] == ["turns"]


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ({"queue_minutes": {"2026-03-30": 15}}, []),
        ({"queue_minutes": {"2026-03-30": 16}}, ["host_minutes"]),
        ({"insights": {"weeks": [{"start": "2026-03-30", "people": 0}]}}, []),
        ({"insights": {"weeks": [{"start": "2026-03-30", "people": 5}]}}, ["insights"]),
        ({"insights": {"weeks": [{"start": "2026-03-30", "people": 1}]}}, ["insights"]),
    ],
)
def test_hosts_give_a_quarter_of_an_hour_and_figures_tell_of_no_more_people_than_there_were(
    told: dict[str, Any], rule: list[str]
) -> None:
    acts = {(MONDAY_TEN.timestamp(), f"p{number}") for number in range(4)}
    check = Check([AYA], Kept(acts=acts, **told), [], MONDAY_TEN + timedelta(days=30))
    assert [said.partition(":")[0] for said in check.broken()] == rule


def test_two_years_differ_in_what_is_read_not_in_slacks_ids() -> None:
    first = words("See https://x.slack.com/archives/C1/p1700000000000100", [])
    second = words("See https://x.slack.com/archives/C1/p1700000000000200", [])
    assert differing([("U1", "d", first)], [("U1", "d", second)]) == ([], [])
    assert differing([("U1", "d", "a"), ("U1", "d", "a")], [("U1", "d", "a")]) == ([("U1", "d", "a")], [])
