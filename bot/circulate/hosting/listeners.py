"""Hosting's doors: every Slack id on one screen; forms are opened and read here, clicks accepted, each once."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.circulate.hosting import finding, form_views, owners, service, turns, views
from bot.circulate.hosting.jobs import JOBS
from bot.errors import Refused
from bot.ports import Accept, World
from bot.slack.modals import open_modal, refusal
from bot.slack.taking import Ack, Body, Who, take_click, take_form, who
from bot.texts import say
from bot.trust import hosts
from bot.trust.redaction import redact
from bot.trust.viewer import viewer_of
from storage import retired, synonyms
from storage.terms import target_of

__all__ = ["JOBS", "register", "tick"]

MORE = "hosting.more"
"""The menu on a tip's card (bot.answer.views.ways_on): report, or verify."""

_CHOICES = re.compile(rf"^{re.escape(views.CHOOSE)}[a-z_]+$")
_OWNS = re.compile(r"^hosting\.own_(verify|obsolete|back|seen)$")


def register(app: App, world: World, accept: Accept) -> None:
    listen = Listeners(world, accept)
    app.action(_CHOICES)(listen.chosen)
    app.action(_OWNS)(listen.owned)
    app.action(MORE)(listen.more)
    app.action(views.OPEN)(listen.open_queue)
    app.action(views.TURNS)(listen.turned)
    app.action(views.SWAP)(listen.swap_wanted)
    app.action(views.TAKE_WEEK)(listen.week_taken)
    app.action(views.NAMES)(listen.open_names)
    app.action(views.RETIRED)(listen.open_retired)
    app.action(form_views.UNDO)(listen.name_parted)
    app.view(form_views.NAMES_FORM)(listen.names_sent)
    app.view(form_views.RETIRED_FORM)(listen.retired_sent)


def tick(world: World) -> None:
    finding.tick(world)
    owners.tick(world)
    turns.tick(world)


class Listeners:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def chosen(self, body: Body, action: Body, ack: Ack) -> None:
        choice = str(action["action_id"]).removeprefix(views.CHOOSE).removesuffix("_other")
        kind, _, key = str(action["value"]).partition(":")
        payload = {"choice": choice, "kind": kind, "key": key, "view": _modal_of(body)}
        take_click(self._accept, "circulate.host_decided", body, payload)
        ack()

    def owned(self, body: Body, action: Body, ack: Ack) -> None:
        what = str(action["action_id"]).removeprefix("hosting.own_")
        take_click(self._accept, "circulate.owner_said", body, {"tip": str(action["value"]), "what": what})
        ack()

    def more(self, body: Body, action: Body, ack: Ack) -> None:
        what, _, tip_id = str(action["selected_option"]["value"]).partition(":")
        kind = "circulate.verified" if what == "verify" else "circulate.reported"
        take_click(self._accept, kind, body, {"tip": tip_id, "reason": what})
        ack()

    def open_queue(self, body: Body, client: WebClient, ack: Ack) -> None:
        def form(host: Who) -> dict[str, Any]:
            world = self._world
            queue = service.queue_for(world, viewer_of(world, host.team_id, host.user_id))
            return views.modal(queue, host.language, world.reading.person(host.user_id).tz, world.clock.now())

        self._open(body, client, ack, form)

    def turned(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.host_turns", body, {"on": action["value"] == "on"})
        ack()

    def swap_wanted(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.host_swap", body, {"week": str(action["value"])})
        ack()

    def week_taken(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.host_took_week", body, {"week": str(action["value"])})
        ack()

    def open_names(self, body: Body, client: WebClient, ack: Ack) -> None:
        def form(host: Who) -> dict[str, Any]:
            return form_views.names(synonyms.listed(self._world.db, host.team_id), host.language)

        self._open(body, client, ack, form)

    def open_retired(self, body: Body, client: WebClient, ack: Ack) -> None:
        def form(host: Who) -> dict[str, Any]:
            return form_views.retired(retired.listed(self._world.db, host.team_id), host.language)

        self._open(body, client, ack, form)

    def names_sent(self, body: Body, view: Body, ack: Ack) -> None:
        host = who(self._world, body)
        name, into = (redact(_typed(view, block)).text for block in ("name", "into"))
        known = synonyms.merged(self._world.db, host.team_id)
        one, other = target_of(name, known), target_of(into, known)
        if not one or not other or one == other:
            ack(response_action="errors", errors={"into": say(host.language, "hosting.names_error")})
            return
        take_form(self._accept, "circulate.names_merged", body, view, {"name": name, "into": into})
        ack()

    def name_parted(self, body: Body, action: Body, ack: Ack) -> None:
        payload = {"key": str(action["value"]), "view": _modal_of(body)}
        take_click(self._accept, "circulate.name_parted", body, payload)
        ack()

    def retired_sent(self, body: Body, view: Body, ack: Ack) -> None:
        host, text = who(self._world, body), str(view["state"]["values"]["list"]["value"].get("value") or "")
        told = form_views.read_list(text)
        if isinstance(told, int):
            ack(response_action="errors", errors={"list": say(host.language, "hosting.retired_error", line=told)})
            return
        listed = [{"label": redact(one.label).text, "day": one.day} for one in told]
        take_form(self._accept, "circulate.retired_changed", body, view, {"list": listed})
        ack()

    def _open(self, body: Body, client: WebClient, ack: Ack, form: Callable[[Who], dict[str, Any]]) -> None:
        """Opens a modal for a host; one that says why not for anybody else."""
        ack()
        pressed_by = who(self._world, body)
        try:
            hosts.check_host(self._world, pressed_by.team_id, pressed_by.user_id)
            view = form(pressed_by)
        except Refused as refused:
            view = refusal("hosting.title", refused, pressed_by.language)
        open_modal(client, body, pressed_by, view)


def _modal_of(body: Body) -> str | None:
    """The open modal in which a button was pressed."""
    view = body.get("view") or {}
    return str(view["id"]) if view.get("type") == "modal" else None


def _typed(view: Body, block_id: str) -> str:
    return " ".join(str(view["state"]["values"][block_id]["value"].get("value") or "").split())
