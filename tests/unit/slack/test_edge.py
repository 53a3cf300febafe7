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
