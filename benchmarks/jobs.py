"""Jobs a second, how long they wait, and what a whole job takes beyond the model's own time.

python -m benchmarks.jobs --database both

Trivial jobs go through the bot's own queue in one process, as in `run`: taken on (row and job in one transaction),
found by the queue, one step, ended. Whole jobs are done by the real bot beside the local Slack: from a question or an
emoji to the answer or the card as Slack dates them, less the pause of a scripted model.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from benchmarks.processes import ROOT, command, databases, environment, start
from bot.app import migrate_all
from bot.jobs import Engine
from bot.jobs.work import do
from bot.ports import Step
from playground.company.small import small_company
from playground.person import eventually
from playground.server import LocalSlack
from storage import requests
from storage.database import Database, open_database
from storage.records import NewRequest
from tests.model_server import ScriptedModel

_BOT, _CHANNEL = "@yoridokoro", "#ai-tips"
_QUEUE, _KIND, _TEAM = "light", "trivial", "T0BENCH"
_A_SECOND = 20
_ACCEPTING_THREADS = 8
_AT_ONCE = 8
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Spread:
    """Milliseconds."""

    p50: float
    p99: float
    max: float


@dataclass(frozen=True)
class Trivial:
    """Trivial jobs of one shape. `accept` is taking a request on, `wait` from then until its job started."""

    jobs: int
    a_second: float
    accept: Spread
    wait: Spread


@dataclass(frozen=True)
class Whole:
    """Jobs of the whole bot. `overhead` is what passed until the result stood in Slack, less the model's pauses."""

    jobs: int
    model_calls: int
    overhead: Spread


class Trials:
    """Trivial jobs through one engine, with the moments at which each was taken on and started."""

    def __init__(self, db: Database, engine: Engine) -> None:
        self._db, self._engine = db, engine
        self._numbers = count()
        self._started: dict[str, float] = {}
        self._ended: dict[str, float] = {}

    def work(self, request_id: str, step: Step) -> None:
        def trivial(_world: object, _request: object, step: Step) -> None:
            step("nothing", lambda: None)

        self._started[request_id] = time.monotonic()
        world: Any = SimpleNamespace(db=self._db)
        do(request_id, step, world=world, jobs={_KIND: trivial}, explain=_never, explain_failure=_never)
        self._ended[request_id] = time.monotonic()

    def burst(self, jobs: int) -> Trivial:
        """All at once: the most that goes through."""
        with ThreadPoolExecutor(_ACCEPTING_THREADS) as pool:
            return self._figures(time.monotonic(), list(pool.map(lambda _: self._accept(), range(jobs))))

    def steady(self, seconds: float) -> Trivial:
        """So many a second, each at its time."""
        began = time.monotonic()

        def at_its_time(number: int) -> tuple[str, float, float]:
            time.sleep(max(0.0, began + number / _A_SECOND - time.monotonic()))
            return self._accept()

        with ThreadPoolExecutor(_ACCEPTING_THREADS) as pool:
            return self._figures(began, list(pool.map(at_its_time, range(int(seconds * _A_SECOND)))))

    def _accept(self) -> tuple[str, float, float]:
        """The request's id, and when taking it on began and was done."""
        new = NewRequest(_TEAM, _KIND, f"bench:{next(self._numbers)}", _QUEUE, None)
        began = time.monotonic()
        accepted = self._engine.accept(new)
        if accepted is None:
            raise RuntimeError("a new request was known already")
        return accepted.id, began, time.monotonic()

    def _figures(self, began: float, accepted: list[tuple[str, float, float]]) -> Trivial:
        eventually(lambda: all(request_id in self._ended for request_id, _, _ in accepted), _PATIENCE_SECONDS)
        took = max(self._ended[request_id] for request_id, _, _ in accepted) - began
        return Trivial(
            jobs=len(accepted),
            a_second=round(len(accepted) / took, 1),
            accept=_spread([done - at for _, at, done in accepted]),
            # a job may start before the accepting thread is told that its transaction is through
            wait=_spread([max(0.0, self._started[request_id] - done) for request_id, _, done in accepted]),
        )


def trivial(kind: str, *, jobs: int, seconds: float) -> dict[str, Trivial]:
    """Trivial jobs on one kind of database: "steady" and "burst"."""
    with databases(kind) as url:
        db = open_database(url, now=lambda: datetime.now(UTC))
        migrate_all(db)
        engine = Engine(db, tick_seconds=3600)
        trials = Trials(db, engine)
        engine.launch(trials.work, lambda: None)
        try:
            trials.burst(_ACCEPTING_THREADS)
            figures = {"steady": trials.steady(seconds), "burst": trials.burst(jobs)}
            left = requests.unended(db, older_than=datetime.now(UTC))
            if left:
                raise RuntimeError(f"{len(left)} requests have not ended")
            return figures
        finally:
            engine.drain(10)
            engine.close()
            db.close()


def whole(kind: str, *, times: int, pause: float) -> dict[str, Whole]:
    """Whole jobs on one kind of database; `pause` is how long the model thinks, in seconds."""
    with _running(kind, pause) as (slack, model):
        _question(slack, 0)
        _capture(slack, 0)
        shapes: dict[str, tuple[Callable[[LocalSlack, int], float], int]] = {
            "question": (_question, 1),
            "capture": (_capture, 1),
            f"question, {_AT_ONCE} at once": (_question, _AT_ONCE),
        }
        return {name: _whole(slack, model, each, times, at_once) for name, (each, at_once) in shapes.items()}


