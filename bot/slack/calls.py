"""Calls of Slack's Web API: time limits, retries, and errors in our words.

Reads are retried by the SDK's handlers. A write is retried by the SDK only after a 429, which says that nothing
happened; after a broken connection its outcome is unknown, and bot/slack/speaking.py looks before it repeats.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.web import SlackResponse
from typing_extensions import override

from bot.errors import OutcomeUnknown, Refused, SlackUnavailable
from storage.records import Delivery

T = TypeVar("T")
log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15
PAGE = 200
_RATE_LIMIT_RETRIES = 4
_LOOK_BACK = timedelta(minutes=2)

_SENTENCES = {
    "channel_not_found": "errors.channel_not_visible",
    "not_in_channel": "errors.not_in_channel",
    "is_archived": "errors.channel_archived",
    "is_inactive": "errors.channel_archived",
    "restricted_action": "errors.may_not_post",
    "restricted_action_read_only_channel": "errors.may_not_post",
    "restricted_action_thread_only_channel": "errors.may_not_post",
    "restricted_action_non_threadable_channel": "errors.may_not_post",
    "ekm_access_denied": "errors.may_not_post",
    "message_not_found": "errors.message_not_found",
    "thread_not_found": "errors.message_not_found",
    "cant_update_message": "errors.message_fixed",
    "edit_window_closed": "errors.message_fixed",
    "cant_delete_message": "errors.message_fixed",
    "compliance_exports_prevent_deletion": "errors.message_fixed",
    "msg_too_long": "errors.too_long",
    "msg_blocks_too_long": "errors.too_long",
    "user_not_found": "errors.person_not_found",
    "user_not_visible": "errors.person_not_found",
    "user_disabled": "errors.person_not_found",
    "missing_scope": "errors.missing_scope",
    "file_uploads_disabled": "errors.files_refused",
    "file_uploads_except_images_disabled": "errors.files_refused",
    "file_upload_size_restricted": "errors.files_refused",
    "file_type_not_allowed": "errors.files_refused",
    "storage_limit_reached": "errors.files_refused",
    "invalid_auth": "errors.token_refused",
    "account_inactive": "errors.token_refused",
    "token_revoked": "errors.token_refused",
    "not_authed": "errors.token_refused",
}
"""Slack's errors that a person or the operator can mend (docs.slack.dev/reference/methods), and their sentences."""

_PASSING = {
    "ratelimited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
"""Slack's errors that pass by themselves."""


def reading_client(token: str, base_url: str) -> WebClient:
    """A client for calls that change nothing: repeated after 429, 5xx and broken connections."""
    return WebClient(
        token=token,
        base_url=base_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[
            RateLimitErrorRetryHandler(max_retry_count=_RATE_LIMIT_RETRIES),
            ServerErrorRetryHandler(max_retry_count=3),
            ConnectionErrorRetryHandler(max_retry_count=3),
        ],
    )


def writing_client(token: str, base_url: str) -> WebClient:
    """A client for calls that change something: repeated after 429 only."""
    return WebClient(
        token=token,
        base_url=base_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=_RATE_LIMIT_RETRIES)],
    )


def without_retries(client: WebClient) -> WebClient:
    """A client for what is not worth waiting for: it is not repeated, whatever Slack answers."""
    return WebClient(token=client.token, base_url=client.base_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])


def call(do: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
    """Calls Slack. Raises Refused, SlackUnavailable (nothing happened) or OutcomeUnknown (it may have happened)."""
    try:
        return do(**arguments)
    except SlackApiError as error:
        raise in_our_words(error) from error
    except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
        if isinstance(error, URLError) and isinstance(error.reason, ConnectionRefusedError):
            raise SlackUnavailable from error
        raise OutcomeUnknown from error


def paged(read: Callable[..., SlackResponse], **arguments: Any) -> Iterator[SlackResponse]:
    """The pages of a list, each read when it is wanted. Raises as `call` does."""
    cursor = None
    while True:
        page = call(read, cursor=cursor, **arguments)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def messages_since(reading: WebClient, delivery: Delivery, thread_ts: str | None) -> Iterator[Mapping[str, Any]]:
    """What stands in a delivery's channel, or in a thread there, since a little before it was begun."""
    oldest = max((delivery.begun_at - _LOOK_BACK).timestamp(), 0.0)
    where: dict[str, Any] = {"channel": delivery.channel_id, "oldest": f"{oldest:.6f}", "limit": PAGE}
    read: Callable[..., SlackResponse] = reading.conversations_history
    if thread_ts:
        read = reading.conversations_replies
        where["ts"] = thread_ts
    for page in paged(read, include_all_metadata=True, **where):
        yield from page["messages"]


def in_our_words(error: SlackApiError) -> Exception:
    """Slack's error as one of ours; the error itself when it is a fault of the bot."""
    status = error.response.status_code
    code = error.response.get("error") if isinstance(error.response.data, dict) else None
    if status == 429 or code == "ratelimited":  # noqa: PLR2004 - HTTP's own number
        return SlackUnavailable()
    if status >= 500:  # noqa: PLR2004 - as above
        return OutcomeUnknown()
    if code in _PASSING:
        return OutcomeUnknown()
    if code in _SENTENCES:
        return Refused(_SENTENCES[code])
    return error


def is_slacks(url: str, base_url: str) -> bool:
    """Whether an address is Slack's own place for files, seen from the Web API that is spoken to."""
    asked, root = urlsplit(url), urlsplit(base_url)
    if root.hostname and root.hostname.endswith("slack.com"):
        return asked.scheme == "https" and asked.hostname == "files.slack.com"
    return (asked.scheme, asked.netloc) == (root.scheme, root.netloc)


class NoRedirect(HTTPRedirectHandler):
    """A redirect of a file would carry the token, or the file, to another host."""

    @override
    def redirect_request(self, *_: Any) -> None:
        return None
