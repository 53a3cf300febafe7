"""What the page offers beside Slack: who one can be, what was behind a click, the bot's jobs, beginning anew."""

import asyncio
from datetime import datetime
from typing import Any, Protocol

from playground.server import trace
from playground.server.conversation import Json
from playground.server.errors import Impossible
from playground.server.host import Host
from playground.server.people import seeing
from playground.server.socket_mode import SocketMode
from playground.server.team import User

_SLACK_SECONDS = 0.1
"""How much later than its ack an accepted request may be dated: two clocks are read."""


class Backstage(Protocol):
    """The bot behind this Slack, as its operator reaches it. Both calls block."""

    def jobs(self) -> list[Json]:
        """What `python -m bot jobs --steps --format json` prints: the newest requests and their steps."""
        ...

    def begin_anew(self) -> None:
        """Starts the bot on fresh data; returns when it is connected."""
        ...


class Desk:
    """`backstage` is there once a bot of ours runs."""

    def __init__(self, host: Host, sockets: SocketMode) -> None:
        self._host = host
        self._sockets = sockets
        self.backstage: Backstage | None = None

    async def ask(self, user: User, name: str, arguments: Json) -> Any:
        """Raises Impossible for what is not offered."""
        match name:
            case "/people":
                return self._people()
            case "/bot":
                return {"connections": self._sockets.connections, "ours": self.backstage is not None}
            case "/trace":
                return self._trace(user, arguments)
            case "/jobs":
                return await self._jobs(user, arguments)
            case "/reset":
                return await self._reset()
            case "/keys":
                return self._host.team.seed_ts
            case other:
                raise Impossible("no_such_verb", other)

    def _people(self) -> list[Json]:
        """Everybody one can be, with how much of the app's waits for them."""
        team = self._host.team
        able = (user for user in team.users.values() if user.role != "bot" and not user.deactivated)
        return [
            {
                "id": user.id,
                "handle": user.handle,
                "name": user.display_name or user.real_name,
                "real_name": user.real_name,
                "title": user.title,
                "locale": user.locale,
                "role": user.role,
                "waiting": seeing.unread(team, user, team.dm_with_app(user)),
            }
            for user in able
        ]

    def _trace(self, user: User, arguments: Json) -> Json:
        if "act" in arguments:
            return trace.of_acts(self._host, user, [int(arguments["act"])])
        return trace.of_message(self._host, user, str(arguments["channel"]), str(arguments["ts"]))

    async def _jobs(self, user: User, arguments: Json) -> list[Json]:
        """The bot's jobs that these deliveries became: those accepted between a delivery and its ack."""
        if self.backstage is None:
            raise Impossible("no_bot_of_ours")
        told = self._trace(user, arguments)["deliveries"]
        spans = [(each["at"], each["ended_at"] + _SLACK_SECONDS) for each in told if each["ended_at"] is not None]
        newest = await asyncio.to_thread(self.backstage.jobs) if spans else []
        return [job for job in newest if any(low <= _accepted(job) <= high for low, high in spans)]

    async def _reset(self) -> None:
        self._host.reset()
        if self.backstage is not None:
            await asyncio.to_thread(self.backstage.begin_anew)


def _accepted(job: Json) -> float:
    return datetime.fromisoformat(str(job["accepted_at"])).timestamp()
