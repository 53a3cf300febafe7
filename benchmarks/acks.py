"""From an event to its ack: the bot beside a bare Bolt app with an empty listener, in slices of the same run.

python -m benchmarks.acks --seconds 60

200 messages a second that do not concern the bot (three in ten are replies in others' threads) and 20 questions a
second in DMs on PostgreSQL, 5 on SQLite. Slack delivers at most 30,000 events an hour, 8 a second, to an app in a
workspace. The latency is what the local Slack measures: sent over the socket until acknowledged.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.processes import ROOT, command, databases, environment, start
from playground.company.small import small_company
from playground.server import Delivery, LocalSlack

_QUESTIONS = {"sqlite": 5, "postgresql": 20}
_SLICES = 4
_REPLY_EVERY = 3
_WARM_UP_SECONDS = 2.0
_PEOPLE = ("aya", "ben", "chie")


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


def measure(kind: str, seconds: float, messages: int, questions: int) -> dict[str, Figures]:
    """One kind of database: "bot" (its dropped messages), "requests" (what it accepts) and "bare"."""
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    with (
        databases(kind) as url,
        tempfile.TemporaryDirectory(prefix="yoridokoro-") as folder,
        _slack(manifest) as ours,
        _slack(manifest) as theirs,
    ):
        env = environment(ours, url, Path(folder))
        command(env, "migrate")
        bare_env = environment(theirs, url, Path(folder))
        bot = start(env, Path(folder) / "bot.log", "run")
        bare = subprocess.Popen([sys.executable, "-m", "benchmarks.bare_app"], cwd=ROOT, env=bare_env)
        try:
            for slack in (ours, theirs):
                slack.wait_connected(seconds=60)
                _drive(slack, _WARM_UP_SECONDS, messages, 1)
                slack.wait_idle(60)
            known = {slack: len(slack.deliveries) for slack in (ours, theirs)}
            for _ in range(_SLICES):
                for slack in (ours, theirs):
                    _drive(slack, seconds / _SLICES, messages, questions)
                    slack.wait_idle(120)
            told = [each for each in ours.deliveries[known[ours] :] if each.kind == "events_api"]
            asked = [each for each in told if _is_question(each)]
            dropped = [each for each in told if not _is_question(each)]
            return {
                "bot": _figures(dropped, seconds),
                "requests": _figures(asked, seconds),
                "bare": _figures(theirs.deliveries[known[theirs] :], seconds),
            }
        finally:
            bot.terminate()
            bare.terminate()
            bot.wait(60)
            bare.wait(60)


def _slack(manifest: dict[str, Any]) -> LocalSlack:
    return LocalSlack(small_company(), manifest=manifest, rate_limits=False, redelivery_seconds=(1.0, 5.0))


def _drive(slack: LocalSlack, seconds: float, messages: int, questions: int) -> None:
    """Says so much a second, each at its time; what is late is said at once."""
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


def _is_question(delivery: Delivery) -> bool:
    event = delivery.body["event"]
    return event.get("channel_type") == "im" and "bot_id" not in event


def _figures(deliveries: Sequence[Delivery], seconds: float) -> Figures:
    acked = sorted(each.latency * 1000 for each in deliveries if each.latency is not None)
    return Figures(
        events=len(deliveries),
        a_second=round(len(deliveries) / seconds, 1),
        p50=round(_at(acked, 0.5), 1),
        p99=round(_at(acked, 0.99), 1),
        max=round(acked[-1], 1),
        again=sum(each.attempts > 1 for each in deliveries),
        given_up=sum(each.given_up for each in deliveries),
    )


def _at(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each side")
    parser.add_argument("--messages", type=int, default=200, help="a second")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    given = parser.parse_args(arguments)
    kinds = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    for kind in kinds:
        figures = measure(kind, given.seconds, given.messages, _QUESTIONS[kind])
        if given.format == "json":
            print(json.dumps({"database": kind, **{name: asdict(each) for name, each in figures.items()}}))
            continue
        print(f"{kind}: milliseconds from event to ack")
        for name, each in figures.items():
            print(
                f"  {name:<9} {each.events:>6} events, {each.a_second:>6.1f}/s   p50 {each.p50:>7.1f}"
                f"   p99 {each.p99:>7.1f}   max {each.max:>7.1f}   again {each.again}   given up {each.given_up}"
            )
        bare = figures["bare"]
        for name in ("bot", "requests"):
            ratio = (figures[name].p50 / bare.p50, figures[name].p99 / bare.p99)
            print(f"  {name} / bare: p50 {ratio[0]:.1f}, p99 {ratio[1]:.1f}")


if __name__ == "__main__":
    main()
