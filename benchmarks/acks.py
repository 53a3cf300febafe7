"""From an event to its ack: the bot beside a bare Bolt app with an empty listener, in slices of the same run.

python -m benchmarks.acks --seconds 60

200 messages a second that do not concern the bot (three in ten are replies in others' threads) and 20 questions a
second in DMs on PostgreSQL, 5 on SQLite; the bot answers them from a tip, without a model. Slack delivers at most
30,000 events an hour, 8 a second, to an app in a workspace. The latency is what the local Slack measures: sent over the
socket until acknowledged. The local Slack and who writes in it run in the measuring process, for both sides alike. The
bare app's slices begin when the bot is at rest.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from benchmarks.processes import ROOT, command, databases, environment, start
from playground.company.small import small_company
from playground.person import eventually
from playground.server import Delivery, LocalSlack
from storage import requests
from storage.database import Database, open_database

_QUESTIONS = {"sqlite": 5, "postgresql": 20}
_SLICES = 4
_REPLY_EVERY = 3
_WARM_UP_SECONDS = 2.0
_PEOPLE = ("aya", "ben", "chie")
_PATIENCE_SECONDS = 600.0
_ENOUGH = 0.98
"""The share of the rate that has to be reached for it to count as reached."""
_ALL = 1_000_000


@dataclass(frozen=True)
class Figures:
    """Milliseconds from an event to its ack. `again`: deliveries that were needed more than once."""

    events: int
    a_second: float
    p50: float
    p99: float
    max: float
    again: int
    given_up: int


@dataclass(frozen=True)
class Measured:
    """One kind of database. `dropped`: messages that did not concern the bot; `asked`: requests that it took on.

    `asked_for` and `reached` are events a second, of the slower side; `rest_seconds`: how long after its slices the bot
    was still answering, all together.
    """

    database: str
    dropped: Figures
    asked: Figures
    bare: Figures
    questions: int
    accepted: int
    answered: int
    asked_for: float
    reached: float
    rest_seconds: float

    @property
    def ratios(self) -> dict[str, dict[str, float]]:
        """How many times as long as the bare app."""
        return {
            name: {at: round(getattr(mine, at) / getattr(self.bare, at), 2) for at in ("p50", "p99", "max")}
            for name, mine in (("dropped", self.dropped), ("asked", self.asked))
        }

    @property
    def faults(self) -> list[str]:
        """What must not be: an event without an ack, a question that was not taken on once or not answered once."""
        sides = (self.dropped, self.asked, self.bare)
        given_up = sum(each.given_up for each in sides)
        found = [f"{given_up} events were never acknowledged"] if given_up else []
        if not self.questions == self.accepted == self.answered:
            found.append(f"{self.questions} questions, {self.accepted} accepted, {self.answered} answered")
        return found


def measure(kind: str, seconds: float, messages: int, questions: int) -> Measured:
    """Slices of the bot and of the bare app by turns, `seconds` for each side in all."""
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    with (
        databases(kind) as url,
        tempfile.TemporaryDirectory(prefix="yoridokoro-") as folder,
        _slack(manifest) as ours,
        _slack(manifest) as theirs,
    ):
        env = environment(ours, url, Path(folder))
        _prepare(env, ours, Path(folder))
        bare_env = environment(theirs, url, Path(folder))
        bot = start(env, Path(folder) / "bot.log", "run")
        with (Path(folder) / "bare.log").open("wb") as log:
            bare = subprocess.Popen([sys.executable, "-m", "benchmarks.bare_app"], cwd=ROOT, env=bare_env, stderr=log)
        db = open_database(url, now=lambda: datetime.now(UTC))
        try:
            for slack in (ours, theirs):
                slack.wait_connected(seconds=60)
                _drive(slack, _WARM_UP_SECONDS, messages, 1)
            _rest(ours, db)
            known = {slack: len(slack.deliveries) for slack in (ours, theirs)}
            before = len(requests.recent(db, limit=_ALL))
            took, rested = {ours: 0.0, theirs: 0.0}, 0.0
            for _ in range(_SLICES):
                took[ours] += _drive(ours, seconds / _SLICES, messages, questions)
                rested += _rest(ours, db)
                took[theirs] += _drive(theirs, seconds / _SLICES, messages, questions)
                theirs.wait_idle(_PATIENCE_SECONDS)
            told, bare_told = ours.deliveries[known[ours] :], theirs.deliveries[known[theirs] :]
            asked = [each for each in told if _is_question(each)]
            dropped = [each for each in told if not _is_question(each) and not _is_of_bot(each)]
            accepted = [each for each in requests.recent(db, limit=_ALL) if each.kind == "answer.question"]
            return Measured(
                kind,
                _figures(dropped, took[ours]),
                _figures(asked, took[ours]),
                _figures(bare_told, took[theirs]),
                questions=len(asked),
                accepted=len(accepted) - before,
                answered=sum(_is_of_bot(each) for each in told),
                asked_for=float(messages + questions),
                reached=round(len(bare_told) / max(took.values()), 1),
                rest_seconds=round(rested, 1),
            )
        finally:
            db.close()
            bot.terminate()
            bare.terminate()
            bot.wait(60)
            bare.wait(60)


def _slack(manifest: dict[str, Any]) -> LocalSlack:
    return LocalSlack(small_company(), manifest=manifest, rate_limits=False, redelivery_seconds=(1.0, 5.0))


def _prepare(env: dict[str, str], slack: LocalSlack, folder: Path) -> None:
    """A migrated database with one tip to answer from."""
    command(env, "migrate")
    tips = folder / "tips.jsonl"
    tips.write_text(json.dumps({"title": "議事録の要約は用語集を先に渡す"}, ensure_ascii=False), "utf-8")
    command(env, "import", "tips", str(tips), "--workspace", slack.team_id, "--published")


def _drive(slack: LocalSlack, seconds: float, messages: int, questions: int) -> float:
    """Says so much a second, each at its time, what is late at once. Gives the seconds until all was said."""
    began = time.monotonic()
    moments = [(number / messages, False, number) for number in range(int(seconds * messages))]
    moments += [(number / questions, True, number) for number in range(int(seconds * questions))]
    root = slack.act("aya", "post", channel="#ai-tips", text="Who comes to lunch?").result()
    doing = []
    for at, is_question, number in sorted(moments):
        wait = began + at - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        who = _PEOPLE[number % len(_PEOPLE)]
        if is_question:
            doing.append(slack.act(who, "post", channel="@yoridokoro", text=f"議事録、みんなはどうやってる？ {number}"))
        else:
            thread = root if number % 10 < _REPLY_EVERY else None
            doing.append(slack.act(who, "post", channel="#ai-tips", text=f"Message {number}", thread_ts=thread))
    for each in doing:
        each.result()
    return max(seconds, time.monotonic() - began)


def _rest(slack: LocalSlack, db: Database) -> float:
    """Waits until the bot has acknowledged and done everything; gives the seconds it took."""
    began = time.monotonic()
    slack.wait_idle(_PATIENCE_SECONDS)
    eventually(lambda: not requests.unended(db, older_than=datetime.now(UTC)), _PATIENCE_SECONDS)
    slack.wait_idle(_PATIENCE_SECONDS)
    return time.monotonic() - began


def _is_question(delivery: Delivery) -> bool:
    return delivery.body["event"].get("channel_type") == "im" and not _is_of_bot(delivery)


def _is_of_bot(delivery: Delivery) -> bool:
    """One of the bot's own messages, which Slack tells it of too."""
    return bool(delivery.body["event"].get("bot_id"))


