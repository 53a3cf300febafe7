"""What Slack refuses, in our words: each refusal that somebody can mend has its sentence."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.errors import Refused
from bot.slack.calls import call, in_our_words, writing_client
from bot.texts import say
from playground.server import LocalSlack


def answered(code: str) -> SlackApiError:
    """Slack's error of this name, as its SDK raises it."""
    response = SlackResponse(
        client=None,
        http_verb="POST",
        api_url="https://slack.com/api/chat.update",
        req_args={},
        data={"ok": False, "error": code},
        headers={},
        status_code=200,
    )
    return SlackApiError("refused", response)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("is_archived", "archived"),
        ("is_inactive", "archived"),
        ("restricted_action", "don't let me post"),
        ("restricted_action_read_only_channel", "don't let me post"),
        ("restricted_action_thread_only_channel", "don't let me post"),
        ("restricted_action_non_threadable_channel", "don't let me post"),
        ("ekm_access_denied", "don't let me post"),
        ("cant_update_message", "change or delete"),
        ("edit_window_closed", "change or delete"),
        ("cant_delete_message", "change or delete"),
        ("compliance_exports_prevent_deletion", "change or delete"),
        ("msg_too_long", "shorten"),
        ("msg_blocks_too_long", "shorten"),
        ("user_disabled", "can't find that person"),
        ("channel_not_found", "can't see that channel"),
        ("not_in_channel", "not in that channel"),
    ],
)
def test_what_a_person_can_mend_is_said_in_a_sentence(code: str, told: str) -> None:
    refused = in_our_words(answered(code))
    assert isinstance(refused, Refused)
    assert told in say("en", refused.text_key)


def test_a_fault_of_the_bot_stays_what_it_is() -> None:
    wrong = answered("invalid_blocks")
    assert in_our_words(wrong) is wrong


def test_an_archived_channel_refuses_posts_and_changes_alike(slack: LocalSlack) -> None:
    client = writing_client(slack.bot_token, slack.api_url)
    ts = call(client.chat_postMessage, channel="C0AITIPS", text="x")["ts"]
    slack.person("chie").archive("#ai-tips")
    for do, more in ((client.chat_postMessage, {}), (client.chat_update, {"ts": ts})):
        with pytest.raises(Refused) as refused:
            call(do, channel="C0AITIPS", text="y", **more)
        assert refused.value.text_key == "errors.channel_archived"
