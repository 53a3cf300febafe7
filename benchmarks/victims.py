"""The bot's processes while they are killed at random moments and started again."""

import random
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from benchmarks.processes import start
from playground.server import LocalSlack

_LONGEST_START_SECONDS = 60.0
_WHILE_STARTING = 0.25
_START_SECONDS = 2.0
_LOOK_SECONDS = 0.02
_LAST_LINES = 15


class EndedByItself(Exception):
    """A process of the bot ended although nobody killed it; says the end of its log."""


class Victims:
    """One of the bot's processes at a time is killed and started again, up to `allowed` times or until `end_killing`.

    Moments are drawn from the whole range: right after the connection, in the middle of jobs, when all is quiet, and
    one in four while the process is still starting and takes up what the last one left. `pause`: the longest wait, s.
    """

    def __init__(
        self,
        slack: LocalSlack,
        env: Mapping[str, str],
        log: Path,
        *,
        chance: random.Random,
        workers: int = 1,
        pause: float = 2.5,
    ) -> None:
        self._slack, self._env, self._log = slack, env, log
        self._chance, self._pause = chance, pause
        self._running = [start(env, log, "run") for _ in range(workers)]
        self._stop = threading.Event()
        self._killer = threading.Thread(target=self._kill_on, name="killer")
        self.kills = 0
        self.allowed = 0
        self.fault: Exception | None = None

    def wait_connected(self) -> None:
        """Waits until every process listens. Raises EndedByItself."""
        for _ in range(int(_LONGEST_START_SECONDS)):
            try:
                self._slack.wait_connected(len(self._running), seconds=1)
            except TimeoutError:
                self._look()
            else:
                return
        raise TimeoutError("the bot did not connect")

    def begin(self) -> None:
        self._killer.start()

    def end_killing(self) -> None:
        self._stop.set()
        self._killer.join()
        self.check()

    def check(self) -> None:
        """Raises what went wrong while killing."""
        if self.fault is not None:
            raise self.fault

    def close(self) -> None:
        self._stop.set()
        if self._killer.is_alive():
            self._killer.join()
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _kill_on(self) -> None:
        try:
            while not self._stop.wait(_LOOK_SECONDS):
                if self.kills < self.allowed:
                    self._kill_one()
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits for it
            self.fault = error

    def _kill_one(self) -> None:
        if self._chance.random() < _WHILE_STARTING:
            wait = self._chance.uniform(0.0, _START_SECONDS)
        else:
            self.wait_connected()
            wait = self._chance.uniform(0.0, self._pause)
        if self._stop.wait(wait):
            return
        self._look()
        victim = self._chance.randrange(len(self._running))
        self._running[victim].kill()
        self._running[victim].wait()
        self.kills += 1
        self._running[victim] = start(self._env, self._log, "run")

    def _look(self) -> None:
        for process in self._running:
            if process.poll() is not None:
                end = "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:])
                raise EndedByItself(f"the bot ended by itself with code {process.returncode}:\n{end}")
