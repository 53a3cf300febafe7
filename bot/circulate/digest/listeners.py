"""What one can do with a digest: read a tip in place, mute everything unasked, and take that back."""

from collections.abc import Mapping

from slack_bolt import App
from slack_sdk import WebClient

from bot.circulate import unasked as when
from bot.circulate.digest import sending, views
from bot.ports import Accept, Job, Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, take_click, who
from bot.texts import say
from bot.trust.viewer import viewer_of
from storage import thanks, tips, unasked
from storage.records import Request

tick = sending.tick


def register(app: App, world: World, accept: Accept) -> None:
    listen = Listeners(world, accept)
    app.action(views.READ)(listen.read)
    app.action(views.MUTE)(listen.muted)
    app.action(views.UNMUTE)(listen.unmuted)


class Listeners:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def read(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """The tip as this person may see it now."""
        ack()
        reader = who(self._world, body)
        viewer, view = viewer_of(self._world, reader.team_id, reader.user_id), views.gone(reader.language)
        if tip := tips.get(self._world.db, viewer, str(action["value"])):
            thanked = thanks.public_of(self._world.db, viewer, [tip.id]).get(tip.id, [])
            tz = self._world.reading.person(reader.user_id).tz
            view = views.tip_modal(tip, reader.language, tz, thanked=thanked)
        open_modal(client, body, reader, view)

    def muted(self, body: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.mute", body, {"muted": True})
        ack()

    def unmuted(self, body: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.mute", body, {"muted": False})
        ack()


def mute(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Nothing comes unasked any more, or again in the rhythm that was chosen."""
    user_id, team_id, muted = request.person(), request.team_id, bool(request.payload["muted"])
    rhythm = when.come_by(world, team_id, user_id)
    person = world.reading.person(user_id)
    now = world.clock.now()
    digest_at = None if muted else when.next_time(now, rhythm, person, rhythm.digest)
    prompt_at = None if muted else when.next_prompt(now, rhythm, person)
    unasked.change_rhythm(world.db, team_id, user_id, is_muted=muted, digest_at=digest_at, prompt_at=prompt_at)
    language = language_of_reader(world, team_id, user_id)
    said = views.muted(language) if muted else Outgoing(say(language, "digest.unmuted"))
    world.speaking.direct(f"{request.id}:muted", user_id, said)
    world.redraw_home(team_id, user_id)


JOBS: Mapping[str, Job] = {"circulate.mute": mute}
