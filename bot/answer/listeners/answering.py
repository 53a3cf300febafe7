"""The job that answers a question where it was asked: the first tips at once, the answer below while it is made."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.answer import kept, service
from bot.answer.precedence import Precedence
from bot.answer.reception import receptions
from bot.answer.views import reply as views
from bot.errors import Refused
from bot.ports import Outgoing, Step, Stream, World
from bot.slack.failures import language_of_reader
from bot.texts import say
from bot.trust import consent
from bot.trust.language import language_of
from bot.trust.viewer import viewer_for_channel, viewer_of
from storage import conversations, shown
from storage.errors import Locked
from storage.records import Language, MessageRef, QuestionState, Request, Viewer

_LOOK_SECONDS = 0.5
"""How often it is looked whether somebody pressed stop, while the model writes."""

_precedence = Precedence()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question is answered. `context`: the thread (channel, ts) that it follows up on."""

    channel: str
    thread_ts: str
    direct: bool
    context: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that shows these tips, and follows them once that is noted: what went meanwhile goes then."""

    ref: MessageRef
    tip_ids: list[str]
    language: Language


def question(world: World, request: Request, step: Step) -> None:
    """Answers where it was asked; a command in the asker's DM."""
    payload, user_id = request.payload, request.person()
    if payload.get("command"):
        _answer_in_dm(world, request, step, payload["text"])
        return
    channel, thread_ts, text = payload["channel"], payload["thread_ts"], payload["text"]
    if not text or service.is_courtesy(text):
        language = language_of_reader(world, request.team_id, user_id)
        conversations.remember_thread(world.db, request.team_id, channel, thread_ts, "answer")
        words = say(language, "answer.kind_words" if text else "answer.help")
        world.speaking.post(f"{request.id}:words", channel, Outgoing(words), thread_ts=thread_ts)
        return
    if payload.get("chosen"):
        chosen = views.chosen(text, language_of_reader(world, request.team_id, user_id))
        world.speaking.post(f"{request.id}:chosen", channel, chosen, thread_ts=thread_ts)
    _reply(world, request, step, Place(channel, thread_ts, payload["direct"], (channel, thread_ts)), text)


def privately(world: World, request: Request, step: Step) -> None:
    """Answers a channel's question again, in the DM of whoever asks for it, from what they themselves may see."""
    asked = conversations.question(world.db, request.team_id, request.payload["question"])
    if asked is None or asked.channel_id != request.payload["reply_to"]["channel"]:
        raise Refused("answer.question_gone")
    _answer_in_dm(world, request, step, asked.text, context=(asked.channel_id, asked.thread_ts))


def _answer_in_dm(
    world: World, request: Request, step: Step, text: str, *, context: tuple[str, str] | None = None
) -> None:
    """The question opens a thread in the DM, so that follow-ups have a place."""
    user_id = request.person()
    language = language_of_reader(world, request.team_id, user_id)

    def open_thread() -> dict[str, str]:
        ref = world.speaking.direct(f"{request.id}:asked", user_id, views.asked(text, language))
        return {"channel": ref.channel_id, "ts": ref.ts}

    opened = step("asked", open_thread)
    channel, thread_ts = opened["channel"], opened["ts"]
    _reply(world, request, step, Place(channel, thread_ts, True, context or (channel, thread_ts)), text)


def _reply(world: World, request: Request, step: Step, place: Place, text: str) -> None:
    """Answers once: after a crash the same answer goes on, without what may no longer be seen."""
    team_id, user_id = request.team_id, request.person()
    with _precedence.ahead():
        language = language_of_reader(world, team_id, user_id)
        if not _precedence.is_rush:
            world.speaking.status(place.channel, say(language, "answer.working"), thread_ts=place.thread_ts)
        viewer = viewer_of(world, team_id, user_id) if place.direct else _channel_viewer(world, team_id, place.channel)
        tz = world.reading.person(user_id).tz if place.direct else "UTC"
        talk = service.conversation(world, viewer, *place.context)
        thread = None if place.direct else (place.channel, place.thread_ts)
        standing, posted = service.First(), list[Posted]()
        if world.model.is_on:
            standing, posted = _first_tips(world, request, step, place, viewer, talk, text, tz)
    _precedence.stand_back()
    for each in posted:
        shown.note(world.db, team_id, each.ref, each.tip_ids, each.language)
    conversations.remember_thread(world.db, team_id, place.channel, place.thread_ts, "answer")
    if world.model.is_on:
        world.speaking.status(place.channel, say(language, "answer.writing"), thread_ts=place.thread_ts, can_stop=True)
    stream = world.speaking.stream(f"{request.id}:reply", place.channel, thread_ts=place.thread_ts, user_id=user_id)

    def answer() -> dict[str, Any]:
        made = service.answer(
            world,
            viewer,
            text,
            talk=talk,
            thread=thread,
            standing=standing,
            show=lambda reply: stream.show(views.answer_text(reply)),
            go_on=_unless_stopped(world, request, place),
        )
        return kept.keep_reply(made)

    placeholder = None if standing.shown else step("working", lambda: _placeholder(world, request, place))
    try:
        reply = kept.reply_again(world, viewer, step("answer", answer))
        conversations.ask(
            world.db,
            team_id=team_id,
            question_id=request.id,
            asker_id=user_id,
            text=text[: service.QUESTION],
            language=reply.language,
            channel_id=place.channel,
            thread_ts=place.thread_ts,
        )
        # the readings to choose from are made of all that was found
        read = [hit.tip.id for hit in standing.hits] if reply.ask_back else []
        shows = [*(one.tip.id for one in reply.tips), *read]
        _show(world, request, place, stream, reply, viewer, tz, shows=shows)
    finally:
        if placeholder:
            world.speaking.delete(MessageRef(place.channel, placeholder))
    conversations.note_answer(world.db, team_id, request.id, _state(reply), [one.tip.id for one in reply.tips])


