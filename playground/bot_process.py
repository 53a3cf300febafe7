"""The bot as a process of its own, started as it would be against Slack."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from playground.running import ROOT, Failed
from playground.server import LocalSlack

TIPS = ROOT / "playground" / "company" / "demo" / "tips.jsonl"
_SECONDS_TO_END = 20
_SECONDS_TO_CONNECT = 60
_LAST_LINES = 15


class BotProcess:
    """The bot beside a database with the demo's tips; with the local Slack it can begin anew.

    `folder` gets the bot's data and its log; `settings` stand beside those of this process. Entering raises Failed when
    it does not start.
    """

    def __init__(self, slack: LocalSlack, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self._slack = slack
        self._settings = settings or {}
        self._data = folder / "bot"
        self._prepared = folder / "bot-at-first"
        self._log = folder / "bot.log"
        self._database_url = f"sqlite:///{self._data / 'yoridokoro.db'}"
        self._changing = threading.Lock()
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        for each in (self._data, self._prepared):
            shutil.rmtree(each, ignore_errors=True)
        self._data.mkdir(parents=True)
        self._run("migrate")
        self._run("import", "tips", str(TIPS), "--workspace", self._slack.team_id, "--published")
        shutil.copytree(self._data, self._prepared)
        self._log.unlink(missing_ok=True)
        self._start()
        try:
            self._wait_connected()
        except BaseException:
            self._end()
            raise
        self._slack.work_with(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def ended(self) -> bool:
        """Whether it ended although nobody asked it to."""
        with self._changing:
            return self._process.poll() is not None

    def failure(self) -> Failed:
        """What to say when it ended."""
        return Failed(f"The bot ended with code {self._process.returncode}. {self._end_of_log()}")

    def jobs(self) -> list[dict[str, Any]]:
        """The newest requests and their steps, as the bot's own command tells them."""
        told: list[dict[str, Any]] = json.loads(self._run("jobs", "--steps", "--format", "json"))
        return told

    def begin_anew(self, change: Callable[[str], object] = lambda _url: None) -> None:
        """Starts it on the data that it had at first, and returns when it is connected. Raises Failed when it does not.

        `change` is given the database's URL before the bot is there.
        """
        with self._changing:
            self._process.kill()
            self._process.wait()
            # Whoever waits for a connection now waits for the new bot, not for news of the old one's end.
            self._slack.faults.drop_socket()
            shutil.rmtree(self._data)
            shutil.copytree(self._prepared, self._data)
            change(self._database_url)
            self._start()
        self._wait_connected()

    def _start(self) -> None:
        with self._log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=self._environment(),
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self._settings,
            "SLACK_BOT_TOKEN": self._slack.bot_token,
            "SLACK_APP_TOKEN": self._slack.app_token,
            "SLACK_SIGNING_SECRET": self._slack.signing_secret,
            "SLACK_API_URL": self._slack.api_url,
            "DATABASE_URL": self._database_url,
            "YORIDOKORO_DATA_DIR": str(self._data),
            "YORIDOKORO_PEPPER_FILE": str(self._data / "pepper.json"),
            # nobody waits for hours in a demo
            "YORIDOKORO_ANONYMOUS_DELAY_MINUTES": "2",
        }

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Failed(f"The bot could not do `{arguments[0]}`: {done.stderr.strip()}")
        return done.stdout

    def _wait_connected(self) -> None:
        for _ in range(_SECONDS_TO_CONNECT):
            try:
                self._slack.wait_connected(seconds=1)
            except TimeoutError:
                if self._process.poll() is not None:
                    break
            else:
                return
        raise Failed(f"The bot did not connect. {self._end_of_log()}")

    def _end_of_log(self) -> str:
        lines = self._log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:]
        return "\n".join([f"The end of its log, {self._log}:", *lines])

    def _end(self) -> None:
        """Lets it finish its running jobs; one that does not end is killed."""
        if self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
