"""Circulate's doors, for now Home and settings."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.circulate import keeping, keeping_views, service, themes
from bot.circulate import unasked as when
from bot.circulate.company import talking
from bot.circulate.home import first_visit, mine, rhythm, sections, views
from bot.circulate.home import settings as forms
from bot.errors import Refused
from bot.ports import Accept, Job, Outgoing, Step, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader
from bot.slack.modals import open_modal, refusal
from bot.slack.outgoing import plain
from bot.slack.readable import Names, from_mrkdwn
from bot.slack.taking import Ack, Body, take_click, take_event, take_form, take_message, take_trigger, who
from bot.texts import say
from bot.trust import forgetting, hosts
from bot.trust.redaction import redact
from bot.trust.viewer import viewer_of
from storage import digests, settings, unasked
from storage.records import Language, Request

_SETTINGS = re.compile(r"^\s*(?:settings?|設定)\s*[。.!！]?\s*$", re.IGNORECASE)


def register(app: App, world: World, accept: Accept) -> None:
    listen = Listeners(world, accept)
    themes.register(app, world, accept)
    app.event("app_home_opened", matchers=[is_home_tab])(listen.home_opened)
    app.event("message", matchers=[asks_for_settings])(listen.settings_asked)
    app.event("member_left_channel")(listen.membership_changed)
    app.event("member_joined_channel")(listen.membership_changed)
    app.action(views.PURPOSE_BUTTON)(listen.open_purpose)
    app.action(views.SETTINGS_BUTTON)(listen.open_settings)
    app.action(views.SEARCH)(listen.searched)
    app.action(first_visit.SEEN)(listen.introduced)
    for turning in (mine.ALL, mine.NEWER, mine.OLDER):
        app.action(turning)(listen.turned)
    app.action(mine.BACK)(listen.back)
    app.action(keeping_views.PRIVACY_BUTTON)(listen.open_privacy)
    app.action(keeping_views.FORGET_BUTTON)(listen.open_forget)
    app.action(keeping_views.TAKE_OVER)(listen.taken_over)
    app.view(keeping_views.FORGET_FORM)(listen.forget_sent)
    app.view(views.PURPOSE_FORM)(listen.purpose_sent)
    app.view(views.SETTINGS_FORM)(listen.settings_sent)


def is_home_tab(event: Body) -> bool:
    return event.get("tab") == "home"


def asks_for_settings(event: Body) -> bool:
    said = str(event.get("text") or "")
    return incoming.is_direct(event) and incoming.is_from_person(event) and bool(_SETTINGS.match(said))


class Listeners:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def home_opened(self, event: Body, body: Body) -> None:
        take_event(self._accept, "circulate.home", body, str(event["user"]), {})

    def settings_asked(self, event: Body, body: Body) -> None:
        take_message(self._accept, "circulate.settings_asked", event, body, {})

    def membership_changed(self, event: Body) -> None:
        """Somebody left or came: what is cached about them is no longer true."""
        self._world.reading.forget(user_id=str(event["user"]), channel_id=str(event["channel"]))

    def open_purpose(self, body: Body, client: WebClient, ack: Ack) -> None:
        ack()
        person = who(self._world, body)
        try:
            hosts.check_admin(self._world, person.user_id)
            purpose = settings.workspace(self._world.db, person.team_id).purpose
            view = forms.purpose_form(person.language, purpose)
        except Refused as refused:
            view = refusal("home.form_purpose_title", refused, person.language)
        open_modal(client, body, person, view)

    def open_settings(self, body: Body, client: WebClient, ack: Ack) -> None:
        ack()
        person = who(self._world, body)
        team_id, user_id, language = person
        is_admin = self._world.reading.person(user_id).is_admin
        view = forms.settings_form(
            language,
            settings.person(self._world.db, team_id, user_id),
            rules=settings.workspace(self._world.db, team_id) if is_admin else None,
            closed=settings.closed_channels(self._world.db, team_id) if is_admin else [],
            when=unasked.rhythm(self._world.db, team_id, user_id),
            digest_channels=digests.channels(self._world.db, team_id) if is_admin else [],
            emoji=self._world.rules.emoji,
        )
        open_modal(client, body, person, view)

    def open_privacy(self, body: Body, client: WebClient, ack: Ack) -> None:
        ack()
        person = who(self._world, body)
        rules, told = settings.workspace(self._world.db, person.team_id), self._world.rules
        view = keeping_views.privacy(person.language, rules, model=told.model, embedder=told.embedder)
        open_modal(client, body, person, view)

    def open_forget(self, body: Body, client: WebClient, ack: Ack) -> None:
        ack()
        person = who(self._world, body)
        open_modal(client, body, person, keeping_views.forget_form(person.language))

    def forget_sent(self, body: Body, view: Body, ack: Ack) -> None:
        keeps = view["state"]["values"]["tips"]["value"]["selected_option"]["value"] == "keep"
        take_form(self._accept, "circulate.forget", body, view, {"keeps": keeps})
        ack()

    def taken_over(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.take_over", body, {"tip": str(action["value"])})
        ack()

    def searched(self, body: Body, action: Body, ack: Ack) -> None:
        """The search box asks as the DM would, and the answer comes there."""
        names = Names(person=lambda user: user, channel=lambda channel: channel)
        text = redact(from_mrkdwn(str(action.get("value") or "").strip(), names)).text
        if text:
            payload = {"text": text, "direct": True, "command": True}
            take_trigger(self._accept, "answer.question", body, payload, queue="answer", said=True)
        ack()

    def introduced(self, body: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.introduced", body, {})
        ack()

    def turned(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.mine", body, {"begins_at": int(action["value"])})
        ack()

    def back(self, body: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.home", body, {})
        ack()

    def purpose_sent(self, body: Body, view: Body, ack: Ack) -> None:
        language = who(self._world, body).language
        purpose = " ".join(str(view["state"]["values"]["purpose"]["value"].get("value") or "").split())
        if not 1 <= len(purpose) <= service.PURPOSE:
            ack(response_action="errors", errors={"purpose": say(language, "home.form_error_purpose")})
            return
        payload = {"purpose": redact(purpose).text}
        take_form(self._accept, "circulate.purpose", body, view, payload)
        ack()

    def settings_sent(self, body: Body, view: Body, ack: Ack) -> None:
        language = who(self._world, body).language
        told = {block: inputs["value"] for block, inputs in view["state"]["values"].items()}
        payload: dict[str, Any] = {
            "language": told["language"]["selected_option"]["value"],
            "words": told["words"]["selected_option"]["value"],
            "may_be_asked": bool(told["may_be_asked"]["selected_options"]),
            "rhythm": rhythm.told(told),
        }
        if "private" in told:
            place = told["questions_channel"].get("selected_conversation")
            if place and not service.takes_questions(self._world, place):
                ack(response_action="errors", errors={"questions_channel": say(language, "home.form_error_channel")})
                return
            emoji = forms.emoji_of(told["emoji"].get("value") or "")
            if emoji is None:
                ack(
                    response_action="errors",
                    errors={"emoji": say(language, "home.form_error_emoji", most=forms.EMOJI_MOST)},
                )
                return
            payload["rules"] = {
                "capture_emoji": emoji,
                "host_ids": told["hosts"].get("selected_users") or [],
                "private_capture": bool(told["private"]["selected_options"]),
                "pointers": bool(told["pointers"]["selected_options"]),
                "own_knowledge": bool(told["own"]["selected_options"]),
                "closed": told["closed"].get("selected_channels") or [],
                "questions_channel_id": place,
                "retention_days": keeping_views.days_of(told["retention"]["selected_option"]["value"]),
                "slack_retention_days": keeping_views.days_of(told["slack_retention"]["selected_option"]["value"]),
                "old_sources": told["old_sources"]["selected_option"]["value"],
                "approved_tools": keeping_views.tools_of(told["approved_tools"].get("value") or ""),
                "policy": redact(" ".join((told["policy"].get("value") or "").split())).text,
                "unasked_a_week": int(told["unasked_a_week"]["selected_option"]["value"]),
            }
            payload["digest_channels"] = told["digest_channels"].get("selected_channels") or []
        take_form(self._accept, "circulate.settings", body, view, payload)
        ack()


def home(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Who opens Home has come by: from now on their digest is due in its rhythm, and their talks are up to date."""
    if world.reading.person(request.person()).is_full_member:
        when.come_by(world, request.team_id, request.person())
    _publish(world, request)
    talking.follow(world, request)


