"""First tips first: in a rush, what stands in every thread at once goes before anybody's whole answer.

All jobs of a process share one interpreter. Fifty at once would each get a fiftieth of it, and the first tips of all
would stand only when nearly everything is done.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 4
"""Jobs that look for first tips at the same time: more only make all of them slow."""

LONGEST_SECONDS = 5.0
"""A whole answer stands back no longer than this, however many more ask."""


class Precedence:
    """Who is before their first tips, and who waits for them to have gone ahead. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ahead = self._working = 0

    @property
    def is_rush(self) -> bool:
        """Whether more are before their first tips than are worked on at a time."""
        return self._ahead > AT_ONCE

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Goes before everybody's whole answer, a few at a time."""
        with self._changed:
            self._ahead += 1
            self._changed.wait_for(lambda: self._working < AT_ONCE)
            self._working += 1
        try:
            yield
        finally:
            with self._changed:
                self._ahead -= 1
                self._working -= 1
                self._changed.notify_all()

    def stand_back(self, seconds: float = LONGEST_SECONDS) -> None:
        """Lets a rush go ahead, but for so long only."""
        with self._changed:
            self._changed.wait_for(lambda: not self.is_rush, seconds)
