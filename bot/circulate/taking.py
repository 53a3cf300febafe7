"""What doors of this room share: who pressed or sent something, and one request for it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.errors import Refused
from bot.ports import Accept, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader, sentence_of
from bot.slack.outgoing import notice
from bot.texts import say
from storage.records import Language, NewRequest

Body = Mapping[str, Any]
Ack = Callable[..., None]


class Who(NamedTuple):
    """Who pressed or sent something, and the language they read."""

    team_id: str
    user_id: str
    language: Language


def who(world: World, body: Body) -> Who:
    team_id, user_id = str(body["team"]["id"]), str(body["user"]["id"])
    return Who(team_id, user_id, language_of_reader(world, team_id, user_id))


def refusal(title: str, refused: Refused, language: Language) -> dict[str, Any]:
    """In place of the modal that somebody wanted to open: why it does not."""
    return notice(say(language, title), sentence_of(refused, language), say(language, "keeping.close"))


def take_click(accept: Accept, kind: str, body: Body, payload: dict[str, Any]) -> None:
    """Accepts a button's or a menu's request, with the place of its message."""
    container = body.get("container") or {}
    place: dict[str, Any] = {}
    if container.get("channel_id"):
        channel, ts = container["channel_id"], container["message_ts"]
        place["reply_to"] = {"channel": channel, "thread_ts": container.get("thread_ts") or ts}
        place["pressed"] = {"channel": channel, "ts": ts}
    _take(accept, kind, f"trigger:{body['trigger_id']}", *_ids(body), {**payload, **place})


def take_form(
    accept: Accept, kind: str, body: Body, view: Body, payload: dict[str, Any], *, nameless: bool = False
) -> None:
    """Accepts a form's request, once however often it is sent. `nameless`: as nobody's."""
    team_id, user_id = _ids(body)
    _take(accept, kind, f"view:{view['id']}:{view.get('hash')}", team_id, None if nameless else user_id, payload)


def take_message(
    accept: Accept, kind: str, event: Body, body: Body, payload: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """Accepts what somebody wrote to the bot, with where it is replied to."""
    channel, ts, thread_ts = str(event["channel"]), str(event["ts"]), incoming.thread_of(event)
    told = {**payload, "reply_to": {"channel": channel, "thread_ts": thread_ts}}
    _take(accept, kind, incoming.message_key(channel, ts), str(body["team_id"]), str(event["user"]), told)


def _ids(body: Body) -> tuple[str, str]:
    return str(body["team"]["id"]), str(body["user"]["id"])


def _take(accept: Accept, kind: str, key: str, team_id: str, user_id: str | None, payload: dict[str, Any]) -> None:
    accept(NewRequest(team_id=team_id, kind=kind, key=key, queue="light", user_id=user_id, payload=payload))