def all_of_mine(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A page of somebody's drafts and tips, in place of their Home until it is drawn anew."""
    team_id, user_id = request.team_id, request.person()
    shown = service.mine_of(world, team_id, user_id)
    blocks = mine.page(shown, language_of_reader(world, team_id, user_id), int(request.payload["begins_at"]))
    world.speaking.publish_home(user_id, blocks)


def introduced(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    service.introduced(world, request.team_id, request.person())
    _publish(world, request)


def settings_asked(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    place, user_id = request.payload["reply_to"], request.person()
    answer = forms.open_settings(language_of_reader(world, request.team_id, user_id))
    world.speaking.post(f"{request.id}:settings", place["channel"], answer, thread_ts=place["thread_ts"])


def purpose(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    service.set_purpose(world, request.team_id, request.person(), request.payload["purpose"])
    _publish(world, request)


def settings_changed(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    chosen = None if payload["language"] == "slack" else payload["language"]
    personal = {name: payload[name] for name in ("words", "may_be_asked")}
    service.set_personal(world, team_id, user_id, language=chosen, **personal)
    service.set_rhythm(world, team_id, user_id, **payload["rhythm"])
    if rules := payload.get("rules"):
        service.set_rules(world, team_id, user_id, **rules)
        service.set_digest_channels(world, team_id, user_id, payload["digest_channels"])
    _publish(world, request)
    language = language_of_reader(world, team_id, user_id)
    world.speaking.direct(f"{request.id}:saved", user_id, Outgoing(say(language, "home.saved")))


def forget(world: World, request: Request, step: Step) -> None:
    """Somebody is forgotten as they wished; that it is done is the last that is said to them about it."""
    user_id, team_id, keeps = request.person(), request.team_id, bool(request.payload["keeps"])
    # kept: what they chose is forgotten, too
    language: Language = step("language", lambda: language_of_reader(world, team_id, user_id))

    def gone() -> dict[str, int]:
        done = forgetting.forget(world, team_id, user_id, keeps_tips=keeps)
        return {"tips": done.tips, "staying": done.staying, "drafts": done.drafts, "questions": done.questions}

    counts = step("forget", gone)
    said = Outgoing(say(language, "keeping.forgotten", **counts))
    world.speaking.direct(f"{request.id}:forgotten", user_id, said)
    redraw_home(world, team_id, user_id)


def take_over(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A host or admin looks after a tip whose author has left."""
    user_id, team_id = request.person(), request.team_id
    hosts.check_host(world, team_id, user_id)
    tip = keeping.take_over(world, viewer_of(world, team_id, user_id), str(request.payload["tip"]))
    language = language_of_reader(world, team_id, user_id)
    text = say(language, "keeping.taken_over", title=plain(tip.content.title))
    world.speaking.direct(f"{request.id}:taken", user_id, Outgoing(text))
    redraw_home(world, team_id, user_id)


def _publish(world: World, request: Request) -> None:
    redraw_home(world, request.team_id, request.person())


def redraw_home(world: World, team_id: str, user_id: str) -> None:
    """Brings somebody's Home up to date; also for the other rooms, by `World.redraw_home`."""
    language = language_of_reader(world, team_id, user_id)
    shown = service.home_of(world, team_id, user_id, language)
    is_full = shown.person.is_full_member
    more = sections.drawn(world, viewer_of(world, team_id, user_id), shown.person, language) if is_full else []
    world.speaking.publish_home(user_id, views.home(shown, language, more))
    service.came_by(world, shown)


def tick(world: World) -> None:
    """What is kept grows old, and themes take their course."""
    keeping.tick(world)
    themes.tick(world)


JOBS: Mapping[str, Job] = {
    **themes.JOBS,
    "circulate.home": home,
    "circulate.mine": all_of_mine,
    "circulate.introduced": introduced,
    "circulate.settings_asked": settings_asked,
    "circulate.purpose": purpose,
    "circulate.settings": settings_changed,
    "circulate.forget": forget,
    "circulate.take_over": take_over,
}
