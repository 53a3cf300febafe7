"""What may never stand in a log: people's words, tokens, prompts."""

import logging
from collections.abc import Iterator
from typing import Any, cast

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from slack_sdk import WebClient

from bot.commands.serving import set_log_level
from bot.slack.edge import bolt_app
from storage.database import Database
from storage.errors import StorageError
from storage.records import TipContent

WORDS = "これは社外秘のひとことです"


@pytest.fixture(autouse=True)
def levels() -> Iterator[None]:
    named = ["", "slack_bolt", "slack_sdk", "openai", "httpx", "httpcore", "sqlalchemy", "dbos", "alembic"]
    before = {name: logging.getLogger(name).level for name in named}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize(
    "library", ["slack_bolt.middleware", "slack_sdk.web.base_client", "openai._base_client", "httpcore"]
)
def test_debugging_ourselves_does_not_make_the_libraries_tell_what_people_wrote(library: str) -> None:
    set_log_level("DEBUG")
    assert logging.getLogger("bot.app").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger(library).isEnabledFor(logging.DEBUG)


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_statements_of_the_database_are_not_told(level: str) -> None:
    set_log_level(level)
    for library in ("sqlalchemy.engine.Engine", "sqlalchemy.pool", "alembic.runtime", "httpx", "dbos"):
        assert not logging.getLogger(library).isEnabledFor(logging.INFO)
    assert logging.getLogger("slack_sdk.web").isEnabledFor(logging.INFO)


def test_bolts_own_loggers_do_not_tell_what_people_wrote() -> None:
    set_log_level("DEBUG")
    app = bolt_app(WebClient("xoxb-1"), None, world=cast("Any", None), team_id="T1", bot_user_id="U1")
    assert not app.logger.isEnabledFor(logging.DEBUG)
    named = [name for name in logging.root.manager.loggerDict if name.startswith("slack_bolt")]
    assert [name for name in named if logging.getLogger(name).isEnabledFor(logging.DEBUG)] == []


def test_a_start_warns_of_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    bolt_app(WebClient("xoxb-1"), None, world=cast("Any", None), team_id="T1", bot_user_id="U1")
    assert caplog.records == []


def test_a_quiet_log_is_quiet_in_the_libraries_too() -> None:
    set_log_level("ERROR")
    assert not logging.getLogger("slack_sdk.web").isEnabledFor(logging.WARNING)


def test_a_failing_statement_does_not_tell_its_parameters(db: Database) -> None:
    with pytest.raises(StorageError) as failed, db.writing() as session:
        session.execute(sa.text("insert into no_such_table values (:words)"), {"words": WORDS})
    told = [str(error) for error in (failed.value, failed.value.__cause__, failed.value.__context__) if error]
    assert any("no_such_table" in each for each in told)
    assert not any(WORDS in each for each in told)


def test_fields_that_do_not_fit_are_named_without_their_words() -> None:
    with pytest.raises(ValidationError) as failed:
        TipContent(title=WORDS * 50)
    assert "title" in str(failed.value)
    assert WORDS not in str(failed.value)
