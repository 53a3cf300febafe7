"""Who is asked what came of a tip, when, and what one tap does."""

import re
from collections.abc import Mapping
from functools import partial
from typing import cast, get_args

from slack_bolt import App

from bot.circulate import unasked as when
from bot.circulate.tried import views
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import Accept, Job, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.taking import Ack, Body, take_click
from bot.trust.recognised import owns
from bot.trust.viewer import viewer_of
from storage import deliveries, shown, tips, trials, tries, unasked
from storage.errors import NotFound, Own
from storage.records import Kind, MessageRef, Request, TrialOutcome, Try


def register(app: App, world: World, accept: Accept) -> None:  # noqa: ARG001 - as every subject's
    def tapped(body: Body, action: Body, ack: Ack) -> None:
        outcome = str(action["action_id"]).removeprefix(views.TAP)
        take_click(accept, "circulate.tried", body, {"tip": str(action["value"]), "outcome": outcome})
        ack()

    app.action(re.compile(rf"^{re.escape(views.TAP)}"))(tapped)


def tick(world: World) -> None:
    now = world.clock.now()
    for one in tries.due(world.db, now):
        each(partial(_ask, world, one))
    tries.tidy(world.db, before=now - tries.KEPT)


def _ask(world: World, one: Try) -> None:
    """Asks once, within the cap; nobody about a worry, or about what is gone, their own, or not theirs to see."""
    now, rhythm = world.clock.now(), unasked.rhythm(world.db, one.team_id, one.user_id)
    try:
        person = world.reading.person(one.user_id)
    except Refused:
        tries.drop(world.db, one)
        return
    viewer = viewer_of(world, one.team_id, one.user_id)
    tip = tips.get(world.db, viewer, one.tip_id)
    is_own = tips.is_of(world.db, viewer, one.tip_id, owns(world, one.team_id, one.user_id))
    if tip is None or is_own or tip.content.kind is Kind.WORRY or rhythm.is_muted or person.is_gone:
        tries.drop(world.db, one)
        return
    if not when.may_tell(rhythm, person, now):
        tries.postpone(world.db, one, when.later(now, rhythm, person))
        return
    key = deliveries.tried(one.tip_id, one.user_id)
    if not when.may_write(world, rhythm, person, key):
        tries.postpone(world.db, one, when.opens_at(when.next_week(now, person.tz), rhythm, person))
        return
    language = language_of_reader(world, one.team_id, one.user_id)
    ref = world.speaking.direct(key, one.user_id, views.ask(tip, language))
    shown.note(world.db, one.team_id, ref, [tip.id], language)
    tries.asked(world.db, one)


def tried(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """One tap: the trial counts, and the question becomes what was noted. The last word wins."""
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    tip_id, outcome = str(payload["tip"]), payload["outcome"]
    viewer = viewer_of(world, team_id, user_id)
    if outcome not in get_args(TrialOutcome):
        raise Refused("ways.gone")
    try:
        trials.note(world.db, viewer, tip_id, outcome, is_owner=owns(world, team_id, user_id))
    except NotFound:
        raise Refused("ways.gone") from None
    except Own:
        raise Refused("ways.own_tip") from None
    tip = tips.get(world.db, viewer, tip_id)
    if tip is None:
        raise Refused("ways.gone")
    noted = views.noted(tip, cast("TrialOutcome", outcome), language_of_reader(world, team_id, user_id))
    if pressed := payload.get("pressed"):
        world.speaking.edit(MessageRef(pressed["channel"], pressed["ts"]), noted)
    else:
        world.speaking.direct(f"{request.id}:noted", user_id, noted)


JOBS: Mapping[str, Job] = {"circulate.tried": tried}
