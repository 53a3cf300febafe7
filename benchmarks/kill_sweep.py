"""kill -9 at random moments: nothing accepted is lost, nothing visible happens twice.

python -m benchmarks.kill_sweep --count 200 --database both

Real processes of the bot against the strict local Slack: captures (an emoji, the author's card, the author's decision)
and questions in DMs, while a process is killed and started again, over and over. What counts is what people see.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml

from benchmarks.processes import ROOT, command, databases, environment
from benchmarks.seen import Seen, mark
from benchmarks.victims import Victims
from playground.company.small import small_company
from playground.person import Impossible, eventually
from playground.server import LocalSlack
from storage import requests, tips
from storage.database import Database, open_database
from storage.records import Viewer
from tests.model_server import ScriptedModel

T = TypeVar("T")

BOT, CHANNEL = "@yoridokoro", "#ai-tips"
_AUTHOR, _CAPTURER, _ASKER = "aya", "chie", "ben"
_PATIENCE_SECONDS = 90.0
_AT_ONCE = 8
_REDELIVERY_SECONDS = (1.0,) * 60
"""Slack gives an event up after three; here it does not: what counts is what becomes of it once it is accepted."""
_MODEL_SECONDS = 0.2
_PRESS_AGAIN_SECONDS = 4.0
_ALL = 1_000_000


@dataclass
class Outcome:
    """What people saw after it all, and what the database says. All lists are empty when all is well."""

    captures: int
    questions: int
    kills: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    pressed_again: int = 0

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.wrong]

    def say(self, database: str) -> str:
        figures = f"{self.kills} kills, {self.captures} captures, {self.questions} questions in {self.seconds:.0f} s"
        told = f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.wrong)} otherwise wrong"
        return f"{database}: {figures}: {told} ({self.pressed_again} buttons pressed again)"


@dataclass(frozen=True)
class Sweep:
    """What everybody who acts in it needs."""

    slack: LocalSlack
    victims: Victims
    seen: Seen
    outcome: Outcome

    def wait(self, see: Callable[[], T | None], seconds: float = _PATIENCE_SECONDS) -> T:
        """See `eventually`; ends at once when the bot cannot go on."""

        def look() -> T | None:
            self.victims.check()
            return see()

        return eventually(look, seconds)


def sweep(
    url: str,
    *,
    count: int,
    seed: int = 1,
    workers: int = 1,
    kills: int | None = None,
    pause: float = 2.5,
    log: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """One sweep on an empty or migrated database.

    `kills`: exactly so many, spread over the work; without it as many as there is time for. `pause`: the longest wait
    between the bot's connection and its next death, seconds. `log`: where the bot's log is kept.
    """
    began = time.monotonic()
    outcome = Outcome(count, count)
    manifest: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    with (
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
        command(env, "migrate")
        chance = random.Random(seed)  # noqa: S311 - not a secret
        victims = Victims(
            slack, env, log or Path(folder) / "bot.log", chance=chance, workers=workers, pause=pause, most=kills
        )
        try:
            victims.wait_connected()
            _first_emoji(slack)
            seen = Seen(slack, author=_AUTHOR, capturer=_CAPTURER)
            seen.begin()
            try:
                victims.begin()
                asked = _drive(Sweep(slack, victims, seen, outcome), kills or 0, say)
                victims.end_killing()
                victims.wait_connected()
                _settle(url, slack, outcome)
                seen.look()
            finally:
                seen.close()
            _check_seen(slack, seen, outcome, asked)
            _check_database(url, slack.team_id, outcome)
        finally:
            outcome.kills = victims.kills
            victims.close()
    outcome.seconds = time.monotonic() - began
    return outcome


def _first_emoji(slack: LocalSlack) -> None:
    """The capturer has used the emoji before and is not asked any more."""
    capturer, author = slack.person(_CAPTURER), slack.person(_AUTHOR)

    def with_action(who: str, action_id: str) -> dict[str, Any] | None:
        return next((each for each in slack.person(who).dm() if action_id in str(each.get("blocks"))), None)

    ts = author.post(CHANNEL, "はじめに用語集を渡します。")
    capturer.react(CHANNEL, ts, "bulb")
    asked = eventually(lambda: with_action(_CAPTURER, "capture.confirm_emoji"), _PATIENCE_SECONDS)
    capturer.click(BOT, asked["ts"], "capture.confirm_emoji")
    card = eventually(lambda: with_action(_AUTHOR, "capture.share_named"), _PATIENCE_SECONDS)
    eventually(lambda: len(capturer.dm()) > 1, _PATIENCE_SECONDS)
    author.click(BOT, card["ts"], "capture.share_named")
    eventually(lambda: not with_action(_AUTHOR, "capture.share_named"), _PATIENCE_SECONDS)


def _drive(run: Sweep, kills: int, say: Callable[[str], None]) -> list[str]:
    """Captures and questions by turns, several at once; gives the ts of the questions."""
    outcome = run.outcome
    asked: list[str] = []
    done = 0

    def act(number: int) -> None:
        nonlocal done
        # with a number of kills the work is spread between them
        due = number * kills // (2 * outcome.captures)
        run.wait(lambda: run.victims.kills >= due, 10 * _PATIENCE_SECONDS)
        if number % 2:
            asked.append(_question(run, number // 2))
        else:
            _capture(run, number // 2)
        done += 1
        if done % 20 == 0:
            say(f"  {done} of {2 * outcome.captures}, {run.victims.kills} kills")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(act, range(outcome.captures + outcome.questions)):
            """Raises what went wrong."""
    if kills:
        run.wait(lambda: run.victims.kills >= kills)
    return asked


def _capture(run: Sweep, number: int) -> None:
    """An emoji, the author's card, the decision, by turns with a name and without."""
    author, capturer, asker = (run.slack.person(handle) for handle in (_AUTHOR, _CAPTURER, _ASKER))
    words = f"{mark(number)}は用語集を先に渡します。\n```\n{mark(number)}の用語集を使ってください。\n```"
    root = asker.post(CHANNEL, f"How do you do no. {number}?")
    capturer.react(CHANNEL, author.post(CHANNEL, words, thread_ts=root), "bulb")
    try:
        card = run.wait(lambda: run.seen.card(number))
        _press(run, card, "capture.share_named" if number % 2 else "capture.share_anonymously")
    except TimeoutError:
        """What is missing is counted at the end."""


