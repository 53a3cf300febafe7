"""The HTTP server on loopback that joins it all: Web API, Socket Mode, response URLs, files, control and the page."""

import asyncio
import contextlib
import hmac
from pathlib import Path

from aiohttp import web

from playground.server import response_urls
from playground.server.control import Control
from playground.server.desk import Desk
from playground.server.errors import SlackError
from playground.server.guard import own_pages_only
from playground.server.host import Host
from playground.server.live import Live
from playground.server.methods.files import app_may_read
from playground.server.methods.uploads import receive
from playground.server.signed_http import SignedHttp
from playground.server.socket_mode import SocketMode
from playground.server.web_api import WebApi

PAGE = Path(__file__).parents[1] / "page" / "dist"
_MOST_BYTES = 20_000_000


class Site:
    """One server for one host."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.sockets = SocketMode(host)
        host.outbox.transport = self.sockets
        self.desk = Desk(host, self.sockets)
        self._live = Live(host, self.desk)
        self._http: SignedHttp | None = None
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.2)
        self._pump: asyncio.Task[None] | None = None

    async def open(self, port: int) -> str:
        """Starts to listen on loopback and returns the address; port 0 takes a free one."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._host.moved_to(url)
        self._pump = asyncio.create_task(self._host.outbox.run())
        return url

    def deliver_by(self, http: SignedHttp) -> None:
        """Sends by HTTP instead of Socket Mode."""
        self._http = http
        self._host.outbox.transport = http

    async def close(self) -> None:
        self._host.outbox.forget()
        if self._pump is not None:
            self._pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pump
        if self._http is not None:
            await self._http.close()
        await self._live.close()
        self.sockets.drop()
        await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=_MOST_BYTES, middlewares=[own_pages_only])
        api = WebApi(self._host)
        application.add_routes(
            [
                web.post("/api/{method}", api.handle),
                web.get("/api/{method}", api.handle),
                web.get("/link/", self.sockets.handle),
                web.get("/live", self._live.handle),
                web.get("/", self._page),
                web.static("/page", PAGE),
                web.post("/{kind:commands|actions|app}/{team}/{at}/{key}", self._respond),
                web.post("/upload/v1/{key}", self._upload),
                web.get("/files-pri/{id}/download/{name}", self._download),
                web.get("/files-pri/{id}/{name}", self._download),
                *Control(self._host, self.sockets).routes(),
            ]
        )
        return application

    async def _page(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        try:
            response_urls.answer(self._host.team, request.match_info["key"], await request.read())
        except SlackError as error:
            status = 404 if error.code in ("expired_url", "used_url") else 400
            return web.json_response({"ok": False, "error": error.code, **error.more}, status=status)
        return web.Response(text="ok")

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file, raw or as a form's only file; the address itself is the permission."""
        content = await request.read()
        if request.content_type == "multipart/form-data":
            held = [each for each in (await request.post()).values() if isinstance(each, web.FileField)]
            content = held[0].file.read() if held else b""
        if not receive(self._host.team, request.match_info["key"], content):
            return web.Response(status=400, text="not what was announced")
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file, for the app's token where it may read it; anybody else is sent to the sign-in page, as Slack does."""
        team = self._host.team
        file = team.files.get(request.match_info["id"].rpartition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        known = hmac.compare_digest(token.encode(), self._host.credentials.bot_token.encode())
        if not known or "files:read" not in team.app.scopes:
            return web.Response(status=302, headers={"Location": f"https://{team.workspace.domain}.slack.com/"})
        if file is None or not app_may_read(team, file):
            return web.Response(status=404)
        return web.Response(body=file.content, content_type=file.mimetype)
