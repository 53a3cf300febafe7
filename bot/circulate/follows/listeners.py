"""Follows: from a tip's card, from Home, in words to the bot; each ends in one sentence that says what is so now."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast, get_args

from slack_bolt import App
from slack_sdk import WebClient

from bot.circulate.follows import service, views
from bot.circulate.follows.service import Wanted
from bot.errors import Refused
from bot.ports import Accept, Job, Outgoing, Step, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader, sentence_of
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, take_click, take_form, take_message, who
from bot.texts import say
from bot.trust.redaction import redact
from bot.trust.viewer import viewer_of
from storage import follows, requests, synonyms, tips
from storage.records import Follow, FollowRhythm, Request

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_NAME = r"(?P<name>[^?？\n]{1,80}?)"
_FOLLOW = (
    re.compile(rf"^\s*follow\s+(?!up\b){_NAME}\s*[.!]?\s*$", re.IGNORECASE),
    re.compile(rf"^\s*{_NAME}\s*を\s*フォロー(?:して(?:ください|ほしい)?|する|したい(?:です)?|します)?\s*[。!！]?\s*$"),
)
_UNFOLLOW = (
    re.compile(rf"^\s*(?:unfollow|stop following)\s+{_NAME}\s*[.!]?\s*$", re.IGNORECASE),
    re.compile(
        rf"^\s*{_NAME}\s*(?:の|を)\s*フォロー(?:を|は)?\s*(?:やめる|やめて|やめたい|やめます|解除|外す|外して)"
        r"(?:ください|する|したい|して|です|します)*\s*[。!！]?\s*$"
    ),
)
_LIST = re.compile(r"^\s*(?:follows|following|my follows|フォロー(?:一覧|中)?)\s*[。.!！]?\s*$", re.IGNORECASE)


def read(text: str) -> tuple[str, str] | None:
    """What somebody's words want: "follow", "unfollow" or "list", and of what; None for anything else."""
    if _LIST.match(text):
        return "list", ""
    for action, patterns in (("unfollow", _UNFOLLOW), ("follow", _FOLLOW)):
        for pattern in patterns:
            if found := pattern.match(text):
                return action, found["name"].strip("「」\"' ")
    return None


def is_about_follows(event: Body) -> bool:
    said = str(event.get("text") or "")
    return incoming.is_direct(event) and incoming.is_from_person(event) and read(said) is not None


def register(app: App, world: World, accept: Accept) -> None:
    listen = Listeners(world, accept)
    app.event("message", matchers=[is_about_follows])(listen.written)
    app.action(views.OPEN)(listen.open_for_tip)
    app.action(views.CHOOSE)(listen.open_form)
    app.action(views.ADD)(listen.added)
    app.action(views.QUESTION)(listen.question_added)
    app.action(views.THEME)(listen.theme_added)
    app.action(views.CHANGE)(listen.changed)
    app.view(views.TIP_FORM)(listen.tip_sent)
    app.view(views.FORM)(listen.form_sent)


