"""What comes back: trials a day later, thanks with a reason, a welcome, the monthly note."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.circulate import unasked as when
from bot.circulate.digest import sending
from bot.circulate.follows import service as following
from bot.circulate.follows.service import Wanted
from bot.circulate.home.coming import coming_to
from bot.circulate.home.tips import effect
from bot.circulate.thanks import listeners as thanking
from bot.circulate.tried import listeners as trying
from bot.errors import Refused
from bot.jobs import ticking
from storage import people, requests, shown, thanks, tips, trials, tries, unasked
from storage.database import Database
from storage.errors import NotFound
from storage.records import MessageRef, Trials, Viewer
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, TUESDAY_NOON, Crash, Rounds, shared
from tests.storage.host_steps import accepted
from tests.storage.steps import TEAM, everything, owned_by, take_name_off

READER = Viewer(TEAM, BEN, is_full_member=True)


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    clock.moment = TUESDAY_NOON
    return Rounds(db)


def request(user: str, **payload: Any) -> Any:
    return SimpleNamespace(id="r" * 32, team_id=TEAM, payload=payload, person=lambda: user)


def thank(rounds: Rounds, tip_id: str, user: str = BEN, *, public: bool = False) -> None:
    event = f"thanks:{len(requests.recent(rounds.db, limit=100))}"
    sent = accepted(rounds, event, user, tip=tip_id, reason="saved me an hour", public=public)
    try:
        thanking.thank(rounds.world(), sent, lambda _name, do, **_: do())
    finally:
        requests.end(rounds.db, TEAM, sent.id, "done")
        requests.sweep(rounds.db, ended_before=rounds.db.now() + timedelta(minutes=1))


def tap(rounds: Rounds, tip_id: str, outcome: str, user: str = BEN) -> None:
    trying.tried(rounds.world(), request(user, tip=tip_id, outcome=outcome), lambda _name, do, **_: do())


def test_a_day_after_a_prompt_was_copied_one_question_is_asked_once(rounds: Rounds, clock: FrozenClock) -> None:
    tip = shared(rounds.db, "1.1")
    for _ in range(2):
        tries.expect(rounds.db, TEAM, BEN, [tip.id])
    trying.tick(rounds.world())
    assert rounds.to(BEN) == []
    clock.advance(days=1)
    rounds.dies_after_posting = True
    with pytest.raises(Crash):
        trying.tick(rounds.world())
    rounds.dies_after_posting = False
    for _ in range(3):
        trying.tick(rounds.world())
    tries.expect(rounds.db, TEAM, BEN, [tip.id])
    clock.advance(days=2)
    trying.tick(rounds.world())
    assert len(rounds.to(BEN)) == 1
    assert unasked.booked(rounds.db, TEAM, BEN, "2026-11-23") == 1
    tap(rounds, tip.id, "worked")
    assert trials.for_owner(rounds.db, READER, [tip.id]) == {tip.id: Trials(worked=1)}


def test_nobody_is_asked_about_what_is_gone_their_own_told_already_or_when_they_muted(
    rounds: Rounds, clock: FrozenClock
) -> None:
    gone, told = shared(rounds.db, "1.1"), shared(rounds.db, "1.2")
    own, secret = shared(rounds.db, "1.3", by=BEN), shared(rounds.db, "1.4", by=BEN, anonymously=True)
    hidden = shared(rounds.db, "1.5", private=True)
    tries.expect(rounds.db, TEAM, BEN, [one.id for one in (gone, told, own, secret, hidden)])
    unasked.change_rhythm(rounds.db, TEAM, CHIE, is_muted=True)
    tries.expect(rounds.db, TEAM, CHIE, [told.id])
    tips.withdraw(rounds.db, Viewer(TEAM, AYA, is_full_member=True), gone.id, owned_by(AYA))
    trials.note(rounds.db, READER, told.id, "failed", is_owner=owned_by(BEN))
    clock.advance(days=1)
    trying.tick(rounds.world())
    assert rounds.posts == []
    with pytest.raises(Refused):
        tap(rounds, gone.id, "worked")
    with pytest.raises(Refused):
        tap(rounds, own.id, "worked")


def test_who_takes_a_tip_along_again_weeks_later_and_said_nothing_of_it_is_asked_again(
    rounds: Rounds, clock: FrozenClock
) -> None:
    tip, told = shared(rounds.db, "1.1"), shared(rounds.db, "1.2")
    for weeks, asked in ((0, 2), (1, 2), (3, 3)):
        clock.moment = TUESDAY_NOON + timedelta(weeks=weeks)
        trying.tick(rounds.world())
        tries.expect(rounds.db, TEAM, BEN, [tip.id, told.id])
        for days in range(3):
            clock.moment = TUESDAY_NOON + timedelta(weeks=weeks, days=days)
            trying.tick(rounds.world())
        assert len(rounds.to(BEN)) == asked
        assert (
            unasked.booked(rounds.db, TEAM, BEN, when.week_of(clock.now(), "Asia/Tokyo")) == {0: 2, 1: 0, 3: 1}[weeks]
        )
        trials.note(rounds.db, READER, told.id, "worked", is_owner=owned_by(BEN))


def test_promise_8_that_somebody_took_a_tip_along_is_forgotten_after_two_weeks(
    rounds: Rounds, clock: FrozenClock
) -> None:
    tip = shared(rounds.db, "1.1")
    tries.expect(rounds.db, TEAM, BEN, [tip.id])
    clock.advance(days=1)
    trying.tick(rounds.world())
    assert len(rounds.to(BEN)) == 1
    clock.advance(days=22)
    trying.tick(rounds.world())
    sending.tick(rounds.world())
    left = [row for row in everything(rounds.db) if BEN in row and tip.id in row]
    assert [row for row in left if not row.startswith("shown_tips")] == []


def test_a_third_message_in_a_week_waits_for_the_next(rounds: Rounds, clock: FrozenClock) -> None:
    found = [shared(rounds.db, f"1.{number}") for number in range(4)]
    tries.expect(rounds.db, TEAM, BEN, [one.id for one in found])
    clock.advance(days=1)
    for _ in range(2):
        trying.tick(rounds.world())
    assert len(rounds.to(BEN)) == 2
    clock.moment = datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
    trying.tick(rounds.world())
    assert len(rounds.to(BEN)) == 4


def test_thanks_reach_a_named_author_and_others_only_when_both_want_it(rounds: Rounds) -> None:
    tip, author = shared(rounds.db, "1.1"), Viewer(TEAM, AYA, is_full_member=True)
    for _ in range(2):
        thank(rounds, tip.id, public=True)
    for _ in range(2):
        thanking.tick(rounds.world())
    assert sum("thanks you" in text for text in rounds.to(AYA)) == 1
    assert "saved me an hour" in rounds.blocks(AYA)
    assert thanks.public_of(rounds.db, READER, [tip.id]) == {}
    with pytest.raises(NotFound):
        thanks.make_public(rounds.db, READER, tip.id, BEN, owned_by(BEN))
    thanks.make_public(rounds.db, author, tip.id, BEN, owned_by(AYA))
    assert [one.user_id for one in thanks.public_of(rounds.db, READER, [tip.id])[tip.id]] == [BEN]
    outsider = Viewer(TEAM, None, is_full_member=False)
    assert thanks.public_of(rounds.db, outsider, [tip.id]) == {}
    other = shared(rounds.db, "1.2")
    thank(rounds, other.id)
    with pytest.raises(NotFound):
        thanks.make_public(rounds.db, author, other.id, BEN, owned_by(AYA))


def test_promise_8_thanks_that_others_read_go_with_who_gave_them(rounds: Rounds) -> None:
    for ts, public in (("1.1", True), ("1.2", False)):
        tip = shared(rounds.db, ts)
        thank(rounds, tip.id, public=True)
        if public:
            author = Viewer(TEAM, AYA, is_full_member=True)
            thanks.make_public(rounds.db, author, tip.id, BEN, owned_by(AYA))
        shown.note(rounds.db, TEAM, MessageRef("C1", ts), [tip.id], "en")
    people.forget(rounds.db, TEAM, BEN, owned_by(BEN))
    assert [(one.ref.ts, one.why) for one in shown.outdated(rounds.db)] == [("1.1", "changed")]


def test_promise_3_an_anonymous_author_is_written_to_by_nothing_of_this(rounds: Rounds, clock: FrozenClock) -> None:
    tip = shared(rounds.db, "1.1", anonymously=True)
    thank(rounds, tip.id)
    trials.note(rounds.db, READER, tip.id, "worked", is_owner=owned_by(BEN))
    before = len(rounds.posts)
    for moment in (TUESDAY_NOON + timedelta(minutes=1), datetime(2026, 12, 1, 3, 0, tzinfo=UTC)):
        clock.moment = moment
        thanking.tick(rounds.world())
    assert len(rounds.posts) == before
    assert [one.reason for one in thanks.of_tips(rounds.db, TEAM, [tip.id])[tip.id]] == ["saved me an hour"]
    assert not [row for row in everything(rounds.db) if AYA in row and row.startswith(("thanks", "tries", "rhythms"))]


@pytest.mark.parametrize("anonymously", [False, True])
def test_an_author_sees_in_home_alone_what_came_of_a_tip(rounds: Rounds, anonymously: bool) -> None:
    tip = shared(rounds.db, "1.1", anonymously=anonymously, private=True)
    for number, outcome in enumerate(("worked", "changed", "failed")):
        reader = Viewer(TEAM, f"U{number}", is_full_member=True, channel_ids=frozenset({"C1"}))
        trials.note(rounds.db, reader, tip.id, outcome, is_owner=owned_by("nobody"))  # type: ignore[arg-type] # its words
    trials.describe(rounds.db, reader, tip.id, tool=None, model=None, note="too long for us")
    author = Viewer(TEAM, AYA, is_full_member=True)
    own = tips.of_owner(rounds.db, author, owned_by(AYA))
    came = coming_to(rounds.world(), author, own, "en").effects[tip.id]
    assert effect(came, "en") == ["Tried by 3, worked for 2.", "Somebody says: “too long for us”"]
    assert coming_to(rounds.world(), READER, [], "en").effects == {}


def test_promise_3_nothing_leads_to_who_took_their_name_off_a_tip_that_was_thanked_for(
    rounds: Rounds, clock: FrozenClock
) -> None:
    sending.tick(rounds.world())
    following.follow(rounds.world(), TEAM, BEN, [Wanted("person", AYA)], "at_once")
    clock.advance(minutes=1)
    tip = shared(rounds.db, "1.1")
    thank(rounds, tip.id)
    for subject in (sending, thanking):
        subject.tick(rounds.world())
    assert [row for row in everything(rounds.db) if AYA in row and tip.id in row and row.startswith("unasked")]
    take_name_off(rounds.db, Viewer(TEAM, AYA, is_full_member=True), tip.id, owned_by(AYA))
    left = [row for row in everything(rounds.db) if AYA in row and tip.id in row]
    assert left == [row for row in left if row.startswith("shown_tips")], "a message that shows it follows in a minute"
    assert unasked.booked(rounds.db, TEAM, AYA, "2026-11-23") == 2


def test_thanks_are_few_a_day_and_never_for_oneself(rounds: Rounds, clock: FrozenClock) -> None:
    for number in range(thanking.A_DAY):
        thank(rounds, shared(rounds.db, f"1.{number}").id)
    last = shared(rounds.db, "1.9")
    with pytest.raises(Refused):
        thank(rounds, last.id)
    for anonymously in (False, True):
        with pytest.raises(Refused):
            thank(rounds, shared(rounds.db, f"2.{anonymously:d}", by=BEN, anonymously=anonymously).id)
    clock.advance(days=1)
    thank(rounds, last.id)


def test_who_shares_for_the_first_time_is_welcomed_once(rounds: Rounds, clock: FrozenClock) -> None:
    shared(rounds.db, "1.1")
    shared(rounds.db, "1.2")
    for _ in range(3):
        thanking.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    clock.advance(days=10)
    shared(rounds.db, "1.3")
    thanking.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1


def test_a_welcome_waits_for_the_first_moment_that_is_not_quiet(rounds: Rounds, clock: FrozenClock) -> None:
    """On a Friday evening before Coming of Age Day: the first such moment is on Tuesday at nine."""
    friday_evening, tuesday_nine = datetime(2027, 1, 8, 10, 30, tzinfo=UTC), datetime(2027, 1, 12, 0, 0, tzinfo=UTC)
    clock.moment = friday_evening
    shared(rounds.db, "1.1")
    while clock.moment < tuesday_nine:
        thanking.tick(rounds.world())
        assert rounds.to(AYA) == []
        clock.advance(minutes=30)
    thanking.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    assert "first tip" in rounds.to(AYA)[0]


def test_a_welcome_waits_for_a_week_with_a_slot_and_no_longer_than_two_weeks(
    rounds: Rounds, clock: FrozenClock
) -> None:
    shared(rounds.db, "1.1")
    shared(rounds.db, "1.2", by=CHIE)
    for key in ("a", "b"):
        unasked.book(rounds.db, TEAM, AYA, "2026-11-23", key, at_most=2)
    rounds.change(CHIE, is_away=True)
    for moment in (TUESDAY_NOON + timedelta(days=3), datetime(2026, 11, 30, 0, 0, tzinfo=UTC)):
        assert rounds.to(AYA) == []
        clock.moment = moment
        thanking.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    clock.moment = TUESDAY_NOON + timedelta(days=15)
    rounds.change(CHIE, is_away=False)
    thanking.tick(rounds.world())
    assert rounds.to(CHIE) == []


@pytest.mark.parametrize("what", ["welcome", "note"])
def test_who_muted_left_or_has_no_slot_holds_up_no_other_author(
    rounds: Rounds, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(ticking, "A_TICK", 2)
    authors = [f"U{number}" for number in range(7)]
    for number, author in enumerate(authors):
        rounds.people[author] = replace(rounds.people[AYA], id=author)
        tip = shared(rounds.db, f"1.{number}", by=author)
        trials.note(rounds.db, READER, tip.id, "worked", is_owner=owned_by(BEN))
        if what == "note":
            unasked.change_rhythm(rounds.db, TEAM, author, welcomed_at=clock.now())
    muted, gone, unknown, without_slot, *others = authors
    unasked.change_rhythm(rounds.db, TEAM, muted, is_muted=True)
    rounds.change(gone, is_gone=True)
    del rounds.people[unknown]
    if what == "note":
        clock.moment = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
    for key in ("a", "b"):
        unasked.book(rounds.db, TEAM, without_slot, when.week_of(clock.now(), "Asia/Tokyo"), key, at_most=2)
    for _ in range(4):
        thanking.tick(rounds.world())
    assert sorted(to for to, _ in rounds.posts) == others


@pytest.mark.parametrize(("helped", "said"), [(5, "helped 5 people"), (4, "helped colleagues")])
def test_once_a_month_an_author_learns_what_their_tips_did(
    rounds: Rounds, clock: FrozenClock, helped: int, said: str
) -> None:
    unasked.change_rhythm(rounds.db, TEAM, AYA, welcomed_at=clock.now())
    tip = shared(rounds.db, "1.1")
    for number in range(helped):
        reader = Viewer(TEAM, f"U{number}", is_full_member=True)
        trials.note(rounds.db, reader, tip.id, "changed", is_owner=owned_by(reader.user_id or ""))
    trials.note(rounds.db, READER, tip.id, "failed", is_owner=owned_by(BEN))
    thanking.tick(rounds.world())
    assert rounds.to(AYA) == []
    for day in (1, 2, 3):
        clock.moment = datetime(2026, 12, day, 3, 0, tzinfo=UTC)
        thanking.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    assert said in rounds.to(AYA)[0]


@pytest.mark.parametrize(("hour", "notes"), [(14, 1), (22, 0)])
def test_a_months_note_does_not_come_after_its_fortnight_where_its_reader_is(
    rounds: Rounds, clock: FrozenClock, hour: int, notes: int
) -> None:
    """In the night of the 14th in Tokyo, and in the early morning of the 15th, which is the 14th in UTC still."""
    unasked.change_rhythm(rounds.db, TEAM, AYA, welcomed_at=clock.now(), quiet_from=0, quiet_to=7)
    trials.note(rounds.db, READER, shared(rounds.db, "1.1").id, "worked", is_owner=owned_by(BEN))
    clock.moment = datetime(2026, 12, 14, hour, 30, tzinfo=UTC)
    thanking.tick(rounds.world())
    assert len(rounds.to(AYA)) == notes


def test_promise_8_who_is_forgotten_leaves_nothing_of_what_came_round(rounds: Rounds, clock: FrozenClock) -> None:
    world = rounds.world()
    sending.tick(world)
    following.follow(world, TEAM, BEN, [Wanted("topic", "Excel"), Wanted("person", AYA)], "at_once")
    following.follow(world, TEAM, CHIE, [Wanted("person", BEN)], "weekly")
    clock.advance(minutes=1)
    tip = shared(rounds.db, "1.1", tools=("Excel",))
    shared(rounds.db, "1.2", by=BEN)
    sending.tick(world)
    tries.expect(rounds.db, TEAM, BEN, [tip.id])
    thank(rounds, tip.id)
    clock.advance(days=1)
    trying.tick(world)
    assert sum(BEN in row for row in everything(rounds.db)) > 8
    people.forget(rounds.db, TEAM, BEN, owned_by(BEN))
    left = [row for row in everything(rounds.db) if BEN in row]
    assert [row for row in left if not row.startswith("deliveries: ('T1', 'rrr")] == []
