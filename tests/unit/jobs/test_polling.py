"""A job begins when its request was accepted, not at the next look; an idle bot seldom looks."""

import threading
import time
from collections.abc import Iterator

import pytest

from bot.jobs import QUEUES, Engine, engine
from bot.jobs.polling import Bell
from storage.database import Database
from storage.records import NewRequest

LONG = 60.0


@pytest.fixture
def begun(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, "Jobs"]]:
    """An engine that by itself looks into its queues once a minute, and what its jobs did."""
    monkeypatch.setattr(engine, "_POLL_OWN_SECONDS", LONG)
    running, jobs = Engine(db, tick_seconds=3600), Jobs()
    running.launch(jobs.work, lambda: None)
    yield running, jobs
    running.drain(0)
    running.close()


class Jobs:
    """Notes what began; each job waits until it may end."""

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self._begun: list[str] = []
        self._changed = threading.Condition()

    def work(self, request_id: str, _step: object) -> None:
        with self._changed:
            self._begun.append(request_id)
            self._changed.notify_all()
        self.may_end.wait(LONG)

    def wait_for(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self._begun) >= count, LONG / 3)


def request(queue: str, number: int = 1) -> NewRequest:
    return NewRequest("T1", "test", f"{queue}:{number}", queue, None)


def test_a_request_rings_for_its_job(begun: tuple[Engine, Jobs]) -> None:
    running, jobs = begun
    jobs.may_end.set()
    for queue in QUEUES:
        running.accept(request(queue))
    assert jobs.wait_for(len(QUEUES))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_job_that_waits_for_a_place_takes_the_next_that_is_free(begun: tuple[Engine, Jobs]) -> None:
    running, jobs = begun
    places = QUEUES["capture"]
    for number in range(places + 1):
        running.accept(request("capture", number))
    assert jobs.wait_for(places)
    jobs.may_end.set()
    assert jobs.wait_for(places + 1)


def test_a_bell_that_rang_before_anybody_waited_is_heard() -> None:
    bell = Bell(soon=LONG)
    bell.ring()
    began = time.monotonic()
    assert not bell.wait(LONG)
    assert time.monotonic() - began < LONG / 2


def test_a_bell_stops_its_poller_at_once_and_for_good() -> None:
    bell = Bell(soon=LONG)
    threading.Timer(0.05, bell.set).start()
    assert bell.wait(LONG)
    assert bell.wait(LONG)
