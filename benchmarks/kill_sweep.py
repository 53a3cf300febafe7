"""kill -9 at random moments: nothing accepted is lost, nothing visible happens twice.

python -m benchmarks.kill_sweep --count 200 --database both

Real processes of the bot against the strict local Slack: captures (an emoji, the author's card, the author's decision)
and questions in DMs, while a process is killed and started again, over and over. What counts is what people see.
"""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from benchmarks.processes import ROOT, command, databases, environment, start
from playground.company.small import small_company
from playground.person import Impossible, Person, eventually
from playground.server import LocalSlack
from tests.model_server import ScriptedModel

BOT, CHANNEL = "@yoridokoro", "#ai-tips"
_PATIENCE_SECONDS = 90.0
_AT_ONCE = 6
_REDELIVERY_SECONDS = (0.0, 2.0, 5.0, 10.0)
"""Slack itself waits up to five minutes; the bot is back here within three seconds."""
_MODEL_SECONDS = 0.05


@dataclass
class Outcome:
    """What people saw after it all."""

    captures: int
    questions: int
    kills: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def say(self, database: str) -> str:
        figures = f"{self.captures} captures, {self.questions} questions, {self.kills} kills, {self.seconds:.0f} s"
        return f"{database}: {figures}: " + (
            "nothing lost, nothing twice" if not self.faults else f"{len(self.faults)} FAULTS"
        )


class Processes:
    """The bot's processes; one at a time is killed and started again."""

    def __init__(self, slack: LocalSlack, env: dict[str, str], log: Path, workers: int, chance: random.Random) -> None:
        self._slack, self._env, self._log, self._chance = slack, env, log, chance
        self._running = [start(env, log, "run") for _ in range(workers)]
        self._stop = threading.Event()
        self._killer = threading.Thread(target=self._kill_on, name="killer")
        self.kills = 0

    def begin(self) -> None:
        self._killer.start()

    def end_killing(self) -> None:
        self._stop.set()
        self._killer.join()

    def close(self) -> None:
        self._stop.set()
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.wait(60)

    def _kill_on(self) -> None:
        while not self._stop.is_set():
            self._slack.wait_connected(len(self._running), seconds=60)
            # the whole range: right after the connection, in the middle of jobs, when all is quiet
            if self._stop.wait(self._chance.uniform(0.05, 2.5)):
                return
            victim = self._chance.randrange(len(self._running))
            self._running[victim].kill()
            self._running[victim].wait()
            self.kills += 1
            self._running[victim] = start(self._env, self._log, "run")


def sweep(*, count: int, database: str, seed: int = 1, workers: int = 1, say: Callable[[str], None] = print) -> Outcome:
    """One sweep on one kind of database."""
    if workers > 1 and database == "sqlite":
        raise ValueError("several processes need PostgreSQL")
    began = time.monotonic()
    outcome = Outcome(count, count)
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    with (
        databases(database) as url,
        tempfile.TemporaryDirectory(prefix="yoridokoro-") as folder,
        ScriptedModel() as model,
        LocalSlack(
            small_company(),
            manifest=manifest,
            redelivery_seconds=_REDELIVERY_SECONDS,
            ack_timeout=1.0,
            rate_limits=False,
        ) as slack,
    ):
        model.pause_seconds = _MODEL_SECONDS
        more = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "none", "YORIDOKORO_TICK_SECONDS": "2"}
        env = environment(slack, url, Path(folder), **more)
        log = Path(folder) / "bot.log"
        command(env, "migrate")
        processes = Processes(slack, env, log, workers, random.Random(seed))  # noqa: S311 - not a secret
        try:
            slack.wait_connected(workers, seconds=60)
            _first_emoji(slack)
            before = {handle: _said(slack.person(handle)) for handle in ("aya", "chie")}
            processes.begin()
            _drive(slack, outcome, say)
            processes.end_killing()
            slack.wait_connected(workers, seconds=60)
            eventually(lambda: not json.loads(command(env, "jobs", "--state", "accepted", "--format", "json")), 120)
            _check(slack, env, outcome, before)
        finally:
            processes.close()
        outcome.kills = processes.kills
    outcome.seconds = time.monotonic() - began
    return outcome


def _first_emoji(slack: LocalSlack) -> None:
    """Chie has used the emoji before and is not asked any more."""
    chie, aya = slack.person("chie"), slack.person("aya")
    ts = aya.post(CHANNEL, "はじめに用語集を渡します。")
    chie.react(CHANNEL, ts, "bulb")
    asked = eventually(lambda: _with_action(chie, "capture.confirm_emoji"), 60)
    chie.click(BOT, asked["ts"], "capture.confirm_emoji")
    _press(aya, eventually(lambda: _with_action(aya, "capture.share_named"), 60), "capture.share_named")
    eventually(lambda: len(_said(chie)) > 1, 60)