def _first_tips(
    world: World, request: Request, step: Step, place: Place, viewer: Viewer, talk: service.Talk, text: str, tz: str
) -> tuple[service.First, list[Posted]]:
    """The best tips stand in the thread before the model is asked. What was posted is yet to be noted."""
    thread = None if place.direct else (place.channel, place.thread_ts)
    just_found: list[service.First] = []

    def find() -> dict[str, Any]:
        patience = 0.0 if _precedence.is_rush else service.PATIENCE_SECONDS
        just_found[:] = [service.first(world, viewer, text, talk=talk, thread=thread, patience=patience)]
        return kept.keep_first(just_found[0])

    first, posted = step("first", find), list[Posted]()
    # only what an earlier try found has to be read again
    found = just_found[0] if just_found else kept.first_again(world, viewer, first)
    if found.shown:
        language = language_of(text, world.rules.language)
        # also what went since: a try that broke off may have shown it
        shows = [one["tip"] for one in first["shown"]]
        messages = views.first_messages(found.shown, language, tz, receptions(world, viewer, shows))
        for number, message in enumerate(messages):
            key = f"{request.id}:first:{number}"
            ref = world.speaking.post(key, place.channel, message, thread_ts=place.thread_ts)
            posted.append(Posted(ref, shows, language))
    return found, posted


def _placeholder(world: World, request: Request, place: Place) -> str | None:
    """Where nothing stands yet, people see that the bot works; the ts of a plain message where there is no status."""
    language = language_of_reader(world, request.team_id, request.person())
    key = f"{request.id}:working"
    ref = world.speaking.working(key, place.channel, say(language, "answer.working"), thread_ts=place.thread_ts)
    return ref.ts if ref else None


def _show(
    world: World,
    request: Request,
    place: Place,
    stream: Stream,
    reply: service.Reply,
    viewer: Viewer,
    tz: str,
    *,
    shows: list[str],
) -> None:
    """The finished answer, in the message that grew, and what does not fit into it below."""
    received = receptions(world, viewer, [one.tip.id for one in reply.tips])
    messages = views.reply_messages(
        reply, question_id=request.id, in_channel=not place.direct, tz=tz, received=received
    )
    ref = stream.end(messages[0], views.answer_text(reply))
    shown.note(world.db, request.team_id, ref, shows, reply.language)
    for number, message in enumerate(messages[1:]):
        key = f"{request.id}:more:{number}"
        ref = world.speaking.post(key, place.channel, message, thread_ts=place.thread_ts)
        shown.note(world.db, request.team_id, ref, shows, reply.language)


def _unless_stopped(world: World, request: Request, place: Place) -> Callable[[], bool]:
    """Whether to go on: it is looked now and then, in the database, because another process may hear the button."""
    looked_at = 0.0

    def go_on() -> bool:
        nonlocal looked_at
        now = time.monotonic()
        if now - looked_at < _LOOK_SECONDS:
            return True
        looked_at = now
        try:
            return not conversations.is_stopped(
                world.db, request.team_id, place.channel, place.thread_ts, since=request.accepted_at
            )
        except Locked:
            return True

    return go_on


def _state(reply: service.Reply) -> QuestionState:
    if reply.ending == "ask_back":
        return "asked_back"
    return "answered" if reply.is_answered else "unanswered"


def _channel_viewer(world: World, team_id: str, channel_id: str) -> Viewer:
    """In a channel everybody reads along; shared channels get no answer before an admin said so."""
    consent.check_answers(world, team_id, world.reading.channel(channel_id))
    return viewer_for_channel(world, team_id, channel_id)
