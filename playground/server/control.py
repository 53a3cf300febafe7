"""The control interface under /control/: act and see as a person, break things, look at what the app did.

Every request carries `Authorization: Bearer` with the control token. What a person cannot do has status 409.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from playground.server.delivery import Delivery
from playground.server.errors import Impossible, SlackError
from playground.server.host import Host
from playground.server.people import perform
from playground.server.socket_mode import SocketMode

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Handlers on one host."""

    def __init__(self, host: Host, sockets: SocketMode) -> None:
        self._host = host
        self._sockets = sockets

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/control/as/{handle}/{verb}", self._guarded(self._act)),
            web.get("/control/people", self._guarded(self._people)),
            web.get("/control/keys", self._guarded(self._keys)),
            web.get("/control/calls", self._guarded(self._calls)),
            web.get("/control/deliveries", self._guarded(self._deliveries)),
            web.get("/control/idle", self._guarded(self._idle)),
            web.post("/control/faults/{fault}", self._guarded(self._fault)),
            web.post("/control/reset", self._guarded(self._reset)),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        expected = f"Bearer {self._host.credentials.control_token}"

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
                return web.json_response({"ok": False, "error": "invalid_auth"}, status=401)
            try:
                return await handler(request)
            except Impossible as error:
                return web.json_response({"ok": False, "error": error.code, "detail": error.detail}, status=409)
            except SlackError as error:
                return web.json_response({"ok": False, "error": error.code, "detail": str(error.more)}, status=409)

        return guarded

    async def _act(self, request: web.Request) -> web.StreamResponse:
        arguments = await _body(request)
        result = await perform(self._host.team, request.match_info["handle"], request.match_info["verb"], arguments)
        return web.json_response({"ok": True, "result": result})

    async def _people(self, _request: web.Request) -> web.StreamResponse:
        shown = [
            {
                key: getattr(user, key)
                for key in ("id", "handle", "real_name", "locale", "role", "deactivated", "team_id")
            }
            for user in self._host.team.users.values()
        ]
        return web.json_response({"ok": True, "result": shown})

    async def _keys(self, _request: web.Request) -> web.StreamResponse:
        """The ts of every post of the company that has a key."""
        return web.json_response({"ok": True, "result": self._host.team.seed_ts})

    async def _calls(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "result": [asdict(call) for call in self._host.calls]})

    async def _deliveries(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"ok": True, "result": [delivery_json(each) for each in self._host.outbox.deliveries]})

    async def _idle(self, _request: web.Request) -> web.StreamResponse:
        result = {"idle": self._host.outbox.is_idle, "connections": self._sockets.connections}
        return web.json_response({"ok": True, "result": result})

    async def _fault(self, request: web.Request) -> web.StreamResponse:
        given, faults = await _body(request), self._host.faults
        match request.match_info["fault"]:
            case "inject":
                faults.inject(**given)
            case "duplicate_next":
                faults.duplicate_next(**given)
            case "reorder_next":
                faults.reorder_next(**given)
            case "drop_socket":
                self._sockets.drop()
            case "disconnect":
                await self._sockets.disconnect(str(given.get("reason", "refresh_requested")))
            case other:
                raise Impossible("no_such_fault", other)
        return web.json_response({"ok": True, "result": None})

    async def _reset(self, _request: web.Request) -> web.StreamResponse:
        self._host.reset()
        return web.json_response({"ok": True, "result": None})


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery without its payload."""
    keys = ("envelope_id", "event_id", "kind", "type", "attempts", "acked", "given_up", "duplicate", "latency")
    return {key: getattr(delivery, key) for key in keys}


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json() if request.can_read_body else {}
    except ValueError:
        raise Impossible("invalid_json") from None
    if not isinstance(body, dict):
        raise Impossible("invalid_json")
    return body
