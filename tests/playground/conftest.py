"""A local Slack with the small company, and an app that listens with the unmodified SDK."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.edge import end
from playground.company.small import small_company, small_manifest
from playground.person import Person, eventually
from playground.server import LocalSlack

SILENCE = object()


class SettableClock:
    """The workspace's clock: the real one, moved on by the test."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class Listener:
    """An app that notes every envelope and acknowledges it with what `answers` holds for its type."""

    def __init__(self, slack: LocalSlack, *, ping_seconds: float = 10) -> None:
        self.slack = slack
        self.envelopes: list[SocketModeRequest] = []
        self.answers: dict[str, Any] = {}
        self.on_request: Callable[[SocketModeRequest], None] = lambda _: None
        web = WebClient(slack.bot_token, base_url=slack.api_url)
        self.client = SocketModeClient(slack.app_token, web_client=web, concurrency=1, ping_interval=ping_seconds)
        self.client.socket_mode_request_listeners.append(self._take)
        self.client.connect()
        session = self.client.current_session
        if session is not None and session.sock is not None:
            # the SDK sees only between two receives, each as long as a ping's interval, that it was closed
            session.sock.settimeout(0.1)
        slack.wait_connected()

    def close(self) -> None:
        end(self.client)

    def forget(self) -> None:
        """Begins anew."""
        self.envelopes.clear()
        self.answers.clear()
        self.on_request = lambda _: None

    def _take(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.envelopes.append(request)
        self.on_request(request)
        kind = request.payload.get("type", "")
        answer = self.answers.get("slash" if request.type == "slash_commands" else kind)
        if answer is not SILENCE:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=answer))

    def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The events that arrived, by type or by message subtype, after all were delivered."""
        self.slack.wait_idle()
        events = [each.payload["event"] for each in self.envelopes if each.type == "events_api"]
        return [event for event in events if kind in (None, event.get("subtype") or event["type"])]

    def interactions(self, kind: str) -> list[dict[str, Any]]:
        self.slack.wait_idle()
        return [each.payload for each in self.envelopes if each.payload.get("type") == kind]


@pytest.fixture(scope="session")
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture(scope="session")
def running_slack(clock: SettableClock) -> Iterator[LocalSlack]:
    manifest = small_manifest()
    with LocalSlack(
        small_company(),
        manifest=manifest,
        now=clock,
        rate_limits=False,
        redelivery_seconds=(0.05, 0.1),
        ack_timeout=1.0,
        control_token="open-sesame",
    ) as slack:
        yield slack


@pytest.fixture
def slack(running_slack: LocalSlack, clock: SettableClock) -> LocalSlack:
    """The company as it was."""
    clock.ahead = 0.0
    running_slack.reset()
    return running_slack


@pytest.fixture(scope="session")
def running_listener(running_slack: LocalSlack) -> Iterator[Listener]:
    listener = Listener(running_slack)
    yield listener
    listener.close()


@pytest.fixture
def listener(running_listener: Listener, slack: LocalSlack) -> Listener:
    """An app that hears everything that it may."""
    slack.wait_connected()
    running_listener.forget()
    return running_listener


@pytest.fixture
def client(slack: LocalSlack) -> WebClient:
    """The unmodified SDK with the app's token."""
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def aya(slack: LocalSlack) -> Person:
    return slack.person("aya")


@pytest.fixture
def ben(slack: LocalSlack) -> Person:
    return slack.person("ben")


@pytest.fixture
def chie(slack: LocalSlack) -> Person:
    return slack.person("chie")


__all__ = ["SILENCE", "Listener", "SettableClock", "eventually"]
