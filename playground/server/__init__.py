"""A strict Slack workspace on loopback, for the tests and for trying the bot without Slack.

with LocalSlack(company, manifest=manifest) as slack:
    client = WebClient(slack.bot_token, base_url=slack.api_url)
    aya = slack.person("aya")
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, Self

from playground.company.model import Company
from playground.person import Person
from playground.server.delivery import Delivery
from playground.server.desk import Backstage
from playground.server.faults import FaultKind
from playground.server.host import Call, Host, new_credentials
from playground.server.people import perform
from playground.server.signed_http import SignedHttp
from playground.server.site import Site

SLACKS_REDELIVERY_SECONDS = (0.0, 60.0, 300.0)
ACK_SECONDS = 3.0
_POLL_SECONDS = 0.01


class LocalSlack:
    """A workspace in a thread of its own. Its methods may be called from any thread.

    `redelivery_seconds` are the waits before an event that was not acknowledged within `ack_timeout` comes again.
    With `events_url` everything is sent there by signed HTTP instead of Socket Mode. `now` is the workspace's clock, in
    seconds since 1970; rate limits and acks are measured by the real one.
    """

    def __init__(
        self,
        company: Company,
        *,
        manifest: Mapping[str, Any],
        port: int = 0,
        now: Callable[[], float] = time.time,
        redelivery_seconds: tuple[float, ...] = SLACKS_REDELIVERY_SECONDS,
        ack_timeout: float = ACK_SECONDS,
        rate_limits: bool = True,
        events_url: str | None = None,
        control_token: str | None = None,
    ) -> None:
        self._credentials = new_credentials(control_token)
        self._make_host = partial(
            Host,
            company,
            manifest,
            credentials=self._credentials,
            now=now,
            redelivery_seconds=redelivery_seconds,
            ack_timeout=ack_timeout,
            rate_limits=rate_limits,
        )
        self._port = port
        self._events_url = events_url
        self._ack_timeout = ack_timeout
        self._loop: asyncio.AbstractEventLoop
        self._thread: threading.Thread | None = None
        self._host: Host
        self._site: Site
        self.url = ""
        self.bot_token = self._credentials.bot_token
        self.app_token = self._credentials.app_token
        self.signing_secret = self._credentials.signing_secret
        self.control_token = self._credentials.control_token
        self.team_id = company.workspace.id

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def api_url(self) -> str:
        """What SLACK_API_URL is set to."""
        return f"{self.url}/api/"

    @property
    def bot_user_id(self) -> str:
        return self._host.app.bot_user_id

    @property
    def app_id(self) -> str:
        return self._host.app.id

    @property
    def calls(self) -> list[Call]:
        """All calls of the Web API, oldest first."""
        return list(self._host.calls)

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything that was sent to the app, oldest first."""
        return list(self._host.outbox.deliveries)

    def people_in_direct(self) -> dict[str, str]:
        """By the id of each direct message with the app, who it is with."""
        return self._on_loop(self._host.team.people_in_direct)  # type: ignore[no-any-return]

    def groups_in_direct(self) -> dict[str, tuple[str, ...]]:
        """By the id of each group message with the app, the ids of the people in it."""
        return self._on_loop(self._host.team.groups_in_direct)  # type: ignore[no-any-return]

    def all_messages(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Every message that stands anywhere, with its conversation's id, also what one person alone sees."""
        return self._on_loop(self._host.team.all_messages)  # type: ignore[no-any-return]

    def homes(self) -> dict[str, Mapping[str, Any]]:
        """By a person's id, their Home as the app last drew it."""
        return self._on_loop(lambda: {id_: view.content for id_, view in self._host.team.screens.homes.items()})  # type: ignore[no-any-return]

    @property
    def faults(self) -> "FaultSwitch":
        return FaultSwitch(self._host, self._site, self._on_loop)

    def start(self) -> None:
        """Starts serving; `url` is known when this returns."""
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()

        def serve() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.call_soon(ready.set)
            self._loop.run_forever()

        self._thread = threading.Thread(target=serve, name="local-slack", daemon=True)
        self._thread.start()
        ready.wait()
        try:
            self._await(self._open())
        except BaseException:
            self._end_loop()
            raise

    def stop(self) -> None:
        if self._thread is None:
            return
        self._await(self._site.close())
        self._end_loop()

    def person(self, handle: str) -> Person:
        """Somebody's Slack client."""
        return Person(self.url, self.control_token, handle)

    def act(self, handle: str, verb: str, **arguments: Any) -> "Future[Any]":
        """Does one thing as one person without waiting for it; for very many things at once."""
        doing = perform(self._host.team, handle, verb, arguments)
        return asyncio.run_coroutine_threadsafe(doing, self._loop)

    def ts_of(self, key: str) -> str:
        """The ts of the company's post that has this key."""
        return self._host.team.seed_ts[key]

    def work_with(self, backstage: Backstage) -> None:
        """Tells the page's desk whose jobs it shows, and what begins anew with the company."""
        self._site.desk.backstage = backstage

    def reset(self) -> None:
        """Brings the company back as it was, and forgets calls, deliveries and faults."""
        self._on_loop(self._host.reset)

    def wait_connected(self, connections: int = 1, seconds: float = 30.0) -> None:
        """Waits until the app has so many sockets open. Raises TimeoutError."""
        self._wait(lambda: self._site.sockets.connections >= connections, seconds, "no Socket Mode connection")

    def wait_idle(self, seconds: float = 30.0) -> None:
        """Waits until everything delivered was acknowledged or given up. Raises TimeoutError."""
        self._wait(lambda: self._host.outbox.is_idle, seconds, "deliveries without an ack")

    def _wait(self, reached: Callable[[], bool], seconds: float, otherwise: str) -> None:
        deadline = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > deadline:
                raise TimeoutError(otherwise)
            time.sleep(_POLL_SECONDS)

    async def _open(self) -> None:
        self._host = self._make_host()
        self._site = Site(self._host)
        self.url = await self._site.open(self._port)
        if self._events_url is not None:
            self._site.deliver_by(SignedHttp(self._host, self._events_url, self._ack_timeout))

    def _on_loop(self, do: Callable[[], Any]) -> Any:
        async def run() -> Any:
            return do()

        return self._await(run())

    def _await(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=30)

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._loop.close()


class FaultSwitch:
    """Makes things go wrong; the same as the control interface's /control/faults/."""

    def __init__(self, host: Host, site: Site, on_loop: Callable[[Callable[[], Any]], Any]) -> None:
        self._faults = host.faults
        self._site = site
        self._on_loop = on_loop

    def inject(self, method: str = "*", times: int = 1, kind: FaultKind = "ratelimited", seconds: float = 1.0) -> None:
        """The next `times` calls of `method` fail; `seconds`: how slow, or what Retry-After says."""
        self._on_loop(lambda: self._faults.inject(method, times, kind, seconds))

    def duplicate_next(self, n: int = 1) -> None:
        """Each of the next n events comes twice, with the same event id."""
        self._on_loop(lambda: self._faults.duplicate_next(n))

    def reorder_next(self, n: int = 2) -> None:
        """The next n deliveries come in reverse order."""
        self._on_loop(lambda: self._faults.reorder_next(n))

    def drop_socket(self) -> None:
        """Breaks every Socket Mode connection without a word."""
        self._on_loop(self._site.sockets.drop)

    def clear(self) -> None:
        self._on_loop(self._faults.clear)


__all__ = ["Call", "Delivery", "FaultSwitch", "LocalSlack", "Person"]
