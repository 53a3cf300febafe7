"""Replies to colleagues' open questions: taken on where they are written, made into drafts after the ack."""

import json

from bot.capture import replies as service
from bot.capture.listeners.telling import show_card
from bot.ports import Accept, Outgoing, Step, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader
from bot.slack.taking import Ack, Body, take_form
from bot.texts import say
from bot.trust.redaction import redact
from storage import conversations
from storage.records import NewRequest, Request

REPLY_FORM = "capture.question_reply"
"""The form is opened by the room answer; what is sent becomes a draft here."""


class Replies:
    """Listeners that accept one request each."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def is_reply(self, event: Body, body: Body) -> bool:
        """A message in the thread of an open question."""
        if not incoming.is_reply(event):
            return False
        place = str(event["channel"]), str(event["thread_ts"])
        return conversations.role_of(self._world.db, str(body["team_id"]), *place) == "question"

    def written(self, event: Body, body: Body) -> None:
        """Its words are read by the job: a message that also mentions the bot is a question of its own as well."""
        channel, ts = str(event["channel"]), str(event["ts"])
        payload = {"channel": channel, "ts": ts, "thread_ts": str(event["thread_ts"])}
        self._accept(
            NewRequest(
                team_id=str(body["team_id"]),
                kind="capture.question_reply",
                # not the message's own key: that is the question's
                key=f"reply:{channel}:{ts}",
                queue="capture",
                user_id=str(event["user"]),
                payload=payload,
            )
        )

    def sent(self, body: Body, view: Body, ack: Ack) -> None:
        text = redact(str(view["state"]["values"]["text"]["value"].get("value") or "").strip()).text
        about = json.loads(view["private_metadata"])
        payload = {"question": about["question"], "text": text}
        take_form(self._accept, "capture.question_reply", body, view, payload, queue="capture")
        ack()


def reply(world: World, request: Request, step: Step) -> None:
    """The replier's card. In a channel nothing is said where there is none: people talk there among themselves."""
    payload = request.payload
    if "question" in payload:
        draft = service.from_form(world, request, step, payload["question"], payload["text"])
    else:
        place = payload["channel"], payload["thread_ts"], payload["ts"]
        draft = service.from_thread(world, request, step, *place)
    if draft is not None:
        show_card(world, draft)
    elif "question" in payload or payload["channel"].startswith("D"):
        language = language_of_reader(world, request.team_id, request.person())
        thanks = Outgoing(say(language, "questions.reply_thanks"))
        world.speaking.direct(f"{request.id}:thanks", request.person(), thanks, thread_ts=payload.get("thread_ts"))
