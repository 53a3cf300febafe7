"""The whole bot against the strict local Slack, over real Socket Mode.

On SQLite, unless a test says `on_both_databases`: those in which the database or the job engine has a part. What
storage does is tested on both in tests/storage.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.socket_mode.builtin import connection

from bot import app
from bot.app import Bot, build
from bot.config import Settings
from bot.llm import ModelSettings, open_model
from playground.company.small import small_company
from playground.person import Person
from playground.server import LocalSlack
from tests.conftest import FrozenClock, fresh_database
from tests.flows.dying import goes_on
from tests.model_server import ScriptedModel

ROOT = Path(__file__).parent.parent.parent
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text())


on_both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
also_when_jobs_die = pytest.mark.parametrize("jobs_die", [None, True], ids=["", "jobs die"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from fresh_database(request, getattr(request, "param", "sqlite"), tmp_path)


@pytest.fixture(autouse=True)
def quick_to_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack's SDK closes a connection only between two receives, which wait for 3 s each."""
    connect = connection.Connection.connect

    def impatiently(self: connection.Connection) -> None:
        connect(self)
        if self.sock is not None:
            self.sock.settimeout(0.1)

    monkeypatch.setattr(connection.Connection, "connect", impatiently)


@pytest.fixture(autouse=True)
def jobs_die(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each job dies once before its first word, in all flows with JOBS_DIE=1: what a flow sees is the same."""
    if getattr(request, "param", os.environ.get("JOBS_DIE")):
        monkeypatch.setattr(app, "do", goes_on)


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(
        small_company(), manifest=MANIFEST, redelivery_seconds=(0.1, 1.0, 15.0), ack_timeout=3.0, rate_limits=False
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
        YORIDOKORO_EMBEDDER="off",
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