def _whole(
    slack: LocalSlack, model: ScriptedModel, each: Callable[[LocalSlack, int], float], times: int, at_once: int
) -> Whole:
    known = len(model.requests)
    with ThreadPoolExecutor(at_once) as pool:
        took = list(pool.map(lambda number: each(slack, number), range(1, times + 1)))
    calls = len(model.requests) - known
    if calls != times:
        raise RuntimeError(f"{times} jobs asked the model {calls} times: what to take off is not known")
    return Whole(times, calls, _spread([seconds - model.pause_seconds for seconds in took]))


def _question(slack: LocalSlack, number: int) -> float:
    """Seconds from a question in a DM to its answer, by the timestamps that Slack gave both."""
    ben = slack.person("ben")
    asked = ben.post(_BOT, f"用語集、みんなはどうやってる？ {number}")
    answer = eventually(lambda: _of_bot(ben.thread(_BOT, asked)[1:], "用語集"), _PATIENCE_SECONDS)
    return float(answer["ts"]) - float(asked)


def _capture(slack: LocalSlack, number: int) -> float:
    """Seconds from an emoji to the author's card."""
    aya, chie = slack.person("aya"), slack.person("chie")
    mark = f"番号{number:05d}番"
    ts = aya.post(_CHANNEL, f"{mark}は用語集を先に渡します。\n```\n{mark}の用語集を使ってください。\n```")
    reacted = time.time()
    chie.react(_CHANNEL, ts, "bulb")
    if number == 0:
        asked = eventually(lambda: _of_bot(chie.dm(), "capture.confirm_emoji"), _PATIENCE_SECONDS)
        chie.click(_BOT, asked["ts"], "capture.confirm_emoji")
    card = eventually(lambda: _of_bot(aya.dm(), f"{mark}の用語集"), _PATIENCE_SECONDS)
    return float(card["ts"]) - reacted


def _of_bot(messages: list[dict[str, Any]], part: str) -> dict[str, Any] | None:
    return next((each for each in messages if each.get("bot_id") and part in str(each.get("blocks"))), None)


@contextmanager
def _running(kind: str, pause: float) -> Iterator[tuple[LocalSlack, ScriptedModel]]:
    """The real bot beside the local Slack, with one tip to answer from."""
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    with (
        databases(kind) as url,
        tempfile.TemporaryDirectory(prefix="yoridokoro-") as folder,
        ScriptedModel() as model,
        LocalSlack(small_company(), manifest=manifest, rate_limits=False) as slack,
    ):
        model.pause_seconds = pause
        env = environment(slack, url, Path(folder), OPENAI_BASE_URL=model.url, OPENAI_API_KEY="none")
        command(env, "migrate")
        tips = Path(folder) / "tips.jsonl"
        tips.write_text(json.dumps({"title": "用語集を先に渡す"}, ensure_ascii=False), "utf-8")
        command(env, "import", "tips", str(tips), "--workspace", slack.team_id, "--published")
        bot = start(env, Path(folder) / "bot.log", "run")
        try:
            slack.wait_connected(seconds=60)
            yield slack, model
        finally:
            bot.terminate()
            bot.wait(60)


def _never(*_: object) -> None:
    raise RuntimeError("a trivial job failed")


def _spread(seconds: Sequence[float]) -> Spread:
    ordered = sorted(each * 1000 for each in seconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return Spread(at(0.5), at(0.99), at(1.0))


def _line(name: str, spread: Spread) -> str:
    return f"{name} p50 {spread.p50:>7.1f}  p99 {spread.p99:>7.1f}  max {spread.max:>7.1f} ms"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seconds", type=float, default=20.0, help=f"how long {_A_SECOND} trivial jobs a second come")
    parser.add_argument("--jobs", type=int, default=500, help="trivial jobs that come all at once")
    parser.add_argument("--times", type=int, default=40, help="whole jobs of each shape")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds that the model thinks")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    given = parser.parse_args(arguments)
    kinds = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    for kind in kinds:
        print(f"{kind}: trivial jobs, then whole jobs…", file=sys.stderr)
        small = trivial(kind, jobs=given.jobs, seconds=given.seconds)
        big = whole(kind, times=given.times, pause=given.pause)
        if given.format == "json":
            parts = {name: asdict(each) for name, each in (small | big).items()}
            print(json.dumps({"database": kind, "pause_seconds": given.pause, **parts}, ensure_ascii=False))
            continue
        print(f"{kind}: jobs through the queue of one process")
        for name, each in small.items():
            print(f"  {name:<24} {each.jobs:>5} jobs  {each.a_second:>6.1f}/s")
            print(f"    {_line('accept', each.accept)}")
            print(f"    {_line('wait  ', each.wait)}")
        print(f"{kind}: whole jobs beyond the model's {given.pause:g} s")
        for name, whole_job in big.items():
            print(f"  {name:<24} {whole_job.jobs:>5} jobs  {_line('overhead', whole_job.overhead)}")


if __name__ == "__main__":
    main()
