"""What doors of this room share: who pressed or sent something, and one request for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.ports import Accept, World
from bot.slack.failures import language_of_reader
from storage.records import Language, NewRequest

Body = Mapping[str, Any]
Ack = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Who:
    """Who pressed or sent something, and the language they read."""

    team_id: str
    user_id: str
    language: Language


def who(world: World, body: Body) -> Who:
    team_id, user_id = str(body["team"]["id"]), str(body["user"]["id"])
    return Who(team_id, user_id, language_of_reader(world, team_id, user_id))


def take_click(accept: Accept, kind: str, body: Body, payload: dict[str, Any]) -> None:
    """Accepts a button's or a menu's request, with the place of its message."""
    container = body.get("container") or {}
    place: dict[str, Any] = {}
    if container.get("channel_id"):
        channel, ts = container["channel_id"], container["message_ts"]
        place["reply_to"] = {"channel": channel, "thread_ts": container.get("thread_ts") or ts}
        place["pressed"] = {"channel": channel, "ts": ts}
    _take(accept, kind, f"trigger:{body['trigger_id']}", body, {**payload, **place})


def take_form(accept: Accept, kind: str, body: Body, view: Body, payload: dict[str, Any]) -> None:
    """Accepts a form's request, once however often it is sent."""
    _take(accept, kind, f"view:{view['id']}:{view.get('hash')}", body, payload)


def _take(accept: Accept, kind: str, key: str, body: Body, payload: dict[str, Any]) -> None:
    team_id, user_id = str(body["team"]["id"]), str(body["user"]["id"])
    accept(NewRequest(team_id=team_id, kind=kind, key=key, queue="light", user_id=user_id, payload=payload))
