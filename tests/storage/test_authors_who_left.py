"""Whether authors are still there is asked of Slack seldom: each has an hour of the day, and is looked for once."""

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.circulate import keeping
from bot.conversation import Person
from bot.errors import SlackUnavailable
from storage import keepers
from storage.database import Database
from storage.records import Viewer
from tests.conftest import FrozenClock
from tests.rounds import AYA, Rounds, shared
from tests.storage.steps import TEAM

_HOUR = datetime(2026, 11, 24, zlib.crc32(AYA.encode()) % 24, tzinfo=UTC)


class Asked:
    """Slack, and how often it was asked who somebody is."""

    def __init__(self, rounds: Rounds) -> None:
        self.world: Any = rounds.world()
        self.times, self.is_down = 0, False
        self._person = self.world.reading.person
        self.world.reading.person = self._ask

    def _ask(self, user_id: str) -> Person:
        self.times += 1
        if self.is_down:
            raise SlackUnavailable
        person: Person = self._person(user_id)
        return person


def test_an_author_is_looked_for_once_in_their_hour_of_the_day(db: Database, clock: FrozenClock) -> None:
    clock.moment = _HOUR - timedelta(hours=2)
    asked = Asked(Rounds(db))
    shared(db, "1.1")
    for minutes in range(0, 24 * 60, 15):
        clock.moment = _HOUR - timedelta(hours=2) + timedelta(minutes=minutes)
        keeping.tick(asked.world)
    assert asked.times == 1
    clock.moment = _HOUR + timedelta(days=1, minutes=30)
    keeping.tick(asked.world)
    assert asked.times == 2


def test_an_author_who_could_not_be_looked_for_is_looked_for_at_the_next_tick(db: Database, clock: FrozenClock) -> None:
    clock.moment = _HOUR
    rounds = Rounds(db)
    tip = shared(db, "1.1")
    rounds.change(AYA, is_gone=True)
    asked = Asked(rounds)
    asked.is_down = True
    keeping.tick(asked.world)
    asked.is_down = False
    keeping.tick(asked.world)
    assert asked.times == 2
    assert list(keepers.orphans(db, Viewer(TEAM, "U0HOST", is_full_member=True))) == [tip.id]
