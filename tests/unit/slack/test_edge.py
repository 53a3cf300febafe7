"""The connection to Slack."""

import threading

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

from bot.slack.edge import end
from playground.company.small import small_company
from playground.server import LocalSlack
from tests.flows.conftest import MANIFEST


def test_a_connection_that_just_begins_to_receive_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between its two lines that look and begin, the SDK forgets that it was told to end."""
    began, told = threading.Event(), threading.Event()
    run = Connection.run_until_completion

    def begin_late(connection: Connection, state: ConnectionState) -> None:
        began.set()
        told.wait(5)
        state.terminated = False
        run(connection, state)

    monkeypatch.setattr(Connection, "run_until_completion", begin_late)
    with LocalSlack(small_company(), manifest=MANIFEST) as slack:
        client = SocketModeClient(slack.app_token, web_client=WebClient(slack.bot_token, base_url=slack.api_url))
        client.connect()
        assert began.wait(10)
        ending = threading.Thread(target=end, args=(client,), daemon=True)
        ending.start()
        while not client.current_session_state.terminated:
            """The SDK is told."""
        told.set()
        ending.join(20)
        assert not ending.is_alive()


def test_a_connection_that_is_renewed_while_it_ends_stays_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack would go on handing its events to one that nobody reads."""
    with LocalSlack(small_company(), manifest=MANIFEST) as slack:
        client = SocketModeClient(slack.app_token, web_client=WebClient(slack.bot_token, base_url=slack.api_url))
        client.connect()
        monitor = client.current_app_monitor
        stop = monitor.shutdown

        def renewed_at_last() -> None:
            client.connect_to_new_endpoint(force=True)
            stop()

        monkeypatch.setattr(monitor, "shutdown", renewed_at_last)
        end(client)
        assert not client.is_connected()
