"""Nobody knows yet: the asker may ask colleagues."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.errors import Refused
from bot.ports import Accept, Outgoing, Step, World
from bot.texts import say
from storage import conversations
from storage.errors import NotFound
from storage.records import NewRequest, Request

Body = Mapping[str, Any]
Ack = Callable[..., None]


class Colleagues:
    """Listeners that accept one request each."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

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


def ask_colleagues(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The asker wants colleagues to be asked: the question is kept as open."""
    user_id = request.person()
    try:
        asked = conversations.open_question(world.db, request.team_id, request.payload["question"], user_id)
    except NotFound:
        raise Refused("answer.ask_not_yours") from None
    text = Outgoing(say(asked.language, "answer.ask_noted"))
    world.speaking.post(f"{request.id}:noted", asked.channel_id, text, thread_ts=asked.thread_ts)
