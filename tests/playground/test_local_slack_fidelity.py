"""What the local Slack sends has the keys and the types of what Slack sends."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from conftest import Listener
from slack_sdk import WebClient

from playground.person import Person, upload
from playground.server import LocalSlack

Json = dict[str, Any]
PAYLOADS = Path(__file__).parent / "payloads"

LEFT_OUT = {
    # Enterprise Grid, which the local Slack is not
    "enterprise_id",
    "enterprise_name",
    "enterprise",
    "is_enterprise_install",
    "enterprise_user",
    # old names and pictures that no app should rest on
    "authed_users",
    "authed_teams",
    "source_team",
    "user_team",
    "icons",
    "image_original",
    "avatar_hash",
    "updated",
    # what only a person's own token is told, and what depends on the example
    "last_read",
    "subscribed",
    "unread_count",
    "username",
    "user_profile",
    "attachments",
    # needs scopes that the bot does not have
    "email",
    "has_2fa",
    # forms that respond into a channel, which the bot does not have
    "response_urls",
    "emoji",
}
"""Keys of the recordings that are not sent, and why."""
AS_THE_APP_MADE_IT = {"blocks", "text", "state"}
"""What the app or a person wrote is as it is: that it is there is compared, not what is in it."""
EMPTY = (None, None)


def missing(recorded: Any, sent: Any, place: str = "") -> Iterator[str]:
    """Keys that are recorded and not sent, and values of another type; of lists the first entry is compared."""
    if recorded is None or sent is None:
        return
    if not same_type(recorded, sent):
        yield f"{place} is {type(sent).__name__}, not {type(recorded).__name__}"
    elif isinstance(recorded, dict):
        for key in sorted(set(recorded) - LEFT_OUT):
            if key in sent:
                yield from missing(
                    *(EMPTY if key in AS_THE_APP_MADE_IT else (recorded[key], sent[key])), f"{place}.{key}"
                )
            elif not key.startswith(("thumb_", "original_")):
                yield f"{place}.{key} is missing"
    elif isinstance(recorded, list) and recorded and sent:
        yield from missing(recorded[0], sent[0], f"{place}[]")


def same_type(recorded: Any, sent: Any) -> bool:
    numbers = (int, float)
    if isinstance(recorded, numbers) and not isinstance(recorded, bool):
        return isinstance(sent, numbers) and not isinstance(sent, bool)
    return isinstance(sent, type(recorded))


def recorded(name: str) -> Any:
    """A recording without the note on its source; a form-encoded body as a dict."""
    body = json.loads((PAYLOADS / name).read_text("utf-8"))
    body = body.get("body", body) if "_source" in body else body
    if isinstance(body, str):
        return dict(parse_qsl(body, keep_blank_values=True))
    return body


@pytest.fixture
def sent(listener: Listener, slack: LocalSlack, client: WebClient, aya: Person, ben: Person) -> list[Json]:
    """A little of everything, and what the app was told of it."""
    listener.answers["block_suggestion"] = {"options": [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}]}
    root = aya.post("#ai-tips", "@yoridokoro 議事録のコツは?")
    reply = ben.post("#ai-tips", "A *glossary*", thread_ts=root)
    ben.post("#ai-tips", "for all", thread_ts=root, broadcast=True)
    aya.post("#ai-tips", "用語集", files=[upload("words.txt", "KPI")])
    aya.edit("#ai-tips", root, "@yoridokoro 議事録は?")
    aya.react("#ai-tips", reply, "heart_eyes")
    aya.unreact("#ai-tips", reply, "heart_eyes")
    client.chat_postMessage(channel="C0AITIPS", text="From the app")
    aya.post("@yoridokoro", "hello", thread_ts=aya.post("@yoridokoro", "anybody?"))
    aya.open_home()
    aya.invite("#general", "dan")
    aya.delete("#ai-tips", aya.post("#ai-tips", "gone"))
    aya.slash("/yoridokoro", "Hi", "#ai-tips")
    aya.message_shortcut("keep", "#ai-tips", root)
    aya.global_shortcut("ask")
    _press_and_choose(listener, client, aya)
    slack.wait_idle()
    return [delivery.body for delivery in slack.deliveries]


def _press_and_choose(listener: Listener, client: WebClient, aya: Person) -> None:
    blocks = [{"type": "actions", "block_id": "b", "elements": [_button()]}]
    ts = str(client.chat_postMessage(channel="C0AITIPS", text="Choose", blocks=blocks)["ts"])
    aya.click("#ai-tips", ts, "press")

    def opens(request: Any) -> None:
        if request.type == "slash_commands":
            client.views_open(trigger_id=request.payload["trigger_id"], view=_view())

    listener.on_request = opens
    aya.slash("/yoridokoro", "open", "#ai-tips")
    aya.suggest("pick", "on", view_id=aya.views()[-1]["id"])
    aya.close(aya.views()[-1]["id"])
    aya.slash("/yoridokoro", "open", "#ai-tips")
    aya.submit(aya.views()[-1]["id"], {"field": {"value": "words"}})


def _button() -> Json:
    return {"type": "button", "text": {"type": "plain_text", "text": "Press"}, "action_id": "press", "value": "v"}


def _view() -> Json:
    words = {"type": "plain_text", "text": "Words"}
    element = {"type": "plain_text_input", "action_id": "value"}
    menu = {"type": "external_select", "action_id": "pick", "min_query_length": 0}
    return {
        "type": "modal",
        "title": words,
        "submit": words,
        "close": words,
        "callback_id": "form",
        "notify_on_close": True,
        "private_metadata": "x",
        "blocks": [
            {"type": "input", "block_id": "field", "label": words, "element": element},
            {"type": "input", "block_id": "menu", "label": words, "element": menu, "optional": True},
        ],
    }


def event(kind: str, **of: Any) -> Callable[[Json], bool]:
    def is_it(body: Json) -> bool:
        told = body.get("event") or {}
        return told.get("type") == kind and all(told.get(key) == value for key, value in of.items())

    return is_it


def interaction(kind: str) -> Callable[[Json], bool]:
    return lambda body: body.get("type") == kind


SENT = {
    "app_mention.json": event("app_mention"),
    "app_home_opened.json": event("app_home_opened"),
    "reaction_added.json": event("reaction_added"),
    "java.ReactionRemovedPayload.json": event("reaction_removed"),
    "member_joined_channel.C.json": event("member_joined_channel"),
    "message.channel.json": lambda b: event("message", subtype=None)(b) and "bot_id" in b["event"],
    "message.im.json": lambda b: event("message", channel_type="im")(b) and "thread_ts" in b["event"],
    "message.file_share.channel.json": event("message", subtype="file_share"),
    "message.message_changed.channel.json": event("message", subtype="message_changed"),
    "message.message_deleted.channel.json": event("message", subtype="message_deleted"),
    "message.thread_broadcast.channel.json": event("message", subtype="thread_broadcast"),
    "slash_command.json": lambda b: b.get("command") == "/yoridokoro",
    "message_action.json": interaction("message_action"),
    "shortcut.json": interaction("shortcut"),
    "block_actions.json": interaction("block_actions"),
    "block_suggestion.json": interaction("block_suggestion"),
    "view_closed.json": interaction("view_closed"),
}


@pytest.mark.parametrize("name", SENT)
def test_what_the_app_is_told_has_the_recorded_keys_and_types(name: str, sent: list[Json]) -> None:
    told = next((body for body in sent if SENT[name](body)), None)
    assert told is not None
    assert "\n".join(missing(recorded(name), told)) == ""


def answers(client: WebClient, aya: Person, root: str) -> dict[str, Any]:
    aya.post("#ai-tips", "hello")
    return {
        "openapi.auth.test.json": client.auth_test().data,
        "openapi.users.info.json": client.users_info(user="U0AYA").data,
        "openapi.users.list.json": client.users_list().data,
        "openapi.conversations.list.json": client.conversations_list().data,
        "openapi.conversations.members.json": client.conversations_members(channel="C0AITIPS").data,
        "openapi.conversations.history.json": client.conversations_history(channel="C0AITIPS", limit=1).data,
        "openapi.conversations.replies.json": client.conversations_replies(channel="C0AITIPS", ts=root, limit=1).data,
        "openapi.chat.postMessage.json": client.chat_postMessage(channel="C0AITIPS", text="Hi").data,
    }


def test_what_a_call_is_answered_has_the_recorded_keys_and_types(
    client: WebClient, aya: Person, slack: LocalSlack
) -> None:
    told = [
        f"{name}{each}"
        for name, answer in answers(client, aya, slack.ts_of("minutes")).items()
        for each in missing(recorded(name)["200"]["application/json"], answer)
    ]
    # the recorded post is of the old kind, under a name of the app's choice
    assert told == ["openapi.chat.postMessage.json.message.subtype is missing"]
