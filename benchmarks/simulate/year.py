"""One simulated year from its first Monday to its last Sunday: who does what when, and the ticks between."""

import gc
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from benchmarks.processes import ROOT
from benchmarks.simulate.bot_process import BotProcess, YearClock, has_unended
from benchmarks.simulate.company import Someone, company, people
from benchmarks.simulate.habits import HABITS, Do, Habit
from benchmarks.simulate.insights import counted
from benchmarks.simulate.kept import Kept
from benchmarks.simulate.knowhow import read
from benchmarks.simulate.life import Life
from benchmarks.simulate.record import Post, posts_of, standing_of, threads_of
from bot.app import migrate_all, open_storage
from bot.config import Settings
from playground.server import LocalSlack
from storage.database import Database
from tests.model_server import ScriptedModel

START = datetime(2026, 3, 2, tzinfo=UTC)
TICK = timedelta(minutes=30)
"""The bot ticks every 30 s. Here it does at each full hour, and at half hours when something may be due in India."""

_INDIA = frozenset({1, 2, 3, 4, 7, 11})
"""Its half hours, UTC, at which quiet hours end, or at which people there want their digest."""

_WORK_BEGINS, _WORK_ENDS = 8, 19
_QUIET_BEFORE_TICK = 180
"""A tip without a name comes out within two minutes of its author's yes: always before the next tick here."""

_REDELIVERY_SECONDS = (0.2,) * 300
_FRIDAY = 4


@dataclass(frozen=True)
class Planned:
    """Somebody does something; `do` is None for a tick."""

    at: datetime
    who: Someone | None
    name: str
    do: Do | None


@dataclass(frozen=True)
class Lived:
    """A year that was lived: what the bot posted, what stands in Slack at its end, and what it took."""

    people: Sequence[Someone]
    kept: Kept
    posts: Sequence[Post]
    standing: Sequence[tuple[str, str, str]]
    begins: datetime
    ends: datetime
    acts: int
    starts: int
    crashes: int
    crashes_at_work: int
    wall_seconds: float
    cpu_seconds: float
    counted: dict[str, Any]


def plan(
    everybody: Sequence[Someone],
    start: datetime,
    days: int,
    seed: int,
    lively: float = 1.0,
    habits: Sequence[Habit] = HABITS,
) -> list[Planned]:
    """All ticks and acts in order, each at a moment of its own."""
    planned = list(_ticks(start, days))
    taken = {one.at for one in planned}
    for someone in everybody:
        chance = random.Random(f"{seed}:{someone.handle}:plan")  # noqa: S311 - not a secret
        for day in range(days):
            planned += _acts_of(someone, start, day, chance, taken, lively, habits)
    return sorted(planned, key=lambda one: one.at)


def _ticks(start: datetime, days: int) -> Iterator[Planned]:
    at = start
    while at < start + timedelta(days=days):
        if at.minute == 0 or (at.weekday() <= _FRIDAY and at.hour in _INDIA):
            yield Planned(at, None, "tick", None)
        at += TICK


def _acts_of(
    someone: Someone,
    start: datetime,
    day: int,
    chance: random.Random,
    taken: set[datetime],
    lively: float,
    habits: Sequence[Habit],
) -> Iterator[Planned]:
    local = start.date() + timedelta(days=day)
    if day < 7 * someone.joins_week or local.weekday() > _FRIDAY:
        return
    for habit in habits:
        often = habit.weekly.get(someone.kind, 0.0) if someone.is_host or not habit.hosts_only else 0.0
        if chance.random() >= lively * often / 5:
            continue
        at = datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(someone.tz)).astimezone(UTC)
        at += timedelta(hours=chance.randrange(_WORK_BEGINS, _WORK_ENDS), minutes=30 * chance.randrange(2))
        at += timedelta(seconds=chance.randrange(1, int(TICK.total_seconds()) - _QUIET_BEFORE_TICK))
        if at < start:
            continue
        while at in taken:
            at += timedelta(seconds=1)
        taken.add(at)
        yield Planned(at, someone, habit.name, habit.do)


