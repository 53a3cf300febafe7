"""What listeners of every room share: who pressed or sent something, and one request for it, however often it comes."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bot.ports import Accept, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader
from storage.records import Language, NewRequest, Request

Body = Mapping[str, Any]
Ack = Callable[..., None]

_SAID = "said"


class Who(NamedTuple):
    """Who pressed, sent or typed something, and the language they read."""

    team_id: str
    user_id: str
    language: Language


def who(world: World, body: Body) -> Who:
    team_id, user_id = _ids(body)
    return Who(team_id, user_id, language_of_reader(world, team_id, user_id))


def card_of(body: Body) -> dict[str, str] | None:
    """The message whose button was pressed; None in Home and in a modal."""
    container = body.get("container") or {}
    if container.get("type") != "message":
        return None
    return {"channel": str(container["channel_id"]), "ts": str(container["message_ts"])}


def thread_of_click(body: Body) -> dict[str, Any]:
    """The thread in which something was pressed; its values are None in Home and in a modal."""
    container = body.get("container") or {}
    return {
        "channel": container.get("channel_id"),
        "thread_ts": container.get("thread_ts") or container.get("message_ts"),
    }


def take_click(accept: Accept, kind: str, body: Body, payload: Mapping[str, Any]) -> None:
    """Accepts a button's or a menu's request, with the place of its message."""
    place: dict[str, Any] = {}
    if (card := card_of(body)) is not None:
        place["reply_to"] = thread_of_click(body)
        place["pressed"] = {**card, "block": body["actions"][0]["block_id"]}
    take_trigger(accept, kind, body, {**payload, **place})


def take_trigger(
    accept: Accept, kind: str, body: Body, payload: Mapping[str, Any], *, queue: str = "light", said: bool = False
) -> None:
    """Accepts what a click, a command or a shortcut asks for, known by its trigger; of its place nothing is added.

    `said`: they said it to the bot, as with a message (`is_said`).
    """
    told = {**payload, _SAID: True} if said else payload
    _take(accept, kind, f"trigger:{body['trigger_id']}", *_ids(body), told, queue)


def take_form(
    accept: Accept,
    kind: str,
    body: Body,
    view: Body,
    payload: Mapping[str, Any],
    *,
    queue: str = "light",
    nameless: bool = False,
) -> None:
    """Accepts a form's request, once however often it is sent. `nameless`: as nobody's."""
    team_id, user_id = _ids(body)
    key = f"view:{view['id']}:{view.get('hash')}"
    _take(accept, kind, key, team_id, None if nameless else user_id, payload, queue)


def take_message(
    accept: Accept, kind: str, event: Body, body: Body, payload: Mapping[str, Any], *, queue: str = "light"
) -> None:
    """Accepts what somebody wrote to the bot, with where it is replied to."""
    channel, ts = str(event["channel"]), str(event["ts"])
    told = {**payload, "reply_to": {"channel": channel, "thread_ts": incoming.thread_of(event)}, _SAID: True}
    _take(accept, kind, incoming.message_key(channel, ts), str(body["team_id"]), str(event["user"]), told, queue)


def is_said(request: Request) -> bool:
    """Whether somebody said something to the bot, whatever it was: they came by."""
    return request.user_id is not None and bool(request.payload.get(_SAID))


def take_event(
    accept: Accept, kind: str, body: Body, user_id: str | None, payload: Mapping[str, Any], *, queue: str = "light"
) -> None:
    """Accepts what happened in Slack, known by the event's id. `user_id`: whose request it is, None for nobody's."""
    _take(accept, kind, f"event:{body['event_id']}", str(body["team_id"]), user_id, payload, queue)


def _ids(body: Body) -> tuple[str, str]:
    """The workspace and the person; a command names them otherwise than clicks and forms do."""
    if "command" in body:
        return str(body["team_id"]), str(body["user_id"])
    return str(body["team"]["id"]), str(body["user"]["id"])


def _take(
    accept: Accept,
    kind: str,
    key: str,
    team_id: str,
    user_id: str | None,
    payload: Mapping[str, Any],
    queue: str,
) -> None:
    new = NewRequest(team_id=team_id, kind=kind, key=key, queue=queue, user_id=user_id, payload=dict(payload))
    accept(new)
