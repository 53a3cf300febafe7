"""Port `Stream`: one message that grows while people read, by Slack's streams or, where there are none, by edits.

Slack ends a stream by itself after five minutes, at the stop button, and never because our code failed. So whatever
became of it, the message is finished: by the stream's own end while it certainly holds what was shown, else by an edit.
Limits and errors: docs.slack.dev/reference/methods/chat.startStream, chat.appendStream, chat.stopStream.
"""

import logging
import threading
import time
from collections import deque
from typing import Any, Protocol

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import OutcomeUnknown, Refused, SlackUnavailable
from bot.ports import Outgoing
from bot.slack.calls import call
from storage import deliveries
from storage.database import Database
from storage.errors import StorageError
from storage.records import Delivery, MessageRef

log = logging.getLogger(__name__)

EVENT_TYPE = "yoridokoro_post"
_OFF_SECONDS = 3_600.0
"""A workspace without streams is asked again after so long: plans change."""
_MINUTE = 60.0
_STREAMS_A_MINUTE = 18
_EDIT_SECONDS = 1.5
"""Edits of one message are no closer: Slack allows about fifty a minute in all."""
_UPDATE = 4_000
"""Characters of an edited message's text."""


def metadata_of(key: str) -> dict[str, Any]:
    """What a message carries so that it is known again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


class Switch:
    """Whether a workspace has streams: free plans have none, and say so with errors of many names.

    Slack lets an app begin (and end) about twenty streams a minute. Beyond that answers come whole. Thread-safe.
    """

    def __init__(self) -> None:
        self._off_until = 0.0
        self._begun: deque[float] = deque()
        self._lock = threading.Lock()

    @property
    def is_on(self) -> bool:
        return time.monotonic() >= self._off_until

    def take(self) -> bool:
        """Whether a stream may begin now, which is then counted."""
        now = time.monotonic()
        with self._lock:
            while self._begun and now - self._begun[0] > _MINUTE:
                self._begun.popleft()
            if len(self._begun) >= _STREAMS_A_MINUTE:
                return False
            self._begun.append(now)
            return True

    def turn_off(self, error: Exception) -> None:
        log.info("streams are off in this workspace: %s", type(error).__name__)
        self._off_until = time.monotonic() + _OFF_SECONDS


class Posts(Protocol):
    """What a stream needs of who speaks."""

    def post(self, key: str, channel_id: str, message: Outgoing, *, thread_ts: str | None = None) -> MessageRef: ...

    def edit(self, ref: MessageRef, message: Outgoing) -> None: ...

    def find(self, delivery: Delivery, thread_ts: str) -> MessageRef | None: ...

    def rest(self, channel_id: str, thread_ts: str) -> None: ...


class SlackStream:
    """One message. For one thread of execution; a job that goes on after a crash opens it again by its key.

    `clients`: one that waits when Slack says so, for the end, and one that does not, for what can come later.
    """

    def __init__(
        self,
        posts: Posts,
        switch: Switch,
        db: Database,
        clients: tuple[WebClient, WebClient],
        team_id: str,
        key: str,
        channel_id: str,
        thread_ts: str,
        user_id: str,
    ) -> None:
        self._posts, self._switch, self._db = posts, switch, db
        self._writing, self._quick = clients
        self._team_id, self._key = team_id, key
        self._channel_id, self._thread_ts, self._user_id = channel_id, thread_ts, user_id
        self._ref: MessageRef | None = None
        self._shown = ""
        self._is_begun = self._is_streaming = False
        self._edited_at = 0.0

    def show(self, text: str) -> None:
        try:
            if not self._is_begun:
                self._begin(text)
            elif self._is_streaming and text.startswith(self._shown):
                self._append(text)
            else:
                self._edit(text)
        except (Refused, SlackUnavailable, SlackApiError, StorageError) as error:
            log.info("a part of an answer comes later: %s", type(error).__name__)
            self._is_streaming = False

    def end(self, message: Outgoing, text: str) -> MessageRef:
        if not self._is_begun:
            self._take_up()
        if self._is_streaming and self._ref is not None and text.startswith(self._shown):
            try:
                return self._stop(self._ref, message, text)
            except (SlackUnavailable, SlackApiError, Refused) as error:
                log.info("a stream was lost and is finished by an edit: %s", type(error).__name__)
        blocks = [*([_markdown(text)] if text else []), *message.blocks]
        whole = Outgoing(message.text[:_UPDATE], blocks)
        if self._ref is None:
            # the message may stand all the same: `post` looks for it, `find` for a stream that is still open
            self._take_up()
        if self._ref is None:
            self._ref = self._posts.post(self._key, self._channel_id, whole, thread_ts=self._thread_ts)
        else:
            self._close(self._ref)
            self._posts.edit(self._ref, whole)
        self._posts.rest(self._channel_id, self._thread_ts)
        return self._ref

    def _begin(self, text: str) -> None:
        self._is_begun = True
        self._take_up()
        if self._ref is not None:
            self._edit(text)
        elif not self._switch.is_on:
            self._post(text)
        elif self._switch.take():
            self._start(text)

    def _take_up(self) -> None:
        """What an earlier try left: its message is gone on with, and never doubled."""
        known = deliveries.find(self._db, self._team_id, self._key)
        if known is not None:
            self._ref = known.ref or self._posts.find(known, self._thread_ts)

    def _start(self, text: str) -> None:
        deliveries.begin(self._db, self._team_id, self._key, self._channel_id)
        try:
            started = call(
                self._quick.chat_startStream,
                channel=self._channel_id,
                thread_ts=self._thread_ts,
                recipient_team_id=self._team_id,
                recipient_user_id=self._user_id,
                markdown_text=text,
            )
        except (SlackApiError, Refused) as error:
            self._switch.turn_off(error)
            self._post(text)
            return
        self._ref = MessageRef(self._channel_id, str(started["ts"]))
        self._is_streaming, self._shown = True, text
        deliveries.done(self._db, self._team_id, self._key, self._ref)

    def _append(self, text: str) -> None:
        if self._ref is None or text == self._shown:
            return
        more = text[len(self._shown) :]
        call(self._quick.chat_appendStream, channel=self._channel_id, ts=self._ref.ts, markdown_text=more)
        self._shown = text

    def _stop(self, ref: MessageRef, message: Outgoing, text: str) -> MessageRef:
        call(
            self._writing.chat_stopStream,
            channel=ref.channel_id,
            ts=ref.ts,
            markdown_text=text[len(self._shown) :] or None,
            blocks=list(message.blocks) or None,
            metadata=metadata_of(self._key),
        )
        self._is_streaming = False
        return ref

    def _post(self, text: str) -> None:
        self._ref = self._posts.post(self._key, self._channel_id, _so_far(text), thread_ts=self._thread_ts)
        self._shown, self._edited_at = text, time.monotonic()

    def _edit(self, text: str) -> None:
        now = time.monotonic()
        if self._ref is None or text == self._shown or now - self._edited_at < _EDIT_SECONDS:
            return
        self._close(self._ref)
        so_far = _so_far(text)
        call(
            self._quick.chat_update,
            channel=self._ref.channel_id,
            ts=self._ref.ts,
            text=so_far.text,
            blocks=list(so_far.blocks),
        )
        self._shown, self._edited_at = text, now

    def _close(self, ref: MessageRef) -> None:
        """Ends the stream that may still be open: a message is not edited while it streams."""
        self._is_streaming = False
        try:
            call(self._writing.chat_stopStream, channel=ref.channel_id, ts=ref.ts, metadata=metadata_of(self._key))
        except (SlackApiError, Refused, OutcomeUnknown):
            log.debug("no stream is open in the message")


def _so_far(text: str) -> Outgoing:
    return Outgoing(text[:_UPDATE], [_markdown(text)])


def _markdown(text: str) -> dict[str, Any]:
    return {"type": "markdown", "text": text}
