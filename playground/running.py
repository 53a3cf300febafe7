"""The bot as a process of its own, started as it would be against Slack, and where a running playground is found."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from playground.person import Person
from playground.server import LocalSlack

ROOT = Path(__file__).parents[1]
TIPS = ROOT / "playground" / "company" / "demo" / "tips.jsonl"
_STATE = "running.json"
_SECONDS_TO_END = 20
_SECONDS_TO_CONNECT = 60
_LAST_LINES = 15


class Failed(Exception):
    """Something that the person at the terminal is told in one sentence."""


@dataclass(frozen=True)
class Running:
    """Where a local Slack is, and the token of its control interface."""

    url: str
    control_token: str

    def person(self, handle: str) -> Person:
        return Person(self.url, self.control_token, handle)


def manifest() -> dict[str, Any]:
    """The app's manifest: what Slack would know of it."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text("utf-8"))
    return loaded


@contextmanager
def findable(slack: LocalSlack, folder: Path) -> Iterator[Running]:
    """Notes where this local Slack is, for commands from a second terminal; only its owner may read the note."""
    folder.mkdir(parents=True, exist_ok=True)
    state = folder / _STATE
    state.unlink(missing_ok=True)
    running = Running(slack.url, slack.control_token)
    with os.fdopen(os.open(state, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(running), file)
    try:
        yield running
    finally:
        state.unlink(missing_ok=True)


def find(folder: Path) -> Running:
    """The local Slack that runs now. Raises Failed."""
    try:
        return Running(**json.loads((folder / _STATE).read_text()))
    except FileNotFoundError:
        raise Failed("No local Slack is running. Start it in another terminal: make run") from None


@contextmanager
def bot(slack: LocalSlack, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The bot beside a fresh database with the demo's tips, connected. Raises Failed when it does not start."""
    data = folder / "bot"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    environment = _environment(slack, data)
    _once(environment, "migrate")
    _once(environment, "import", "tips", str(TIPS), "--workspace", slack.team_id, "--published")
    log = folder / "bot.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_connected(slack, process, log)
            yield process
        finally:
            _end(process)


def _environment(slack: LocalSlack, data: Path) -> dict[str, str]:
    return os.environ | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{data / 'yoridokoro.db'}",
        "YORIDOKORO_DATA_DIR": str(data),
        "YORIDOKORO_PEPPER_FILE": str(data / "pepper.json"),
    }


def _once(environment: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"The bot could not do `{arguments[0]}`: {done.stderr.strip()}")


def _wait_connected(slack: LocalSlack, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(_SECONDS_TO_CONNECT):
        try:
            slack.wait_connected(seconds=1)
        except TimeoutError:
            if process.poll() is not None:
                break
        else:
            return
    raise Failed(f"The bot did not connect. The end of its log, {log}:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:])


def ended(process: "subprocess.Popen[bytes]", folder: Path) -> Failed:
    """What to say when the bot ended although nobody asked it to."""
    log = folder / "bot.log"
    return Failed(f"The bot ended with code {process.returncode}. The end of its log, {log}:\n{_tail(log)}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Lets it finish its running jobs; one that does not end is killed."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
