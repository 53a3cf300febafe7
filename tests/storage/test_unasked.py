"""Promise 9: the cap on what comes unasked is a key of the table, so that no two processes can pass it."""

import threading
from datetime import timedelta

from storage import thanks, unasked
from storage.database import Database
from storage.records import Viewer
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, owned_by, share

MONDAY, NEXT = "2026-11-23", "2026-11-30"


def book(db: Database, key: str, *, user: str = AYA, week: str = MONDAY, at_most: int = 2) -> bool:
    return unasked.book(db, TEAM, user, week, key, at_most=at_most)


def test_promise_9_nobody_is_written_to_more_often_in_a_week_than_the_workspace_allows(db: Database) -> None:
    assert [book(db, f"k{n}") for n in range(4)] == [True, True, False, False]
    assert book(db, "b1", user=BEN)
    assert book(db, "k2", week=NEXT)
    assert not book(db, "k9", at_most=0, week=NEXT)


def test_what_is_booked_goes_on_after_a_crash_without_a_second_slot(db: Database) -> None:
    assert [book(db, "k1") for _ in range(3)] == [True] * 3
    assert unasked.booked(db, TEAM, AYA, MONDAY) == 1
    assert book(db, "k2")
    assert book(db, "k1")


def test_what_was_booked_and_not_sent_counts_in_the_week_in_which_it_is(db: Database) -> None:
    assert book(db, "k1")
    assert book(db, "n1", week=NEXT)
    assert book(db, "k1", week=NEXT)
    assert not book(db, "n2", week=NEXT)
    assert unasked.booked(db, TEAM, AYA, MONDAY) == 0


def test_two_at_once_take_no_more_than_there_is(db: Database) -> None:
    got: list[bool] = []
    start = threading.Barrier(8)

    def take(number: int) -> None:
        start.wait()
        got.append(book(db, f"k{number % 4}"))

    threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unasked.booked(db, TEAM, AYA, MONDAY) == 2
    assert got.count(True) == 4


def test_what_is_due_comes_in_order_and_not_for_who_muted(db: Database, clock: FrozenClock) -> None:
    now = clock.now()
    unasked.change_rhythm(db, TEAM, AYA, digest_at=now)
    unasked.change_rhythm(db, TEAM, BEN, digest_at=now - timedelta(hours=1), prompt_at=now)
    unasked.change_rhythm(db, TEAM, "U3", digest_at=now, is_muted=True)
    unasked.change_rhythm(db, TEAM, "U4", digest_at=now + timedelta(hours=1))
    assert [one.user_id for one in unasked.due(db, "digest_at", now)] == [BEN, AYA]
    assert [one.user_id for one in unasked.due(db, "prompt_at", now)] == [BEN]
    unasked.tidy(db, before=now)


def test_who_gets_many_thanks_or_muted_them_holds_up_nobody(db: Database, clock: FrozenClock) -> None:
    tip_of = {user: share(db, draft(db, ts=f"1.{n}", author=user)).id for n, user in enumerate((AYA, "U3", BEN))}

    def thank(author: str, by: str) -> None:
        clock.advance(minutes=1)
        giver = Viewer(TEAM, by, is_full_member=True)
        rule = {"may_be_public": False, "since": clock.now(), "a_day": 3}
        thanks.give(db, giver, tip_of[author], "助かりました", is_owner=owned_by(by), **rule)

    for number in range(5):
        thank(AYA, f"U1{number}")
    unasked.change_rhythm(db, TEAM, "U3", is_muted=True)
    thank("U3", "U20")
    thank(BEN, "U20")
    since = clock.now() - timedelta(days=1)
    waiting = thanks.untold(db, since=since, limit=2)
    assert [(author, one.user_id) for author, one in waiting] == [(AYA, "U10"), (BEN, "U20")]
    thanks.told(db, waiting[0][1])
    assert [(author, one.user_id) for author, one in thanks.untold(db, since=since)] == [(AYA, "U11"), (BEN, "U20")]
