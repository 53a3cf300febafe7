"""The job that answers a question where it was asked."""

from typing import Any

from bot.answer import service
from bot.answer.views import reply as views
from bot.errors import Refused
from bot.ports import Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import escape
from bot.texts import say
from bot.trust.viewer import viewer_for_channel, viewer_of
from storage import conversations, shown
from storage.records import MessageRef, QuestionState, Request, Viewer


def question(world: World, request: Request, step: Step) -> None:
    """Answers where it was asked; a command in the asker's DM."""
    payload, user_id = request.payload, request.person()
    if payload.get("command"):
        _answer_command(world, request, step)
        return
    channel, thread_ts, text = payload["channel"], payload["thread_ts"], payload["text"]
    conversations.remember_thread(world.db, request.team_id, channel, thread_ts, "answer")
    language = language_of_reader(world, request.team_id, user_id)
    if not text or service.is_courtesy(text):
        words = say(language, "answer.kind_words" if text else "answer.help")
        world.speaking.post(f"{request.id}:words", channel, Outgoing(words), thread_ts=thread_ts)
        return
    placeholder = step("working", lambda: _working(world, request, channel, thread_ts))
    try:
        _reply(world, request, step, channel, thread_ts, direct=payload["direct"])
    finally:
        if placeholder:
            world.speaking.delete(MessageRef(channel, placeholder))


def _working(world: World, request: Request, channel: str, thread_ts: str) -> str | None:
    """Shows at once that the bot works; the ts of a plain message where there are no status lines."""
    language = language_of_reader(world, request.team_id, request.person())
    key = f"{request.id}:working"
    shown = world.speaking.working(key, channel, say(language, "answer.working"), thread_ts=thread_ts)
    return shown.ts if shown else None


def _answer_command(world: World, request: Request, step: Step) -> None:
    """The question opens a thread in the DM, so that follow-ups have a place."""
    user_id, text = request.person(), request.payload["text"]
    language = language_of_reader(world, request.team_id, user_id)
    asked = views.said(say(language, "answer.slash_question", question=escape(text[:500])))

    def open_thread() -> dict[str, str]:
        ref = world.speaking.direct(f"{request.id}:asked", user_id, asked)
        return {"channel": ref.channel_id, "ts": ref.ts}

    opened = step("asked", open_thread)
    channel, thread_ts = opened["channel"], opened["ts"]
    conversations.remember_thread(world.db, request.team_id, channel, thread_ts, "answer")
    _reply(world, request, step, channel, thread_ts, direct=True)


def _reply(world: World, request: Request, step: Step, channel: str, thread_ts: str, *, direct: bool) -> None:
    """Answers once: after a crash the same answer goes on, without what may no longer be seen."""
    team_id, user_id, text = request.team_id, request.person(), request.payload["text"]
    viewer = viewer_of(world, team_id, user_id) if direct else _channel_viewer(world, team_id, channel)

    def answer() -> dict[str, Any]:
        earlier = service.earlier_turns(world, viewer, channel, thread_ts)
        thread = None if direct else (channel, thread_ts)
        return service.as_kept(service.answer(world, viewer, text, earlier=earlier, thread=thread))

    reply = service.from_kept(world, viewer, step("answer", answer))
    conversations.ask(
        world.db,
        team_id=team_id,
        question_id=request.id,
        asker_id=user_id,
        text=text[: service.QUESTION],
        language=reply.language,
        channel_id=channel,
        thread_ts=thread_ts,
    )
    tz = world.reading.person(user_id).tz if direct else "UTC"
    messages = views.reply_messages(reply, question_id=request.id, in_channel=not direct, tz=tz)
    for number, message in enumerate(messages):
        ref = world.speaking.post(f"{request.id}:reply:{number}", channel, message, thread_ts=thread_ts)
        shown.note(world.db, team_id, ref, [tip.id for tip in reply.tips], reply.language)
    state: QuestionState = "answered" if reply.is_answered else "unanswered"
    conversations.note_answer(world.db, team_id, request.id, state, [tip.id for tip in reply.tips])


def _channel_viewer(world: World, team_id: str, channel_id: str) -> Viewer:
    """In a channel everybody reads along: shared channels get no answer."""
    if world.reading.channel(channel_id).is_shared:
        raise Refused("answer.refused_shared")
    return viewer_for_channel(world, team_id, channel_id)
