"""Delivery by HTTP to the app's request URL, signed (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from playground.server.delivery import Delivery
from playground.server.host import Host


class SignedHttp:
    """Posts every delivery by itself; an answer of 2xx is its ack."""

    def __init__(self, host: Host, url: str, timeout: float) -> None:
        self._host = host
        self._url = url
        self._session = ClientSession(timeout=ClientTimeout(total=timeout))
        self._running: set[asyncio.Task[None]] = set()

    async def send(self, delivery: Delivery) -> bool:
        task = asyncio.create_task(self._post(delivery, delivery.envelope_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await self._session.close()

    async def _post(self, delivery: Delivery, envelope_id: str) -> None:
        body, content_type = _body(delivery)
        headers = {"Content-Type": content_type, **signature(self._host.credentials.signing_secret, body)}
        if delivery.attempts > 1:
            headers["X-Slack-Retry-Num"] = str(delivery.attempts - 1)
            headers["X-Slack-Retry-Reason"] = delivery.retry_reason
        outbox = self._host.outbox
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                said = await answer.read()
        except TimeoutError:
            outbox.failed(envelope_id, "http_timeout")
        except (ClientError, OSError):
            outbox.failed(envelope_id, "connection_failed")
        else:
            if answer.ok:
                outbox.acked(envelope_id, _said(said))
            else:
                outbox.failed(envelope_id, "http_error")


def signature(secret: str, body: str, at: int | None = None) -> dict[str, str]:
    """Slack's two headers for a body that is sent at `at`, in seconds since 1970."""
    stamp = str(at if at is not None else int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _body(delivery: Delivery) -> tuple[str, str]:
    """Events as JSON, commands as a form, interactions as a form with one field `payload`."""
    if delivery.kind == "events_api":
        return delivery.payload, "application/json"
    if delivery.kind == "slash_commands":
        return urlencode(json.loads(delivery.payload)), "application/x-www-form-urlencoded"
    return urlencode({"payload": delivery.payload}), "application/x-www-form-urlencoded"


def _said(body: bytes) -> Any:
    """What an ack says: JSON, or plain text as a command's answer."""
    if not body.strip():
        return None
    try:
        return json.loads(body)
    except ValueError:
        return {"text": body.decode(errors="replace")}
