"""Copies of the whole database: taken while the bot runs, brought back while it does not."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from storage import _feed
from storage.database import Database, check_migrations, hold_single_process, open_database
from storage.errors import AlreadyRunning, NotPossible, in_our_words

_DEBIAN = Path("/usr/lib/postgresql")
_HOMEBREW = Path("/opt/homebrew/opt")


class Failed(NotPossible):
    """One of PostgreSQL's programs ended with an error, which the message tells."""


def backup(db: Database, to: Path) -> None:
    """Writes the database to one file: a SQLite database, or PostgreSQL's custom dump. Replaces what is there.

    The file appears only when it is whole. Raises NotPossible for a missing program or a folder that is not there.
    """
    if not to.parent.is_dir():
        raise NotPossible(f"there is no folder {to.parent}: make it first")
    part = to.with_name(to.name + ".part")
    part.unlink(missing_ok=True)
    # it holds everything that the database does: for nobody but its owner
    part.touch(mode=0o600)
    try:
        if db.file is not None:
            _copy_sqlite(db.file, part)
        else:
            _run_postgres("pg_dump", sa.make_url(db.url), "--format=custom", "--no-owner", f"--file={part}")
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, source: Path, *, force: bool = False) -> None:
    """Brings a database back from `backup`'s file. Search indexes notice that their history is another one.

    Raises NotPossible unless the target is empty or `force` is set, AlreadyRunning while a bot works on the target.
    """
    db = open_database(url, now=lambda: datetime.now(UTC))
    try:
        if not force and not _is_empty(db):
            raise NotPossible("the database is not empty: restore into an empty one, or say --force to replace it")
        if db.file is not None:
            _restore_sqlite(db, source)
        else:
            _restore_postgres(db, source)
        check_migrations(db)
        with db.writing() as session:
            _feed.begin_anew(session)
    finally:
        db.close()


def _copy_sqlite(source: Path, to: Path) -> None:
    """By SQLite's online backup, which gives one state of the database while others write."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(to)) as copy:
        live.backup(copy)
        copy.execute("pragma journal_mode=delete")
        _check_sqlite(copy, to)


def _check_sqlite(connection: sqlite3.Connection, file: Path) -> None:
    try:
        said = connection.execute("pragma integrity_check").fetchone()[0]
        known = connection.execute("select count(*) from sqlite_master where name = 'alembic_version'").fetchone()[0]
    except sqlite3.DatabaseError:
        said, known = "", 0
    if said != "ok" or not known:
        raise NotPossible(f"{file.name} is not a whole backup of a SQLite database of this bot")


def _restore_sqlite(db: Database, source: Path) -> None:
    target = db.file
    if target is None:
        raise LookupError("a SQLite database without a file")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        _check_sqlite(copy, source)
        with hold_single_process(db):
            db.engine.dispose()
            for name in (target.name, target.name + "-wal", target.name + "-shm"):
                target.with_name(name).unlink(missing_ok=True)
            with closing(sqlite3.connect(target)) as live:
                copy.backup(live)


def _restore_postgres(db: Database, source: Path) -> None:
    _check_dump(source)
    with _alone(db), in_our_words(), db.engine.begin() as connection:
        for schema in ("dbos", "public"):
            connection.exec_driver_sql(f"drop schema if exists {schema} cascade")
        connection.exec_driver_sql("create schema public")
    _run_postgres("pg_restore", sa.make_url(db.url), "--no-owner", "--exit-on-error", str(source))


def _check_dump(file: Path) -> None:
    """Reads it to its end: what stands in the database goes before it is brought back."""
    try:
        holds = _run("pg_restore", "--list", str(file))
        _run("pg_restore", f"--file={os.devnull}", str(file))
    except Failed:
        holds = ""
    if " alembic_version " not in holds:
        raise NotPossible(f"{file.name} is not a whole backup of a PostgreSQL database of this bot")


@contextmanager
def _alone(db: Database) -> Iterator[None]:
    """Raises AlreadyRunning while other connections to the database are open."""
    others = (
        "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type = 'client backend'"
    )
    with in_our_words(), db.engine.connect() as connection:
        if connection.exec_driver_sql(others).scalar():
            raise AlreadyRunning("others are connected to this database: stop the bot first")
    yield


def _is_empty(db: Database) -> bool:
    if db.file is not None and not db.file.exists():
        return True
    with in_our_words(), db.engine.connect() as connection:
        return not sa.inspect(connection).get_table_names()


def _run_postgres(name: str, url: sa.URL, *arguments: str) -> None:
    """Runs one of PostgreSQL's programs; the password goes by the environment, where other users cannot read it."""
    settings = {key: str(value) for key, value in url.query.items()}
    environment = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    place = {"--host": settings.get("host") or url.host, "--port": url.port, "--username": url.username}
    where = [f"{option}={value}" for option, value in place.items() if value]
    _run(name, *where, f"--dbname={url.database}", *arguments, environment=environment)


def _run(name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What one of PostgreSQL's programs says. Raises Failed, or NotPossible where it is missing."""
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, no shell
        [_program(name), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Failed(f"{name} failed: {said}")
    return done.stdout


def _program(name: str) -> str:
    """Where a program of PostgreSQL lies: on PATH, or where Debian and Homebrew put it; the newest."""
    if found := shutil.which(name):
        return found
    places = [*_DEBIAN.glob(f"*/bin/{name}"), *_HOMEBREW.glob(f"postgresql*/bin/{name}")]
    if not places:
        raise NotPossible(f"{name} was not found: install PostgreSQL's client programs")
    return str(max(places, key=_version))


def _version(place: Path) -> int:
    digits = "".join(sign for sign in place.parent.parent.name if sign.isdigit())
    return int(digits or 0)
