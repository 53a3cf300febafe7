"""`response_url`: answers to a command or click without a token, five times within 30 minutes.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
import secrets
from typing import Any

from playground.server import messages, news
from playground.server.arguments import Arguments
from playground.server.content import message_content
from playground.server.conversation import Json
from playground.server.errors import SlackError
from playground.server.team import ResponseUrl, Team

MOST_USES = 5
SECONDS = 30 * 60


def new_url(team: Team, target: ResponseUrl) -> str:
    key = secrets.token_urlsafe(18)
    team.response_urls[key] = target
    return f"{team.url}/{target.kind}/{team.workspace.id}/{team.clock.seconds()}/{key}"


def answer(team: Team, key: str, body: bytes) -> None:
    """Does what was sent to a response_url. Raises SlackError: expired_url, used_url, no_text, invalid_blocks."""
    target = team.response_urls.get(key)
    if target is None or team.clock.now() - target.at > SECONDS:
        raise SlackError("expired_url")
    if target.uses >= MOST_USES:
        raise SlackError("used_url")
    try:
        given = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(given, dict):
        raise SlackError("invalid_payload")
    respond(team, target, given)
    target.uses += 1


def respond(team: Team, target: ResponseUrl, given: dict[str, Any]) -> None:
    """Posts, replaces or deletes: what an app may ask for in a response or in a command's ack."""
    if given.get("delete_original"):
        _delete_original(team, target)
        return
    content = message_content(Arguments(given))
    if given.get("replace_original") and target.message_ts is not None:
        _replace_original(team, target, content)
        return
    conversation = team.conversations[target.channel_id]
    message = messages.new_message(team, team.app_user, content.pop("text"), blocks=content.pop("blocks", None))
    message |= content
    thread_ts = str(given["thread_ts"]) if given.get("thread_ts") else None
    messages.in_thread(conversation, message, thread_ts if thread_ts in conversation.messages else None)
    if given.get("response_type", "ephemeral") == "in_channel":
        messages.post(team, conversation, message)
    else:
        messages.whisper(team, conversation, target.user_id, message)


def _original_ephemeral(team: Team, target: ResponseUrl) -> tuple[list[Json], Json | None]:
    shown = team.conversations[target.channel_id].ephemerals.get(target.user_id, [])
    return shown, next((each for each in shown if each["ts"] == target.message_ts), None)


def _delete_original(team: Team, target: ResponseUrl) -> None:
    shown, original = _original_ephemeral(team, target)
    if original is not None:
        shown.remove(original)
        news.whisper_gone(team, team.conversations[target.channel_id], target.user_id, str(original["ts"]))
    elif target.message_ts in team.conversations[target.channel_id].messages:
        messages.delete(team, team.conversations[target.channel_id], str(target.message_ts))


def _replace_original(team: Team, target: ResponseUrl, content: Json) -> None:
    _, original = _original_ephemeral(team, target)
    conversation = team.conversations[target.channel_id]
    content = {"blocks": None, **content}
    if content["blocks"]:
        content["blocks"] = messages.with_ids(content["blocks"])
    if original is not None:
        original.update(content)
        if content["blocks"] is None:
            original.pop("blocks")
        news.whisper(team, conversation, target.user_id, original)
    elif target.message_ts in conversation.messages:
        messages.edit(team, conversation, str(target.message_ts), team.app_user, content)
    else:
        raise SlackError("message_not_found")