def live(
    *,
    count: int = 300,
    days: int = 364,
    start: datetime = START,
    seed: int = 1,
    lively: float = 1.0,
    crashes: int = 0,
    compared: bool = False,
    log: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    is_broken_off: Callable[[], bool] = lambda: False,
) -> Lived:
    """Lives through the year, or as much of it as there is time for: `is_broken_off` is asked before each day.

    `crashes`: so many times a day the bot is killed, at random moments. `compared`: nobody does, and the bot does not
    draw, what differs from year to year by itself. `lively`: so much more often people do what they do, and so much
    earlier they come by; a short time shows more then.
    """
    everybody = people(count, seed, lively)
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    began, began_cpu = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory(prefix="yoridokoro-year-") as folder:
        clock = YearClock(Path(folder) / "clock")
        clock.set(start - timedelta(minutes=5))
        with (
            ScriptedModel(read) as model,
            LocalSlack(
                company(everybody),
                manifest=manifest,
                now=clock.seconds,
                redelivery_seconds=_REDELIVERY_SECONDS,
                rate_limits=False,
            ) as slack,
        ):
            settings = _settings(slack, model, Path(folder))
            kept_log = log or Path(folder) / "bot.log"
            with (
                closing(_migrated(settings, clock)) as db,
                BotProcess(settings, Path(folder) / "clock", kept_log, alike=compared) as bot,
            ):
                life = Life(slack, bot, clock, everybody, seed, lambda: has_unended(db))
                habits = [one for one in HABITS if not (compared and one.by_ids)]
                planned = plan(everybody, start, days, seed, lively, habits)
                _set_up(life, everybody, start)
                ends = _pass(
                    life, planned, seed, crashes=crashes, say=say, is_broken_off=is_broken_off
                ) or start + timedelta(days=days)
                life.take_stock(ends)
                life.kept.threads = threads_of(slack)
                figures = counted(db, life.kept, count)
                return Lived(
                    people=everybody,
                    kept=life.kept,
                    posts=posts_of(slack),
                    standing=standing_of(slack),
                    begins=start,
                    ends=ends,
                    acts=sum(bool(moment.who) for moment in life.kept.moments.values()),
                    starts=bot.starts,
                    crashes=life.crashes.count,
                    crashes_at_work=life.crashes.at_work,
                    wall_seconds=time.monotonic() - began,
                    cpu_seconds=time.process_time() - began_cpu + bot.cpu_seconds,
                    counted=figures,
                )


def _migrated(settings: Mapping[str, Any], clock: YearClock) -> Database:
    db = open_storage(Settings(_env_file=None, **settings), clock)
    migrate_all(db)
    return db


def _settings(slack: LocalSlack, model: ScriptedModel, folder: Path) -> dict[str, Any]:
    return {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": slack.api_url,
        "database_url": f"sqlite:///{folder}/yoridokoro.db",
        "openai_api_key": "none",
        "openai_base_url": model.url,
        "llm_model": "scripted",
        "YORIDOKORO_DATA_DIR": folder / "data",
        "YORIDOKORO_TICK_SECONDS": 1_000_000,
        "YORIDOKORO_EMBEDDER": "off",
        "YORIDOKORO_ANONYMOUS_DELAY_MINUTES": 2,
    }


def _set_up(life: Life, everybody: Sequence[Someone], start: datetime) -> None:
    """An admin names the hosts, and switches on what makes the bot speak in channels."""
    hosts = [one.id for one in everybody if one.is_host]

    def choose(life: Life, someone: Someone, _: random.Random) -> None:
        life.open_home(someone.handle)
        life.wishes(someone)
        life.press_in_home(someone.handle, "home.settings", form=True)
        view = life.form(someone.handle, "digest_channels")
        if view is None:
            raise TimeoutError("the settings did not open")
        chosen: dict[str, dict[str, Any]] = {
            "digest_channels": {"value": ["C0AITIPS"]},
            "questions_channel": {"value": "C0GENERAL"},
        }
        chosen["hosts"] = {"value": hosts}
        if life.send(someone.handle, view, chosen) != "closed":
            raise AssertionError("the settings were not taken")
        life.switched_on("C0AITIPS", "circulate:channel:", someone)
        life.switched_on("C0GENERAL", "question:", someone)

    life.do(start - timedelta(minutes=4), everybody[0], "sets the bot up", choose)


def _pass(
    life: Life,
    planned: Sequence[Planned],
    seed: int,
    *,
    crashes: int,
    say: Callable[[str], None],
    is_broken_off: Callable[[], bool],
) -> datetime | None:
    """Day by day; the day before which it was broken off, if it was."""
    chance = random.Random(f"{seed}:crashes")  # noqa: S311 - not a secret
    began = time.monotonic()
    gc.freeze()
    for number, (day, several) in enumerate(groupby(planned, key=lambda one: one.at.date())):
        if is_broken_off():
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        _pass_day(life, list(several), chance, crashes)
        # what Slack has recorded stays until the end
        gc.freeze()
        if number % 28 == 27:  # noqa: PLR2004 - every four weeks
            say(f"  week {number // 7 + 1}, {time.monotonic() - began:.0f} s")
    return None


def _pass_day(life: Life, today: Sequence[Planned], chance: random.Random, crashes: int) -> None:
    acts = [one for one in today if one.do is not None]
    # of several kills two may meet, and are one then
    doomed = [chance.choice(acts if acts and chance.random() < 0.7 else today) for _ in range(crashes)]  # noqa: PLR2004
    for one in today:
        if any(one is moment for moment in doomed):
            life.crashes.announce(chance)
        if one.do is None or one.who is None:
            life.tick(one.at)
        else:
            life.do(one.at, one.who, one.name, one.do)
    life.end_day()