def _press(run: Sweep, card: str, action_id: str) -> None:
    """Presses a button as people do: again when Slack says that the app did not answer and nothing came of it."""
    author = run.slack.person(_AUTHOR)
    tries = 0
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while run.seen.is_open(card):
        try:
            answered = author.click(BOT, card, action_id)
        except Impossible:
            return
        tries += 1
        wait = deadline - time.monotonic() if answered else _PRESS_AGAIN_SECONDS
        try:
            run.wait(lambda: not run.seen.is_open(card), wait)
        except TimeoutError:
            if time.monotonic() > deadline:
                raise
    run.outcome.pressed_again += tries - 1


def _question(run: Sweep, number: int) -> str:
    asker = run.slack.person(_ASKER)
    ts = asker.post(BOT, f"用語集、みんなはどうやってる？ {number}")
    try:
        run.wait(lambda: _answers(run.slack, ts))
    except TimeoutError:
        """What is missing is counted at the end."""
    return ts


def _answers(slack: LocalSlack, ts: str) -> list[dict[str, Any]]:
    thread = slack.act(_ASKER, "thread", channel=BOT, ts=ts).result(30)
    return [each for each in thread[1:] if each.get("bot_id")]


def _settle(url: str, slack: LocalSlack, outcome: Outcome) -> None:
    """Waits until all that was delivered is taken on and all that was taken on has ended."""
    slack.wait_idle(_PATIENCE_SECONDS)
    db = _open(url)
    try:
        eventually(lambda: not requests.unended(db, older_than=datetime.now(UTC)), 2 * _PATIENCE_SECONDS)
    except TimeoutError:
        left = requests.unended(db, older_than=datetime.now(UTC))
        outcome.wrong += [f"request {each.id} ({each.kind}) has not ended" for each in left]
    finally:
        db.close()


