"""How soon the first tips stand below a question, and what a whole answer takes beyond the model's own time.

python -m benchmarks.answer --database both

The real bot beside the local Slack, with a scripted model that thinks for a while and then writes piece by piece. Fifty
different people: one after the other, spread over a quarter of a minute, and all in the same instant. Times are those
of Slack: from the question's own time to the moment at which Slack took the bot's message.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from benchmarks.processes import ROOT, command, databases, environment, start
from playground.company.model import Company, Member
from playground.company.small import small_company
from playground.person import eventually
from playground.server import LocalSlack
from storage import meanings, requests
from storage.database import open_database
from tests.model_server import free_port

_PEOPLE = 50
_SPREAD_SECONDS = 15.0
_TIPS = 500
_PATIENCE_SECONDS = 180.0
_EMBEDDING_SECONDS = 600.0
_WARM = 8
"""Questions before all others: what is loaded and compiled once is not measured."""
_BEYOND_SHARE, _BEYOND_SECONDS = 0.05, 0.15
_AIMS = {"one": 0.3, "spread": 0.3, "instant": 2.0}
"""Seconds until the first tips stand, at p95."""

_TASKS = ("議事録", "翻訳", "見積もり", "SQLのレビュー", "求人票", "障害報告", "週報", "契約書", "FAQ", "テストケース")


@dataclass(frozen=True)
class Model:
    """How the scripted model behaves: seconds until the first piece, pieces, seconds between two."""

    pause: float
    pieces: int
    seconds: float

    @property
    def own(self) -> float:
        return self.pause + self.pieces * self.seconds


@dataclass(frozen=True)
class Spread:
    """Milliseconds."""

    p50: float
    p95: float
    max: float


@dataclass(frozen=True)
class Measured:
    """One shape of load. `first`: until the first tips; `beyond`: the whole answer, less the model's own time.

    `cpu`: what the bot's process worked for a question, in milliseconds. `machine`: how many wanted to work on the
    whole machine when the load began, over its last minute; beyond its cores the times say more about them.
    """

    load: str
    questions: int
    first: Spread
    beyond: Spread
    streamed: int
    aim_first: float
    aim_beyond: float
    cpu: float
    machine: float

    @property
    def is_reached(self) -> bool:
        return self.first.p95 <= self.aim_first and (self.load == "instant" or self.beyond.p95 <= self.aim_beyond)


@dataclass(frozen=True)
class Now:
    """What the bot's process has worked so far, in seconds, and the load of the whole machine."""

    cpu: float
    load: float


def measure(kind: str, model: Model, ones: int, loads: Sequence[str]) -> list[Measured]:
    """These loads on an empty database of this kind."""
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    with (
        databases(kind) as url,
        tempfile.TemporaryDirectory(prefix="yoridokoro-") as folder,
        _scripted(model) as address,
        LocalSlack(
            _company(), manifest=manifest, rate_limits=False, redelivery_seconds=(1.0, 5.0), ack_timeout=3.0
        ) as slack,
    ):
        env = environment(slack, url, Path(folder), OPENAI_BASE_URL=address, OPENAI_API_KEY="none")
        _stock(env, slack, Path(folder))
        bot = start(env, Path(folder) / "bot.log", "run")
        try:
            slack.wait_connected(seconds=_PATIENCE_SECONDS)
            _wait_until_embedded(url)
            bench = Bench(slack, url, model, bot.pid)
            bench.ask_all("warm", [0.0] * _WARM)
            measured = [bench.one_by_one(ones)] if "one" in loads else []
            if "spread" in loads:
                measured.append(bench.ask_all("spread", [n * _SPREAD_SECONDS / _PEOPLE for n in range(_PEOPLE)]))
            if "instant" in loads:
                # the streams of the last minute count against Slack's limit, which the bot keeps
                time.sleep(60 if measured else 0)
                measured.append(bench.ask_all("instant", [0.0] * _PEOPLE))
            return measured
        finally:
            bot.terminate()
            bot.wait(60)