def _figures(deliveries: Sequence[Delivery], seconds: float) -> Figures:
    acked = sorted(each.latency * 1000 for each in deliveries if each.latency is not None)
    return Figures(
        events=len(deliveries),
        a_second=round(len(deliveries) / seconds, 1),
        p50=round(_at(acked, 0.5), 1),
        p99=round(_at(acked, 0.99), 1),
        max=round(acked[-1], 1),
        again=sum(each.attempts > 1 for each in deliveries),
        given_up=sum(not each.acked for each in deliveries),
    )


def _at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def _say(measured: Measured) -> None:
    print(f"{measured.database}: milliseconds from event to ack")
    for name, each in (
        ("bot, what it drops", measured.dropped),
        ("bot, what it accepts", measured.asked),
        ("bare Bolt app", measured.bare),
    ):
        print(f"  {name:<21} {each.events:>6} events, {each.a_second:>6.1f}/s", end="")
        print(f"   p50 {each.p50:>6.1f}   p99 {each.p99:>6.1f}   max {each.max:>6.1f}   delivered again {each.again}")
    for name, ratio in measured.ratios.items():
        print(f"  {name} / bare: " + ", ".join(f"{at} {times:.2f}" for at, times in ratio.items()))
    print(f"  {measured.questions} questions, {measured.accepted} accepted, {measured.answered} answered", end="")
    print(f"; the last answers came {measured.rest_seconds / _SLICES:.1f} s after a slice")
    if measured.reached < _ENOUGH * measured.asked_for:
        print(f"  NOT REACHED: {measured.asked_for:.0f} events a second were to be sent, {measured.reached} were")
    print("  " + ("; ".join(measured.faults) or "everything acknowledged"))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each side")
    parser.add_argument("--messages", type=int, default=200, help="a second")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    given = parser.parse_args(arguments)
    kinds = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    wrong = False
    for kind in kinds:
        print(f"{kind}: twice {given.seconds:g} s…", file=sys.stderr)
        measured = measure(kind, given.seconds, given.messages, _QUESTIONS[kind])
        wrong = wrong or bool(measured.faults)
        if given.format == "json":
            print(json.dumps({**asdict(measured), "ratios": measured.ratios, "faults": measured.faults}))
        else:
            _say(measured)
    sys.exit(wrong)


if __name__ == "__main__":
    main()
