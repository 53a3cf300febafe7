"""What an incoming message event is, as small questions that listeners' matchers ask."""

import re
from collections.abc import Mapping
from typing import Any

Event = Mapping[str, Any]

_SUBTYPES_WITH_WORDS = {None, "file_share", "thread_broadcast", "me_message"}
_MENTION = re.compile(r"<@[A-Z0-9]+(\|[^>]*)?>")


def is_from_person(event: Event) -> bool:
    """Somebody wrote it: no bot, no edit, no deletion, no note of Slack's."""
    return (
        event.get("type", "message") in ("message", "app_mention")
        and event.get("subtype") in _SUBTYPES_WITH_WORDS
        and bool(event.get("user"))
        and not event.get("bot_id")
    )


def is_direct(event: Event) -> bool:
    """It stands in somebody's DM with the bot."""
    return event.get("channel_type") == "im"


def is_reply(event: Event) -> bool:
    """It stands in a thread, below its root."""
    return bool(event.get("thread_ts")) and event.get("thread_ts") != event.get("ts")


def is_deletion(event: Event) -> bool:
    return deleted_ts(event) is not None


def deleted_ts(event: Event) -> str | None:
    """The ts of the message that this event says was deleted: a root with replies becomes a tombstone instead."""
    if event.get("subtype") == "message_deleted":
        return str(event.get("deleted_ts") or "") or None
    changed = event.get("message")
    if isinstance(changed, Mapping) and changed.get("subtype") == "tombstone":
        return str(changed.get("ts") or "") or None
    return None


def is_edit(event: Event) -> bool:
    """Somebody changed a message of theirs, or Slack something about it, such as a link's preview."""
    changed = event.get("message")
    return (
        event.get("subtype") == "message_changed"
        and isinstance(changed, Mapping)
        and isinstance(event.get("previous_message"), Mapping)
        and is_from_person(changed)
    )


def is_made_private(event: Event) -> bool:
    """A public channel became private; it keeps its id. See docs.slack.dev, message, channel_convert_to_private."""
    return event.get("subtype") == "channel_convert_to_private"


def mentions(event: Event, user_id: str) -> bool:
    return f"<@{user_id}" in str(event.get("text") or "")


def text_of(event: Event) -> str:
    """The words of a message without mentions at either end."""
    text = str(event.get("text") or "").strip()
    while match := _MENTION.match(text):
        text = text[match.end() :].lstrip(" \u3000,、:")
    while match := re.search(r"\s*<@[A-Z0-9]+(\|[^>]*)?>\s*$", text):
        text = text[: match.start()]
    return text.strip()


def thread_of(event: Event) -> str:
    """The thread that an answer to this message belongs to: in a DM one conversation is one thread."""
    return str(event.get("thread_ts") or event["ts"])


def message_key(channel_id: str, ts: str) -> str:
    """What Slack cannot repeat of a message: a mention arrives twice, as `app_mention` and as `message`."""
    return f"message:{channel_id}:{ts}"