@dataclass
class Bench:
    """Asks, waits until all is answered, and reads from Slack's record when what came."""

    slack: LocalSlack
    url: str
    model: Model
    bot: int
    asked: int = 0

    def one_by_one(self, count: int) -> Measured:
        before, asked = self._now(), []
        for _ in range(count):
            asked += self._ask([0.0])
            self._rest()
        return self._figures("one", asked, before)

    def ask_all(self, load: str, moments: Sequence[float]) -> Measured:
        before, asked = self._now(), self._ask(moments)
        self._rest()
        return self._figures(load, asked, before)

    def _now(self) -> Now:
        return Now(_cpu_seconds(self.bot), os.getloadavg()[0])

    def _ask(self, moments: Sequence[float]) -> list[tuple[str, str]]:
        began, doing = time.monotonic(), []
        for at in moments:
            time.sleep(max(0.0, began + at - time.monotonic()))
            who = f"asker{self.asked % _PEOPLE}"
            text = f"{_TASKS[self.asked % len(_TASKS)]}、みんなはどうやってる？"
            doing.append((who, self.slack.act(who, "post", channel="@yoridokoro", text=text)))
            self.asked += 1
        return [(who, str(each.result(60))) for who, each in doing]

    def _rest(self) -> None:
        """Waits until everything is acknowledged, or given up by Slack, and whatever was taken on is done."""
        self.slack.wait_idle(_PATIENCE_SECONDS)
        db = open_database(self.url, now=lambda: datetime.now(UTC))
        try:
            eventually(lambda: not requests.unended(db, older_than=datetime.now(UTC)), _PATIENCE_SECONDS)
        except TimeoutError:
            left = len(requests.unended(db, older_than=datetime.now(UTC)))
            sys.exit(
                f"{left} questions were taken on and are not answered after {_PATIENCE_SECONDS:.0f} s; load"
                f" {os.getloadavg()[0]:.1f}. None is lost: a bot under a profiler is some twenty times slower."
            )
        finally:
            db.close()

    def _figures(self, load: str, asked: Sequence[tuple[str, str]], before: Now) -> Measured:
        threads = {ts for _, ts in asked}
        firsts: dict[str, float] = {}
        wholes: dict[str, float] = {}
        of_message: dict[str, str] = {}
        streamed = 0
        for each in list(self.slack.calls):
            if not each.ok:
                continue
            thread = each.arguments.get("thread_ts") or of_message.get(str(each.arguments.get("ts")))
            if thread not in threads:
                continue
            of_message[each.ts] = str(thread)
            if each.method in ("chat.postMessage", "chat.stopStream"):
                firsts.setdefault(str(thread), each.at)
                wholes[str(thread)] = each.at
            streamed += each.method == "chat.stopStream"
        if threads - set(wholes):
            given_up = sum(each.type == "message" and each.given_up for each in self.slack.deliveries)
            sys.exit(
                f"{load}: {len(threads - set(wholes))} of {len(threads)} questions have no answer;"
                f" {given_up} messages were acknowledged too late or never"
            )
        return Measured(
            load,
            len(threads),
            _spread([firsts[ts] - float(ts) for ts in threads]),
            _spread([wholes[ts] - float(ts) - self.model.own for ts in threads]),
            streamed,
            _AIMS.get(load, 0.0) * 1000,
            (self.model.own * _BEYOND_SHARE + _BEYOND_SECONDS) * 1000,
            round(1000 * (_cpu_seconds(self.bot) - before.cpu) / len(threads), 1),
            before.load,
        )


def _company() -> Company:
    """The small company with fifty more people."""
    small = small_company()
    askers = tuple(
        Member(f"U0ASKER{n}", f"asker{n}", f"質問者 {n}", f"asker{n}", "ja-JP", "Asia/Tokyo") for n in range(_PEOPLE)
    )
    channels = tuple(
        replace(each, members=(*each.members, *(one.handle for one in askers))) if each.name == "general" else each
        for each in small.channels
    )
    return replace(small, members=(*small.members, *askers), channels=channels)


