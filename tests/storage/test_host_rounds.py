"""The hosts' queue and turns by the clock, without Slack: who is asked, when, and what waits for next week."""

from pathlib import Path

import pytest

from bot.circulate.hosting import finding, owners, service, turns, views
from bot.circulate.service import home_of
from bot.errors import Refused
from storage import care, conversations, feedback, keepers, policies, reports, search, settings, tips, trials, unasked
from storage import turns as kept
from storage.database import Database
from storage.records import FeedbackSums, Viewer
from storage.search import Index
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, Crash, Rounds, shared
from tests.storage.host_steps import EVERYBODY, decide, kinds, old_tip
from tests.storage.steps import TEAM, as_host, hashed, owned_by


@pytest.fixture
def rounds(db: Database) -> Rounds:
    settings.change_workspace(db, TEAM, host_ids=(CHIE,), unasked_a_week=3)
    return Rounds(db)


@pytest.fixture
def index(db: Database, tmp_path: Path) -> Index:
    return search.open_index(db, tmp_path / "index")


def test_a_hosts_home_says_the_same_before_and_after_a_colleagues_tap(rounds: Rounds, clock: FrozenClock) -> None:
    """Feedback counts when its week is over, and in fives."""
    place = {"channel_id": "D1", "thread_ts": "1.1"}
    conversations.ask(
        rounds.db, team_id=TEAM, question_id="a1", asker_id=AYA, text="議事録は？", language="ja", **place
    )
    month = f"{clock.now():%Y-%m}"
    sums, told = [], []
    for number in range(7):
        feedback.give(rounds.db, TEAM, "a1", f"U{number}", "not_helpful")
        policies.told(rounds.db, TEAM, month, hashed("person", str(number)))
        home = home_of(rounds.world(), TEAM, CHIE, "en")
        sums.append(home.feedback)
        told.append(home.told_of_policy)
    assert (set(sums), set(told)) == ({FeedbackSums()}, {None})
    clock.advance(days=31)
    home = home_of(rounds.world(), TEAM, CHIE, "en")
    assert (home.feedback, home.told_of_policy) == (FeedbackSums(5, 0, 5), 5)


def test_the_owner_is_asked_first_and_a_host_decides_when_they_stay_silent(
    rounds: Rounds, clock: FrozenClock, index: Index
) -> None:
    tip = old_tip(rounds, clock)
    finding.tick(rounds.world(index))
    assert "stale" in kinds(rounds)
    with pytest.raises(Refused):
        decide(rounds, CHIE, "obsolete", "stale", tip.id)
    with pytest.raises(Refused):
        decide(rounds, BEN, "verify", "stale", tip.id)
    reports.give(rounds.db, EVERYBODY, tip.id, "wrong", is_owner=owned_by(CHIE))
    assert kinds(rounds).count("stale") == 0, "one that was reported comes as such, once"
    decide(rounds, CHIE, "ask_owner", "report", tip.id)
    assert kinds(rounds) == [], "its owner is asked"
    clock.moment = clock.moment.replace(hour=3)
    for _ in range(2):
        owners.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    assert "Somebody says of your tip" in rounds.to(AYA)[0]
    assert CHIE not in rounds.to(AYA)[0]
    clock.advance(days=15)
    finding.tick(rounds.world(index))
    [entry] = service.queue_for(rounds.world(), EVERYBODY).entries
    assert (entry.item.kind, entry.silence, entry.may_end) == ("report", "unanswered", True)
    assert "wrong · " in str(views.item(entry, "en", "UTC", clock.now()))
    reports.give(rounds.db, EVERYBODY, tip.id, "outdated", is_owner=owned_by(CHIE))
    [again] = service.queue_for(rounds.world(), EVERYBODY).entries
    assert (again.report is not None, again.silence) == (True, "unanswered"), "reported anew, its owner silent still"
    decide(rounds, CHIE, "obsolete", "report", tip.id)
    assert tips.get(rounds.db, EVERYBODY, tip.id) is None
    assert sum(service.minutes_by_week(rounds.world(), TEAM).values()) == 4


def test_a_host_hears_for_how_long_nobody_touched_a_tip_and_not_of_one_that_somebody_did(
    rounds: Rounds, clock: FrozenClock, index: Index
) -> None:
    tip = old_tip(rounds, clock)
    ben = Viewer(TEAM, BEN, is_full_member=True)
    trials.note(rounds.db, ben, tip.id, "worked", is_owner=owned_by(BEN))
    clock.advance(days=190)
    finding.tick(rounds.world(index))
    [entry] = [one for one in service.queue_for(rounds.world(), EVERYBODY).entries if one.item.kind == "stale"]
    assert entry.untouched_days == 190
    assert "190 days" in str(views.item(entry, "en", "UTC", clock.now()))
    trials.note(rounds.db, ben, tip.id, "changed", is_owner=owned_by(BEN))
    assert "stale" in kinds(rounds)
    trials.note(rounds.db, ben, tip.id, "worked", is_owner=owned_by(BEN))
    assert "stale" not in kinds(rounds)


