"""Thanks: given in a form, told to a named author within the cap, shown when both want it; the welcome; the note."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from slack_bolt import App
from slack_sdk import WebClient

from bot.circulate import unasked as when
from bot.circulate.digest import views as digest
from bot.circulate.thanks import views
from bot.errors import Refused
from bot.jobs.ticking import each, in_turn
from bot.ports import Accept, Job, Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, take_click, take_form, who
from bot.texts import say
from bot.texts.dates import zone
from bot.trust.recognised import owns
from bot.trust.redaction import redact
from bot.trust.viewer import viewer_of
from storage import deliveries, requests, shown, thanks, tips, tries, unasked
from storage.errors import NotFound, NotPossible, Own
from storage.records import MessageRef, Request, Rhythm, Thanks, Viewer

A_DAY = 3
"""So many thanks one person gives a day: what is dear is not handed out in bulk."""

_TOLD = timedelta(days=14)
_WELCOMED = timedelta(days=14)
"""So long after a first share a welcome still comes: the longest holidays and a week without a slot are shorter."""

_NOTED_UNTIL = 14


def register(app: App, world: World, accept: Accept) -> None:
    listen = Listeners(world, accept)
    app.action(views.OPEN)(listen.opened)
    app.action(views.SHOW)(listen.shown)
    app.view(views.FORM)(listen.sent)


class Listeners:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def opened(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        giver = who(self._world, body)
        tip = tips.get(self._world.db, viewer_of(self._world, giver.team_id, giver.user_id), str(action["value"]))
        view = digest.gone(giver.language)
        if tip is not None:
            view = views.nobody(giver.language) if tip.is_imported else views.form(tip, giver.language)
        open_modal(client, body, giver, view)

    def sent(self, body: Body, view: Body, ack: Ack) -> None:
        told, language = view["state"]["values"], who(self._world, body).language
        reason = redact(" ".join(str(told["reason"]["value"].get("value") or "").split())).text
        if not 1 <= len(reason) <= views.REASON:
            ack(response_action="errors", errors={"reason": say(language, "thanks.refused_reason", limit=views.REASON)})
            return
        payload = {
            "tip": json.loads(view["private_metadata"])["tip"],
            "reason": reason,
            "public": bool(told["public"]["value"]["selected_options"]),
        }
        take_form(self._accept, "circulate.thank", body, view, payload)
        ack()

    def shown(self, body: Body, action: Body, ack: Ack) -> None:
        tip_id, _, user_id = str(action["value"]).partition(":")
        take_click(self._accept, "circulate.thanks_shown", body, {"tip": tip_id, "by": user_id})
        ack()


def thank(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    today = world.clock.now().astimezone(zone(world.reading.person(user_id).tz))
    give = partial(
        thanks.give,
        world.db,
        viewer_of(world, team_id, user_id),
        str(payload["tip"]),
        str(payload["reason"]),
        is_owner=owns(world, team_id, user_id),
        may_be_public=bool(payload["public"]),
        since=today.replace(hour=0, minute=0, second=0, microsecond=0),
        a_day=A_DAY,
    )
    try:
        is_new = requests.once(world.db, team_id, request.id, give)
    except NotFound:
        raise Refused("ways.gone") from None
    except Own:
        raise Refused("thanks.refused_own") from None
    except NotPossible:
        raise Refused("thanks.refused_many", most=str(A_DAY)) from None
    key = "thanks.given" if is_new else "thanks.given_before"
    said = Outgoing(say(language_of_reader(world, team_id, user_id), key))
    world.speaking.direct(f"{request.id}:given", user_id, said)


def thanks_shown(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The author shows thanks with their tip: from now on whoever reads it reads them too."""
    user_id, team_id, payload = request.person(), request.team_id, request.payload
    viewer = Viewer(team_id, user_id, is_full_member=False)
    try:
        thanks.make_public(world.db, viewer, str(payload["tip"]), str(payload["by"]), owns(world, team_id, user_id))
    except NotFound:
        raise Refused("ways.gone") from None
    language, pressed = language_of_reader(world, team_id, user_id), payload.get("pressed")
    tip = tips.own(world.db, viewer, str(payload["tip"]), owns(world, team_id, user_id))
    given = thanks.of_tips(world.db, team_id, [str(payload["tip"])]).get(str(payload["tip"]), [])
    one = next((each for each in given if each.user_id == str(payload["by"])), None)
    if pressed and tip and one:
        world.speaking.edit(MessageRef(pressed["channel"], pressed["ts"]), views.to_author(one, tip, language))
    else:
        world.speaking.direct(f"{request.id}:shown", user_id, Outgoing(say(language, "thanks.now_shown")))


