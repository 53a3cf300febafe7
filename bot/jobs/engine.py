"""The job engine: DBOS behind a thin door.

A request's row and its job are one transaction (`accept`). A job is one workflow, `work`, whose only input is the
request's id; its finished steps are kept and not repeated. A process that dies leaves its jobs to its next start
(SQLite: there is one process) or to the reaper of another (PostgreSQL).
"""

import hashlib
import logging
import secrets
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy.orm import Session

from bot.errors import SlackUnavailable
from bot.jobs.polling import Bell, is_full, poll
from bot.ports import Step
from storage import requests
from storage.database import Database
from storage.errors import Locked
from storage.records import NewRequest, Request

T = TypeVar("T")
Work = Callable[[str, Step], None]

log = logging.getLogger(__name__)

QUEUES = {"light": 8, "answer": 64, "capture": 4}
"""Pools and how many of their jobs one process runs at a time: a slow model holds up neither clicks nor answers.

An answer waits for its model most of the time, and the first tips of the next question must not wait with it.
"""

_POLL_SECONDS = {"light": 0.1, "answer": 0.05, "capture": 0.5}
"""How often a queue is looked at that others fill. A look costs about 3 ms of CPU; a capture takes seconds anyway."""

_POLL_OWN_SECONDS = 1.0
"""How often one is that this process fills: what it puts into it rings its bell."""

_SOON_SECONDS = 0.05

VERSION = "1"
"""DBOS's application version. A constant: by default it is a hash of the code, and old jobs would wait for ever."""

_SQLITE_WITH_SUBSEC = (3, 42)
SWEEP_AFTER = timedelta(seconds=30)
"""After its end a request is emptied by the next tick: both together within a minute."""

_WORKFLOW = "work"
_FIRST_WAIT_SECONDS = 0.5
_LEFT_BEHIND_AFTER = timedelta(minutes=2)


@sa.event.listens_for(sa.Engine, "connect")
def _know_fractions_of_seconds(connection: Any, _record: Any) -> None:
    """DBOS takes Python ≥ 3.12 for SQLite ≥ 3.42; on older ones unixepoch('subsec') is NULL, and it cannot start."""
    if isinstance(connection, sqlite3.Connection) and sqlite3.sqlite_version_info < _SQLITE_WITH_SUBSEC:
        connection.create_function("unixepoch", 1, lambda unit: time.time() if unit == "subsec" else int(time.time()))


def migrate_engine(url: str) -> None:
    """Creates or upgrades the engine's own tables."""
    DBOS.migrate(system_database_url=url)


@dataclass(frozen=True, slots=True)
class Chore:
    """What is done again and again beside the jobs: at once when `do` says that there is more, else after `seconds`.

    `alone`: by one of all processes at a time.
    """

    name: str
    do: Callable[[], object]
    seconds: float
    alone: bool = False


