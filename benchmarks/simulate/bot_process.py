"""The bot of the simulated year: a process of its own that is forked warm, reads the year's clock, and can be killed.

It is joined by bot.app, listens over Socket Mode and does its jobs like any other. What differs: its clock is a number
in a shared file, and it ticks when it is told to, because what passes in a month of that clock takes seconds.
"""

import gc
import json
import mmap
import multiprocessing
import struct
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from benchmarks.simulate.drawing import draw_alike
from bot.app import Bot, build
from bot.circulate.hosting.service import minutes_by_week
from bot.circulate.insights import charts, service, words
from bot.commands.insights import row
from bot.config import Settings
from storage import requests, search
from storage.database import Database

_START_SECONDS = 60.0
_LOOK_SECONDS = 0.004
_TIDIED_EVERY_HOURS = 4
_A_LONG_TIME = timedelta(days=400)


class YearClock:
    """The year's time, shared between processes by a file: UTC, in seconds since 1970."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(struct.pack("d", 0.0))
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), 8)

    def seconds(self) -> float:
        return float(struct.unpack("d", self._memory[:8])[0])

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def set(self, moment: datetime) -> None:
        self._memory[:8] = struct.pack("d", moment.timestamp())


class Died(Exception):
    """The bot's process was killed before it answered."""


class BotProcess:
    """Starts the bot, kills it, and tells it to tick and to say when it has nothing left to do."""

    def __init__(self, settings: Mapping[str, Any], clock_file: Path, log: Path, *, alike: bool = False) -> None:
        """`alike`: it draws nothing at random that would make two years differ."""
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["benchmarks.simulate.warm"])
        self._arguments = (dict(settings), str(clock_file), str(log), alike)
        self._process: Any = None
        self._line: Connection | None = None
        self.starts = 0
        self._cpu_of_dead, self._cpu = 0.0, 0.0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Starts it and waits until it listens. Raises Died when it is killed, or ends, meanwhile."""
        self._line, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_live, args=(theirs, *self._arguments), daemon=True)
        self._process.start()
        theirs.close()
        self.starts += 1
        if not self._line.poll(_START_SECONDS):
            raise TimeoutError("the bot did not start; its log says why")
        self._answer()

    def kill(self) -> None:
        """As `kill -9`: nothing of it can tidy up."""
        if self._process is not None:
            self._process.kill()

    @property
    def is_alive(self) -> bool:
        return self._process is not None and bool(self._process.is_alive())

    def gone(self) -> None:
        """Waits until a killed one is gone."""
        self._process.join()

    def tick(self) -> bool:
        """What is due now; whether something is left to do after it. Raises Died."""
        return bool(self._ask("tick"))

    def settle(self) -> bool:
        """Waits until all that it took on is done; whether there was anything to wait for. Raises Died."""
        return bool(self._ask("settle"))

    def insights(self) -> tuple[dict[str, Any], dict[str, str], dict[str, int]]:
        """What the bot says of the community now, as its command does, its pictures (SVG), and hosts' minutes by week.

        Raises Died.
        """
        told = json.loads(self._ask("insights"))
        return told["insights"], told["pictures"], told["minutes"]

    def _ask(self, what: str) -> Any:
        if self._line is None:
            raise Died
        try:
            self._line.send(what)
        except OSError:
            raise Died from None
        return self._answer()

    def _answer(self) -> Any:
        if self._line is None:
            raise Died
        try:
            said, cpu = self._line.recv()
        except (EOFError, OSError):
            self._cpu_of_dead += self._cpu
            self._cpu = 0.0
            raise Died from None
        self._cpu = cpu
        if isinstance(said, str) and said.startswith("failed"):
            raise RuntimeError(said)
        return said

    @property
    def cpu_seconds(self) -> float:
        """Of all its lives, as far as they told."""
        return self._cpu_of_dead + self._cpu


def _live(line: Connection, settings: Mapping[str, Any], clock_file: str, log: str, alike: bool) -> None:
    """The child's life."""
    sys.stderr = Path(log).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115 - until it is killed
    import logging  # noqa: PLC0415 - the child's own

    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    clock = YearClock(Path(clock_file))
    if alike:
        draw_alike(clock.seconds)
        # what is remembered for minutes would be for months here, and forgotten by a crash
        search._OWN_TOOLS_SECONDS = 0.0  # noqa: SLF001 - a year's clock is nobody else's
    bot = build(Settings(_env_file=None, **settings), clock=clock)
    with bot.serving(drain_seconds=0):
        # what was loaded stays: a year would be searched for garbage in it thousands of times
        gc.freeze()
        line.send(("ready", time.process_time()))
        while True:
            try:
                asked = line.recv()
            except EOFError:
                return
            try:
                said: object = _ASKED[asked](bot)
            except Exception as error:  # noqa: BLE001 - told to the year, which ends with it
                said = f"failed: {error!r}"
            line.send((said, time.process_time()))


def _tick(bot: Bot) -> bool:
    search.catch_up(bot.world.db, bot.world.index)
    bot.tick()
    if bot.world.clock.now().hour % _TIDIED_EVERY_HOURS == 0:
        bot.engine.tidy()
    return _is_busy(bot)


def _settle(bot: Bot) -> bool:
    waited = False
    while _is_busy(bot):
        waited = True
        time.sleep(_LOOK_SECONDS)
    search.catch_up(bot.world.db, bot.world.index)
    return waited


def _is_busy(bot: Bot) -> bool:
    return has_unended(bot.world.db)


def has_unended(db: Database) -> bool:
    """Whether something was taken on that is not done."""
    return bool(requests.unended(db, older_than=db.now() + _A_LONG_TIME))


def _insights(bot: Bot) -> str:
    shown = service.shown(bot.world, bot.identity.team_id)
    minutes = minutes_by_week(bot.world, bot.identity.team_id)
    pictures = words.pictures(shown, "en")
    drawn = {one.name: charts.draw(shown, one, "en", "svg").decode() for one in pictures}
    told = {"insights": row(shown, pictures), "pictures": drawn, "minutes": minutes}
    return json.dumps(told, ensure_ascii=False, default=str)


_ASKED = {"tick": _tick, "settle": _settle, "insights": _insights}
