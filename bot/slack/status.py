"""The line under a thread that says that the bot works, and the stop button beside it: as well as the plan allows."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cachetools import TTLCache
from slack_sdk import WebClient

from bot.errors import SlackUnavailable
from bot.slack.calls import call
from storage.records import MessageRef

log = logging.getLogger(__name__)

_AT_ONCE = 4
_TOO_LATE_SECONDS = 2.0
"""A line that could not be shown for so long is not worth showing."""


class Status:
    """Status lines of one workspace. Free plans have none: that is remembered. Thread-safe.

    `client`: without retries, because a line that has to wait is too late.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._beside = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="yoridokoro-status")
        self._lock = threading.Lock()
        self._spoken: TTLCache[str, float] = TTLCache(maxsize=10_000, ttl=60)
        self._line_is_off = self._session_is_off = self._is_closed = False

    def show(self, channel_id: str, text: str, thread_ts: str) -> bool:
        """Shows the line; False where there are none."""
        if not self._line_is_off:
            self._line_is_off = not self._try(
                self._client.assistant_threads_setStatus, channel_id=channel_id, thread_ts=thread_ts, status=text
            )
        return not self._line_is_off

    def show_beside(self, channel_id: str, text: str, thread_ts: str, *, can_stop: bool) -> None:
        """Shows the line, and the stop button, without keeping anybody waiting; not when the bot spoke before it."""
        if not self._line_is_off and not self._is_closed:
            self._beside.submit(self._show_in_time, channel_id, text, thread_ts, time.monotonic(), can_stop)

    def spoken(self, ref: MessageRef) -> None:
        """A message of the bot ends the line in Slack: one that was asked for before it comes too late."""
        with self._lock:
            self._spoken[ref.channel_id] = time.monotonic()

    def rest(self, channel_id: str, thread_ts: str) -> None:
        """The work in the thread is done: the stop button goes. The end of a stream does this by itself."""
        if not self._session_is_off and not self._is_closed:
            self._beside.submit(self._set_session, channel_id, thread_ts, "active")

    def close(self) -> None:
        """Lets go of lines that were not shown yet, and waits for those that are on their way."""
        self._is_closed = True
        self._beside.shutdown(cancel_futures=True)

    def _show_in_time(self, channel_id: str, text: str, thread_ts: str, asked: float, can_stop: bool) -> None:
        with self._lock:
            is_late = self._spoken.get(channel_id, 0.0) > asked
        if is_late or time.monotonic() - asked > _TOO_LATE_SECONDS:
            return
        if self.show(channel_id, text, thread_ts) and can_stop and not self._session_is_off:
            self._set_session(channel_id, thread_ts, "processing")

    def _set_session(self, channel_id: str, thread_ts: str, status: str) -> None:
        self._session_is_off = not self._try(
            self._client.agents_sessions_setStatus, channel_id=channel_id, thread_ts=thread_ts, status=status
        )

    def _try(self, do: Callable[..., Any], **arguments: Any) -> bool:
        """False when the workspace has no such thing; what fails by chance is let go."""
        try:
            call(do, **arguments)
        except SlackUnavailable:
            return True
        except Exception as error:  # noqa: BLE001 - free plans answer with errors of many names
            log.info("%s is off in this workspace: %s", getattr(do, "__name__", "a status"), type(error).__name__)
            return False
        return True