class Listeners:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def written(self, event: Body, body: Body) -> None:
        said = read(str(event["text"]))
        if said is None:
            return
        action, name = said
        person = _MENTION.fullmatch(name)
        wanted = {"kind": "person", "name": person[1]} if person else {"kind": "topic", "name": redact(name).text}
        payload = {"action": action, "wanted": [wanted], "rhythm": "weekly"}
        take_message(self._accept, "circulate.follow_words", event, body, payload)

    def open_for_tip(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """What the tip is about, to be ticked; the tip is read again for who pressed."""
        ack()
        pressed_by, tip_id = who(self._world, body), str(action["value"])
        viewer = viewer_of(self._world, pressed_by.team_id, pressed_by.user_id)
        tip = tips.get(self._world.db, viewer, tip_id)
        offered = service.offered(tip, pressed_by.user_id, synonyms.merged(self._world.db, tip.team_id)) if tip else []
        if offered:
            view = views.tip_form(tip_id, offered, pressed_by.language)
        else:
            view = views.sentence_modal(pressed_by.language, say(pressed_by.language, "follows.nothing_here"))
        open_modal(client, body, pressed_by, view)

    def open_form(self, body: Body, client: WebClient, ack: Ack) -> None:
        ack()
        pressed_by = who(self._world, body)
        running = service.running(self._world, pressed_by.team_id, pressed_by.user_id)
        open_modal(client, body, pressed_by, views.form(pressed_by.language, running))

    def added(self, body: Body, action: Body, ack: Ack) -> None:
        wanted = [{"kind": "topic", "name": str(action["value"])}]
        take_click(self._accept, "circulate.follow", body, {"wanted": wanted, "rhythm": "weekly"})
        ack()

    def question_added(self, body: Body, action: Body, ack: Ack) -> None:
        wanted = [{"kind": "question", "name": str(action["value"])}]
        take_click(self._accept, "circulate.follow", body, {"wanted": wanted, "rhythm": "at_once"})
        ack()

    def theme_added(self, body: Body, action: Body, ack: Ack) -> None:
        wanted = [{"kind": "theme", "name": str(action["value"])}]
        take_click(self._accept, "circulate.follow", body, {"wanted": wanted, "rhythm": "daily"})
        ack()

    def changed(self, body: Body, action: Body, ack: Ack) -> None:
        rhythm, _, mark = str(action["selected_option"]["value"]).partition(":")
        take_click(self._accept, "circulate.follow_changed", body, {"mark": mark, "rhythm": rhythm})
        ack()

    def tip_sent(self, body: Body, view: Body, ack: Ack) -> None:
        told = view["state"]["values"]
        ticked = [one["value"] for one in told["what"]["value"]["selected_options"]]
        payload = {
            "tip": json.loads(view["private_metadata"])["tip"],
            "ticked": ticked,
            "rhythm": told["rhythm"]["value"]["selected_option"]["value"],
        }
        take_form(self._accept, "circulate.follow", body, view, payload)
        ack()

    def form_sent(self, body: Body, view: Body, ack: Ack) -> None:
        told, language = view["state"]["values"], who(self._world, body).language
        names = views.names_of(redact(str(told["terms"]["value"].get("value") or "")).text)
        person = told["person"]["value"].get("selected_user")
        theme = (told.get("theme") or {}).get("value", {}).get("selected_option")
        if not names and not person and not theme:
            ack(response_action="errors", errors={"terms": say(language, "follows.refused_nothing")})
            return
        if any(len(name) > service.TERM for name in names):
            too_long = sentence_of(Refused("follows.refused_term", limit=str(service.TERM)), language)
            ack(response_action="errors", errors={"terms": too_long})
            return
        wanted = [{"kind": "topic", "name": name} for name in names]
        wanted += [{"kind": "person", "name": person}] if person else []
        wanted += [{"kind": "theme", "name": theme["value"]}] if theme else []
        rhythm = told["rhythm"]["value"]["selected_option"]["value"]
        take_form(self._accept, "circulate.follow", body, view, {"wanted": wanted, "rhythm": rhythm})
        ack()


def follow(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Somebody follows what they ticked, typed or were suggested."""
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    rhythm = _rhythm(payload["rhythm"])
    if "tip" in payload:
        tip = tips.get(world.db, viewer_of(world, team_id, user_id), str(payload["tip"]))
        if tip is None:
            raise Refused("follows.refused_tip")
        offered = service.offered(tip, user_id, synonyms.merged(world.db, team_id))
        wanted = [one for one in offered if service.choice_of(one) in payload["ticked"]]
    else:
        wanted = [Wanted(one["kind"], one["name"]) for one in payload["wanted"]]
    said = _followed(world, team_id, user_id, wanted, rhythm)
    world.speaking.direct(f"{request.id}:followed", user_id, said)
    world.redraw_home(team_id, user_id)


def _followed(world: World, team_id: str, user_id: str, wanted: Iterable[Wanted], rhythm: FollowRhythm) -> Outgoing:
    chosen = service.follow(world, team_id, user_id, wanted, rhythm)
    silence = service.silence(world, team_id, user_id, chosen)
    return views.followed(chosen, silence, language_of_reader(world, team_id, user_id))


def follow_changed(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Another rhythm for something that is followed, or none any more."""
    user_id, team_id, rhythm = request.person(), request.team_id, str(request.payload["rhythm"])

    def change() -> None:
        one = service.by_mark(world, team_id, user_id, str(request.payload["mark"]))
        if rhythm == "off":
            follows.remove(world.db, one)
        else:
            follows.add(world.db, replace(one, rhythm=_rhythm(rhythm)))

    requests.once(world.db, team_id, request.id, change)
    world.redraw_home(team_id, user_id)


def follow_words(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    language, place = language_of_reader(world, team_id, user_id), payload["reply_to"]
    wanted = [_wanted(world, team_id, user_id, one) for one in payload["wanted"]]
    if payload["action"] == "follow":
        rhythm: FollowRhythm = "daily" if wanted[0].kind == "theme" else "weekly"
        said = _followed(world, team_id, user_id, wanted, rhythm)
    elif payload["action"] == "unfollow":

        def unfollow() -> dict[str, Any]:
            gone = service.unfollow(world, team_id, user_id, wanted[0])
            return {"kind": gone.kind, "target": gone.target, "label": gone.label, "rhythm": gone.rhythm}

        fields = requests.once(world.db, team_id, request.id, unfollow)
        gone = Follow(team_id, user_id, **fields, since=world.clock.now())
        (shown,) = service.shown_to(world, viewer_of(world, team_id, user_id), [gone])
        said = Outgoing(views.unfollowed(shown, language))
    else:
        mine = service.of_person(world, team_id, user_id)
        said = views.listed(mine, service.silence(world, team_id, user_id, mine), language)
    world.speaking.post(f"{request.id}:follows", place["channel"], said, thread_ts=place["thread_ts"])
    if payload["action"] != "list":
        world.redraw_home(team_id, user_id)


def _wanted(world: World, team_id: str, user_id: str, said: Mapping[str, Any]) -> Wanted:
    if said["kind"] == "person":
        return Wanted("person", said["name"])
    return service.called(world, team_id, user_id, said["name"])


def _rhythm(value: Any) -> FollowRhythm:
    if value not in get_args(FollowRhythm):
        raise Refused("follows.refused_none")
    return cast("FollowRhythm", value)


JOBS: Mapping[str, Job] = {
    "circulate.follow": follow,
    "circulate.follow_changed": follow_changed,
    "circulate.follow_words": follow_words,
}
