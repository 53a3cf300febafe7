"""What Slack sends to the app, until it is acknowledged.

An event that is not acknowledged within 3 s is sent again at once, after a minute and after five minutes, with the same
event id (https://docs.slack.dev/apis/events-api#retries). Commands and interactions are sent once: whoever clicked sees
that the app did not answer.
"""

import asyncio
import json
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from playground.server.faults import Faults
from playground.server.ledger import act_now

Kind = Literal["events_api", "slash_commands", "interactive"]

REORDER_SECONDS = 0.25
"""How long a delivery that shall be overtaken waits for others."""


@dataclass
class Delivery:
    """One thing to tell the app. `payload` is JSON text; `latency` is in seconds from the last send to its ack.

    `at` is when it came about, `ended_at` when it was acknowledged, in seconds since 1970; `act` is the number of the
    act that it follows from.
    """

    kind: Kind
    type: str
    payload: str
    event_id: str = ""
    accepts_payload: bool = False
    envelope_id: str = ""
    attempts: int = 0
    acked: bool = False
    given_up: bool = False
    duplicate: bool = False
    latency: float | None = None
    retry_reason: str = ""
    sent_at: float = 0.0
    at: float = field(default_factory=time.time)
    ended_at: float | None = None
    act: int | None = field(default_factory=act_now.get)
    answer: "asyncio.Future[Any] | None" = field(default=None, repr=False)

    @property
    def body(self) -> Any:
        """The payload, parsed."""
        return json.loads(self.payload)


class NotAnswered(Exception):
    """The app did not acknowledge a command or an interaction in time."""


class Transport(Protocol):
    """How deliveries reach the app: Socket Mode or signed HTTP."""

    async def send(self, delivery: Delivery) -> bool:
        """Sends under the delivery's present envelope id; False when nobody is there to take it."""
        ...


class Outbox:
    """Deliveries in their order, with acks, redelivery and the faults that tests ask for."""

    def __init__(self, faults: Faults, *, redelivery_seconds: tuple[float, ...], ack_timeout: float) -> None:
        self.deliveries: list[Delivery] = []
        self.transport: Transport | None = None
        self._faults = faults
        self._redelivery_seconds = redelivery_seconds
        self._ack_timeout = ack_timeout
        self._queue: deque[Delivery] = deque()
        self._held: list[Delivery] = []
        self._awaiting: dict[str, tuple[Delivery, asyncio.TimerHandle]] = {}
        self._later: set[asyncio.TimerHandle] = set()
        self._wake = asyncio.Event()
        self._unsettled = 0

    @property
    def is_idle(self) -> bool:
        """Whether everything was acknowledged or given up."""
        return self._unsettled == 0

    def tell(self, event_type: str, payload: str, event_id: str) -> None:
        """Sends an event, as often as it takes."""
        delivery = Delivery("events_api", event_type, payload, event_id)
        self._add(delivery)
        if self._faults.takes_duplicate():
            self._add(Delivery("events_api", event_type, payload, event_id, duplicate=True))

    async def ask(self, kind: Kind, event_type: str, payload: str, *, accepts_payload: bool) -> Any:
        """Sends a command or interaction once and returns the ack's payload. Raises NotAnswered."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._add(Delivery(kind, event_type, payload, accepts_payload=accepts_payload, answer=answer))
        return await answer

    def acked(self, envelope_id: str, payload: Any) -> None:
        """The app acknowledged an envelope; one that came too late counts for nothing."""
        found = self._awaiting.pop(envelope_id, None)
        if found is None:
            return
        delivery, timer = found
        timer.cancel()
        delivery.acked = True
        delivery.ended_at = time.time()
        delivery.latency = time.monotonic() - delivery.sent_at
        self._unsettled -= 1
        if delivery.answer is not None and not delivery.answer.done():
            delivery.answer.set_result(payload)

    def failed(self, envelope_id: str, reason: str) -> None:
        """A try failed: an event comes again later, anything else is given up."""
        found = self._awaiting.pop(envelope_id, None)
        if found is None:
            return
        delivery, timer = found
        timer.cancel()
        if delivery.kind == "events_api" and delivery.attempts <= len(self._redelivery_seconds):
            delivery.retry_reason = reason
            self._after(self._redelivery_seconds[delivery.attempts - 1], lambda: self._enqueue(delivery))
            return
        delivery.given_up = True
        self._unsettled -= 1
        if delivery.answer is not None and not delivery.answer.done():
            delivery.answer.set_exception(NotAnswered(reason))

    def forget(self) -> None:
        """Drops everything, as if nothing had ever been sent."""
        for _, timer in self._awaiting.values():
            timer.cancel()
        for timer in self._later:
            timer.cancel()
        for delivery in self.deliveries:
            if delivery.answer is not None and not delivery.answer.done():
                delivery.answer.set_exception(NotAnswered("reset"))
        self._awaiting.clear()
        self._later.clear()
        self._queue.clear()
        self._held.clear()
        self.deliveries.clear()
        self._unsettled = 0

    async def run(self) -> None:
        """Sends what is queued, in its order, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                await self._try(self._queue.popleft())

    def _add(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self._unsettled += 1
        if self._faults.takes_reorder():
            self._held.append(delivery)
            if self._faults.reorder == 0:
                self._release()
            else:
                self._after(REORDER_SECONDS, self._release)
            return
        self._enqueue(delivery)

    def _release(self) -> None:
        """Lets held deliveries go, last come first."""
        held, self._held = self._held, []
        for delivery in reversed(held):
            self._enqueue(delivery)

    def _enqueue(self, delivery: Delivery) -> None:
        self._queue.append(delivery)
        self._wake.set()

    async def _try(self, delivery: Delivery) -> None:
        delivery.attempts += 1
        delivery.envelope_id = envelope_id = str(uuid.uuid4())
        delivery.sent_at = time.monotonic()
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._ack_timeout, self.failed, envelope_id, "timeout")
        self._awaiting[envelope_id] = (delivery, timer)
        sent = self.transport is not None and await self.transport.send(delivery)
        if not sent:
            self.failed(envelope_id, "connection_failed")

    def _after(self, seconds: float, do: Callable[[], None]) -> None:
        def run() -> None:
            self._later.discard(timer)
            do()

        timer = asyncio.get_running_loop().call_later(seconds, run)
        self._later.add(timer)
