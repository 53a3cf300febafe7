"""The whole bot against the strict local Slack, over real Socket Mode, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.socket_mode.builtin import connection

from bot.app import Bot, build
from bot.config import Settings
from bot.llm import ModelSettings, open_model
from bot.slack import edge
from playground.company.small import small_company
from playground.person import Person, eventually
from playground.server import LocalSlack
from tests.conftest import FrozenClock
from tests.model_server import ScriptedModel

ROOT = Path(__file__).parent.parent.parent
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text())


@pytest.fixture(autouse=True)
def quick_to_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's SDK closes a connection only between two receives, which wait for 3 s each."""
    establish = connection._establish_new_socket_connection

    def impatient(**arguments: Any) -> Any:
        sock = establish(**arguments)
        sock.settimeout(0.1)
        return sock

    monkeypatch.setattr(connection, "_establish_new_socket_connection", impatient)
    monkeypatch.setattr(edge, "PING_SECONDS", 0.5)


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(
        small_company(), manifest=MANIFEST, redelivery_seconds=(0.1, 0.3, 1.0), ack_timeout=1.0, rate_limits=False
    ) as running:
        yield running


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


@pytest.fixture
def settings(slack: LocalSlack, database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=slack.bot_token,
        slack_app_token=slack.app_token,
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
        database_url=database_url,
        YORIDOKORO_DATA_DIR=tmp_path / "data",
        YORIDOKORO_TICK_SECONDS=3600,
    )


@pytest.fixture
def bot(settings: Settings, slack: LocalSlack, model: ScriptedModel, clock: FrozenClock) -> Iterator[Bot]:
    """The bot, running, with the scripted model."""
    endpoint = ModelSettings(base_url=model.url, model="scripted", timeout_seconds=5, retries=1)
    remote = open_model(endpoint, spent=lambda: 0.0, record=lambda *_: None)
    yield from serve(build(settings, clock=clock, model=remote), slack)


@pytest.fixture
def plain_bot(settings: Settings, slack: LocalSlack, clock: FrozenClock) -> Iterator[Bot]:
    """The bot, running, without a model."""
    yield from serve(build(settings, clock=clock), slack)


def serve(built: Bot, slack: LocalSlack) -> Iterator[Bot]:
    with built.serving(drain_seconds=0):
        slack.wait_connected()
        yield built


@pytest.fixture
def aya(slack: LocalSlack) -> Person:
    return slack.person("aya")


@pytest.fixture
def ben(slack: LocalSlack) -> Person:
    return slack.person("ben")


@pytest.fixture
def chie(slack: LocalSlack) -> Person:
    return slack.person("chie")


def words(message: dict[str, Any]) -> str:
    """Everything a person reads in a message: text and blocks."""
    return f"{message.get('text', '')}\n{_words(message.get('blocks') or [])}"


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(_words(inside) for key, inside in value.items() if key not in ("type", "action_id", "value"))
    if isinstance(value, list):
        return "\n".join(_words(inside) for inside in value)
    return str(value) if isinstance(value, str) else ""


def find(person: Person, part: str, *, seconds: float = 15.0) -> dict[str, Any]:
    """The newest message in somebody's DM with the bot that says `part`."""

    def look() -> dict[str, Any] | None:
        return next((message for message in reversed(all_direct(person)) if part in words(message)), None)

    found = eventually(look, seconds)
    assert found is not None
    return found


def all_direct(person: Person) -> list[dict[str, Any]]:
    """Every message of somebody's DM with the bot, with those in threads."""
    roots = person.dm()
    found = []
    for root in roots:
        found.append(root)
        if root.get("reply_count"):
            found += person.thread("@yoridokoro", root["ts"])[1:]
    return found
