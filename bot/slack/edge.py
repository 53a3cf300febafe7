"""The Slack edge: one sync Bolt app whose listeners accept and ack, over Socket Mode or HTTP.

`process_before_response=True`: Bolt otherwise acks an event before its listener ran, and a failed commit would lose it.
A listener that raises is not acked, so Slack delivers again.
"""

import logging
import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from typing_extensions import override

from bot.errors import new_reference
from bot.ports import World
from bot.slack import incoming
from bot.slack.failures import language_of_reader
from bot.texts import say
from storage import conversations
from storage.errors import Locked

log = logging.getLogger(__name__)

PING_SECONDS = 3
"""A dropped connection is noticed within a few pings; at the SDK's default of 10 it took 52–59 s to be back."""
CONCURRENCY = 10
_END_POLL_SECONDS = 0.05

_TRIES_LATER = 503
_OWN_NEWS = ("member_joined_channel", "member_left_channel")


def bolt_app(client: WebClient, signing_secret: str | None, *, world: World, team_id: str, bot_user_id: str) -> App:
    """An app without listeners: what does not concern the bot is dropped at its door, what raises is not acked."""
    # Bolt's loggers are made after this one; without it they take the root's level and tell every message at DEBUG
    logger = logging.getLogger("slack_bolt")
    logger.addFilter(_is_news)
    app = App(
        # without one, Bolt inspects the whole stack to find a name, which takes longer than all the rest of it
        name="yoridokoro",
        logger=logger,
        client=client,
        signing_secret=signing_secret or secrets.token_hex(),
        process_before_response=True,
        token_verification_enabled=False,
        request_verification_enabled=signing_secret is not None,
        ssl_check_enabled=signing_secret is not None,
        url_verification_enabled=signing_secret is not None,
        # Bolt's own filter also drops the news that somebody deleted a message of the bot; the door knows better
        ignoring_self_events_enabled=False,
    )
    app.middleware(_door(world, team_id, bot_user_id))
    app.error(_on_error(world, team_id))
    return app


def _is_news(record: logging.LogRecord) -> bool:
    """Bolt reads SLACK_BOT_TOKEN by itself, and then warns that our client has a token already."""
    return "`token` will be unused" not in record.getMessage()


def _door(world: World, team_id: str, bot_user_id: str) -> Callable[..., Any]:
    """Drops messages in channels that neither mention the bot nor stand in a thread it has a part in.

    Unread, unstored. What the bot itself did is no news but for where it came and went.
    """

    def concerns(event: dict[str, Any]) -> bool:
        is_own = event.get("user") == bot_user_id
        if event.get("type") != "message" or incoming.is_direct(event):
            return not is_own or event.get("type") in _OWN_NEWS
        if incoming.is_deletion(event) or incoming.is_edit(event) or incoming.is_made_private(event):
            return True
        if not incoming.is_from_person(event):
            return False
        if incoming.mentions(event, bot_user_id):
            return True
        if not incoming.is_reply(event):
            return False
        return conversations.has_part(world.db, team_id, str(event["channel"]), str(event["thread_ts"]))

    def door(body: dict[str, Any], next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002 - Bolt's name
        event = body.get("event")
        if isinstance(event, dict) and not concerns(event):
            return BoltResponse(status=200)
        return next()

    return door


def catch_the_rest(app: App) -> None:
    """Acks what no room listens to: an envelope without a listener is not acked and comes again. Register it last."""
    anything = re.compile(".*")

    @app.event(anything)
    def _ignore_event() -> None:
        """Nothing in it for the bot."""

    @app.action(anything)
    def _ignore_action(ack: Callable[[], None]) -> None:
        ack()

    @app.view_closed(anything)
    def _ignore_close(ack: Callable[[], None]) -> None:
        ack()


def _on_error(world: World, team_id: str) -> Callable[..., BoltResponse]:
    def on_error(error: Exception, body: dict[str, Any], client: WebClient) -> BoltResponse:
        if isinstance(error, Locked):
            log.warning("the database is locked: not acked, so that Slack delivers again")
            return BoltResponse(status=_TRIES_LATER)
        reference = new_reference()
        log.error("a listener failed, reference %s", reference, exc_info=error)
        if "event" not in body:
            _show(world, team_id, body, client, reference)
            return BoltResponse(status=200)
        return BoltResponse(status=_TRIES_LATER)

    return on_error


def _show(world: World, team_id: str, body: dict[str, Any], client: WebClient, reference: str) -> None:
    """Shows the reference number to whoever clicked or commanded; they have no other way to learn of it."""
    user = body.get("user")
    user_id = str(body.get("user_id") or (user.get("id") if isinstance(user, dict) else "") or "")
    if not user_id:
        return
    text = say(language_of_reader(world, team_id, user_id), "errors.unexpected", reference=reference)
    try:
        client.chat_postMessage(channel=user_id, text=text)
    except Exception:
        log.exception("reference %s could not be shown", reference)


class _Connection(SocketModeHandler):
    @override
    def close(self) -> None:
        end(self.client)


def end(client: SocketModeClient) -> None:
    """Closes a connection at once, also one that is just beginning to receive or being renewed."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        closing = pool.submit(client.close)
        while not closing.done():
            # a session that is just beginning forgets that it was told to end, and `close` would wait for it for ever
            client.current_session_state.terminated = True
            # the queue's reader looks once a second whether it is to end, unless something comes; None it skips
            client.message_queue.put(None)
            wait([closing], _END_POLL_SECONDS)
    # what was being renewed meanwhile
    client.disconnect()
    closing.result()


def socket_mode(app: App, app_token: str, client: WebClient) -> SocketModeHandler:
    """The connection to Slack that needs no public address. `connect()` opens it, `close()` ends it."""
    return _Connection(
        app,
        app_token,
        web_client=client,
        ping_interval=PING_SECONDS,
        concurrency=CONCURRENCY,
    )
