"""A throwaway PostgreSQL from the machine's own binaries."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

VERSION = "public.alembic_version"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl: on PATH, or where Debian and Homebrew put them."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql*/bin")]
    return next((place for place in sorted(places, reverse=True) if (place / "initdb").exists()), None)


@contextmanager
def throwaway(binaries: Path) -> Iterator[str]:
    """Runs one until the block ends: the URL of its maintenance database, over a Unix socket only."""
    folder = Path(tempfile.mkdtemp(prefix="yoridokoro-pg-", dir="/tmp"))
    as_user: list[str] = []
    if os.getuid() == 0:
        # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, options = str(folder / "data"), f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off"
    initdb = [
        *as_user,
        str(binaries / "initdb"),
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        "postgres",
        "--no-sync",
        "-E",
        "UTF8",
    ]
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, capture_output=True)
    control = [*as_user, str(binaries / "pg_ctl"), "-D", data]
    start = [*control, "-o", options, "-w", "-l", str(folder / "log"), "start"]
    subprocess.run(start, check=True, capture_output=True)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


class Emptied:
    """Migrated databases, one test after another: emptying one costs a small part of what making one costs.

    Rows that migrations put in stay as they were. A database whose tables a test has changed is dropped.
    """

    def __init__(self, server: sa.URL, template: str) -> None:
        self._server, self._template = server, template
        self._free: list[str] = []
        with self._connected(template) as connection:
            self._tables = _tables_of(connection)
            self._rows = {table: _rows_of(connection, table) for table in self._tables}

    @contextmanager
    def one(self) -> Iterator[str]:
        """A database of the block's own: its URL."""
        name = self._free.pop() if self._free else self._made()
        yield self._server.set(database=name).render_as_string(hide_password=False)
        with self._connected("postgres") as connection:
            connection.execute(
                sa.text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"), {"name": name}
            )
        if self._emptied(name):
            self._free.append(name)
            return
        with self._connected("postgres") as connection:
            connection.exec_driver_sql(f"drop database {name} with (force)")

    def _made(self) -> str:
        name = f"t{secrets.token_hex(6)}"
        with self._connected("postgres") as connection:
            connection.exec_driver_sql(f"create database {name} template {self._template}")
        return name

    def _emptied(self, name: str) -> bool:
        with self._connected(name) as connection:
            if _tables_of(connection) != self._tables or _rows_of(connection, VERSION) != self._rows[VERSION]:
                return False
            # no order of foreign keys, and all or nothing
            connection.exec_driver_sql("set session_replication_role = replica")
            connection.exec_driver_sql("".join(f"delete from {table};" for table in self._tables))  # noqa: S608 - names of our own tables
            for table, rows in self._rows.items():
                for row in rows:
                    blanks = ", ".join(["%s"] * len(row))
                    connection.exec_driver_sql(f"insert into {table} overriding system value values ({blanks})", row)  # noqa: S608 - names of our own tables
            return True

    @contextmanager
    def _connected(self, name: str) -> Iterator[sa.Connection]:
        engine = sa.create_engine(self._server.set(database=name), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            yield connection


def _tables_of(connection: sa.Connection) -> list[str]:
    """With their schemas, the job engine's too; and what columns they have."""
    found = connection.exec_driver_sql(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE' order by 1"
    )
    return list(found.scalars())


def _rows_of(connection: sa.Connection, table: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(f"select * from {table}")]  # noqa: S608 - as above
