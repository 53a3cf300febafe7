"""What all tests share: both databases, a clock that stands still."""

import gc
import os
import shutil
import ssl
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy.engine import default
from sqlalchemy.util import LRUCache

from bot.jobs import migrate_engine
from storage.database import Database, migrate, open_database
from tests.postgres import Emptied, programs, throwaway

MISSING = "PostgreSQL was not found: its half of the tests did NOT run. Install it (initdb, pg_ctl) and run again."
_missing = False

# how long an example takes says more of the machine than of the code
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")


def _compile_once() -> None:
    """Lets all databases of a run share what SQLAlchemy has compiled, as one that runs for long does.

    Up to a tenth of a short test's time went into compiling the same statements again for a database of its own.
    """
    dialect: Any = default.DefaultDialect
    # what is compiled is kept by its dialect: all of one kind speak to the same server here
    dialect.__eq__ = lambda one, other: type(one) is type(other)
    dialect.__hash__ = lambda one: hash(type(one))
    compiled: dict[type, LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(10_000))
    engine: Any = sa.Engine
    engine._compiled_cache = property(lambda one: compiled[type(one.dialect)], lambda _one, _its_own: None)


def _trust_nobody() -> None:
    """Leaves out the machine's certificates, a tenth of a flow's time: nothing but loopback is reached, unencrypted."""
    context: Any = ssl.SSLContext
    context.load_default_certs = context.load_verify_locations = lambda *_, **__: None


_compile_once()
_trust_nobody()


def pytest_collection_finish() -> None:
    """What is there by now stays until the end: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


class FrozenClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A throwaway PostgreSQL of this run: URL of its maintenance database."""
    binaries = programs()
    if binaries is None:
        global _missing  # noqa: PLW0603 - read once by the summary below
        _missing = True
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with throwaway(binaries) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """A migrated database that each test gets a copy of."""
    url = sa.make_url(postgres)
    do_alone(url, "create database template_of_tests")
    _migrate_all(url.set(database="template_of_tests").render_as_string(hide_password=False))
    return "template_of_tests"


@pytest.fixture(scope="session")
def postgres_databases(postgres: str, postgres_template: str) -> Emptied:
    return Emptied(sa.make_url(postgres), postgres_template)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate_all(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of the test's own, once on each kind."""
    yield from fresh_database(request, request.param, tmp_path)


def fresh_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """A migrated database of this kind, "sqlite" or "postgresql", for one test: its URL."""
    if kind == "sqlite":
        path = folder / "yoridokoro.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    emptied: Emptied = request.getfixturevalue("postgres_databases")
    with emptied.one() as url:
        yield url


@pytest.fixture
def db(database_url: str, clock: FrozenClock) -> Iterator[Database]:
    opened = open_database(database_url, now=clock.now, busy_timeout=1.0)
    yield opened
    opened.close()


def _migrate_all(url: str) -> None:
    opened = open_database(url, now=lambda: datetime.now(UTC))
    migrate(opened)
    opened.close()
    migrate_engine(url)
    if url.startswith("sqlite"):
        with sa.create_engine(url).connect() as connection:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")


def do_alone(url: sa.URL, statement: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _missing:
        terminalreporter.write_sep("!", MISSING, red=True, bold=True)
