"""One running workspace with all around it: credentials, faults, rate limits, and a record of the app's calls."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playground.company.model import Company
from playground.server.app import app_from
from playground.server.clock import Clock
from playground.server.delivery import Outbox
from playground.server.faults import Faults
from playground.server.ledger import Ledger
from playground.server.newsroom import Newsroom
from playground.server.rate_limits import RateLimits
from playground.server.seed import app_user_id, team_of
from playground.server.team import Lines, Team

APP_ID = "A0YORIDOKORO"
BOT_ID = "B0YORIDOKORO"


@dataclass(frozen=True)
class Credentials:
    """What Slack would give to the app, and the word that opens the control interface."""

    bot_token: str
    app_token: str
    signing_secret: str
    control_token: str


def new_credentials(control_token: str | None = None) -> Credentials:
    return Credentials(
        bot_token=f"xoxb-local-{secrets.token_hex(12)}",
        app_token=f"xapp-1-{APP_ID}-{secrets.token_hex(12)}",
        signing_secret=secrets.token_hex(16),
        control_token=control_token or secrets.token_urlsafe(18),
    )


@dataclass(frozen=True)
class Call:
    """One call of the Web API. `at` is in seconds since 1970; `error` is Slack's word, or the injected fault.

    `act` is the number of the act that it follows from, `ts` the message that its answer names.
    """

    at: float
    method: str
    arguments: Mapping[str, Any]
    ok: bool
    error: str
    act: int | None = None
    ts: str = ""


class Host:
    """Lives on one asyncio loop."""

    def __init__(
        self,
        company: Company,
        manifest: Mapping[str, Any],
        *,
        credentials: Credentials,
        now: Callable[[], float],
        redelivery_seconds: tuple[float, ...],
        ack_timeout: float,
        rate_limits: bool,
    ) -> None:
        self.credentials = credentials
        self.faults = Faults()
        self.calls: list[Call] = []
        self.outbox = Outbox(self.faults, redelivery_seconds=redelivery_seconds, ack_timeout=ack_timeout)
        self.newsroom = Newsroom()
        self.ledger = Ledger(now)
        self.limits = RateLimits() if rate_limits else None
        self.app = app_from(manifest, app_id=APP_ID, bot_id=BOT_ID, bot_user_id=app_user_id(company))
        self.url = ""
        self._company = company
        self._now = now
        self.team: Team = self._new_team()

    def _new_team(self) -> Team:
        lines = Lines(self.outbox, self.newsroom, self.ledger)
        return team_of(self._company, self.app, Clock(self._now), lines, self.url)

    def reset(self) -> None:
        """Brings the company back as it was; connections stay."""
        self.outbox.forget()
        self.faults.clear()
        self.calls.clear()
        self.ledger.forget()
        if self.limits is not None:
            self.limits = RateLimits(time.monotonic)
        self.team = self._new_team()
        self.newsroom.tell({"type": "reset"}, lambda _: True)

    def moved_to(self, url: str) -> None:
        """Says under which address all this is reached; files and sockets are linked there."""
        self.url = url
        self.reset()
