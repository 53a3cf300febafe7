"""The job engine on a SQLite that is older than its Python."""

import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.jobs import migrate_engine
from storage.database import open_database


def test_sqlite_knows_milliseconds_whatever_its_version(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path / 'clock.db'}", now=lambda: datetime.now(UTC))
    with db.engine.connect() as connection:
        connection.exec_driver_sql("create table t (a text, at integer not null default (unixepoch('subsec') * 1000))")
        connection.exec_driver_sql("insert into t (a) values ('x')")
        at = connection.scalar(sa.text("select at from t"))
    db.close()
    assert abs(at - time.time() * 1000) < 60_000


def test_the_engines_own_tables_take_a_row_without_a_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'engine.db'}"
    migrate_engine(url)
    db = open_database(url, now=lambda: datetime.now(UTC))
    with db.engine.connect() as connection:
        connection.exec_driver_sql("insert into application_versions (version_id, version_name) values ('a', '1')")
        assert connection.scalar(sa.text("select version_timestamp from application_versions"))
    db.close()
