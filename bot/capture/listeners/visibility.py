"""An owner chooses who can see their tip; whoever would be new is named first. A channel that is closed closes it."""

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from slack_sdk import WebClient

from bot.capture import decisions, visibility_views
from bot.capture.listeners.telling import show_card
from bot.errors import Refused, SlackUnavailable
from bot.ports import Accept, Outgoing, Step, World
from bot.slack.failures import language_of_reader, sentence_of
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, take_event, take_form, who
from bot.texts import say
from storage import changing, drafts, settings
from storage.database import Database
from storage.records import WORKSPACE, Request, Visibility

log = logging.getLogger(__name__)

_LOOK_EVERY = timedelta(minutes=10)
_ASKED_A_TICK = 10
"""Slack allows about fifty such calls a minute."""

_UNSEEN = {"errors.channel_not_visible", "errors.missing_scope"}
"""What Slack says of a private channel to a bot that was taken out of it, or that may not see private ones."""


@dataclass(slots=True)
class _Round:
    """What is still to be looked at, of all places whose tips everybody may see."""

    begun_at: datetime | None = None
    left: list[tuple[str, str]] = field(default_factory=list)


_rounds: WeakKeyDictionary[Database, _Round] = WeakKeyDictionary()


class Visibilities:
    """Listeners that open the modal, show its second screen, or accept one request."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def opened(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        world, owner = self._world, who(self._world, body)
        try:
            tip = decisions.own_tip(world, owner.team_id, str(action["value"]), owner.user_id)
            channels = decisions.places_of(world, owner.user_id)
        except Refused as refused:
            client.chat_postMessage(channel=owner.user_id, text=sentence_of(refused, owner.language))
            return
        open_modal(client, body, owner, visibility_views.choice(tip, channels, owner.language))
        # counted while the author reads, for the second screen has to be there at once
        world.reading.full_members()

    def chosen(self, body: Body, view: Body, ack: Ack) -> None:
        world, (team_id, user_id, language) = self._world, who(self._world, body)
        tip_id = str(json.loads(view["private_metadata"])["tip"])
        to = str(view["state"]["values"]["visibility"]["value"]["selected_option"]["value"])
        try:
            tip = decisions.own_tip(world, team_id, tip_id, user_id)
        except Refused as refused:
            ack(response_action="errors", errors={"visibility": sentence_of(refused, language)})
            return
        if not tip.visibility.is_workspace and tip.visibility.channel_id != to:
            people = world.reading.known_members()
            open_to = settings.workspace(world.db, team_id).open_to
            ack(response_action="update", view=visibility_views.widen(tip_id, to, people, language, open_to))
            return
        take_form(self._accept, "capture.set_visibility", body, view, {"tip": tip_id, "to": to})
        ack()

    def widened(self, body: Body, view: Body, ack: Ack) -> None:
        about = json.loads(view["private_metadata"])
        take_form(self._accept, "capture.set_visibility", body, view, {"tip": about["tip"], "to": about["to"]})
        ack()

    def made_private(self, event: Body, body: Body) -> None:
        """A channel is private from now on: what came from there follows."""
        self._world.reading.forget(channel_id=str(event["channel"]))
        take_event(self._accept, "capture.made_private", body, None, {"channel": str(event["channel"])})


def set_visibility(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    user_id, to = request.person(), str(request.payload["to"])
    visibility = WORKSPACE if to == visibility_views.EVERYBODY else Visibility(to)
    decisions.set_visibility(world, request.team_id, request.payload["tip"], user_id, visibility)
    language = language_of_reader(world, request.team_id, user_id)
    if visibility.channel_id is None:
        text = say(language, "consent.seen_by_workspace")
    else:
        text = say(language, "consent.seen_by_channel", channel=f"<#{visibility.channel_id}>")
    world.speaking.direct(f"{request.id}:seen", user_id, Outgoing(text))


def made_private(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Tips of the channel are its members' alone, and so are its drafts, whose cards say so."""
    team_id, channel_id = request.team_id, str(request.payload["channel"])
    if not _is_private(world, channel_id):
        return
    _follow(world, team_id, channel_id)


def tick(world: World) -> None:
    """Looks whether channels are still public: after the start, for news may have been missed, and now and then.

    A few calls a tick, so that people come first.
    """
    round_ = _rounds.setdefault(world.db, _Round())
    now = world.clock.now()
    if not round_.left:
        if round_.begun_at is not None and now - round_.begun_at < _LOOK_EVERY:
            return
        round_.begun_at, round_.left = now, changing.public_places(world.db)
    try:
        known = {channel.id: channel for channel in world.reading.own_channels()}
        asked = 0
        while round_.left and asked < _ASKED_A_TICK:
            team_id, channel_id = round_.left[-1]
            asked += channel_id not in known
            if known[channel_id].is_private if channel_id in known else _is_private(world, channel_id):
                _follow(world, team_id, channel_id, was_missed=True)
            round_.left.pop()
    except (Refused, SlackUnavailable) as error:
        log.warning("whether channels are still public waits: %s", type(error).__name__)


def _follow(world: World, team_id: str, channel_id: str, *, was_missed: bool = False) -> None:
    """What is seen is narrowed at once; a card that Slack refuses holds up no other."""
    for draft_id in changing.follow_channel(world.db, team_id, channel_id, was_missed=was_missed):
        try:
            show_card(world, drafts.get(world.db, team_id, draft_id))
        except Refused as refused:
            log.warning("a card of a channel that is private now stays as it is: %s", refused.text_key)


def _is_private(world: World, channel_id: str) -> bool:
    """What the bot cannot see any more, or lacks the permission to see, is not public."""
    world.reading.forget(channel_id=channel_id)
    try:
        return world.reading.channel(channel_id).is_private
    except Refused as refused:
        if refused.text_key not in _UNSEEN:
            raise
        return True