class Engine:
    """Takes requests on, and, once launched, does their jobs. One a process: DBOS itself is global."""

    def __init__(self, db: Database, *, executor_id: str | None = None, tick_seconds: float = 30.0) -> None:
        self._db = db
        self._url = db.url
        self._is_sqlite = db.is_sqlite
        self.executor_id = executor_id or _executor_id(is_sqlite=db.is_sqlite)
        self._tick_seconds = tick_seconds
        # SQLite: DBOS's own engine would write to disk twice as hard, and not take turns with ours
        self._own_engine = db.engine_for_jobs() if db.is_sqlite else None
        self._client = DBOSClient(
            system_database_url=self._url,
            system_database_engine=self._own_engine,
            serializer=DBOSPortableJSONSerializer(),
        )
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lock: sa.Connection | None = None
        self._bells = {name: Bell(_SOON_SECONDS) for name in QUEUES}

    def accept(self, new: NewRequest) -> Request | None:
        """Takes a request on: its row and its job in one transaction. None when it is known already. Raises Locked."""
        accepted = requests.accept(self._db, new, lambda session, request_id: self._enqueue(session, new, request_id))
        self._ring([new.queue])
        return accepted

    def launch(
        self, work: Work, tick: Callable[[], None], chores: Sequence[Chore] = (), *, accepts_elsewhere: bool = False
    ) -> None:
        """Starts doing jobs: `work(request_id, step)` for each, `tick()` every `tick_seconds`, and chores beside.

        `accepts_elsewhere`: another process takes requests on, and nobody rings for them here.
        """
        if not self._is_sqlite:
            self._hold_executor_lock()
        dbos = DBOS(config=self._config())
        DBOS.listen_queues([])

        @DBOS.workflow(name=_WORKFLOW)
        def do_work(request_id: str) -> None:
            try:
                work(request_id, _step)
            finally:
                self._ring(name for name, places in QUEUES.items() if is_full(dbos, name, places))

        DBOS.launch()
        for name, concurrency in QUEUES.items():
            seconds = _POLL_SECONDS[name] if accepts_elsewhere else _POLL_OWN_SECONDS
            queue = DBOS.register_queue(name, worker_concurrency=concurrency, polling_interval_sec=seconds)
            poll(dbos, queue, self._bells[name])
        self._start_thread("tidy", self.tidy, self._tick_seconds)
        self._start_thread("tick", lambda: self._alone(tick), self._tick_seconds)
        for chore in chores:
            do = partial(self._alone, chore.do, chore.name) if chore.alone else chore.do
            self._start_thread(chore.name, do, chore.seconds)
        if not self._is_sqlite:
            self._start_thread("reaper", self._reap, 1.0)

    def drain(self, seconds: int) -> None:
        """Stops taking jobs from the queues and gives running ones `seconds` to end; what is left goes on elsewhere."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5)
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=seconds)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def close(self) -> None:
        self._client.destroy()
        if self._own_engine is not None:
            self._own_engine.dispose()

    def steps(self, request_id: str) -> list[dict[str, Any]]:
        """The state of a request's job and its steps, for `python -m bot jobs`: names, times and errors, no results."""
        found = []
        for workflow in self._client.list_workflows(workflow_id_prefix=request_id, load_input=False, load_output=False):
            steps = [
                {
                    "step": step["function_name"],
                    "started_ms": step.get("started_at_epoch_ms"),
                    "ended_ms": step.get("completed_at_epoch_ms"),
                    "failed": step["error"] is not None,
                }
                for step in self._client.list_workflow_steps(workflow.workflow_id)
            ]
            found.append({"job": workflow.workflow_id, "state": workflow.status, "steps": steps})
        return found

    def forget(self, request_ids: list[str]) -> None:
        """Deletes the history of jobs: inputs, step results, outcome."""
        jobs = [
            workflow.workflow_id
            for request_id in request_ids
            for workflow in self._client.list_workflows(
                workflow_id_prefix=request_id, load_input=False, load_output=False
            )
        ]
        if jobs:
            self._client.delete_workflows(jobs)

    def _enqueue(self, session: Session, new: NewRequest, request_id: str) -> None:
        self._client.enqueue_in_transaction(
            session,
            {
                "queue_name": new.queue,
                "workflow_name": _WORKFLOW,
                "workflow_id": request_id,
                "app_version": VERSION,
            },
            request_id,
        )

    def _config(self) -> DBOSConfig:
        return {
            "name": "yoridokoro",
            "system_database_url": self._url,
            "system_database_engine": self._own_engine,
            # DBOS tries again by itself what a lost connection broke off, and looks at its queues every second
            "db_engine_kwargs": {"pool_pre_ping": False},
            "executor_id": self.executor_id,
            "application_version": VERSION,
            "log_level": "WARNING",
            "serializer": DBOSPortableJSONSerializer(),
            "max_executor_threads": 2 * sum(QUEUES.values()),
            "notification_listener_polling_interval_sec": 0.5,
        }

    def tidy(self) -> None:
        """Empties what ended and takes up again what was left behind."""
        now = self._db.now()
        self.forget(requests.sweep(self._db, ended_before=now - SWEEP_AFTER))
        self._take_up_again(requests.unended(self._db, older_than=now - _LEFT_BEHIND_AFTER))
        self._db.settle()

    def _take_up_again(self, left: list[Request]) -> None:
        """Enqueues accepted requests anew whose job ended without ending them: Slack was down for too long."""
        for request in left:
            jobs = self._client.list_workflows(workflow_id_prefix=request.id, load_input=False, load_output=False)
            if any(job.status in ("PENDING", "ENQUEUED", "DELAYED") for job in jobs):
                continue
            self._client.enqueue(
                {
                    "queue_name": request.queue,
                    "workflow_name": _WORKFLOW,
                    "workflow_id": f"{request.id}:{len(jobs) + 1}",
                    "app_version": VERSION,
                },
                request.id,
            )
            self._ring([request.queue])

    def _ring(self, queues: Iterable[str]) -> None:
        for name in queues:
            self._bells[name].ring()

    def _hold_executor_lock(self) -> None:
        """A session lock named after this executor: whoever can take it knows that the executor is dead."""
        connection = self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken = connection.scalar(sa.text("select pg_try_advisory_lock(:key)"), {"key": _lock_key(self.executor_id)})
        if not taken:
            connection.close()
            raise RuntimeError(f"executor {self.executor_id} is running already")
        self._lock = connection

    def _alone(self, do: Callable[[], object], name: str = "tick") -> object:
        """Of several processes one does this at a time: a reminder is due for all of them at the same moment."""
        if self._is_sqlite:
            return do()
        key = {"key": _lock_key(name)}
        # no transaction is open meanwhile: the connection alone holds the lock
        with self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(sa.text("select pg_try_advisory_lock(:key)"), key):
                return None
            try:
                return do()
            finally:
                connection.execute(sa.text("select pg_advisory_unlock(:key)"), key)

    def _reap(self) -> None:
        """Resumes the jobs of dead executors (DBOS itself does this only with its commercial conductor)."""
        self._keep_executor_lock()
        with self._db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for job in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False):
                if job.executor_id in (None, self.executor_id):
                    continue
                key = {"key": _lock_key(str(job.executor_id))}
                if not connection.scalar(sa.text("select pg_try_advisory_lock(:key)"), key):
                    continue
                try:
                    log.warning("taking over job %s of a process that died", job.workflow_id)
                    DBOS.resume_workflow(job.workflow_id, queue_name=job.queue_name)
                finally:
                    connection.execute(sa.text("select pg_advisory_unlock(:key)"), key)

    def _keep_executor_lock(self) -> None:
        """Takes the lock again when its connection was lost: otherwise others would think this executor dead."""
        if self._lock is None:
            return
        try:
            self._lock.scalar(sa.text("select 1"))
        except sa.exc.DBAPIError:
            self._lock.close()
            self._lock = None
            self._hold_executor_lock()

    def _start_thread(self, name: str, do: Callable[[], object], seconds: float) -> None:
        def loop() -> None:
            more: object = False
            while not self._stopping.wait(0 if more else seconds):
                try:
                    more = do()
                except Exception:
                    more = False
                    log.exception("%s failed and will be tried again", name)

        thread = threading.Thread(target=loop, name=f"yoridokoro-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()


def _step(name: str, do: Callable[[], T], *, retries: int = 5) -> T:
    """Port `Step` by DBOS: only what can pass by itself is tried again."""
    return DBOS.run_step(
        {
            "name": name,
            "retries_allowed": retries > 0,
            "max_attempts": retries + 1,
            "interval_seconds": _FIRST_WAIT_SECONDS,
            "backoff_rate": 2.0,
            "should_retry": lambda error: isinstance(error, SlackUnavailable | Locked),
        },
        do,
    )


def _executor_id(*, is_sqlite: bool) -> str:
    """On SQLite one name for ever, so that the next start takes up what the last one left; else one of its own."""
    return "yoridokoro" if is_sqlite else f"{socket.gethostname()}-{secrets.token_hex(4)}"


def _lock_key(executor_id: str) -> int:
    digest = hashlib.sha256(f"yoridokoro:{executor_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
