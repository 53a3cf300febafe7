"""Kills of the simulated year come in the midst of what the bot does, and are counted honestly."""

import random
import time

from benchmarks.simulate.crashing import Crashes


class Work:
    """A bot that is at work or not, and is killed."""

    def __init__(self) -> None:
        self.is_under_way = False
        self.killed: list[bool] = []

    def kill(self) -> None:
        self.killed.append(self.is_under_way)


def begun(crashes: Crashes, work: Work, seconds: float, what: str = "asks") -> None:
    work.is_under_way = True
    crashes.begins(what)
    time.sleep(seconds)
    work.is_under_way = False
    crashes.ends()


def test_a_kill_comes_within_the_time_that_the_same_took_before() -> None:
    work = Work()
    crashes = Crashes(work.kill, lambda: work.is_under_way)
    for _ in range(3):
        begun(crashes, work, 0.1)
    for seed in range(5):
        crashes.announce(random.Random(seed))  # noqa: S311 - not a secret
        # longer by far than the time in which the kill comes: a timer may be late on a busy machine
        begun(crashes, work, 1.0)
    assert work.killed == [True] * 5
    assert (crashes.count, crashes.at_work) == (5, 5)


def test_a_kill_waits_for_something_to_do_and_comes_at_the_days_end_when_there_is_nothing() -> None:
    work = Work()
    crashes = Crashes(work.kill, lambda: work.is_under_way)
    crashes.announce(random.Random(1))  # noqa: S311 - not a secret
    assert crashes.is_coming, "what was on the screen before is looked at before the first press"
    crashes.ends()
    assert work.killed == []
    assert crashes.end_day()
    assert not crashes.end_day()
    assert (crashes.count, crashes.at_work) == (1, 0)
