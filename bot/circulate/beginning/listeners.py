"""Beginning's doors: somebody's own threads, and channels where AI is talked about, both only when asked for."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App

from bot.circulate.beginning import service, views
from bot.ports import Accept, Job, Outgoing, Step, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader
from bot.slack.taking import Ack, Body, take_click, take_message
from bot.trust import hosts
from storage.records import Language, MessageRef, Request

_FIND_MINE = re.compile(
    r"^\s*(?:find (?:mine|my (?:own )?threads(?: worth keeping)?)"
    r"|(?:残しておきたい)?(?:自分の)?(?:スレッドを)?(?:探して|さがして)(?:ください)?|残しておきたい自分のスレッドを探す)\s*[。.!！]?\s*$",
    re.IGNORECASE,
)


def register(app: App, world: World, accept: Accept) -> None:  # noqa: ARG001 - as every subject's
    listen = Listeners(accept)
    app.event("message", matchers=[asks_for_own_threads])(listen.asked)
    app.action(views.FIND_MINE)(listen.pressed)
    app.action(views.NOT_THIS)(listen.not_this)
    app.action(views.FIND_CHANNELS)(listen.channels)


def asks_for_own_threads(event: Body) -> bool:
    said = str(event.get("text") or "")
    return incoming.is_direct(event) and incoming.is_from_person(event) and bool(_FIND_MINE.match(said))


class Listeners:
    """Listeners that accept one request each."""

    def __init__(self, accept: Accept) -> None:
        self._accept = accept

    def asked(self, event: Body, body: Body) -> None:
        take_message(self._accept, "circulate.own_asked", event, body, {})

    def pressed(self, body: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.own_threads", body, {})
        ack()

    def not_this(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.own_not_this", body, {"about": str(action["value"])})
        ack()

    def channels(self, body: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.lively_channels", body, {})
        ack()


def own_threads(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Looks for somebody's threads, and says what was found. In no step: a step's result would be kept."""
    team_id, user_id = request.team_id, request.person()
    service.check_may_look(world, team_id, user_id)

    def found(language: Language) -> Outgoing:
        return views.own_threads(service.own_threads(world, team_id, user_id), language)

    _look(world, request, views.looking, found)


def lively_channels(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Looks for channels where a host or admin may invite first."""
    hosts.check_host(world, request.team_id, request.person())

    def found(language: Language) -> Outgoing:
        return views.channels(service.lively_channels(world, request.team_id), language)

    _look(world, request, views.looking_for_channels, found)


def _look(
    world: World, request: Request, looking: Callable[[Language], Outgoing], found: Callable[[Language], Outgoing]
) -> None:
    """Says at once that it is being looked for; what was found takes the place of that."""
    language = language_of_reader(world, request.team_id, request.person())
    place: dict[str, Any] = request.payload.get("reply_to") or {}
    key = f"{request.id}:found"
    if place:
        ref = world.speaking.post(key, place["channel"], looking(language), thread_ts=place["thread_ts"])
    else:
        ref = world.speaking.direct(key, request.person(), looking(language))
    world.speaking.edit(ref, found(language))


def not_this(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Takes one thread out of the message."""
    place, about = request.payload["pressed"], str(request.payload["about"])
    world.speaking.amend(MessageRef(place["channel"], place["ts"]), behind=about, about=about, blocks=[])


JOBS: Mapping[str, Job] = {
    "circulate.own_asked": own_threads,
    "circulate.own_threads": own_threads,
    "circulate.own_not_this": not_this,
    "circulate.lively_channels": lively_channels,
}
