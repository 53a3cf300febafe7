"""Socket Mode: WebSockets to the app, in turn when there are several (https://docs.slack.dev/apis/events-api/using-socket-mode)."""

import asyncio
import json

from aiohttp import WSMsgType, web

from playground.server.delivery import Delivery, Outbox
from playground.server.host import Host
from playground.server.web_api import reset

MOST_CONNECTIONS = 10
_LIFETIME_SECONDS = 18060
_SEND_SECONDS = 3.0


class SocketMode:
    """The app's open WebSockets, oldest first."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._open: list[tuple[web.Request, web.WebSocketResponse]] = []

    @property
    def connections(self) -> int:
        return len(self._open)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket, for as long as it lasts. A ticket from apps.connections.open lets in once."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._host.team.tickets:
            return web.Response(status=403, text="invalid ticket")
        self._host.team.tickets.discard(ticket)
        peer = web.WebSocketResponse(heartbeat=30)
        await peer.prepare(request)
        if len(self._open) >= MOST_CONNECTIONS:
            await peer.send_str(_disconnect("too_many_websockets"))
            await peer.close()
            return peer
        entry = (request, peer)
        self._open.append(entry)
        self._tell_pages()
        try:
            await peer.send_str(self._hello())
            async for message in peer:
                if message.type == WSMsgType.TEXT:
                    _take_ack(self._host.outbox, message.data)
        finally:
            if entry in self._open:
                self._open.remove(entry)
                self._tell_pages()
        return peer

    async def send(self, delivery: Delivery) -> bool:
        """Sends to the next socket in turn, and to another one if that breaks."""
        for _ in range(len(self._open)):
            entry = self._open.pop(0)
            self._open.append(entry)
            try:
                async with asyncio.timeout(_SEND_SECONDS):
                    await entry[1].send_str(envelope(delivery))
            except (ConnectionError, TimeoutError):
                continue
            return True
        return False

    def drop(self) -> None:
        """Breaks all sockets without a word, as a network does."""
        for request, _ in self._open:
            reset(request)
        self._open.clear()
        self._tell_pages()

    async def disconnect(self, reason: str) -> None:
        """Tells the app to connect anew: `warning` beforehand, `refresh_requested` when the socket is about to go."""
        for _, peer in list(self._open):
            await peer.send_str(_disconnect(reason))
            if reason != "warning":
                await peer.close()

    def _tell_pages(self) -> None:
        self._host.newsroom.tell({"type": "bot", "connections": len(self._open)}, lambda _: True)

    def _hello(self) -> str:
        return json.dumps(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "debug_info": {
                    "host": "applink-local",
                    "build_number": 1,
                    "approximate_connection_time": _LIFETIME_SECONDS,
                },
                "connection_info": {"app_id": self._host.app.id},
            }
        )


def envelope(delivery: Delivery) -> str:
    """The payload is spliced in as the text that it was when it happened."""
    head: dict[str, object] = {"envelope_id": delivery.envelope_id, "type": delivery.kind}
    head["accepts_response_payload"] = delivery.accepts_payload
    if delivery.kind == "events_api":
        head |= {"retry_attempt": delivery.attempts - 1, "retry_reason": delivery.retry_reason}
    return f'{json.dumps(head)[:-1]}, "payload": {delivery.payload}}}'


def _take_ack(outbox: Outbox, text: str) -> None:
    try:
        said = json.loads(text)
    except ValueError:
        return
    if isinstance(said, dict) and isinstance(said.get("envelope_id"), str):
        outbox.acked(said["envelope_id"], said.get("payload"))


def _disconnect(reason: str) -> str:
    return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}})
