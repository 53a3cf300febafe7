"""Answer's doors: questions in DMs, mentions, follow-ups, `/ask-tip`, and the jobs that answer them."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.answer import service, views
from bot.errors import Refused
from bot.ports import Accept, Job, Outgoing, Step, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import escape
from bot.slack.readable import Names, from_mrkdwn
from bot.texts import say
from bot.trust.redaction import redact
from bot.trust.viewer import viewer_for_channel, viewer_of
from storage import conversations
from storage.errors import NotFound
from storage.records import MessageRef, NewRequest, QuestionState, Request, Viewer

log = logging.getLogger(__name__)

Body = Mapping[str, Any]
Ack = Callable[..., None]

ASK_TIP = "/ask-tip"
_LONGEST = 4_000


def register(app: App, world: World, accept: Accept) -> None:
    listen = Listeners(world, accept)
    app.event("app_mention", matchers=[incoming.is_from_person])(listen.question)
    app.event("message", matchers=[incoming.is_from_person])(listen.question)
    app.command(ASK_TIP)(listen.ask_tip)
    app.action(views.ASK_COLLEAGUES)(listen.ask_colleagues)
    app.event("app_home_opened", matchers=[is_messages_tab])(listen.messages_tab_opened)
    app.event("agent_session_stopped")(listen.stopped)


def is_messages_tab(event: Body) -> bool:
    return event.get("tab") == "messages"


class Listeners:
    """Listeners that accept one request each. A failed accept raises, so that Slack delivers again."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def question(self, event: Body, body: Body) -> None:
        """A DM, a mention, or a follow-up in a thread the bot has a part in; the door has dropped everything else."""
        channel, ts = str(event["channel"]), str(event["ts"])
        direct = incoming.is_direct(event) or channel.startswith("D")
        names = Names(person=lambda user: user, channel=lambda channel: channel)
        text = redact(from_mrkdwn(incoming.text_of(event), names)[:_LONGEST]).text
        self._accept(
            NewRequest(
                team_id=str(body["team_id"]),
                kind="answer.question",
                key=incoming.message_key(channel, ts),
                queue="answer",
                user_id=str(event["user"]),
                payload={
                    "text": text,
                    "channel": channel,
                    "thread_ts": incoming.thread_of(event),
                    "direct": direct,
                    "reply_to": {"channel": channel, "thread_ts": incoming.thread_of(event)},
                },
            )
        )

    def ask_tip(self, body: Body, ack: Ack) -> None:
        """Answered in the asker's DM: commands have no thread of their own, and ephemeral answers vanish."""
        team_id, user_id = str(body["team_id"]), str(body["user_id"])
        language = language_of_reader(self._world, team_id, user_id)
        text = str(body.get("text") or "").strip()
        if not text:
            ack(response_type="ephemeral", text=say(language, "answer.slash_help"))
            return
        names = Names(person=lambda user: user, channel=lambda channel: channel)
        self._accept(
            NewRequest(
                team_id=team_id,
                kind="answer.question",
                key=f"trigger:{body['trigger_id']}",
                queue="answer",
                user_id=user_id,
                payload={"text": redact(from_mrkdwn(text, names)[:_LONGEST]).text, "direct": True, "command": True},
            )
        )
        ack(response_type="ephemeral", text=say(language, "answer.slash_accepted"))

    def ask_colleagues(self, body: Body, action: Body, ack: Ack) -> None:
        container = body.get("container") or {}
        self._accept(
            NewRequest(
                team_id=str(body["team"]["id"]),
                kind="answer.ask_colleagues",
                key=f"trigger:{body['trigger_id']}",
                queue="light",
                user_id=str(body["user"]["id"]),
                payload={
                    "question": action["value"],
                    "reply_to": {
                        "channel": container.get("channel_id"),
                        "thread_ts": container.get("thread_ts") or container.get("message_ts"),
                    },
                },
            )
        )
        ack()

    def messages_tab_opened(self, event: Body, body: Body, client: WebClient) -> None:
        """Suggested prompts; workspaces without a paid plan answer with an error, which is fine."""
        language = language_of_reader(self._world, str(body["team_id"]), str(event["user"]))
        prompts = [
            {"title": say(language, f"answer.prompt_title_{n}"), "message": say(language, f"answer.prompt_text_{n}")}
            for n in (1, 2, 3)
        ]
        try:
            client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)
        except SlackApiError as error:
            log.debug("no suggested prompts here: %s", error.response.get("error"))

    def stopped(self) -> None:
        """An answer is short and comes at once: there is nothing left to stop."""


def question(world: World, request: Request, step: Step) -> None:
    """Answers where it was asked; a command in the asker's DM."""
    payload, user_id = request.payload, _user(request)
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
    language = language_of_reader(world, request.team_id, _user(request))
    key = f"{request.id}:working"
    shown = world.speaking.working(key, channel, say(language, "answer.working"), thread_ts=thread_ts)
    return shown.ts if shown else None


def _answer_command(world: World, request: Request, step: Step) -> None:
    """The question opens a thread in the DM, so that follow-ups have a place."""
    user_id, text = _user(request), request.payload["text"]
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
    team_id, user_id, text = request.team_id, _user(request), request.payload["text"]
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
        world.speaking.post(f"{request.id}:reply:{number}", channel, message, thread_ts=thread_ts)
    state: QuestionState = "answered" if reply.is_answered else "unanswered"
    conversations.note_answer(world.db, team_id, request.id, state, [tip.id for tip in reply.tips])


def _channel_viewer(world: World, team_id: str, channel_id: str) -> Viewer:
    """In a channel everybody reads along: shared channels get no answer."""
    if world.reading.channel(channel_id).is_shared:
        raise Refused("answer.refused_shared")
    return viewer_for_channel(world, team_id, channel_id)


def ask_colleagues(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The asker wants colleagues to be asked: the question is kept as open."""
    user_id = _user(request)
    try:
        asked = conversations.open_question(world.db, request.team_id, request.payload["question"], user_id)
    except NotFound:
        raise Refused("answer.ask_not_yours") from None
    text = Outgoing(say(asked.language, "answer.ask_noted"))
    world.speaking.post(f"{request.id}:noted", asked.channel_id, text, thread_ts=asked.thread_ts)


def tick(world: World) -> None:
    """Nothing of this room is due by the clock."""


JOBS: Mapping[str, Job] = {"answer.question": question, "answer.ask_colleagues": ask_colleagues}


def _user(request: Request) -> str:
    """Who asked; every request of this room has somebody."""
    if request.user_id is None:
        raise LookupError("a request without a person")
    return request.user_id