def _check_seen(slack: LocalSlack, seen: Seen, outcome: Outcome, asked: list[str]) -> None:
    """Exactly one card, one receipt and one answer each; a card that was decided on says so."""
    for number in range(outcome.captures):
        cards = seen.cards.get(number, [])
        _exactly_one(outcome, len(cards), f"card of capture {number}")
        _exactly_one(outcome, seen.receipts_of(number), f"receipt of capture {number}")
        outcome.lost += [f"decision on capture {number}" for ts in cards if seen.is_open(ts)]
    for ts in asked:
        answers = _answers(slack, ts)
        _exactly_one(outcome, len(answers), f"answer to question {ts}")
        outcome.wrong += [f"question {ts}: {each.get('text')}" for each in answers if not each.get("blocks")]
    # a button that was pressed again although the first time had counted is told that the draft is not open any more
    if len(seen.to_author) > outcome.pressed_again:
        outcome.wrong += [f"the author reads: {text}" for text in seen.to_author]
    outcome.wrong += [f"the capturer reads: {text}" for text in seen.to_capturer]


def _check_database(url: str, team_id: str, outcome: Outcome) -> None:
    """Each tip is there once, each request is one row that ended well."""
    db = _open(url)
    try:
        viewer = Viewer(team_id, None, is_full_member=True)
        titles = Counter(tip.content.title for tip in tips.export(db, viewer))
        for number in range(outcome.captures):
            there = sum(times for title, times in titles.items() if mark(number) in title)
            _exactly_one(outcome, there, f"tip of capture {number}")
        rows = requests.recent(db, team_id=team_id, limit=_ALL)
    finally:
        db.close()
    kinds = Counter(row.kind for row in rows)
    for kind, expected in (("capture.emoji", outcome.captures + 1), ("answer.question", outcome.questions)):
        if kinds[kind] != expected:
            outcome.wrong.append(f"{kinds[kind]} requests {kind} instead of {expected}")
    outcome.wrong += [f"{times} requests {key}" for key, times in Counter(row.key for row in rows).items() if times > 1]
    outcome.wrong += [f"request {row.id} ({row.kind}) failed" for row in rows if row.state == "failed"]


def _exactly_one(outcome: Outcome, times: int, what: str) -> None:
    if times == 0:
        outcome.lost.append(what)
    elif times > 1:
        outcome.doubled.append(f"{what}: {times} times")


def _open(url: str) -> Database:
    return open_database(url, now=lambda: datetime.now(UTC))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="captures, and as many questions")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes of the bot (PostgreSQL)")
    parser.add_argument("--log", type=Path, help="keep the bot's log in this file")
    given = parser.parse_args(arguments)
    kinds = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    if given.workers > 1 and "sqlite" in kinds:
        parser.error("several processes need PostgreSQL: --database postgresql")
    wrong = False
    for kind in kinds:
        print(f"{kind}: seed {given.seed}", file=sys.stderr)
        with databases(kind) as url:
            outcome = sweep(
                url,
                count=given.count,
                seed=given.seed,
                workers=given.workers,
                log=given.log,
                say=lambda line: print(line, file=sys.stderr, flush=True),
            )
        print(outcome.say(kind), flush=True)
        for fault in outcome.faults:
            print(f"  {fault}")
        wrong = wrong or bool(outcome.faults)
    sys.exit(wrong)


if __name__ == "__main__":
    main()
