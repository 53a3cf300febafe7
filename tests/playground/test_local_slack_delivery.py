"""How events come: again until acknowledged, twice, out of order, over several sockets, after a broken connection."""

import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import SILENCE, Listener
from slack_sdk import WebClient
from slack_sdk.socket_mode.request import SocketModeRequest

from playground.company.small import small_company, small_manifest
from playground.server import LocalSlack


@pytest.fixture(scope="module")
def running_impatient() -> Iterator[LocalSlack]:
    """A workspace that waits 0.2 s for an ack and redelivers soon."""
    with LocalSlack(
        small_company(),
        manifest=small_manifest(),
        ack_timeout=0.2,
        redelivery_seconds=(0.0, 0.05, 0.05),
        rate_limits=False,
    ) as slack:
        yield slack


@pytest.fixture(scope="module")
def running_hearing(running_impatient: LocalSlack) -> Iterator[Listener]:
    listener = Listener(running_impatient)
    yield listener
    listener.close()


@pytest.fixture
def hearing(running_hearing: Listener) -> Listener:
    running_hearing.forget()
    return running_hearing


@pytest.fixture
def impatient(hearing: Listener) -> LocalSlack:
    hearing.slack.reset()
    hearing.slack.wait_connected()
    return hearing.slack


def test_what_is_not_acked_comes_again_with_the_same_event_id(impatient: LocalSlack, hearing: Listener) -> None:
    hearing.answers["event_callback"] = SILENCE
    impatient.person("aya").post("#general", "届いた?")
    impatient.wait_idle()
    tries = [each for each in hearing.envelopes if each.type == "events_api"]
    assert [each.retry_attempt for each in tries] == [0, 1, 2, 3]
    assert [each.retry_reason for each in tries] == ["", "timeout", "timeout", "timeout"]
    assert len({each.payload["event_id"] for each in tries}) == 1
    assert len({each.envelope_id for each in tries}) == 4
    assert impatient.deliveries[0].given_up


def test_an_ack_ends_redelivery(impatient: LocalSlack, hearing: Listener) -> None:
    def second_thoughts(request: SocketModeRequest) -> None:
        hearing.answers["event_callback"] = None if request.retry_attempt else SILENCE

    hearing.on_request = second_thoughts
    impatient.person("aya").post("#general", "届いた?")
    impatient.wait_idle()
    delivery = impatient.deliveries[0]
    assert (delivery.attempts, delivery.acked) == (2, True)
    assert delivery.latency is not None
    assert delivery.latency < 0.2


def test_an_ack_that_comes_too_late_does_not_count(impatient: LocalSlack, hearing: Listener) -> None:
    hearing.on_request = lambda request: None if request.retry_attempt else time.sleep(0.3)
    impatient.person("aya").post("#general", "遅い")
    impatient.wait_idle()
    assert impatient.deliveries[0].attempts > 1


def test_without_a_connection_events_wait_for_their_redelivery() -> None:
    with LocalSlack(small_company(), manifest=small_manifest(), redelivery_seconds=(0.0, 0.05, 0.05)) as slack:
        slack.person("aya").post("#general", "誰もいない")
        slack.wait_idle()
        assert (slack.deliveries[0].attempts, slack.deliveries[0].acked) == (4, False)


def test_a_command_comes_once_and_its_sender_sees_that_nobody_answered(
    impatient: LocalSlack, hearing: Listener
) -> None:
    hearing.answers["slash"] = SILENCE
    aya = impatient.person("aya")
    assert aya.slash("/yoridokoro", "いる?") is False
    assert aya.toasts() == ["operation_timeout"]
    assert len(hearing.envelopes) == impatient.deliveries[0].attempts == 1


def test_a_duplicate_has_the_same_event_id(slack: LocalSlack, listener: Listener) -> None:
    slack.faults.duplicate_next(1)
    slack.person("aya").post("#general", "二度")
    slack.person("aya").post("#general", "一度")
    texts = [event["text"] for event in listener.events()]
    assert texts == ["二度", "二度", "一度"]
    assert listener.envelopes[0].payload["event_id"] == listener.envelopes[1].payload["event_id"]
    assert listener.envelopes[0].envelope_id != listener.envelopes[1].envelope_id


def test_reordered_events_come_last_first(slack: LocalSlack, listener: Listener) -> None:
    slack.faults.reorder_next(3)
    aya = slack.person("aya")
    for number in range(4):
        aya.post("#general", f"{number}")
    assert [event["text"] for event in listener.events()] == ["2", "1", "0", "3"]


def test_a_held_event_goes_when_nothing_overtakes_it(slack: LocalSlack, listener: Listener) -> None:
    slack.faults.reorder_next(5)
    slack.person("aya").post("#general", "alone")
    assert [event["text"] for event in listener.events()] == ["alone"]


def test_several_sockets_take_turns(impatient: LocalSlack, hearing: Listener) -> None:
    second = Listener(impatient)
    try:
        impatient.wait_connected(2)
        for number in range(6):
            impatient.person("aya").post("#general", f"{number}")
        impatient.wait_idle()
        assert (len(hearing.envelopes), len(second.envelopes)) == (3, 3)
    finally:
        second.close()


def test_a_dropped_socket_comes_back_and_loses_nothing() -> None:
    with LocalSlack(small_company(), manifest=small_manifest(), redelivery_seconds=(0.0, 0.1)) as slack:
        listener = Listener(slack, ping_seconds=0.5)
        slack.faults.drop_socket()
        slack.wait_connected(seconds=20)
        slack.person("aya").post("#general", "まだいる?")
        assert [event["text"] for event in listener.events()] == ["まだいる?"]
        listener.close()


def test_a_ticket_lets_in_once(slack: LocalSlack, client: WebClient) -> None:
    url = urlsplit(client.apps_connections_open(app_token=slack.app_token)["url"])
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    statuses = []
    for _ in range(2):
        connection = HTTPConnection(str(url.hostname), url.port)
        connection.request("GET", f"{url.path}?{url.query}", headers=handshake)
        statuses.append(connection.getresponse().status)
        connection.close()
    assert statuses == [101, 403]


def test_reset_brings_the_company_back(slack: LocalSlack, listener: Listener) -> None:
    aya = slack.person("aya")
    before = len(aya.messages("#general"))
    aya.post("#general", "x")
    listener.events()
    slack.reset()
    assert len(aya.messages("#general")) == before
    assert slack.deliveries == []
    assert slack.calls == []
    aya.post("#general", "still connected")
    assert listener.events()[-1]["text"] == "still connected"


def test_three_hundred_events_in_a_second_are_no_trouble() -> None:
    """With Slack's own patience: a machine that is busy for a second has not failed to acknowledge."""
    with LocalSlack(small_company(), manifest=small_manifest(), rate_limits=False) as slack:
        listener = Listener(slack)

        def write(handle: str) -> None:
            person = slack.person(handle)
            for number in range(100):
                person.post("#general", f"{handle} {number}")

        writers = [threading.Thread(target=write, args=(handle,)) for handle in ("aya", "ben", "chie")]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        events: list[Any] = listener.events("message")
        attempts = {delivery.attempts for delivery in slack.deliveries}
        listener.close()
    assert len(events) == 300
    assert attempts == {1}
    assert len({event["ts"] for event in events}) == 300