def _drive(slack: LocalSlack, outcome: Outcome, say: Callable[[str], None]) -> None:
    work = [(_capture, number) for number in range(outcome.captures)]
    work += [(_question, number) for number in range(outcome.questions)]
    work.sort(key=lambda one: one[1])
    done = 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for fault in pool.map(lambda one: one[0](slack, one[1]), work):
            done += 1
            if fault:
                outcome.faults.append(fault)
            if done % 50 == 0:
                say(f"  {done} of {len(work)}")


def _capture(slack: LocalSlack, number: int) -> str | None:
    """An emoji, the author's card, the decision, by turns with a name and without."""
    aya, chie = slack.person("aya"), slack.person("chie")
    mark = f"番号{number:05d}番"
    root = slack.person("ben").post(CHANNEL, f"How do you do no. {number}?")
    told = aya.post(
        CHANNEL, f"{mark}は用語集を先に渡します。\n```\n{mark}の用語集を使ってください。\n```", thread_ts=root
    )
    chie.react(CHANNEL, told, "bulb")
    try:
        card = eventually(lambda: _with_action(aya, "capture.share_named", mark), _PATIENCE_SECONDS)
        _press(aya, card, "capture.share_named" if number % 2 else "capture.share_anonymously")
    except TimeoutError:
        return f"capture {number} was lost"
    return None


def _question(slack: LocalSlack, number: int) -> str | None:
    ben = slack.person("ben")
    ts = ben.post(BOT, f"用語集、みんなはどうやってる？ {number}")
    try:
        eventually(lambda: _answers(ben, ts), _PATIENCE_SECONDS)
    except TimeoutError:
        return f"question {number} was lost"
    return None


def _press(person: Person, card: dict[str, Any], action_id: str) -> None:
    """Presses a button as people do: again when Slack says that the app did not answer, until the card has changed."""

    def pressed() -> bool:
        now = next(each for each in person.dm() if each["ts"] == card["ts"])
        if action_id not in str(now.get("blocks")):
            return True
        try:
            answered = person.click(BOT, card["ts"], action_id)
        except Impossible:
            return False
        if answered:
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                now = next(each for each in person.dm() if each["ts"] == card["ts"])
                if action_id not in str(now.get("blocks")):
                    return True
                time.sleep(0.1)
        return False

    eventually(pressed, _PATIENCE_SECONDS)


def _check(slack: LocalSlack, env: dict[str, str], outcome: Outcome, before: dict[str, list[str]]) -> None:
    """Exactly one card, one receipt and one answer each; every tip is there once; nothing failed."""
    faults = outcome.faults
    for handle, what in (("aya", "cards"), ("chie", "receipts")):
        seen = len(_said(slack.person(handle))) - len(before[handle])
        if seen != outcome.captures:
            faults.append(f"{outcome.captures} captures, {seen} {what}")
    ben = slack.person("ben")
    for message in ben.messages(BOT):
        if message.get("user") == ben.id and (answers := len(_answers(ben, message["ts"]))) != 1:
            faults.append(f"a question has {answers} answers")
    tips = [json.loads(line)["title"] for line in command(env, "export", "--workspace", slack.team_id).splitlines()]
    twice = [title for title, times in Counter(tips).items() if times > 1]
    if len(tips) != outcome.captures + 1 or twice:
        faults.append(f"{outcome.captures + 1} tips were shared, {len(tips)} are there, {len(twice)} of them twice")
    failed = json.loads(command(env, "jobs", "--state", "failed", "--format", "json"))
    faults += [f"request {each['id']} ({each['kind']}) failed" for each in failed]


def _said(person: Person) -> list[str]:
    """Every message of the bot in somebody's DM, in threads too."""
    return [str(each["ts"]) for each in person.dm() if each.get("bot_id")]


def _with_action(person: Person, action_id: str, part: str = "") -> dict[str, Any] | None:
    for message in reversed(person.dm()):
        blocks = str(message.get("blocks"))
        if action_id in blocks and part in blocks:
            return message
    return None


def _answers(person: Person, ts: str) -> list[dict[str, Any]]:
    return [each for each in person.thread(BOT, ts)[1:] if each.get("bot_id") and each.get("blocks")]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="captures, and as many questions")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes of the bot (PostgreSQL)")
    given = parser.parse_args(arguments)
    kinds = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    wrong = False
    for kind in kinds:
        workers = given.workers if kind == "postgresql" else 1
        outcome = sweep(
            count=given.count,
            database=kind,
            seed=given.seed,
            workers=workers,
            say=lambda line: print(line, file=sys.stderr),
        )
        print(outcome.say(kind))
        for fault in outcome.faults:
            print(f"  {fault}")
        wrong = wrong or bool(outcome.faults)
    sys.exit(wrong)


if __name__ == "__main__":
    main()
