"""Admins open a form, or accept one request with it. Everybody else is refused in words."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.circulate.admins import service, views
from bot.conversation import Person
from bot.errors import Refused
from bot.ports import Accept, Job, Outgoing, Step, World
from bot.slack.failures import language_of_reader, sentence_of
from bot.slack.modals import open_modal, refusal
from bot.slack.taking import Ack, Body, take_form, who
from bot.texts import say
from bot.trust import hosts
from storage import settings
from storage.records import Language, OpenTo, Request, Viewer


def register(app: App, world: World, accept: Accept) -> None:
    listen = Listeners(world, accept)
    app.action(views.READERS)(listen.open_readers)
    app.action(views.SHARED)(listen.open_shared)
    app.action(views.TRAIL)(listen.open_trail)
    app.view(views.READERS_FORM)(listen.readers_sent)
    app.view(views.SHARED_FORM)(listen.channel_chosen)
    app.view(views.SWITCHES_FORM)(listen.switches_sent)
    app.view(views.TRAIL_FORM)(listen.trail_sent)


class Listeners:
    """Listeners that open a modal while its trigger lives, show its second screen, or accept one request."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def open_readers(self, body: Body, client: WebClient, ack: Ack) -> None:
        team_id = str(body["team"]["id"])

        def view(language: Language) -> dict[str, Any]:
            return views.readers_form(language, settings.workspace(self._world.db, team_id).open_to)

        self._open(body, client, ack, view)

    def open_shared(self, body: Body, client: WebClient, ack: Ack) -> None:
        def view(language: Language) -> dict[str, Any]:
            return views.shared_form(language, service.shared_channels(self._world, str(body["user"]["id"])))

        self._open(body, client, ack, view)

    def open_trail(self, body: Body, client: WebClient, ack: Ack) -> None:
        self._open(body, client, ack, views.trail_form)

    def _open(self, body: Body, client: WebClient, ack: Ack, view: Callable[[Language], dict[str, Any]]) -> None:
        ack()
        person = who(self._world, body)
        try:
            hosts.check_admin(self._world, person.user_id)
            shown = view(person.language)
        except Refused as refused:
            shown = refusal("home.form_settings_title", refused, person.language)
        open_modal(client, body, person, shown)

    def readers_sent(self, body: Body, view: Body, ack: Ack) -> None:
        whom = view["state"]["values"]["open_to"]["value"]["selected_option"]["value"]
        take_form(self._accept, "circulate.open_to", body, view, {"open_to": whom})
        ack()

    def channel_chosen(self, body: Body, view: Body, ack: Ack) -> None:
        """The second screen says who could read what, before anything is switched on."""
        team_id, user_id, language = who(self._world, body)
        chosen = str(view["state"]["values"]["channel"]["value"]["selected_option"]["value"])
        try:
            now = service.switches(self._world, team_id, user_id, chosen)
        except Refused as refused:
            ack(response_action="errors", errors={"channel": sentence_of(refused, language)})
            return
        ack(response_action="update", view=views.switches_form(language, now))

    def switches_sent(self, body: Body, view: Body, ack: Ack) -> None:
        told = view["state"]["values"]
        payload = {name: bool(told[name]["value"]["selected_options"]) for name in ("capture", "answers")}
        channel = json.loads(view["private_metadata"])["channel"]
        take_form(self._accept, "circulate.shared_channel", body, view, {**payload, "channel": channel})
        ack()

    def trail_sent(self, body: Body, view: Body, ack: Ack) -> None:
        take_form(self._accept, "circulate.trail", body, view, {})
        ack()


def opened(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    whom: OpenTo = request.payload["open_to"]
    service.open_to(world, request.team_id, request.person(), whom)
    _say(world, request, f"admins.opened_to_{whom}")


def switched(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    payload = request.payload
    on = {name: bool(payload[name]) for name in ("capture", "answers")}
    service.switch(world, request.team_id, request.person(), str(payload["channel"]), **on)
    said = {
        (True, True): "admins.switched_both",
        (True, False): "admins.switched_capture",
        (False, True): "admins.switched_answers",
        (False, False): "admins.switched_none",
    }
    _say(world, request, said[on["capture"], on["answers"]], channel=f"<#{payload['channel']}>")


def trail(world: World, request: Request, step: Step) -> None:
    """The export is in the trail before the trail is read."""
    team_id, user_id = request.team_id, request.person()
    step("looked", lambda: service.looked(world, team_id, user_id))
    language = language_of_reader(world, team_id, user_id)
    file = service.trail(world, team_id, say(language, "admins.trail_file"))
    world.files.direct(f"{request.id}:trail", user_id, file, say(language, "admins.trail_sent"))


def _say(world: World, request: Request, text_key: str, **values: str) -> None:
    user_id = request.person()
    text = say(language_of_reader(world, request.team_id, user_id), text_key, **values)
    world.speaking.direct(f"{request.id}:saved", user_id, Outgoing(text))


def section(world: World, viewer: Viewer, person: Person, language: Language) -> list[dict[str, Any]]:
    return views.home(language, service.condition(world, viewer.team_id)) if person.is_admin else []


JOBS: Mapping[str, Job] = {
    "circulate.open_to": opened,
    "circulate.shared_channel": switched,
    "circulate.trail": trail,
}
