"""Slack's rate limits: so many calls a minute of each method, by its tier.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Tier = Literal["tier1", "tier2", "tier3", "tier4", "posting", "special"]


@dataclass(frozen=True)
class Rate:
    """Calls a minute, and how many may come at once."""

    per_minute: float
    burst: float


RATES: dict[Tier, Rate] = {
    "tier1": Rate(1, 10),
    "tier2": Rate(20, 20),
    "tier3": Rate(50, 50),
    "tier4": Rate(100, 100),
    "posting": Rate(60, 5),
    "special": Rate(600, 600),
}
"""Slack says the numbers, and that small bursts pass. `posting` counts per channel: one message a second."""


class RateLimits:
    """A bucket of permits for each key, filled evenly."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, key: str, tier: Tier) -> int:
        """0 when the call may go on, otherwise how many seconds to wait, as Retry-After says it."""
        rate = RATES[tier]
        now = self._now()
        left, since = self._buckets.get(key, (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.per_minute / 60)
        if left < 1:
            self._buckets[key] = (left, now)
            return math.ceil((1 - left) * 60 / rate.per_minute)
        self._buckets[key] = (left - 1, now)
        return 0