def test_promise_9_who_is_asked_about_a_tip_is_asked_within_the_cap_and_never_in_quiet_hours(
    rounds: Rounds, clock: FrozenClock
) -> None:
    settings.change_workspace(rounds.db, TEAM, unasked_a_week=1)
    for number in range(3):
        tip = shared(rounds.db, f"1.{number}", title=f"tip {number}")
        as_host(rounds.db, care.ask, EVERYBODY, tip.id, "stale")
    clock.moment = clock.moment.replace(hour=14)
    owners.tick(rounds.world())
    assert rounds.to(AYA) == []
    clock.advance(hours=12)
    owners.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    unasked.change_rhythm(rounds.db, TEAM, AYA, is_muted=True)
    clock.advance(days=7)
    owners.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1


def test_who_looks_after_a_tip_is_asked_about_it_and_reads_whose_it_is(rounds: Rounds, clock: FrozenClock) -> None:
    tip = shared(rounds.db, "1.1", title="a tip of somebody who left")
    keepers.left(rounds.db, TEAM, AYA)
    keepers.take_over(rounds.db, Viewer(TEAM, BEN, is_full_member=True), tip.id)
    as_host(rounds.db, care.ask, EVERYBODY, tip.id, "stale")
    clock.moment = clock.moment.replace(hour=3)
    for _ in range(2):
        owners.tick(rounds.world())
    assert (rounds.to(AYA), len(rounds.to(BEN))) == ([], 1)
    assert f"<@{AYA}>" in rounds.blocks(BEN)
    assert owners.verify(rounds.world(), TEAM, BEN, tip.id).verified_by == "owner"


def test_promise_3_who_shared_without_a_name_is_written_nothing(
    rounds: Rounds, clock: FrozenClock, index: Index
) -> None:
    tip = old_tip(rounds, clock, anonymously=True)
    finding.tick(rounds.world(index))
    decide(rounds, CHIE, "ask_owner", "stale", tip.id)
    clock.moment = clock.moment.replace(hour=3)
    owners.tick(rounds.world())
    assert rounds.posts == []
    assert care.of_tips(rounds.db, TEAM, [tip.id])[tip.id].what == "stale"
    assert owners.verify(rounds.world(), TEAM, AYA, tip.id).verified_by == "owner"


def test_the_queue_holds_what_a_week_has_minutes_for_and_the_rest_waits(rounds: Rounds, clock: FrozenClock) -> None:
    every = [shared(rounds.db, f"1.{number}", title=f"tip {number}") for number in range(12)]
    for tip in every:
        reports.give(rounds.db, EVERYBODY, tip.id, "wrong", is_owner=owned_by(CHIE))
    queue = service.queue_for(rounds.world(), EVERYBODY)
    assert (len(queue.entries), queue.minutes, queue.later) == (7, 14, 5)
    for entry in queue.entries[:6]:
        decide(rounds, CHIE, "fine", "report", entry.item.key)
    queue = service.queue_for(rounds.world(), EVERYBODY)
    assert (len(queue.entries), queue.spent, queue.later) == (1, 12, 5)
    clock.advance(days=7)
    assert len(service.queue_for(rounds.world(), EVERYBODY).entries) == 6


def test_tips_for_what_is_retired_are_found_and_one_that_is_old_too_comes_once(
    rounds: Rounds, clock: FrozenClock, index: Index
) -> None:
    clock.moment = clock.moment.replace(year=2025, month=2)
    old_tip(rounds, clock)
    clock.advance(days=60)
    finding.tick(rounds.world(index))
    assert kinds(rounds) == ["retired"]


def test_promise_2_a_host_sees_in_the_queue_what_they_see_anyway(rounds: Rounds, index: Index) -> None:
    shared(rounds.db, "1.1", title="秘密の知恵" * 9, channel="C2", private=True)
    shared(rounds.db, "1.2", title="秘密の知恵" * 9, channel="C2", private=True, by=BEN)
    shared(rounds.db, "1.3", title="秘密の知恵" * 9)
    search.catch_up(rounds.db, index)
    finding.tick(rounds.world(index))
    assert "duplicate" not in kinds(rounds)
    inside = Viewer(TEAM, CHIE, is_full_member=True, channel_ids=frozenset({"C2"}))
    assert kinds(rounds, inside).count("duplicate") == 1


