"""Port `Files`: files that the bot hands to people, never twice.

Slack takes a file in three calls: an address is asked for, the bytes are sent there, and the file is shared. A file's
message carries no metadata: after a crash it is known again by its name, among what stands there since it was begun.
See docs.slack.dev/messaging/working-with-files.
"""

import logging
import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, build_opener

from slack_sdk import WebClient

from bot.errors import OutcomeUnknown, SlackUnavailable
from bot.ports import NewFile
from bot.slack.calls import NoRedirect, call, is_slacks, messages_since
from bot.slack.speaking import SlackSpeaking
from storage import deliveries
from storage.database import Database
from storage.records import Delivery, MessageRef

log = logging.getLogger(__name__)

_ATTEMPTS = 6
_FIRST_WAIT_SECONDS = 0.3
_UPLOAD_SECONDS = 60


class SlackFiles:
    """Hands files to people with the bot's token. Thread-safe."""

    def __init__(
        self,
        db: Database,
        speaking: SlackSpeaking,
        clients: tuple[WebClient, WebClient],
        *,
        team_id: str,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._db = db
        self._speaking = speaking
        self._reading, self._writing = clients
        self._team_id = team_id
        self._wait = wait
        self._lock = threading.Lock()

    def direct(self, key: str, user_id: str, file: NewFile, comment: str) -> MessageRef:
        channel_id = self._speaking.direct_channel(user_id)
        # files are few: one after the other, so that no other's message is taken for this one's
        with self._lock:
            begun = deliveries.begin(self._db, self._team_id, key, channel_id)
            if begun.ref is not None:
                return begun.ref
            found = None if begun.is_new else self._look_up(begun, file.name)
            ref = found or self._share(begun, file, comment)
            deliveries.done(self._db, self._team_id, key, ref)
            return ref

    def _share(self, delivery: Delivery, file: NewFile, comment: str) -> MessageRef:
        is_shared = False
        for attempt in range(_ATTEMPTS):
            if not is_shared:
                try:
                    self._hand_in(delivery.channel_id, file, comment)
                    is_shared = True
                except (OutcomeUnknown, SlackUnavailable):
                    self._wait(_FIRST_WAIT_SECONDS * 2**attempt)
            if (found := self._look_up(delivery, file.name)) is not None:
                return found
            if is_shared:
                # Slack shares a file a moment after it said so
                self._wait(_FIRST_WAIT_SECONDS * 2**attempt)
        raise SlackUnavailable

    def _hand_in(self, channel_id: str, file: NewFile, comment: str) -> None:
        place = call(
            self._writing.files_getUploadURLExternal,
            filename=file.name,
            length=len(file.content),
            alt_txt=file.alt_text or None,
        )
        self._send(str(place["upload_url"]), file.content)
        call(
            self._writing.files_completeUploadExternal,
            files=[{"id": str(place["file_id"]), "title": file.title}],
            channel_id=channel_id,
            initial_comment=comment or None,
        )

    def _send(self, url: str, content: bytes) -> None:
        """Sends the bytes to Slack's own host; what is not completed, Slack throws away."""
        if not is_slacks(url, self._writing.base_url):
            log.error("Slack named an address for a file that is not its own")
            raise SlackUnavailable
        headers = {"Content-Type": "application/octet-stream"}
        request = Request(url, data=content, headers=headers, method="POST")  # noqa: S310 - host checked above
        try:
            with build_opener(NoRedirect).open(request, timeout=_UPLOAD_SECONDS) as response:
                response.read()
        except HTTPError as error:
            log.warning("Slack did not take a file's bytes: %s", error.code)
            raise SlackUnavailable from error
        except (OSError, HTTPException) as error:
            raise SlackUnavailable from error

    def _look_up(self, delivery: Delivery, name: str) -> MessageRef | None:
        """The bot's message with a file of this name since the delivery was begun, if it is no other delivery's."""
        for message in messages_since(self._reading, delivery, None):
            named = any(each.get("name") == name for each in message.get("files") or ())
            ref = MessageRef(delivery.channel_id, str(message["ts"]))
            if named and message.get("bot_id") and not deliveries.is_noted(self._db, self._team_id, ref):
                return ref
        return None
