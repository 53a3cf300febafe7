"""Requests: accepted once, ended once, emptied when they are over."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import deliveries, requests, settings
from storage.database import Database, open_database
from storage.errors import Locked, NotFound
from storage.records import MessageRef
from tests.conftest import FrozenClock
from tests.storage.steps import BEN, TEAM, everything, request


def nothing(_session: Session, _request_id: str) -> None:
    """No job."""


def test_a_redelivered_request_is_known(db: Database) -> None:
    first = requests.accept(db, request("event:1"), nothing)
    assert first is not None
    assert requests.accept(db, request("event:1"), nothing) is None
    assert requests.accept(db, request("event:1", team="T2"), nothing) is not None


def test_the_same_request_from_many_sides_at_once_is_accepted_once(db: Database) -> None:
    enqueued: list[str] = []
    together = threading.Barrier(8)

    def accept(_: int) -> bool:
        together.wait()
        return requests.accept(db, request("event:1"), lambda _session, one: enqueued.append(one)) is not None

    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(accept, range(8)))
    assert sum(accepted) == 1
    assert len(enqueued) == 1


def test_a_job_that_cannot_be_enqueued_leaves_no_request(db: Database) -> None:
    def fails(_session: Session, _request_id: str) -> None:
        raise RuntimeError("no queue")

    with pytest.raises(RuntimeError):
        requests.accept(db, request("event:1"), fails)
    assert requests.recent(db) == []
    assert requests.accept(db, request("event:1"), nothing) is not None


def test_what_a_request_changes_is_changed_once_and_noted_with_it(db: Database) -> None:
    taken = requests.accept(db, request(), nothing)
    assert taken is not None
    done: list[int] = []

    def change() -> dict[str, int]:
        settings.change_person(db, TEAM, BEN, language="en")
        done.append(1)
        return {"number": len(done)}

    came = [requests.once(db, TEAM, taken.id, change) for _ in range(2)]
    assert came == [{"number": 1}, {"number": 1}]
    assert settings.person(db, TEAM, BEN).language == "en"


def test_what_fails_half_way_changes_nothing_and_may_be_done_again(db: Database) -> None:
    taken = requests.accept(db, request(), nothing)
    assert taken is not None

    def fails() -> None:
        settings.change_person(db, TEAM, BEN, language="en")
        raise Locked

    with pytest.raises(Locked):
        requests.once(db, TEAM, taken.id, fails)
    assert settings.person(db, TEAM, BEN).language is None
    assert requests.once(db, TEAM, taken.id, lambda: None) is None


def test_a_part_that_fails_is_undone_by_itself(db: Database) -> None:
    """As it was before parts were joined: who catches what a part raises goes on without it."""
    taken = requests.accept(db, request(), nothing)
    assert taken is not None

    def half_way() -> None:
        with db.writing() as session:
            session.execute(sa.text("delete from people"))
            raise NotFound

    def goes_on() -> None:
        settings.change_person(db, TEAM, BEN, language="en")
        with pytest.raises(NotFound):
            half_way()
        requests.end(db, TEAM, taken.id, "done")

    requests.once(db, TEAM, taken.id, goes_on)
    assert settings.person(db, TEAM, BEN).language == "en"
    assert requests.get(db, TEAM, taken.id).state == "done"


def test_what_waits_for_long_and_what_failed_of_late_is_counted_in_its_workspace(
    db: Database, clock: FrozenClock
) -> None:
    def accepted(key: str, team: str = TEAM) -> str:
        taken = requests.accept(db, request(key, team=team), nothing)
        assert taken is not None
        return taken.id

    begun = clock.moment
    for number in range(5):
        clock.advance(minutes=1)
        requests.end(db, TEAM, accepted(f"failed:{number}"), "failed", reference=f"ref{number}")
    requests.end(db, TEAM, accepted("done"), "done")
    requests.end(db, TEAM, accepted("refused"), "refused")
    requests.end(db, "T2", accepted("failed", "T2"), "failed", reference="theirs")
    accepted("waits")
    accepted("waits", "T2")
    clock.advance(minutes=1)
    accepted("just now")

    found = requests.backlog(db, TEAM, before=clock.moment, since=begun + timedelta(minutes=2))
    assert (found.waiting, found.failed, found.references) == (1, 4, ("ref4", "ref3", "ref2"))
    nothing_yet = requests.backlog(db, TEAM, before=begun, since=clock.moment)
    assert (nothing_yet.waiting, nothing_yet.failed, nothing_yet.references) == (0, 0, ())


def test_a_locked_database_accepts_nothing(db: Database) -> None:
    if db.file is None:
        blocker = db.engine.connect()
        blocker.exec_driver_sql("lock table requests in access exclusive mode")
        impatient = open_database(db.url, now=db.now)
        try:
            with impatient.engine.connect() as probe:
                probe.exec_driver_sql("select 1")
            with pytest.raises(Locked):
                requests.accept(impatient, request("event:1"), nothing)
        finally:
            blocker.close()
            impatient.close()
    else:
        with closing(sqlite3.connect(db.file, isolation_level=None)) as blocker_file:
            blocker_file.execute("begin immediate")
            with pytest.raises(Locked):
                requests.accept(db, request("event:1"), nothing)
            blocker_file.execute("rollback")
    assert requests.recent(db) == []


def test_the_first_end_of_a_request_stays(db: Database) -> None:
    accepted = requests.accept(db, request(), nothing)
    assert accepted is not None
    requests.end(db, TEAM, accepted.id, "failed", reference="abcd1234")
    requests.end(db, TEAM, accepted.id, "done")
    ended = requests.get(db, TEAM, accepted.id)
    assert (ended.state, ended.reference) == ("failed", "abcd1234")
    assert requests.by_id_or_reference(db, "abcd1234") == [ended]


def test_an_ended_request_is_emptied_and_an_open_one_is_not(db: Database, clock: FrozenClock) -> None:
    over = requests.accept(db, request("event:1", text="議事録のコツ"), nothing)
    still = requests.accept(db, request("event:2", text="議事録のコツ"), nothing)
    assert over is not None
    assert still is not None
    deliveries.begin(db, TEAM, f"{over.id}:receipt", "D0BEN")
    deliveries.begin(db, TEAM, f"{still.id}:receipt", "D0BEN")
    requests.end(db, TEAM, over.id, "done")
    clock.advance(minutes=5)
    assert requests.sweep(db, ended_before=clock.now()) == [over.id]
    assert requests.sweep(db, ended_before=clock.now()) == []
    assert not [row for row in everything(db) if over.id in row and (BEN in row or "議事録" in row or "D0BEN" in row)]
    assert requests.get(db, TEAM, still.id).payload == {"text": "議事録のコツ"}
    assert deliveries.find(db, TEAM, f"{still.id}:receipt") is not None


def test_requests_left_behind_are_found_oldest_first(db: Database, clock: FrozenClock) -> None:
    ids = []
    for number in range(3):
        accepted = requests.accept(db, request(f"event:{number}"), nothing)
        assert accepted is not None
        ids.append(accepted.id)
        clock.advance(minutes=1)
    requests.end(db, TEAM, ids[1], "done")
    left = requests.unended(db, older_than=clock.now() - timedelta(seconds=30))
    assert [one.id for one in left] == [ids[0], ids[2]]


def test_a_post_is_remembered_before_and_after_it_is_sent(db: Database) -> None:
    assert deliveries.begin(db, TEAM, "r:receipt", "D1").ref is None
    assert deliveries.begin(db, TEAM, "r:receipt", "D2").channel_id == "D1"
    deliveries.done(db, TEAM, "r:receipt", MessageRef("D1", "1.1"))
    found = deliveries.find(db, TEAM, "r:receipt")
    assert found is not None
    assert found.ref == MessageRef("D1", "1.1")
    assert deliveries.find(db, "T2", "r:receipt") is None
