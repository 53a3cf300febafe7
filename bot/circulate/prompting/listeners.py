"""The small question by the clock, and the reply in its thread, which the room capture makes a draft of."""

from collections.abc import Mapping
from functools import partial

from slack_bolt import App

from bot.circulate import unasked as when
from bot.circulate.prompting import views
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import Accept, Job, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader
from bot.slack.taking import Body, take_message
from storage import conversations, deliveries, unasked
from storage.records import Rhythm

JOBS: Mapping[str, Job] = {}


def register(app: App, world: World, accept: Accept) -> None:
    replies = Replies(world, accept)
    app.event("message", matchers=[incoming.is_direct, incoming.is_from_person, replies.is_reply])(replies.written)


class Replies:
    """A reply to a small question is know-how that its writer hands the bot, as by "share: …"."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def is_reply(self, event: Body, body: Body) -> bool:
        if not incoming.is_reply(event):
            return False
        place = str(event["channel"]), str(event["thread_ts"])
        return conversations.role_of(self._world.db, str(body["team_id"]), *place) == "prompt"

    def written(self, event: Body, body: Body) -> None:
        told = {"channel": str(event["channel"]), "ts": str(event["ts"])}
        take_message(self._accept, "capture.words", event, body, told)


def tick(world: World) -> None:
    for rhythm in unasked.due(world.db, "prompt_at", world.clock.now()):
        each(partial(_ask, world, rhythm))


def _ask(world: World, rhythm: Rhythm) -> None:
    """The next question of the list, within the cap. How many came before is its name: after a crash it is the same."""
    team_id, user_id, now = rhythm.team_id, rhythm.user_id, world.clock.now()

    def due_next(**changes: object) -> None:
        unasked.change_rhythm(world.db, team_id, user_id, **changes)

    try:
        person = world.reading.person(user_id)
    except Refused:
        due_next(prompt_at=None)
        return
    if person.is_gone or rhythm.prompts == "off" or rhythm.prompt_at is None:
        due_next(prompt_at=None)
        return
    number = rhythm.last_prompt + 1
    key = deliveries.to_person("prompt", str(number), user_id)
    if not (when.is_out(world, team_id, key) or when.may_tell(rhythm, person, now)):
        due_next(prompt_at=when.later(now, rhythm, person))
        return
    if not when.may_write(world, rhythm, person, key):
        due_next(prompt_at=when.opens_at(when.next_week(now, person.tz), rhythm, person))
        return
    question = views.ask(number % len(views.QUESTIONS), language_of_reader(world, team_id, user_id))
    ref = world.speaking.direct(key, user_id, question)
    conversations.remember_thread(world.db, team_id, ref.channel_id, ref.ts, "prompt")
    due_next(last_prompt=number, prompt_at=when.next_prompt(now + when.REST, rhythm, person))
