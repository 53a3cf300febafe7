"""A post into a group DM: the app does not read there, so it goes out once at the most, and is tried until it does."""

import pytest

from bot.errors import SlackUnavailable
from bot.ports import Outgoing
from bot.slack.calls import reading_client, writing_client
from bot.slack.speaking import SlackSpeaking
from playground.server import LocalSlack
from playground.server.faults import FaultKind
from storage import deliveries
from storage.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BOTH = ["U0AYA", "U0BEN"]


@pytest.fixture
def speaking(slack: LocalSlack, db: Database) -> SlackSpeaking:
    clients = reading_client(slack.bot_token, slack.api_url), writing_client(slack.bot_token, slack.api_url)
    return SlackSpeaking(db, *clients, team_id="T0SMALL", wait=lambda _: None)


def posts(slack: LocalSlack) -> int:
    return sum(call.method == "chat.postMessage" and call.ok for call in slack.calls)


@pytest.mark.parametrize("kind", ["ratelimited", "reset_after"])
def test_promise_7_it_stands_there_once_however_a_call_fails(
    slack: LocalSlack, speaking: SlackSpeaking, kind: FaultKind
) -> None:
    slack.faults.inject("chat.postMessage", times=1, kind=kind, seconds=0)
    for _ in range(2):
        speaking.together("k", BOTH, Outgoing("お引き合わせします。"))
    assert posts(slack) == 1


def test_promise_7_what_a_process_died_over_is_taken_as_said(
    slack: LocalSlack, speaking: SlackSpeaking, db: Database
) -> None:
    deliveries.begin(db, "T0SMALL", "k", "G1")
    speaking.together("k", BOTH, Outgoing("May I introduce you?"))
    assert posts(slack) == 0


def test_what_slack_never_took_is_posted_when_it_is_back(slack: LocalSlack, speaking: SlackSpeaking) -> None:
    slack.faults.inject("chat.postMessage", times=1_000, kind="ratelimited", seconds=0)
    with pytest.raises(SlackUnavailable):
        speaking.together("k", BOTH, Outgoing("May I introduce you?"))
    slack.faults.clear()
    speaking.together("k", BOTH, Outgoing("May I introduce you?"))
    assert posts(slack) == 1
