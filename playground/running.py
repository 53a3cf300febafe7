"""Where a running playground is found, and what Slack would know of the app."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from playground.person import Person
from playground.server import LocalSlack

ROOT = Path(__file__).parents[1]
_STATE = "running.json"


class Failed(Exception):
    """Something that the person at the terminal is told in one sentence."""


@dataclass(frozen=True)
class Running:
    """Where a local Slack is, and the token of its control interface."""

    url: str
    control_token: str

    @property
    def page(self) -> str:
        """The page's address, with the token behind the "#", where no server and no log sees it."""
        return f"{self.url}/#token={self.control_token}"

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
