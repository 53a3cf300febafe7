"""Writing into conversations: post, edit, delete and react, with the events that follow."""

import re
import secrets
import uuid
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from playground.server import events, news
from playground.server.conversation import Conversation, Json
from playground.server.shapes import app_id_of, bot_id_of, bot_profile, file_json
from playground.server.team import File, Team, User

REACTION_NAME = re.compile(r"^[a-z0-9_+'\-]+(::skin-tone-[2-6])?$|^[^\W_A-Z]+$")
MAX_REACTIONS = 23
"""Different emoji on one message (https://docs.slack.dev/reference/methods/reactions.add, too_many_emoji)."""
_TOMBSTONE = "This message was deleted."


def new_message(
    team: Team,
    user: User,
    text: str,
    *,
    ts: str | None = None,
    blocks: Sequence[Json] | None = None,
    files: Sequence[File] = (),
    is_public: bool = False,
) -> Json:
    """A message that stands nowhere yet."""
    message: Json = {"user": user.id, "type": "message", "ts": ts or team.clock.next_ts()}
    if user.role == "bot":
        profile = bot_profile(team, user)
        message |= {"bot_id": bot_id_of(team, user), "app_id": app_id_of(team, user), "bot_profile": profile}
    else:
        message["client_msg_id"] = str(uuid.uuid4())
    message |= {"text": text, "team": user.team_id}
    if user.role == "stranger":
        message |= {"user_team": user.team_id, "source_team": user.team_id}
    if blocks:
        message["blocks"] = with_ids(blocks)
    if files:
        shown = [file_json(team, file, is_public=is_public) for file in files]
        message |= {"files": shown, "upload": False, "display_as_bot": False, "subtype": "file_share"}
    return message


def in_thread(conversation: Conversation, message: Json, thread_ts: str | None, *, broadcast: bool = False) -> Json:
    """The message as a reply; a broadcast one stands in the channel too and carries its root."""
    if thread_ts is None:
        return message
    message["thread_ts"] = thread_ts
    root = conversation.messages.get(thread_ts, {})
    message["parent_user_id"] = root.get("user")
    if broadcast:
        message["subtype"] = "thread_broadcast"
        message["root"] = {key: value for key, value in root.items() if key not in ("root", "metadata")}
    return message


def post(team: Team, conversation: Conversation, message: Json) -> Json:
    """Puts a message where everybody there sees it, and tells the app."""
    conversation.place(message)
    news.message(team, conversation, message)
    events.message(team, conversation, message)
    return message


def note(team: Team, conversation: Conversation, subtype: str, user: User, text: str, **more: Any) -> None:
    """Slack's own line in a conversation, such as that somebody joined."""
    ts = team.clock.next_ts()
    post(team, conversation, {"type": "message", "subtype": subtype, "ts": ts, "user": user.id, "text": text, **more})


def whisper(team: Team, conversation: Conversation, user_id: str, message: Json) -> None:
    """Shows a message to one person only; it is in no history."""
    shown = {**message, "is_ephemeral": True}
    conversation.ephemerals.setdefault(user_id, []).append(shown)
    news.whisper(team, conversation, user_id, shown)


def edit(team: Team, conversation: Conversation, ts: str, editor: User, changes: Json) -> Json:
    """Replaces parts of a message; a change to None takes a part away."""
    message = conversation.messages[ts]
    previous = deepcopy(message)
    for key, value in changes.items():
        if value is None:
            message.pop(key, None)
        else:
            message[key] = value
    message["edited"] = {"user": editor.id, "ts": f"{team.clock.seconds()}.000000"}
    news.message(team, conversation, message)
    events.message_changed(team, conversation, message, previous)
    return message


def delete(team: Team, conversation: Conversation, ts: str) -> None:
    """Deletes a message; a root with replies leaves a tombstone that goes with its last reply."""
    message = conversation.messages[ts]
    for file in message.get("files", ()):
        team.files.pop(file["id"], None)
    if message.get("reply_count"):
        previous = deepcopy(message)
        counts = {
            key: message[key] for key in message if key.startswith(("reply", "latest", "is_locked", "subscribed"))
        }
        message.clear()
        message |= {"type": "message", "subtype": "tombstone", "text": _TOMBSTONE, "user": "USLACKBOT", "hidden": True}
        message |= {"ts": ts, "thread_ts": ts, "parent_user_id": "USLACKBOT", **counts}
        news.message(team, conversation, message)
        events.message_changed(team, conversation, message, previous)
        return
    conversation.remove(ts)
    news.gone(team, conversation, message)
    events.message_deleted(team, conversation, message)
    root = conversation.messages.get(str(message.get("thread_ts")), {})
    if root.get("subtype") == "tombstone" and not root.get("reply_count"):
        conversation.remove(str(root["ts"]))
        news.gone(team, conversation, root)
        events.message_deleted(team, conversation, root)


def react(team: Team, conversation: Conversation, ts: str, user: User, name: str) -> bool:
    """Adds a reaction; False when this person has reacted so already."""
    message = conversation.messages[ts]
    reactions: list[Json] = message.setdefault("reactions", [])
    entry = next((each for each in reactions if each["name"] == name), None)
    if entry is None:
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    if user.id in entry["users"]:
        return False
    entry["users"].append(user.id)
    entry["count"] += 1
    news.message(team, conversation, message)
    events.reaction(team, conversation, "reaction_added", user, name=name, item=message)
    return True


def unreact(team: Team, conversation: Conversation, ts: str, user: User, name: str) -> bool:
    """Takes a reaction away; False when there is none of this person."""
    message = conversation.messages[ts]
    entry = next((each for each in message.get("reactions", ()) if each["name"] == name), None)
    if entry is None or user.id not in entry["users"]:
        return False
    entry["users"].remove(user.id)
    entry["count"] -= 1
    if not entry["users"]:
        message["reactions"].remove(entry)
    if not message["reactions"]:
        del message["reactions"]
    news.message(team, conversation, message)
    events.reaction(team, conversation, "reaction_removed", user, name=name, item=message)
    return True


def with_ids(blocks: Sequence[Json]) -> list[Json]:
    """Blocks as Slack stores them: each with a block_id, each interactive element with an action_id."""
    return [_with_ids(deepcopy(block)) for block in blocks]


def _with_ids(block: Json) -> Json:
    block.setdefault("block_id", secrets.token_hex(3))
    kind = block.get("type")
    for element in (block.get("accessory"), block.get("element"), *(block.get(_ELEMENTS.get(str(kind), "")) or ())):
        if isinstance(element, dict) and element.get("type") not in ("image", "mrkdwn", "plain_text"):
            element.setdefault("action_id", secrets.token_hex(3))
    for inner in block.get(_BLOCKS.get(str(kind), "")) or ():
        _with_ids(inner)
    for text in (block.get("text"), block.get("label"), *(block.get("fields") or ())):
        if isinstance(text, dict) and text.get("type") == "plain_text":
            text.setdefault("emoji", True)
        elif isinstance(text, dict) and text.get("type") == "mrkdwn":
            text.setdefault("verbatim", False)
    return block


_ELEMENTS = {"actions": "elements", "context_actions": "elements", "card": "actions"}
_BLOCKS = {"carousel": "elements", "container": "child_blocks"}
