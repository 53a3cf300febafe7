"""The kills of a year with crashes: one a day or more, most of them in the midst of what the bot does then.

Which moments of a day are doomed depends on the seed alone. When it comes to one, the kill follows after a drawn part
of the time that the same thing took on the days before; where nobody gives the bot anything to do, in what comes next.
"""

import random
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from functools import partial
from statistics import median

_FIRST_SECONDS = 0.04
"""How long something is taken to last that was not seen before."""

_REMEMBERED = 5


class Crashes:
    """Counts kills, and those that interrupted work."""

    def __init__(self, kill: Callable[[], None], is_at_work: Callable[[], bool]) -> None:
        self.count = 0
        self.at_work = 0
        self._kill = kill
        self._is_at_work = is_at_work
        self._took: dict[str, deque[float]] = defaultdict(partial(deque, maxlen=_REMEMBERED))
        self._part: float | None = None
        self._timer: threading.Timer | None = None
        self._began: tuple[str, float] | None = None

    @property
    def is_coming(self) -> bool:
        """Whether a kill comes, or came, while this is done; it may not have begun."""
        return self._timer is not None or self._part is not None

    def announce(self, chance: random.Random) -> None:
        """One kill, in the midst of what begins next."""
        self._part = chance.random()

    def begins(self, what: str) -> None:
        """The bot has something to do, as on other days."""
        self._began = what, time.monotonic()
        if self._part is not None:
            usual = median(self._took[what]) if self._took[what] else _FIRST_SECONDS
            self._timer = threading.Timer(self._part * usual, self._crash)
            self._part = None
            self._timer.start()

    def ends(self) -> bool:
        """What was begun is done; whether a kill belonged to it, which has come by then."""
        began, timer, self._began, self._timer = self._began, self._timer, None, None
        if timer is not None:
            timer.join()
        elif began is not None:
            self._took[began[0]].append(time.monotonic() - began[1])
        return timer is not None

    def end_day(self) -> bool:
        """Whether a kill was announced and comes only now, because nothing has begun since."""
        if self._part is None:
            return False
        self._part = None
        self._crash()
        return True

    def _crash(self) -> None:
        self._kill()
        self.count += 1
        # what was under way is not done yet, because starting anew takes longer than to look
        self.at_work += self._is_at_work()
