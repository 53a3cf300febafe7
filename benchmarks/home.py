"""Home at 10,000 tips and 1,000 people, beside the same Home without what comes round: reading and drawing it.

    python -m benchmarks.home [--tips 10000] [--people 1000] [--runs 20]

One in five tips has no name, everybody follows five topics, and one person in three has tried a tip. Prints the median
and the slowest of Homes of different people in milliseconds, and the ratio. Slack's own time is in neither.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.circulate import service
from bot.circulate.home import coming, views
from bot.conversation import Person
from bot.trust.identity import PepperKeys
from storage._tables import FollowRow, NewsRow, TipRow, TrialRow
from storage.database import Database, migrate, open_database
from storage.records import TipContent

TEAM = "T1"
TOPICS = ("議事録", "要約", "翻訳", "Excel", "コードレビュー", "メール", "調査", "契約書", "資料作成", "テスト")
CHANNELS = tuple(f"C{number}" for number in range(40))
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def fill(db: Database, keys: PepperKeys, tips: int, people: int, chance: random.Random) -> None:
    """Tips over a year, their authors, trials, follows, and news of the last two weeks."""
    with db.writing() as session:
        for number in range(tips):
            tip_id, author, anonymous = f"{number:032x}", f"U{chance.randrange(people)}", number % 5 == 0
            at = NOW - timedelta(minutes=chance.randrange(525_600))
            owner = keys.owner(TEAM, tip_id, author)
            content = TipContent(
                title=f"知恵 {number}", task="会議の記録を短くする。" * 10, topics=(chance.choice(TOPICS),)
            )
            session.add(
                TipRow(
                    team_id=TEAM,
                    id=tip_id,
                    state="published",
                    content=content.model_dump(mode="json"),
                    is_anonymous=anonymous,
                    author_id=None if anonymous else author,
                    owner_hash=owner.digest,
                    owner_pepper_version=owner.version,
                    source_channel_id=None if anonymous else chance.choice(CHANNELS),
                    made_with="author",
                    published_at=at,
                    updated_at=at,
                )
            )
        for number in range(people):
            user = f"U{number}"
            for topic in chance.sample(TOPICS, 5):
                follow = {"kind": "topic", "target": topic, "label": topic, "rhythm": "weekly", "since": NOW}
                session.add(FollowRow(team_id=TEAM, user_id=user, **follow))
            for tip in chance.sample(range(tips), 10):
                why = {"why": "topic", "about": "Excel", "found_at": NOW - timedelta(days=1)}
                session.add(NewsRow(team_id=TEAM, user_id=user, tip_id=f"{tip:032x}", **why))
            if number % 3 == 0:
                tried = {"outcome": "worked", "note": "", "tried_at": NOW}
                session.add(TrialRow(team_id=TEAM, tip_id=f"{chance.randrange(tips):032x}", user_id=user, **tried))


def world_of(db: Database, keys: PepperKeys) -> Any:
    """What Home asks of the world; Slack answers from its caches."""
    return SimpleNamespace(
        db=db,
        keys=keys,
        clock=SimpleNamespace(now=lambda: NOW),
        reading=SimpleNamespace(
            person=lambda user: Person(user, user, "ja", is_full_member=True, tz="Asia/Tokyo"),
            channels_of=lambda user: frozenset(CHANNELS[int(user[1:]) % 35 :][:5]),
            own_channels=lambda: (),
        ),
        rules=SimpleNamespace(language="ja", emoji=("bulb",)),
    )


def timed(do: Callable[[str], object], people: list[str]) -> list[float]:
    """Milliseconds for each person's."""
    took = []
    for user in people:
        began = time.perf_counter()
        do(user)
        took.append((time.perf_counter() - began) * 1_000)
    return took


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("tips", 10_000), ("people", 1_000), ("runs", 20)):
        told.add_argument(f"--{name}", type=int, default=usual)
    options = told.parse_args()
    chance = random.Random(7)  # noqa: S311 - a seeded draw, guards nothing
    keys = PepperKeys({1: b"p" * 32})
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{Path(folder) / 'home.db'}", now=lambda: NOW)
        migrate(db)
        fill(db, keys, options.tips, options.people, chance)
        world = world_of(db, keys)
        people = [f"U{number}" for number in chance.sample(range(options.people), options.runs)]

        def home(user: str) -> None:
            views.home(service.home_of(world, TEAM, user, "ja"), "ja")

        def without(user: str) -> None:
            service.coming_to = lambda *_: coming.Coming()  # type: ignore[assignment] # what is left out
            try:
                home(user)
            finally:
                service.coming_to = coming.coming_to

        home(people[0])
        # taken in turns, so that a busy machine slows both alike
        bare, whole = [], []
        for user in people:
            bare += timed(without, [user])
            whole += timed(home, [user])
        db.close()
    for name, took in (("without what comes round", bare), ("Home", whole)):
        print(f"{name:26} median {statistics.median(took):7.1f} ms   slowest {max(took):7.1f} ms")
    ratios = [after / before for before, after in zip(bare, whole, strict=True)]
    print(f"ratio (median of pairs)    {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
