"""Time as Slack writes it: `ts`, seconds and microseconds as text, unique within a workspace."""

import re
from collections.abc import Callable

_TS = re.compile(r"^\d+(\.\d{1,6})?$")
_MICROS = 1_000_000


def micros(ts: str) -> int:
    """A ts in microseconds since 1970. Raises ValueError for anything that is no ts."""
    if not _TS.match(ts):
        raise ValueError(ts)
    seconds, _, fraction = ts.partition(".")
    return int(seconds) * _MICROS + int(fraction.ljust(6, "0") or 0)


def ts_of(moment: int) -> str:
    """Microseconds since 1970 as a ts."""
    return f"{moment // _MICROS}.{moment % _MICROS:06d}"


class Clock:
    """Gives every ts once, in order, at the time that `now` (seconds since 1970) tells."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0

    def now(self) -> float:
        return self._now()

    def seconds(self) -> int:
        return int(self._now())

    def next_ts(self, ago: float = 0.0) -> str:
        """The next free ts, `ago` seconds back; calls must come oldest first."""
        self._last = max(int((self._now() - ago) * _MICROS), self._last + 1)
        return ts_of(self._last)
