"""Whom this server answers: programs and pages of this machine, and no other page in its browser.

A page elsewhere may make a browser send requests here (CSRF), or have its own name point here (DNS rebinding): the
first says another Origin, the second another Host.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from playground.server.conversation import Json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_NAMES = ("127.0.0.1", "localhost")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
"""For whatever a browser gets: it may load from here alone, run only our scripts, and stand in no frame."""


@web.middleware
async def own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses what comes by another name or from another origin."""
    host = request.headers.get("Host", "")
    if host.partition(":")[0] not in _NAMES:
        return _refusal("wrong_host")
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{host}":
        return _refusal("wrong_origin")
    response = await handler(request)
    if not response.prepared:
        response.headers.update(_HEADERS)
    return response


def _refusal(error: str) -> web.Response:
    answer: Json = {"ok": False, "error": error}
    return web.json_response(answer, status=403)
