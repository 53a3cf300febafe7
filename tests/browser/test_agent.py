"""An app at work: what it streams grows in its place, and one can stop it, rate it, and see where it stands."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from playground.company.small import small_company, small_manifest
from playground.person import eventually
from playground.server import LocalSlack
from tests.browser.conftest import NARROW, WIDE, Open, Window
from tests.browser.test_blocks import plain
from tests.playground.conftest import Listener


@pytest.fixture(scope="module")
def small() -> Iterator[LocalSlack]:
    with LocalSlack(small_company(), manifest=small_manifest(), rate_limits=False) as slack:
        yield slack


@pytest.fixture
def app(small: LocalSlack) -> Iterator[Listener]:
    small.reset()
    listener = Listener(small)
    yield listener
    listener.close()


APP = "yoridokoro"


def asked(small: LocalSlack, window: Window, text: str) -> dict[str, str]:
    """Asks in the app's direct message, and returns where the answer goes."""
    window.go(APP)
    window.write(text)
    expect(window.message(text, where=".main")).to_be_visible()
    person = small.person("ben")
    return {"channel": person.open_messages_tab(), "thread_ts": person.dm()[-1]["ts"]}


def client_of(small: LocalSlack) -> WebClient:
    return WebClient(small.bot_token, base_url=small.api_url)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_work_is_seen_from_its_first_word_and_can_be_stopped(
    small: LocalSlack, app: Listener, open_window: Open, width: int
) -> None:
    window = open_window(small, "ben", width=width)
    where = asked(small, window, "a long question")
    client = client_of(small)
    session = {"channel_id": where["channel"], "thread_ts": where["thread_ts"]}
    client.agents_sessions_setStatus(**session, status="processing")
    status = window.page.locator(".thread .status")
    expect(status).to_contain_text(f"{APP} is working…")
    client.assistant_threads_setStatus(**session, status="is looking for tips…")
    expect(status).to_contain_text("is looking for tips…")
    stream = client.chat_startStream(**where, markdown_text="One")
    answer = window.message("One", where=".thread")
    expect(answer.locator(".cursor")).to_be_attached()
    status.get_by_role("button", name="Stop").click()
    expect(status.get_by_role("button", name="Stopping…")).to_be_disabled()
    expect(answer.locator(".cursor")).to_have_count(0)
    event = eventually(lambda: app.events("agent_session_stopped"))[0]
    assert (event["thread_ts"], event["streaming_message_ts"]) == (where["thread_ts"], [stream["ts"]])
    client.assistant_threads_setStatus(**session, status="")
    client.agents_sessions_setStatus(**session, status="active")
    expect(status).to_have_count(0)


@pytest.mark.usefixtures("app")
def test_a_stream_grows_in_place_and_its_end_takes_the_stop_button_away(small: LocalSlack, open_window: Open) -> None:
    window = open_window(small, "ben")
    where = asked(small, window, "count to three")
    client = client_of(small)
    client.agents_sessions_setStatus(channel_id=where["channel"], thread_ts=where["thread_ts"], status="processing")
    one = {"channel": where["channel"], "ts": client.chat_startStream(**where, markdown_text="One ")["ts"]}
    shown = window.message("One", where=".thread")
    expect(shown).to_be_visible()
    shown.locator(".blocks").first.evaluate("each => { each.firstElementChild.kept = true; }")
    for status in ("in_progress", "complete"):
        task: dict[str, Any] = {"type": "task_update", "id": "t", "title": "Look at tips", "status": status}
        client.chat_appendStream(**one, chunks=[task])
    client.chat_appendStream(**one, markdown_text="and **two**")
    expect(shown.locator("strong", has_text="two")).to_be_visible()
    expect(shown).to_contain_text("Look at tips")
    feedback = {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": plain("Helpful"), "value": "up"},
        "negative_button": {"text": plain("Not helpful"), "value": "down"},
    }
    client.chat_stopStream(**one, blocks=[{"type": "context_actions", "elements": [feedback]}])
    expect(shown.get_by_role("button", name="Not helpful")).to_be_visible()
    expect(window.page.locator(".thread .status")).to_have_count(0)
    assert shown.locator(".blocks").first.evaluate("each => each.firstElementChild.kept") is True
    assert window.page.locator(".thread .message").count() == 2


def test_one_says_whether_an_answer_helped(small: LocalSlack, app: Listener, open_window: Open) -> None:
    window = open_window(small, "ben")
    where = asked(small, window, "was it you?")
    feedback = {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": plain("Helpful"), "value": "up"},
        "negative_button": {"text": plain("Not helpful"), "value": "down"},
    }
    overflow = {
        "type": "overflow",
        "action_id": "more",
        "options": [
            {"text": plain("Copy the prompt"), "value": "copy"},
            {"text": plain("Ask the author"), "value": "ask"},
        ],
    }
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "an answer"}, "accessory": overflow}
    blocks = [section, {"type": "context_actions", "elements": [feedback]}]
    client_of(small).chat_postMessage(**where, text="an answer", blocks=blocks)
    answer = window.message("an answer", where=".thread")
    answer.get_by_role("button", name="Not helpful").click()
    expect(answer.get_by_role("button", name="Not helpful")).to_have_attribute("aria-pressed", "true")
    answer.locator(".with-accessory button[aria-haspopup=menu]").click()
    window.page.get_by_role("menuitem", name="Ask the author").click()
    sent = eventually(lambda: len(app.interactions("block_actions")) == 2 and app.interactions("block_actions"))
    rated, chosen = (each["actions"][0] for each in sent)
    assert (rated["action_id"], rated["value"], rated["text"]["text"]) == ("rate", "down", "Not helpful")
    assert (chosen["action_id"], chosen["selected_option"]["value"]) == ("more", "ask")
