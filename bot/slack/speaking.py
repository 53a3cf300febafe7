"""Port `Speaking`: what the bot says in Slack, never twice.

Each post has a key for ever. It is remembered before it is sent (storage.deliveries) and carried in the message's
metadata. When a connection breaks after a post was sent, or the process dies before it could note the outcome, the
next try looks for the key in the channel before it posts again.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cachetools import LRUCache
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknown, Refused, SlackUnavailable
from bot.ports import Blocks, Outgoing
from bot.slack.calls import call, messages_since, without_retries
from bot.slack.outgoing import replaced
from bot.slack.status import Status
from bot.slack.streaming import EVENT_TYPE, SlackStream, Switch, metadata_of
from storage import deliveries
from storage.database import Database
from storage.records import Delivery, MessageRef

log = logging.getLogger(__name__)

_ATTEMPTS = 4
_POSTS_AT_ONCE = 64
_FIRST_WAIT_SECONDS = 0.3


class SlackSpeaking:
    """Speaks in one workspace with the bot's token. Thread-safe."""

    def __init__(
        self,
        db: Database,
        reading: WebClient,
        writing: WebClient,
        *,
        team_id: str,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._db = db
        self._reading = reading
        self._writing = writing
        self._team_id = team_id
        self._wait = wait
        self._lock = threading.Lock()
        self._posting = tuple(threading.Lock() for _ in range(_POSTS_AT_ONCE))
        self._direct_channels: LRUCache[str, str] = LRUCache(maxsize=20_000)
        self._quick = without_retries(writing)
        self._status = Status(self._quick)
        self._streams = Switch()

    def post(self, key: str, channel_id: str, message: Outgoing, *, thread_ts: str | None = None) -> MessageRef:
        """Posts once. Raises Refused, or SlackUnavailable when it could not be settled whether it stands."""
        # a second job of this process with the same post waits, and finds it
        with self._posting[hash(key) % len(self._posting)]:
            return self._post(key, channel_id, message, thread_ts)

    def _post(self, key: str, channel_id: str, message: Outgoing, thread_ts: str | None) -> MessageRef:
        begun = deliveries.begin(self._db, self._team_id, key, channel_id)
        if begun.ref is not None:
            return begun.ref
        found = None if begun.is_new else self._look_up(begun, thread_ts)
        return self._note(key, found or self._send(begun, message, thread_ts))

    def direct(self, key: str, user_id: str, message: Outgoing, *, thread_ts: str | None = None) -> MessageRef:
        return self.post(key, self.direct_channel(user_id), message, thread_ts=thread_ts)

    def direct_channel(self, user_id: str) -> str:
        """The id of somebody's DM with the bot."""
        with self._lock:
            known = self._direct_channels.get(user_id)
        if known:
            return known
        channel_id = self._opened([user_id])
        with self._lock:
            self._direct_channels[user_id] = channel_id
        return channel_id

    def together(self, key: str, user_ids: Sequence[str], message: Outgoing) -> None:
        channel_id = self._opened(user_ids)
        begun = deliveries.begin(self._db, self._team_id, key, channel_id)
        if not begun.is_new:
            return
        for attempt in range(_ATTEMPTS):
            try:
                self._note(key, self._send_once(begun, message, None))
            except OutcomeUnknown:
                return
            except SlackUnavailable:
                self._wait(_FIRST_WAIT_SECONDS * 2**attempt)
            else:
                return
        deliveries.not_sent(self._db, self._team_id, key)
        raise SlackUnavailable

    def _opened(self, user_ids: Sequence[str]) -> str:
        """The id of a DM with these people, made if there is none."""
        return str(self._repeat(self._writing.conversations_open, users=list(user_ids))["channel"]["id"])

    def whisper(
        self, key: str, channel_id: str, user_id: str, message: Outgoing, *, thread_ts: str | None = None
    ) -> None:
        if not deliveries.begin(self._db, self._team_id, key, channel_id).is_new:
            return
        call(
            self._writing.chat_postEphemeral,
            channel=channel_id,
            user=user_id,
            thread_ts=thread_ts,
            **_content(message),
        )

    def edit(self, ref: MessageRef, message: Outgoing) -> None:
        """Replaces a message of the bot. One that was deleted meanwhile stays deleted."""
        try:
            self._repeat(self._writing.chat_update, channel=ref.channel_id, ts=ref.ts, **_content(message))
        except Refused as refused:
            if refused.text_key != "errors.message_not_found":
                raise

    def amend(self, ref: MessageRef, *, behind: str, about: str, blocks: Blocks) -> bool:
        # two clicks on one message at once: the second reads what the first wrote
        with self._posting[hash(ref) % len(self._posting)]:
            standing = self._standing(ref)
            whole = replaced(standing.get("blocks") or (), behind=behind, about=about, new=[*map(dict, blocks)])
            if whole is None:
                return False
            self.edit(ref, Outgoing(str(standing["text"]), whole))
            return True

    def _standing(self, ref: MessageRef) -> Mapping[str, Any]:
        """A message as it is now; empty when it is gone."""
        arguments = {"channel": ref.channel_id, "ts": ref.ts, "latest": ref.ts, "inclusive": True, "limit": 1}
        try:
            messages = call(self._reading.conversations_replies, **arguments)["messages"]
        except Refused:
            return {}
        return next((message for message in messages if message["ts"] == ref.ts), {})

    def delete(self, ref: MessageRef) -> None:
        try:
            self._repeat(self._writing.chat_delete, channel=ref.channel_id, ts=ref.ts)
        except Refused as refused:
            if refused.text_key != "errors.message_not_found":
                raise

    def status(self, channel_id: str, text: str, *, thread_ts: str, can_stop: bool = False) -> None:
        self._status.show_beside(channel_id, text, thread_ts, can_stop=can_stop)

    def working(self, key: str, channel_id: str, text: str, *, thread_ts: str) -> MessageRef | None:
        if self._status.show(channel_id, text, thread_ts):
            return None
        return self.post(key, channel_id, Outgoing(text), thread_ts=thread_ts)

    def rest(self, channel_id: str, thread_ts: str) -> None:
        """The work in a thread is done: nothing is left to stop."""
        self._status.rest(channel_id, thread_ts)

    def stream(self, key: str, channel_id: str, *, thread_ts: str, user_id: str) -> SlackStream:
        clients = (self._writing, self._quick)
        return SlackStream(self, self._streams, self._db, clients, self._team_id, key, channel_id, thread_ts, user_id)

    def publish_home(self, user_id: str, blocks: Blocks) -> None:
        self._repeat(self._writing.views_publish, user_id=user_id, view={"type": "home", "blocks": list(blocks)})

    def update_view(self, view_id: str, view: Mapping[str, Any]) -> None:
        try:
            self._repeat(self._writing.views_update, view_id=view_id, view=dict(view))
        except SlackApiError as error:
            if error.response.get("error") != "not_found":
                raise

    def close(self) -> None:
        self._status.close()

    def _send(self, delivery: Delivery, message: Outgoing, thread_ts: str | None) -> MessageRef:
        for attempt in range(_ATTEMPTS):
            try:
                return self._send_once(delivery, message, thread_ts)
            except OutcomeUnknown:
                self._wait(_FIRST_WAIT_SECONDS * 2**attempt)
                if (found := self._look_up(delivery, thread_ts)) is not None:
                    return found
            except SlackUnavailable:
                self._wait(_FIRST_WAIT_SECONDS * 2**attempt)
        raise SlackUnavailable

    def _send_once(self, delivery: Delivery, message: Outgoing, thread_ts: str | None) -> MessageRef:
        posted = call(
            self._writing.chat_postMessage,
            channel=delivery.channel_id,
            thread_ts=thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            metadata=metadata_of(delivery.key),
            **_content(message),
        )
        return MessageRef(str(posted["channel"]), str(posted["ts"]))

    def _look_up(self, delivery: Delivery, thread_ts: str | None) -> MessageRef | None:
        """The message that carries the delivery's key, if it stands in the channel since the delivery was begun."""
        for message in messages_since(self._reading, delivery, thread_ts):
            if _key_of(message) == delivery.key:
                return MessageRef(delivery.channel_id, str(message["ts"]))
        return None

    def find(self, delivery: Delivery, thread_ts: str) -> MessageRef | None:
        """The message of a delivery whose outcome is unknown: it carries the key, or it is still being streamed.

        A stream carries no key before it ends. One that stands in the thread and is nobody else's is the one sought.
        """
        if (found := self._look_up(delivery, thread_ts)) is not None:
            return self._note(delivery.key, found)
        for attempt in range(2):
            if attempt:
                # another job's stream is noted right after it was begun
                self._wait(_FIRST_WAIT_SECONDS)
            running = [
                each
                for each in messages_since(self._reading, delivery, thread_ts)
                if each.get("streaming_state") == "in_progress"
            ]
            refs = [MessageRef(delivery.channel_id, str(each["ts"])) for each in running]
            orphans = [ref for ref in refs if not deliveries.is_noted(self._db, self._team_id, ref)]
            if not orphans:
                return None
        return self._note(delivery.key, orphans[0])

    def _note(self, key: str, ref: MessageRef) -> MessageRef:
        deliveries.done(self._db, self._team_id, key, ref)
        self._status.spoken(ref)
        return ref

    def _repeat(self, do: Callable[..., Any], **arguments: Any) -> Any:
        """Calls what may happen twice without harm until it is known to have happened."""
        for attempt in range(_ATTEMPTS - 1):
            try:
                return call(do, **arguments)
            except SlackUnavailable:
                self._wait(_FIRST_WAIT_SECONDS * 2**attempt)
        return call(do, **arguments)


def _content(message: Outgoing) -> dict[str, Any]:
    """Text and blocks; no blocks at all takes those away that an edited message had."""
    return {"text": message.text, "blocks": list(message.blocks)}


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    return (metadata.get("event_payload") or {}).get("key")
