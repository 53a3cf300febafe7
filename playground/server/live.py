"""The page's line: one WebSocket for each window, on which one person asks, acts, and hears of changes at once.

The window first says `{"token", "handle"}`. Then each `{"id", "verb", "arguments"}` is answered by
`{"id", "ok", "result", "act"}` or `{"id", "ok": false, "error", "detail"}`; news has no id. Answers and news leave in
the order in which they came about, so that what was asked for is never older than the news before it.
"""

import asyncio
import contextlib
import hmac
import json
import logging
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from playground.server.conversation import Json
from playground.server.desk import Desk
from playground.server.errors import Impossible, SlackError
from playground.server.host import Host
from playground.server.newsroom import Reader
from playground.server.people import perform_noted

log = logging.getLogger(__name__)

_SECONDS_TO_SAY_WHO = 10.0
_NO_ENTRY = 4401
_MOST_BYTES = 150_000_000  # ten files of 10 MB, as text


@dataclass(eq=False)
class Window:
    """One person's open page; `outgoing` is what is still to be sent, None at the end."""

    handle: str
    outgoing: "asyncio.Queue[str | None]" = field(default_factory=asyncio.Queue)

    def send(self, said: Json) -> None:
        self.outgoing.put_nowait(json.dumps(said, ensure_ascii=False))


class Live:
    """All open windows."""

    def __init__(self, host: Host, desk: Desk) -> None:
        self._host = host
        self._desk = desk
        self._windows: set[Window] = set()
        self._answering: set[asyncio.Task[None]] = set()
        host.newsroom.listeners.append(self._hear)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One window, for as long as it is open."""
        peer = web.WebSocketResponse(heartbeat=30, max_msg_size=_MOST_BYTES)
        await peer.prepare(request)
        window = await self._entered(peer)
        if window is None:
            await peer.close(code=_NO_ENTRY)
            return peer
        self._windows.add(window)
        writer = asyncio.create_task(_write(peer, window))
        try:
            async for message in peer:
                if message.type == WSMsgType.TEXT:
                    task = asyncio.create_task(self._answer(window, message.data))
                    self._answering.add(task)
                    task.add_done_callback(self._answering.discard)
        finally:
            self._windows.discard(window)
            window.outgoing.put_nowait(None)
            writer.cancel()
        return peer

    async def close(self) -> None:
        self._host.newsroom.listeners.clear()
        for window in self._windows:
            window.outgoing.put_nowait(None)
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    async def _entered(self, peer: web.WebSocketResponse) -> Window | None:
        """Whoever says the token of this start, and who they are."""
        try:
            said = json.loads(await peer.receive_str(timeout=_SECONDS_TO_SAY_WHO))
            token, handle = str(said["token"]), str(said["handle"])
        except (TypeError, ValueError, KeyError, TimeoutError):
            return None
        if not hmac.compare_digest(token.encode(), self._host.credentials.control_token.encode()):
            return None
        window = Window(handle)
        window.send({"type": "hello", "handle": handle})
        return window

    async def _answer(self, window: Window, text: str) -> None:
        number: Any = None
        try:
            asked = json.loads(text)
            number, name, arguments = asked["id"], str(asked["verb"]), dict(asked.get("arguments") or {})
            result, act = await self._do(window, name, arguments)
        except (Impossible, SlackError) as error:
            window.send({"id": number, "ok": False, "error": error.code, "detail": getattr(error, "detail", "")})
        except (TypeError, ValueError, KeyError):
            window.send({"id": number, "ok": False, "error": "invalid_json", "detail": ""})
        except Exception:
            log.exception("A window's wish failed.")
            window.send({"id": number, "ok": False, "error": "internal_error", "detail": ""})
        else:
            window.send({"id": number, "ok": True, "result": result, "act": act})

    async def _do(self, window: Window, name: str, arguments: Json) -> tuple[Any, int | None]:
        if not name.startswith("/"):
            return await perform_noted(self._host.team, window.handle, name, arguments)
        return await self._desk.ask(self._host.team.by_handle(window.handle), name, arguments), None

    def _hear(self, news: Json, reader: Reader) -> None:
        for window in self._windows:
            with contextlib.suppress(Impossible):
                if reader(self._host.team.by_handle(window.handle).id):
                    window.send(news)


async def _write(peer: web.WebSocketResponse, window: Window) -> None:
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while (text := await window.outgoing.get()) is not None:
            await peer.send_str(text)
        await peer.close()
