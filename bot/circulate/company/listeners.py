"""Company's doors: me too, an offer to talk and its answer, and what is said, changed and ended in a talk."""

import json
from collections.abc import Mapping

from slack_bolt import App
from slack_sdk import WebClient

from bot.circulate.company import offering, service, talking, views
from bot.circulate.company.offering import came_by
from bot.errors import Refused
from bot.ports import Accept, Job, World
from bot.slack import incoming
from bot.slack.failures import sentence_of
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, take_click, take_event, take_form, take_message, who
from bot.texts import say
from bot.trust.redaction import redact
from storage import talks

__all__ = ["JOBS", "came_by", "register", "register_talks", "tick"]


def register(app: App, world: World, accept: Accept) -> None:
    listen = Listeners(world, accept)
    app.action(views.ECHO)(listen.echoed)
    app.action(views.TALK)(listen.opened)
    app.view(views.OFFER_FORM)(listen.offered)
    app.action(views.YES)(listen.answered)
    app.action(views.NO)(listen.answered)
    app.action(views.BRING)(listen.asked_for)
    app.action(views.END)(listen.ended)
    app.action(views.LIFT)(listen.lift_opened)
    app.view(views.LIFT_FORM)(listen.lifted)


def register_talks(app: App, world: World, accept: Accept) -> None:
    """What is said in a talk is meant for the other, whatever it says: to be asked before any other listener."""
    heard = Talks(world, accept)
    app.event("message", matchers=[incoming.is_direct, incoming.is_from_person, heard.is_in_talk])(heard.said)
    app.event("message", matchers=[heard.is_changed_line])(heard.changed)


class Listeners:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def echoed(self, body: Body, action: Body, ack: Ack) -> None:
        payload = {"tip": str(action["value"]), "where": _where(body)}
        take_click(self._accept, "circulate.worry_echo", body, payload)
        ack()

    def opened(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        talker = who(self._world, body)
        try:
            tip, owner = service.offerable(self._world, talker.team_id, talker.user_id, str(action["value"]))
        except Refused as refused:
            view = views.sentence_modal(talker.language, sentence_of(refused, talker.language))
        else:
            view = views.offer_form(tip, talker.language, owner=owner.name if owner else None)
        open_modal(client, body, talker, view, above=True)

    def offered(self, body: Body, view: Body, ack: Ack) -> None:
        told, language = view["state"]["values"], who(self._world, body).language
        line = redact(" ".join(str(told["line"]["value"].get("value") or "").split())).text
        if len(line) > views.LINE:
            ack(response_action="errors", errors={"line": say(language, "company.form_long", limit=views.LINE)})
            return
        payload = {"tip": json.loads(view["private_metadata"])["tip"], "line": line}
        take_form(self._accept, "circulate.talk_offered", body, view, payload)
        # the form may lie on the worry that was read
        ack(response_action="clear")

    def answered(self, body: Body, action: Body, ack: Ack) -> None:
        kind = "circulate.talk_agreed" if action["action_id"] == views.YES else "circulate.talk_declined"
        take_click(self._accept, kind, body, {"talk": str(action["value"])})
        ack()

    def asked_for(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.talk_brought", body, {"talk": str(action["value"])})
        ack()

    def ended(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.talk_ended", body, {"talk": str(action["value"])})
        ack()

    def lift_opened(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        owner = who(self._world, body)
        try:
            talk, _ = service.of_owner(self._world, owner.team_id, owner.user_id, str(action["value"]), "open")
            talker = self._world.reading.person(str(talk.talker_id))
        except Refused as refused:
            view = views.sentence_modal(owner.language, sentence_of(refused, owner.language))
        else:
            view = views.lift_form(talk, talker.name, owner.language)
        open_modal(client, body, owner, view, above=True)

    def lifted(self, body: Body, view: Body, ack: Ack) -> None:
        take_form(self._accept, "circulate.talk_lifted", body, view, json.loads(view["private_metadata"]))
        ack()


class Talks:
    """Listeners in the threads of talks. What is said is in no request: the job reads the message where it stands."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def is_in_talk(self, event: Body, body: Body) -> bool:
        if not incoming.is_reply(event):
            return False
        channel, thread_ts = str(event["channel"]), str(event["thread_ts"])
        talk = talks.in_thread(self._world.db, str(body["team_id"]), channel, thread_ts)
        return talk is not None and service.is_theirs(self._world, talk, channel, thread_ts, str(event["user"]))

    def said(self, event: Body, body: Body) -> None:
        channel = str(event["channel"])
        talk = talks.in_thread(self._world.db, str(body["team_id"]), channel, str(event["thread_ts"]))
        payload = {"talk": talk.id if talk else None, "channel": channel, "ts": str(event["ts"])}
        take_message(self._accept, "circulate.talk_said", event, body, payload)

    def is_changed_line(self, event: Body, body: Body) -> bool:
        ts = _changed_ts(event)
        return ts is not None and talks.line_of(self._world.db, str(body["team_id"]), ts) is not None

    def changed(self, event: Body, body: Body) -> None:
        payload = {"channel": str(event["channel"]), "ts": _changed_ts(event)}
        take_event(self._accept, "circulate.talk_changed", body, None, payload)


def _changed_ts(event: Body) -> str | None:
    """The ts of a direct message that was edited or deleted."""
    if not str(event.get("channel") or "").startswith("D"):
        return None
    return incoming.deleted_ts(event) or (str(event["message"]["ts"]) if incoming.is_edit(event) else None)


def _where(body: Body) -> str:
    """Where a button stands: in a message, in Home, or in a modal."""
    if (body.get("container") or {}).get("type") == "message":
        return "message"
    return "home" if (body.get("view") or {}).get("type") == "home" else "modal"


def tick(world: World) -> None:
    offering.tick(world)
    talking.tick(world)


JOBS: Mapping[str, Job] = {**offering.JOBS, **talking.JOBS}
