"""What the bot said in this year, from the local Slack's own record."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from playground.server import LocalSlack

_RANDOM = re.compile(r"archives/\w+/p\d+(?:\?[\w=&;.]*)?|\bD0[0-9A-F]{8}\b")
_POSTS = ("chat.postMessage", "chat.postEphemeral", "chat.startStream")
_UNREAD = frozenset({"type", "action_id", "value", "block_id", "style", "private_metadata"})


@dataclass(frozen=True)
class Post:
    """One message when it was posted.

    `to`: the id of the one person who sees it, otherwise empty; `among`: of a group's; `at` in seconds since 1970;
    `thread_ts`: of the thread's first message, empty outside threads. Of a streamed answer only that it began.
    """

    at: float
    channel: str
    to: str
    thread_ts: str
    ephemeral: bool
    key: str
    words: str
    blocks: tuple[Mapping[str, Any], ...]
    among: tuple[str, ...] = ()

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


def posts_of(slack: LocalSlack) -> list[Post]:
    """Every message that the bot posted, oldest first."""
    people, groups = slack.people_in_direct(), slack.groups_in_direct()
    found = []
    for call in slack.calls:
        if not call.ok or call.method not in _POSTS:
            continue
        told = call.arguments
        channel, blocks, metadata = str(told["channel"]), _json(told.get("blocks")), _json(told.get("metadata"))
        payload = metadata.get("event_payload") or {} if isinstance(metadata, dict) else {}
        found.append(
            Post(
                at=call.at,
                channel=channel,
                to=str(told.get("user") or people.get(channel, channel if channel.startswith("U") else "")),
                thread_ts=str(told.get("thread_ts") or ""),
                ephemeral=call.method == "chat.postEphemeral",
                key=str(payload.get("key") or ""),
                words=words(str(told.get("text") or ""), blocks or []),
                blocks=tuple(blocks or ()),
                among=groups.get(channel, ()),
            )
        )
    return found


def threads_of(slack: LocalSlack) -> dict[tuple[str, str], dict[str, float]]:
    """By conversation and the ts of a thread's first message: the ids of the people who wrote in it, and since when."""
    threads: dict[tuple[str, str], dict[str, float]] = {}
    for channel, message in slack.all_messages():
        if not message.get("bot_id"):
            wrote = threads.setdefault((channel, str(message.get("thread_ts") or message["ts"])), {})
            who, at = str(message.get("user")), float(message["ts"])
            wrote[who] = min(at, wrote.get(who, at))
    return threads


def standing_of(slack: LocalSlack) -> list[tuple[str, str, str]]:
    """What of the bot stands at the end: (to whom or where, UTC day, words), in a fixed order; also in Home."""
    groups = {channel: "+".join(several) for channel, several in slack.groups_in_direct().items()}
    people = slack.people_in_direct() | groups
    messages = [
        (
            people.get(channel, channel),
            datetime.fromtimestamp(float(message["ts"]), UTC).date().isoformat(),
            # the text is for notifications alone where there are blocks, and a streamed answer has another
            words("" if message.get("blocks") else str(message.get("text") or ""), message.get("blocks") or []),
        )
        for channel, message in slack.all_messages()
        if message.get("bot_id")
    ]
    homes = [(user_id, "Home", words("", home.get("blocks") or [])) for user_id, home in slack.homes().items()]
    return sorted(messages + homes)


def words(text: str, blocks: Any) -> str:
    """What is read in a message, without what is random in it: Slack's own ids of messages and DMs."""
    return _RANDOM.sub("…", "\n".join([text, *_read(blocks)]))


def _read(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key, inside in value.items() if key not in _UNREAD for line in _read(inside)]
    if isinstance(value, list | tuple):
        return [line for inside in value for line in _read(inside)]
    return [value] if isinstance(value, str) else []


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value else value
