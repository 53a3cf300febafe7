"""The door of the Web API: token, scopes, rate limits and faults before a method answers.

https://docs.slack.dev/apis/web-api
"""

import asyncio
import hmac
import json
import secrets
import socket
import struct
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.server.arguments import Arguments
from playground.server.conversation import Json
from playground.server.errors import SlackError
from playground.server.faults import Fault
from playground.server.host import Call, Host
from playground.server.methods import METHODS, Method, need_scope
from playground.server.methods.session import CONNECTIONS_OPEN

_PER_CHANNEL = "posting"


class WebApi:
    """`/api/{method}`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers one call, or lets it meet its fault."""
        name = request.match_info["method"]
        token, given = await _read(request)
        fault = self._host.faults.take(name)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and fault.kind != "reset_after":
            self._note(name, given, fault.kind)
            return _break(request, fault)
        act = self._host.ledger.cause_of(given)
        with self._host.ledger.continuing(act):
            status, answer, headers = self._answer(name, token, given)
        self._note(
            name, given, str(answer.get("error", "")), str(answer.get("ts") or answer.get("message_ts") or ""), act
        )
        if fault is not None and fault.kind == "reset_after":
            return reset(request)
        return web.json_response(answer, status=status, headers=headers)

    def _note(self, name: str, given: Mapping[str, Any], error: str, ts: str = "", act: int | None = None) -> None:
        arguments = {key: value for key, value in given.items() if key != _JSON_BODY}
        self._host.calls.append(Call(self._host.team.clock.now(), name, arguments, not error, error, act, ts))

    def _answer(self, name: str, token: str, given: Mapping[str, Any]) -> tuple[int, Json, dict[str, str]]:
        headers = {"x-slack-req-id": secrets.token_hex(16), "x-oauth-scopes": ",".join(sorted(self._host.app.scopes))}
        try:
            method = METHODS.get(name)
            if method is None:
                return 200, {"ok": False, "error": "unknown_method", "req_method": name}, headers
            self._check_token(method, token)
            if method.scopes:
                headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
            wait = self._wait(method, given)
            if wait:
                return 429, {"ok": False, "error": "ratelimited"}, {**headers, "Retry-After": str(wait)}
            need_scope(self._host.team, *method.scopes)
            return 200, {"ok": True, **method.answer(self._host.team, Arguments(_readable(method, given)))}, headers
        except SlackError as error:
            return 200, {"ok": False, "error": error.code, **error.more}, headers

    def _check_token(self, method: Method, token: str) -> None:
        credentials = self._host.credentials
        if not token:
            raise SlackError("not_authed")
        is_app = hmac.compare_digest(token, credentials.app_token)
        if not is_app and not hmac.compare_digest(token, credentials.bot_token):
            raise SlackError("invalid_auth")
        if method.name != "api.test" and is_app != (method.name == CONNECTIONS_OPEN):
            raise SlackError("not_allowed_token_type")

    def _wait(self, method: Method, given: Mapping[str, Any]) -> int:
        if self._host.limits is None:
            return 0
        key = f"{method.name} {given.get('channel')}" if method.tier == _PER_CHANNEL else method.name
        return self._host.limits.take(key, method.tier)


_JSON_BODY = "\0json"


async def _read(request: web.Request) -> tuple[str, dict[str, Any]]:
    """The token and the arguments: from the query, a form or JSON."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = {}
        if isinstance(body, dict):
            given |= body | {_JSON_BODY: True}
    elif request.method == "POST":
        given |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ").strip() or str(given.get("token", ""))
    given.pop("token", None)
    return token, given


def _readable(method: Method, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Methods that only read take no JSON: Slack then sees no arguments at all."""
    if given.get(_JSON_BODY) and not method.json:
        return {}
    return {key: value for key, value in given.items() if key != _JSON_BODY}


def _break(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind == "ratelimited":
        answer = {"ok": False, "error": "ratelimited"}
        return web.json_response(answer, status=429, headers={"Retry-After": str(max(1, round(fault.seconds)))})
    if fault.kind == "server_error":
        return web.Response(status=500, text="<html><body>Server Error</body></html>", content_type="text/html")
    return reset(request)


def reset(request: web.BaseRequest) -> web.StreamResponse:
    """Breaks the connection under a request, as a crashed peer does."""
    transport = request.transport
    if transport is not None:
        peer = transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()
