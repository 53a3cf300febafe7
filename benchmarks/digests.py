"""The digest run for 5,000 people, beside sending them the same number of messages that nobody had to choose.

    python -m benchmarks.digests [--people 5000] [--tips 10000] [--database URL]

Everybody follows five topics and has ten pieces of news, of which a digest takes five; it is noon where they are, and
all of them are due. Prints how long the run takes over all its ticks, for one person and for a tick, what the bare
messages take (planned, and noted when sent, as every message of the bot is), and a tick in which nobody is due: by the
processor, which others' load stretches little, and by the clock. Slack's own time is in none of it.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.home import NOW, TEAM, fill, world_of
from bot.circulate.digest import sending
from bot.ports import Outgoing
from bot.trust.identity import PepperKeys
from storage import deliveries, unasked
from storage._tables import RhythmRow
from storage.database import Database, migrate, open_database
from storage.records import MessageRef, Rhythm


class Speaking:
    """As bot.slack.speaking, without Slack: a message is planned, sent, and noted."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.sent = 0

    def direct(self, key: str, user_id: str, message: Outgoing, **_: object) -> MessageRef:
        begun = deliveries.begin(self._db, TEAM, key, f"D{user_id}")
        if begun.ref is not None:
            return begun.ref
        self.sent += len(message.blocks) > 0
        ref = MessageRef(f"D{user_id}", f"1.{self.sent}")
        deliveries.done(self._db, TEAM, key, ref)
        return ref


def all_due(db: Database, people: int) -> None:
    with db.writing() as session:
        for number in range(people):
            user = f"U{number}"
            session.merge(RhythmRow(**vars_of(Rhythm(TEAM, user, digest_at=NOW))))


def vars_of(rhythm: Rhythm) -> dict[str, Any]:
    return {name: getattr(rhythm, name) for name in Rhythm.__dataclass_fields__}


Took = tuple[float, float]
"""Seconds of the processor, and by the clock."""


def timed(do: Callable[[], object]) -> Took:
    cpu, wall = time.process_time(), time.perf_counter()
    do()
    return time.process_time() - cpu, time.perf_counter() - wall


def bare(world: Any, people: int) -> None:
    """As many messages of the same size."""
    message = Outgoing("New for you (5)", [{"type": "section", "text": {"type": "mrkdwn", "text": "知恵" * 50}}] * 20)
    for number in range(people):
        world.speaking.direct(deliveries.to_person("bare", "1", f"U{number}"), f"U{number}", message)


def ticks_of(world: Any) -> list[Took]:
    """Each tick until nobody is due, and one more."""
    took = []
    is_over = False
    while not is_over:
        is_over = not unasked.due(world.db, "digest_at", world.clock.now(), limit=1)
        took.append(timed(lambda: sending.tick(world)))
    return took


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("tips", 10_000), ("people", 5_000)):
        told.add_argument(f"--{name}", type=int, default=usual)
    told.add_argument("--database", help="an empty database; without it SQLite in a folder that goes again")
    options = told.parse_args()
    keys = PepperKeys({1: b"p" * 32})
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(options.database or f"sqlite:///{Path(folder) / 'digests.db'}", now=lambda: NOW)
        migrate(db)
        fill(db, keys, options.tips, options.people, random.Random(7))  # noqa: S311 - a seeded draw, guards nothing
        all_due(db, options.people)
        world = world_of(db, keys)
        world.speaking = Speaking(db)
        without = timed(lambda: bare(world, options.people))
        world.speaking.sent = 0
        *ticks, idle = ticks_of(world)
        sent = world.speaking.sent
        db.close()
    whole = (sum(cpu for cpu, _ in ticks), sum(wall for _, wall in ticks))
    print(f"{sent} digests for {options.people} people in {len(ticks)} ticks      processor        clock")
    for name, (cpu, wall), of in (
        ("digest run, s", whole, 1),
        ("bare messages, s", without, 1),
        ("digest, ms a person", whole, options.people / 1_000),
        ("bare message, ms", without, options.people / 1_000),
        ("one tick, s", (median(cpu for cpu, _ in ticks), median(wall for _, wall in ticks)), 1),
        ("nobody is due, ms", idle, 0.001),
    ):
        print(f"{name:40} {cpu / of:11.2f}  {wall / of:11.2f}")
    print(f"{'a digest, in bare messages':40} {whole[0] / without[0]:11.2f}  {whole[1] / without[1]:11.2f}")


if __name__ == "__main__":
    main()
