"""One database: SQLite beside the process or PostgreSQL. How it is opened, migrated and kept to one process."""

import fcntl
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage._tables import Base
from storage.errors import Ahead, AlreadyRunning, Behind, in_our_words

_ROOT = Path(__file__).parent.parent
_STATEMENT_TIMEOUT = "30s"
_LOCK_TIMEOUT = "5s"
_CONNECTIONS, _MORE_CONNECTIONS = 20, 10
"""Kept open, and opened for a moment beyond them: fifty jobs at once must not each open a connection of their own."""

_RESTED_SECONDS = 5.0
"""A connection that nobody used for so long may be dead. To ask each time would cost as much as a small read."""

_SETTLE_SECONDS = 0.05

_JOBS_BUSY_SECONDS = 30.0
"""How long the job engine waits for another process that writes, such as a backup or an import."""


@dataclass(frozen=True)
class Database:
    """An open database. `engine` is for the job engine alone; everything else goes through storage's operations.

    `reads`: the same connections, each statement by itself: to begin and end a transaction is two ways to PostgreSQL
    more, and between statements it would promise nothing either.
    """

    engine: sa.Engine
    reads: sa.Engine
    url: str
    now: Callable[[], datetime]
    sqlite_synchronous: Literal["NORMAL", "FULL"] = "NORMAL"
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _open: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def file(self) -> Path | None:
        """Where a SQLite database lies."""
        name = self.engine.url.database
        return Path(name) if self.is_sqlite and name else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads. Private to storage."""
        with in_our_words(), Session(self.reads, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def asking(self) -> Iterator[sa.Connection]:
        """`reading` for what every search asks: a session costs more than such a statement. Private to storage."""
        with in_our_words(), self.reads.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction, committed when the block ends well. Private to storage.

        SQLite takes the write lock at once: a plain BEGIN that reads first fails with "database is locked" when another
        writer came between, and no busy timeout prevents it. Its writers of this process take turns here: SQLite itself
        lets those who wait sleep and try again, and under load some never get in.

        Within another one of this thread it is a part of that, undone by itself when it fails: see `requests.once`.
        """
        if outer := getattr(self._open, "session", None):
            with in_our_words(), outer.begin_nested():
                yield outer
            return
        turn = self._turn if self.is_sqlite else nullcontext()
        with turn, in_our_words(), Session(self.engine, expire_on_commit=False) as session, session.begin():
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            self._open.session = session
            try:
                yield session
            finally:
                self._open.session = None

    def engine_for_jobs(self) -> sa.Engine:
        """SQLite: an engine for who begins transactions by the driver's own rules, and takes turns with `writing`.

        To be disposed of by the caller.
        """
        engine = sa.create_engine(self.url, hide_parameters=True, pool_size=_CONNECTIONS, max_overflow=0)
        _set_up_sqlite(engine, self.sqlite_synchronous, _JOBS_BUSY_SECONDS, isolation="IMMEDIATE")
        _take_turns(engine, self._turn)
        return engine

    def settle(self) -> None:
        """SQLite: empties the write-ahead log, in which old pages lie until they are overwritten.

        Lets readers and writers go first: it is tried again at the next tick.
        """
        log = self.file.with_name(self.file.name + "-wal") if self.file else None
        if self.file is None or log is None or not log.exists() or not log.stat().st_size:
            return
        with self._turn, closing(sqlite3.connect(self.file, timeout=_SETTLE_SECONDS)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")

    def check(self) -> None:
        """Asks the database anything. Raises Locked or StorageError when it does not answer."""
        with in_our_words(), self.engine.connect() as connection:
            connection.exec_driver_sql("select 1")

    def close(self) -> None:
        self.engine.dispose()


def open_database(
    url: str,
    *,
    now: Callable[[], datetime],
    sqlite_synchronous: Literal["NORMAL", "FULL"] = "NORMAL",
    busy_timeout: float = 5.0,
) -> Database:
    """Opens a database; looks at nothing in it. `busy_timeout`: seconds that SQLite waits for a lock.

    Errors name no parameters: they would carry people's words into the log.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, connect_args={"timeout": busy_timeout}, **_pool(parsed))
        _set_up_sqlite(engine, sqlite_synchronous, busy_timeout)
    else:
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = f"-c statement_timeout={_STATEMENT_TIMEOUT} -c lock_timeout={_LOCK_TIMEOUT}"
        engine = sa.create_engine(parsed, connect_args={"options": options}, **_pool(parsed))
        _ask_the_rested(engine)
    reads = engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="AUTOCOMMIT")
    return Database(engine, reads, parsed.render_as_string(hide_password=False), now, sqlite_synchronous)


def one_at_a_time(session: Session, *what: str) -> None:
    """Who counts before they add waits here for whoever counts the same, until that transaction ends.

    PostgreSQL lets two count at once, and each add one; SQLite has one writer anyway. For storage's own modules.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(":".join(what), 0))))


def hold_table(session: Session, row_type: type[Base]) -> None:
    """Nobody else writes, or locks, such rows until the transaction ends; all may read. For storage's own modules.

    For who writes rows anew in place of themselves: on PostgreSQL others would find them gone. SQLite has one writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text(f"lock table {row_type.__tablename__} in exclusive mode"))


def insert_if_absent(session: Session, row_type: type[Base], **values: Any) -> bool:
    """A row, unless there is one with its key: PostgreSQL lets two writers in at once. For storage's own modules.

    Whether it is new.
    """
    insert = (
        _insert(session, row_type)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(*sa.inspect(row_type).primary_key)
    )
    return session.connection().execute(insert).first() is not None


def insert_all_absent(session: Session, row_type: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Those of these rows that are not there yet, in one statement."""
    if rows:
        session.connection().execute(_insert(session, row_type).values(list(rows)).on_conflict_do_nothing())


def insert_or_replace(session: Session, row_type: type[Base], **values: Any) -> None:
    """A row with these values, in place of the one with its key, also when two write it at once."""
    key = [column.name for column in sa.inspect(row_type).primary_key]
    others = {name: value for name, value in values.items() if name not in key}
    insert = _insert(session, row_type).values(**values)
    session.connection().execute(insert.on_conflict_do_update(index_elements=key, set_=others))


def _insert(session: Session, row_type: type[Base]) -> sqlite.Insert | postgresql.Insert:
    return (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(row_type)


def _pool(url: sa.URL) -> dict[str, Any]:
    """How many connections; a database in memory has one a thread, and no pool."""
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        return {"hide_parameters": True}
    return {"hide_parameters": True, "pool_size": _CONNECTIONS, "max_overflow": _MORE_CONNECTIONS}


def _ask_the_rested(engine: sa.Engine) -> None:
    """Whether a connection still lives is asked when it is taken after a rest; a dead one is replaced."""

    @sa.event.listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info["given_back"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.pop("given_back", time.monotonic()) < _RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise sa.exc.DisconnectionError from error


def _set_up_sqlite(
    engine: sa.Engine, synchronous: str, busy_timeout: float, *, isolation: Literal["IMMEDIATE"] | None = None
) -> None:
    """`isolation` None: transactions begin where `writing` says, not where the driver guesses."""

    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = isolation
        connection.execute(f"pragma busy_timeout={int(busy_timeout * 1000)}")
        connection.execute("pragma journal_mode=wal")
        connection.execute(f"pragma synchronous={synchronous}")
        connection.execute("pragma foreign_keys=on")
        # what is deleted is overwritten, so that a withdrawn text does not stay in free pages
        connection.execute("pragma secure_delete=on")


def _take_turns(engine: sa.Engine, turn: threading.Lock) -> None:
    """A connection holds the turn from its first write until it is given back."""

    @sa.event.listens_for(engine, "before_cursor_execute")
    def take(connection: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip()[:6].upper().startswith(("SELECT", "PRAGMA")) and "turn" not in connection.info:
            turn.acquire()
            connection.info["turn"] = turn

    def give_back(_connection: Any, record: Any, *_: Any) -> None:
        if held := record.info.pop("turn", None):
            held.release()

    sa.event.listen(engine, "checkin", give_back)
    sa.event.listen(engine, "invalidate", give_back)


def alembic_config(connection: sa.Connection | sa.Engine) -> Config:
    config = Config(toml_file=str(_ROOT / "pyproject.toml"))
    config.attributes["connection"] = connection
    return config


def migrate(db: Database) -> None:
    """Brings the tables to what this code needs. Raises Ahead when they are beyond it."""
    if (known := _revision(db)) is not None and known not in _known_revisions():
        raise Ahead(f"the database is at revision {known}, which this version does not know: install the newer version")
    with in_our_words(), db.engine.connect() as connection:
        if db.is_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(alembic_config(connection), "head")
        connection.commit()


def check_migrations(db: Database) -> None:
    """Raises Behind or Ahead unless the database is exactly where this code needs it."""
    known, head = _revision(db), _head()
    if known == head:
        return
    if known is not None and known not in _known_revisions():
        raise Ahead(f"the database is at revision {known}, which this version does not know: install the newer version")
    raise Behind("the database lacks migrations: run `python -m bot migrate` first")


def _revision(db: Database) -> str | None:
    with in_our_words(), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_ROOT / "migrations"))


def _head() -> str | None:
    return _scripts().get_current_head()


def _known_revisions() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


@contextmanager
def hold_single_process(db: Database) -> Iterator[None]:
    """Keeps a second worker off a SQLite file while the block runs; PostgreSQL takes many. Raises AlreadyRunning."""
    if db.file is None:
        yield
        return
    with db.file.with_name(db.file.name + ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(
                f"another `run` or `worker` works on {db.file.name}: stop it, or use PostgreSQL for several processes"
            ) from error
        yield
