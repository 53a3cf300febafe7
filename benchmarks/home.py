"""Home at 10,000 tips and 1,000 people, beside the same Home without what comes round: reading and drawing it.

    python -m benchmarks.home [--tips 10000] [--people 1000] [--runs 20]

One in five tips has no name, one in fifty is a worry, everybody follows five topics and has two worries too, one person
in three has tried a tip, and the hosts' queue is full. Prints the median and the slowest of Homes of different people,
in milliseconds of the processor, and the ratio, for colleagues and for hosts. Slack's own time is in neither.
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

from bot.circulate import listeners, service
from bot.circulate.home import coming, sections
from bot.conversation import Channel, Person
from bot.trust.identity import PepperKeys
from storage import host_queue, settings
from storage._tables import FollowRow, NewsRow, OpenQuestionRow, ReportRow, TipRow, TrialRow, WorryEchoRow
from storage.database import Database, migrate, open_database
from storage.records import Kind, QueueItem, QueueKind, TipContent

TEAM = "T1"
TOPICS = ("議事録", "要約", "翻訳", "Excel", "コードレビュー", "メール", "調査", "契約書", "資料作成", "テスト")
CHANNELS = tuple(f"C{number}" for number in range(40))
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
QUEUED = 30
"""Items of each kind that wait for hosts, more than a week has minutes for."""


def fill(db: Database, keys: PepperKeys, tips: int, people: int, chance: random.Random) -> None:
    """Tips over a year, their authors, trials, follows, and news of the last two weeks."""
    with db.writing() as session:
        for number in range(tips):
            tip_id, author, anonymous = f"{number:032x}", f"U{chance.randrange(people)}", number % 5 == 0
            at = NOW - timedelta(minutes=chance.randrange(525_600))
            owner = keys.owner(TEAM, tip_id, author)
            content = TipContent(
                kind=Kind.WORRY if is_worry(number) else Kind.PRACTICE,
                title=f"知恵 {number}",
                task="会議の記録を短くする。" * 10,
                topics=(chance.choice(TOPICS),),
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
            for worry in chance.sample([one for one in range(tips) if is_worry(one)], 2):
                session.add(WorryEchoRow(team_id=TEAM, tip_id=f"{worry:032x}", user_id=user))


def is_worry(number: int) -> bool:
    return number % 50 == 1


def wait_for_hosts(db: Database, keys: PepperKeys, people: int) -> None:
    """Stale tips, pairs that may be one, reports, and questions that nobody has replied to for two weeks."""
    ids = [f"{number:032x}" for number in range(2, 2 + 4 * QUEUED) if not is_worry(number)]
    queued: list[tuple[QueueKind, str, str | None]] = [("stale", one, None) for one in ids[:QUEUED]]
    queued += [("duplicate", one, other) for one, other in zip(ids[QUEUED::2], ids[QUEUED + 1 :: 2], strict=False)]
    host_queue.find(
        db,
        [QueueItem(TEAM, kind, f"{one}:{other}" if other else one, one, other_id=other) for kind, one, other in queued],
    )
    with db.writing() as session:
        for number, tip_id in enumerate(ids[-3:]):
            reporter = f"U{number % people}"
            session.add(ReportRow(team_id=TEAM, tip_id=tip_id, user_id=reporter, reason="wrong", reported_at=NOW))
        for number in range(QUEUED):
            opened, asker = NOW - timedelta(days=14), f"U{number % people}"
            owner = keys.owner(TEAM, f"q{number}", asker)
            session.add(
                OpenQuestionRow(
                    team_id=TEAM,
                    id=f"q{number}",
                    text="表の集計はどう頼んでいますか。",
                    language="ja",
                    state="open",
                    is_anonymous=False,
                    asker_id=asker,
                    owner_hash=owner.digest,
                    owner_pepper_version=owner.version,
                    post_channel_id=CHANNELS[0],
                    post_ts=f"1.{number}",
                    opened_at=opened,
                    closes_at=opened + timedelta(days=30),
                    feed_seq=0,
                    revision=0,
                    drawn_revision=0,
                )
            )


def world_of(db: Database, keys: PepperKeys) -> Any:
    """What Home asks of the world; Slack answers from its caches."""
    return SimpleNamespace(
        db=db,
        keys=keys,
        clock=SimpleNamespace(now=lambda: NOW),
        reading=SimpleNamespace(
            person=lambda user: Person(user, user, "ja", is_full_member=True, tz="Asia/Tokyo", locale="ja-JP"),
            channels_of=lambda user: frozenset(CHANNELS[int(user[1:]) % 35 :][:5]),
            own_channels=lambda: tuple(Channel(one, one, False, False, True) for one in CHANNELS),
        ),
        speaking=SimpleNamespace(publish_home=lambda _user, _view: None),
        rules=SimpleNamespace(language="ja", emoji=("bulb",)),
        embedder=SimpleNamespace(key=None),
        index=None,
    )


def timed(do: Callable[[str], object], people: list[str]) -> list[float]:
    """Milliseconds of the processor for each person's: what else the machine does is not in them."""
    took = []
    for user in people:
        began = time.process_time()
        do(user)
        took.append((time.process_time() - began) * 1_000)
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
        wait_for_hosts(db, keys, options.people)
        people = [f"U{number}" for number in chance.sample(range(options.people), 2 * options.runs)]
        colleagues, hosts = people[: options.runs], people[options.runs :]
        settings.change_workspace(db, TEAM, host_ids=tuple(hosts))
        for name, who in (("colleague", colleagues), ("host", hosts)):
            print_times(name, *both(world_of(db, keys), who))
        db.close()


def both(world: Any, people: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds without what comes round, and with it; in turns, so that a busy machine slows both alike."""

    def home(user: str) -> None:
        listeners.redraw_home(world, TEAM, user)

    def without(user: str) -> None:
        drawn = sections.drawn
        service.coming_to = lambda *_: coming.Coming()  # type: ignore[assignment] # what is left out
        sections.drawn = lambda *_: []  # type: ignore[assignment] # what is left out
        try:
            home(user)
        finally:
            service.coming_to, sections.drawn = coming.coming_to, drawn

    home(people[0])
    bare, whole = [], []
    for user in people:
        bare += timed(without, [user])
        whole += timed(home, [user])
    return bare, whole


def print_times(name: str, bare: list[float], whole: list[float]) -> None:
    for what, took in (("without what comes round", bare), ("Home", whole)):
        print(f"{name:10} {what:26} median {statistics.median(took):7.1f} ms   slowest {max(took):7.1f} ms")
    ratios = [after / before for before, after in zip(bare, whole, strict=True)]
    print(f"{name:10} ratio (median of pairs)    {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