def _stock(env: dict[str, str], slack: LocalSlack, folder: Path) -> None:
    """A migrated database with tips of many tasks."""
    command(env, "migrate")
    tips = folder / "tips.jsonl"
    with tips.open("w", encoding="utf-8") as file:
        for number in range(_TIPS):
            task = _TASKS[number % len(_TASKS)]
            tip = {
                "title": f"{task}は用語集を先に渡す その{number}",
                "task": f"{task}を書く時間を短くする",
                "prompts": [f"次の用語集を必ず使って{task}を書いてください。"],
                "tools": ["ChatGPT"],
                "outcome": f"{task}の直しが{number + 2}分で済むようになりました。",
                "kind": "pitfall" if number % 7 == 0 else "practice",
            }
            file.write(json.dumps(tip, ensure_ascii=False) + "\n")
    command(env, "import", "tips", str(tips), "--workspace", slack.team_id, "--published")


def _wait_until_embedded(url: str) -> None:
    """The tips' meanings are had once in a tip's life; no question is measured beside it."""
    db = open_database(url, now=lambda: datetime.now(UTC))
    try:
        eventually(lambda: meanings.serving(db) is not None, _EMBEDDING_SECONDS)
    finally:
        db.close()


def _cpu_seconds(process: int) -> float:
    """What a process has worked so far, by itself and for the kernel."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _scripted(model: Model) -> Iterator[str]:
    """The scripted model as a process of its own, so that it waits for nobody."""
    port = free_port()
    arguments = ["--port", str(port), "--pause", str(model.pause), "--pieces", str(model.pieces)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.model_server", *arguments, "--seconds", str(model.seconds)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        time.sleep(1.0)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _spread(seconds: Sequence[float]) -> Spread:
    values = sorted(1000 * each for each in seconds)

    def at(share: float) -> float:
        return round(values[min(len(values) - 1, int(share * len(values)))], 1)

    return Spread(at(0.5), at(0.95), round(values[-1], 1))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--ones", type=int, default=30, help="questions one after the other")
    parser.add_argument("--loads", nargs="+", choices=list(_AIMS), default=list(_AIMS))
    parser.add_argument("--pause", type=float, default=0.8, help="seconds the model thinks")
    parser.add_argument("--pieces", type=int, default=40, help="in how many pieces it writes")
    parser.add_argument("--seconds", type=float, default=0.05, help="between two pieces")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    given = parser.parse_args(arguments)
    model = Model(given.pause, given.pieces, given.seconds)
    missed = False
    for kind in ["sqlite", "postgresql"] if given.database == "both" else [given.database]:
        measured = measure(kind, model, given.ones, given.loads)
        missed = missed or not all(each.is_reached for each in measured)
        if given.format == "json":
            print(
                json.dumps({"database": kind, "model_seconds": model.own, "loads": [asdict(one) for one in measured]})
            )
            continue
        print(f"{kind}: milliseconds; the model's own time is {model.own:.1f} s")
        for one in measured:
            print(f"  {one.load:<8} {one.questions:>3} questions, {one.streamed} streamed", end="")
            print(f"   first tips p50 {one.first.p50:>7} p95 {one.first.p95:>7} (aim {one.aim_first:.0f})", end="")
            print(
                f"   beyond the model p50 {one.beyond.p50:>7} p95 {one.beyond.p95:>7} (aim {one.aim_beyond:.0f})",
                end="",
            )
            print(f"   bot {one.cpu:.0f} ms CPU a question, load {one.machine:.1f}", end="")
            print("" if one.is_reached else "   NOT REACHED", flush=True)
    sys.exit(missed)


if __name__ == "__main__":
    main()
