"""kill -9 at random moments: nothing accepted is lost, nothing visible happens twice.

python -m benchmarks.kill_sweep --count 200 --database both

Real processes of the bot against the strict local Slack: captures (an emoji, the author's card, the author's decision)
and questions in DMs, while a process is killed and started again, over and over. What counts is what people see.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml

from benchmarks.outcome import ASKER, AUTHOR, BOT, CAPTURER, Outcome, answers, check_database, check_seen, opened
from benchmarks.processes import ROOT, command, databases, environment
from benchmarks.seen import Seen, mark
from benchmarks.victims import EndedByItself, Victims
from playground.company.small import small_company
from playground.person import Impossible, eventually
from playground.server import LocalSlack
from storage import requests
from tests.model_server import ScriptedModel

T = TypeVar("T")

CHANNEL = "#ai-tips"
_PATIENCE_SECONDS = 180.0
_AT_ONCE = 8
_REDELIVERY_SECONDS = (1.0,) * 60
"""Slack gives an event up after three; here it does not: what counts is what becomes of it once it is accepted."""
_MODEL_SECONDS = 0.2
_PRESS_AGAIN_SECONDS = 4.0


@dataclass(frozen=True)
class Sweep:
    """What everybody who acts in it needs."""

    slack: LocalSlack
    victims: Victims
    seen: Seen
    outcome: Outcome
    modal: threading.Lock = field(default_factory=threading.Lock)

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
    kills: int,
    pause: float = 2.5,
    embedder: str = "local",
    log: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """One sweep on an empty or migrated database.

    `kills`: exactly so many, spread over the work. `pause`: the longest wait between the bot's connection and its next
    death, seconds. `embedder`: the bot's setting; loading a model takes time at each start. `log`: where the bot's log
    is kept.
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
        env = environment(slack, url, Path(folder), YORIDOKORO_EMBEDDER=embedder, **more)
        command(env, "migrate")
        chance = random.Random(seed)  # noqa: S311 - not a secret
        victims = Victims(slack, env, log or Path(folder) / "bot.log", chance=chance, workers=workers, pause=pause)
        try:
            victims.wait_connected()
            _first_emoji(slack)
            seen = Seen(slack, author=AUTHOR, capturer=CAPTURER)
            seen.begin()
            try:
                victims.begin()
                asked = _drive(Sweep(slack, victims, seen, outcome), kills, say)
                victims.end_killing()
                victims.wait_connected()
                _settle(url, slack, outcome)
                seen.look()
            finally:
                seen.close()
            check_seen(slack, seen, outcome, asked)
            check_database(url, slack.team_id, outcome)
        finally:
            outcome.kills = victims.kills
            victims.close()
    outcome.seconds = time.monotonic() - began
    return outcome


def _first_emoji(slack: LocalSlack) -> None:
    """The capturer has used the emoji before and is not asked any more."""
    capturer, author = slack.person(CAPTURER), slack.person(AUTHOR)

    def with_action(who: str, action_id: str) -> dict[str, Any] | None:
        return next((each for each in slack.person(who).dm() if action_id in str(each.get("blocks"))), None)

    ts = author.post(CHANNEL, "はじめに用語集を渡します。")
    capturer.react(CHANNEL, ts, "bulb")
    asked = eventually(lambda: with_action(CAPTURER, "capture.confirm_emoji"), _PATIENCE_SECONDS)
    capturer.click(BOT, asked["ts"], "capture.confirm_emoji")
    card = eventually(lambda: with_action(AUTHOR, "capture.share_named"), _PATIENCE_SECONDS)
    eventually(lambda: len(capturer.dm()) > 1, _PATIENCE_SECONDS)
    author.click(BOT, card["ts"], "capture.share_named")
    eventually(lambda: not with_action(AUTHOR, "capture.share_named"), _PATIENCE_SECONDS)


def _drive(run: Sweep, kills: int, say: Callable[[str], None]) -> list[str]:
    """Captures and questions by turns, several at once; gives the ts of the questions."""
    outcome = run.outcome
    asked: list[str] = []
    done, total = 0, outcome.captures + outcome.questions

    def act(number: int) -> None:
        nonlocal done
        # the work and the kills keep pace
        due = number * kills // total
        run.wait(lambda: run.victims.kills >= due, 10 * _PATIENCE_SECONDS)
        run.victims.allowed = max(run.victims.allowed, min(due + 1, kills))
        if number % 2:
            asked.append(_question(run, number // 2))
        else:
            _capture(run, number // 2)
        done += 1
        if done % 20 == 0:
            say(f"  {done} of {total}, {run.victims.kills} kills")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(act, range(total)):
            """Raises what went wrong."""
    run.wait(lambda: run.victims.kills >= kills)
    return asked


def _capture(run: Sweep, number: int) -> None:
    """An emoji, the author's card, the decision, by turns with a name and without."""
    author, capturer, asker = (run.slack.person(handle) for handle in (AUTHOR, CAPTURER, ASKER))
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
    author = run.slack.person(AUTHOR)
    tries = 0
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while run.seen.is_open(card):
        try:
            if action_id == "capture.share_anonymously":
                answered = _confirm(run, card, action_id)
            else:
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


def _confirm(run: Sweep, card: str, action_id: str) -> bool:
    """Says yes in the modal that shows what would be shared; closes one that stays empty because the bot died."""
    author = run.slack.person(AUTHOR)

    def filled() -> dict[str, Any] | None:
        return next((view for view in author.views() if view.get("submit") and card in str(view)), None)

    # a person has one modal before them
    with run.modal:
        try:
            author.click(BOT, card, action_id)
            view = run.wait(filled, _PRESS_AGAIN_SECONDS)
            return bool(author.submit(view["id"])["result"] == "closed")
        except TimeoutError:
            return False
        finally:
            for view in author.views()[-1:]:
                author.close(view["id"], everything=True)


def _question(run: Sweep, number: int) -> str:
    asker = run.slack.person(ASKER)
    ts = asker.post(BOT, f"用語集、みんなはどうやってる？ {number}")
    try:
        run.wait(lambda: answers(run.slack, ts))
    except TimeoutError:
        """What is missing is counted at the end."""
    return ts


def _settle(url: str, slack: LocalSlack, outcome: Outcome) -> None:
    """Waits until all that was delivered is taken on and all that was taken on has ended."""
    slack.wait_idle(_PATIENCE_SECONDS)
    db = opened(url)
    try:
        eventually(lambda: not requests.unended(db, older_than=datetime.now(UTC)), 2 * _PATIENCE_SECONDS)
    except TimeoutError:
        left = requests.unended(db, older_than=datetime.now(UTC))
        outcome.wrong += [f"request {each.id} ({each.kind}) has not ended" for each in left]
    finally:
        db.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="captures, and as many questions")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--kills", type=int, help="how often it is killed; one for four captures by default")
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
            try:
                outcome = sweep(
                    url,
                    count=given.count,
                    seed=given.seed,
                    workers=given.workers,
                    kills=given.kills or max(1, given.count // 4),
                    log=given.log,
                    say=lambda line: print(line, file=sys.stderr, flush=True),
                )
            except (EndedByItself, TimeoutError) as error:
                sys.exit(f"{kind}: the sweep broke off: {error}")
        print(outcome.say(kind), flush=True)
        for fault in outcome.faults:
            print(f"  {fault}")
        wrong = wrong or bool(outcome.faults)
    sys.exit(wrong)


if __name__ == "__main__":
    main()