def tick(world: World) -> None:
    now = world.clock.now()
    for author_id, one in thanks.untold(world.db, since=now - _TOLD):
        each(partial(_tell, world, author_id, one))
    new = partial(tries.new_authors, world.db, since=now - _WELCOMED)
    for team_id, author_id in in_turn(world.db, "welcome", new):
        each(partial(_welcome, world, team_id, author_id))
    if now.day <= _NOTED_UNTIL:
        until = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        since = (until - timedelta(days=1)).replace(day=1)
        to_note = partial(tries.to_note, world.db, since=since, until=until)
        for team_id, author_id in in_turn(world.db, "month", to_note):
            each(partial(_note, world, team_id, author_id, since, until))


def _tell(world: World, author_id: str, one: Thanks) -> None:
    """Within the author's cap; what finds no slot in two weeks stands in their Home alone."""
    rhythm, person = unasked.rhythm(world.db, one.team_id, author_id), world.reading.person(author_id)
    viewer = viewer_of(world, one.team_id, author_id)
    tip = tips.own(world.db, viewer, one.tip_id, owns(world, one.team_id, author_id))
    key = deliveries.to_person("thanks", f"{one.tip_id}:{one.user_id}", author_id)
    if tip is None or not when.may_write(world, rhythm, person, key):
        return
    language = language_of_reader(world, one.team_id, author_id)
    ref = world.speaking.direct(key, author_id, views.to_author(one, tip, language))
    shown.note(world.db, one.team_id, ref, [tip.id], language)
    thanks.told(world.db, one)


def _came_by(world: World, team_id: str, author_id: str) -> Rhythm:
    """Who shared with their name has come by, as has who opened Home; guests follow things, or get no digest."""
    if world.reading.person(author_id).is_full_member:
        return when.come_by(world, team_id, author_id)
    return unasked.rhythm(world.db, team_id, author_id)


def _welcome(world: World, team_id: str, author_id: str) -> None:
    """Only who shared with their name: who did not cannot be written to."""
    rhythm = _came_by(world, team_id, author_id)
    key = deliveries.to_person("welcome", "first", author_id)
    if rhythm.welcomed_at or not when.may_write(world, rhythm, world.reading.person(author_id), key):
        return
    world.speaking.direct(key, author_id, views.welcome(language_of_reader(world, team_id, author_id)))
    unasked.change_rhythm(world.db, team_id, author_id, welcomed_at=world.clock.now())


def _note(world: World, team_id: str, author_id: str, since: datetime, until: datetime) -> None:
    """Once a month, what named tips did; of those without a name Home tells."""
    rhythm, month = _came_by(world, team_id, author_id), f"{since:%Y-%m}"
    key, person = deliveries.to_person("month", month, author_id), world.reading.person(author_id)
    # west of UTC the month may last some hours more; east of it, the last day for a note ends earlier
    there = world.clock.now().astimezone(zone(person.tz))
    is_its_time = there.month != since.month and there.day <= _NOTED_UNTIL
    if not (is_its_time and when.may_write(world, rhythm, person, key)):
        return
    people = tries.helped(world.db, team_id, author_id, since=since, until=until)
    world.speaking.direct(key, author_id, views.monthly(people, language_of_reader(world, team_id, author_id)))
    unasked.change_rhythm(world.db, team_id, author_id, noted_month=month)


JOBS: Mapping[str, Job] = {"circulate.thank": thank, "circulate.thanks_shown": thanks_shown}