def test_turns_go_round_on_mondays_where_the_host_is(rounds: Rounds, clock: FrozenClock) -> None:
    settings.change_workspace(rounds.db, TEAM, host_ids=(BEN, CHIE))
    rounds.change(BEN, tz="Europe/Berlin", locale="en-GB")
    with pytest.raises(Refused):
        turns.volunteer(rounds.world(), TEAM, AYA, on=True)
    turns.volunteer(rounds.world(), TEAM, CHIE, on=True)
    clock.advance(minutes=1)
    turns.volunteer(rounds.world(), TEAM, BEN, on=True)
    for _ in range(3):
        turns.tick(rounds.world())
    assert (len(rounds.to(CHIE)), rounds.to(BEN)) == (1, [])
    clock.moment = clock.moment.replace(day=29, hour=20)
    turns.tick(rounds.world())
    assert rounds.to(BEN) == [], "in Tokyo it is Monday, where the next host is it is not"
    clock.moment = clock.moment.replace(day=30, hour=9)
    turns.tick(rounds.world())
    assert (len(rounds.to(CHIE)), len(rounds.to(BEN))) == (1, 1)
    clock.advance(days=7)
    rounds.change(CHIE, is_away=True)
    turns.tick(rounds.world())
    assert len(rounds.to(BEN)) == 2, "who is away is passed over"


def test_the_first_yes_takes_a_week_and_alone_there_is_nobody_to_ask(rounds: Rounds, clock: FrozenClock) -> None:
    settings.change_workspace(rounds.db, TEAM, host_ids=(BEN, CHIE))
    turns.volunteer(rounds.world(), TEAM, CHIE, on=True)
    turns.tick(rounds.world())
    with pytest.raises(Refused):
        turns.want_swap(rounds.world(), TEAM, CHIE, "2026-11-23")
    turns.volunteer(rounds.world(), TEAM, BEN, on=True)
    for _ in range(2):
        turns.want_swap(rounds.world(), TEAM, CHIE, "2026-11-23")
    assert len(rounds.to(BEN)) == 1
    with pytest.raises(Refused):
        turns.take(rounds.world(), TEAM, AYA, "2026-11-23")
    assert turns.take(rounds.world(), TEAM, BEN, "2026-11-23").user_id == BEN
    with pytest.raises(Refused):
        turns.want_swap(rounds.world(), TEAM, CHIE, "2026-11-23")
    assert len(rounds.to(BEN)) == 1
    settings.change_workspace(rounds.db, TEAM, host_ids=(CHIE,))
    clock.advance(days=7)
    turns.tick(rounds.world())
    assert kept.volunteers(rounds.db, TEAM) == [CHIE], "who is no host any more takes no turns"


def test_who_cannot_be_asked_to_swap_now_is_asked_at_their_next_free_hour_once(
    rounds: Rounds, clock: FrozenClock
) -> None:
    settings.change_workspace(rounds.db, TEAM, host_ids=(BEN, CHIE))
    for host in (CHIE, BEN):
        turns.volunteer(rounds.world(), TEAM, host, on=True)
        clock.advance(minutes=1)
    turns.tick(rounds.world())
    clock.moment = clock.moment.replace(hour=12)
    turns.want_swap(rounds.world(), TEAM, CHIE, "2026-11-23")
    turns.tick(rounds.world())
    assert rounds.to(BEN) == [], "in Tokyo it is evening"
    clock.advance(hours=14)
    rounds.dies_after_posting = True
    with pytest.raises(Crash):
        turns.tick(rounds.world())
    rounds.dies_after_posting = False
    for _ in range(2):
        turns.tick(rounds.world())
    assert len(rounds.to(BEN)) == 1
    assert "can't do this week's queue" in rounds.to(BEN)[0]
    turns.take(rounds.world(), TEAM, BEN, "2026-11-23")
    clock.advance(days=1)
    turns.tick(rounds.world())
    assert (len(rounds.to(BEN)), len(rounds.to(CHIE))) == (1, 1), "it is decided"


def test_nobody_is_asked_to_take_a_week_that_is_over(rounds: Rounds, clock: FrozenClock) -> None:
    settings.change_workspace(rounds.db, TEAM, host_ids=(BEN, CHIE))
    turns.volunteer(rounds.world(), TEAM, CHIE, on=True)
    turns.tick(rounds.world())
    clock.moment = clock.moment.replace(day=29, hour=14)
    rounds.change(CHIE, tz="America/New_York")
    turns.volunteer(rounds.world(), TEAM, BEN, on=True)
    turns.want_swap(rounds.world(), TEAM, CHIE, "2026-11-23")
    clock.advance(hours=12)
    turns.tick(rounds.world())
    assert [text for text in rounds.to(BEN) if "can't do" in text] == []
