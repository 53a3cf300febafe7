"""When a queue is looked at: at once when something was put into it, soon once more, else seldom.

DBOS's own poller looks at fixed intervals: quick ones cost an idle bot much of a core, slow ones keep people waiting.
"""

import threading
import time

from dbos import DBOS, Queue
from dbos._queue import queue_worker_thread
from typing_extensions import override

_SLOWER = 3
"""The next look is as many times as long away as the bell's last ring."""


class Bell(threading.Event):
    """What a queue's poller waits on. Set, it stops the poller, as DBOS means it; rung, it makes it look at once.

    After a ring it looks again after `soon` seconds (the place of a job that ended is free a moment later), then
    less and less often, until the poller's own interval is reached.
    """

    def __init__(self, soon: float) -> None:
        super().__init__()
        self._soon = soon
        self._rung = threading.Event()
        self._rung_at = float("-inf")

    def ring(self) -> None:
        self._rung_at = time.monotonic()
        self._rung.set()

    @override
    def set(self) -> None:
        super().set()
        self._rung.set()

    @override
    def wait(self, timeout: float | None = None) -> bool:
        next_look = max(self._soon, _SLOWER * (time.monotonic() - self._rung_at))
        if not self.is_set():
            self._rung.wait(next_look if timeout is None else min(timeout, next_look))
            self._rung.clear()
        return self.is_set()


def poll(dbos: DBOS, queue: Queue, bell: Bell) -> None:
    """Lets DBOS's own poller look at a queue by its bell, in a thread that DBOS ends as it ends its own."""
    dbos._registry.register_poller(bell, queue_worker_thread, bell, dbos, queue)  # noqa: SLF001 - DBOS wakes no poller itself


def is_full(dbos: DBOS, name: str, places: int) -> bool:
    """Whether a queue's jobs may wait for one of this process's places."""
    return dbos._active_workflows_set.count_for_queue(name) >= places  # noqa: SLF001 - DBOS tells nobody else
