"""Edits of what was captured, and sources that are missing: taken on, offered to the author, answered."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.capture import source_views, sources
from bot.capture.listeners.telling import replace_card, show_card, user_of
from bot.errors import Refused, SlackUnavailable
from bot.ports import Accept, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import plain
from bot.slack.readable import readable
from bot.texts import say
from storage import deliveries, tips
from storage import sources as kept
from storage.records import NewRequest, Request
from storage.sources import Rest

Body = Mapping[str, Any]


class Edits:
    """The listener for edits: accepts one request, for words that something rests on."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def message_edited(self, event: Body, body: Body) -> None:
        """What was written before and now is compared here and not kept: the job reads the thread."""
        team_id, channel, ts = str(body["team_id"]), str(event["channel"]), str(event["message"]["ts"])
        before, now = (
            readable(raw, name_of=str, channel_name_of=str).text
            for raw in (event["previous_message"], event["message"])
        )
        if sources.same_words(before, now):
            return
        if not tips.rests_on(self._world.db, team_id, self._world.keys.messages(team_id, channel, ts)):
            return
        self._accept(
            NewRequest(
                team_id=team_id,
                kind="capture.edited",
                key=f"event:{body['event_id']}",
                queue="capture",
                user_id=None,
                payload={"channel": channel, "ts": ts},
            )
        )


def edited(world: World, request: Request, step: Step) -> None:
    """Drafts are made anew, and authors of named tips are offered an update: one card, whatever is edited after it."""
    place = request.team_id, str(request.payload["channel"]), str(request.payload["ts"])
    for draft in sources.remake_drafts(world, step, *place):
        show_card(world, draft)
    for rest, proposal, card in sources.updates(world, step, *place):
        language = language_of_reader(world, request.team_id, rest.author_id)
        offer = source_views.update(rest.tip, proposal, language)
        if card is not None:
            world.speaking.edit(card, offer)
            continue
        ref = world.speaking.direct(deliveries.of_tip(rest.tip.id, "update"), rest.author_id, offer)
        kept.card_posted(world.db, request.team_id, rest.tip.id, ref)


def answered(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The author takes the update, or leaves the tip as it is."""
    user_id, team_id, tip_id = user_of(request), request.team_id, str(request.payload["tip"])
    language = language_of_reader(world, team_id, user_id)
    if mark := request.payload["take"]:
        tip = sources.take_update(world, team_id, tip_id, user_id, mark)
        replace_card(world, request, say(language, "sources.taken", title=plain(tip.content.title)))
        return
    sources.leave(world, team_id, tip_id, user_id)
    replace_card(world, request, say(language, "sources.left"))
    if "card" not in request.payload:
        world.redraw_home(team_id, user_id)


def keep(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The author keeps a tip whose source is missing."""
    user_id = user_of(request)
    tip = sources.keep(world, request.team_id, str(request.payload["tip"]), user_id)
    language = language_of_reader(world, request.team_id, user_id)
    replace_card(world, request, say(language, "sources.kept", title=plain(tip.content.title)))
    if "card" not in request.payload:
        world.redraw_home(request.team_id, user_id)


def tick(world: World) -> None:
    """Some sources are looked for again, and who has a hidden tip is asked."""
    _undisturbed(partial(sources.look_again, world))
    for rest in kept.unasked(world.db):
        _undisturbed(partial(_ask, world, rest))


def _ask(world: World, rest: Rest) -> None:
    team_id = rest.tip.team_id
    message = source_views.missing(rest.tip, language_of_reader(world, team_id, rest.author_id))
    ref = world.speaking.direct(deliveries.of_tip(rest.tip.id, "missing"), rest.author_id, message)
    kept.card_posted(world.db, team_id, rest.tip.id, ref)


def _undisturbed(do: Callable[[], None]) -> None:
    """One who cannot be reached does not keep the others waiting; the next tick tries again."""
    try:
        do()
    except (Refused, SlackUnavailable):
        return
