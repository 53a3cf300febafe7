"""What is said where somebody asked reaches them also where Slack does not let the bot whisper."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.errors import Refused
from bot.ports import Outgoing
from bot.slack.replying import confirm, reply
from storage.records import MessageRef

SAID = Outgoing("noted", [{"type": "section"}])


class Heard:
    """Where something was said, and how."""

    def __init__(self, *, whispers: bool = True, amends: bool = True) -> None:
        self.said: list[tuple[str, str]] = []
        self._whispers, self._amends = whispers, amends

    def direct(self, key: str, user_id: str, _said: Outgoing) -> None:
        self.said.append((key, user_id))

    def post(self, key: str, channel: str, _said: Outgoing, *, thread_ts: str | None) -> None:
        self.said.append((key, f"{channel}/{thread_ts}"))

    def whisper(self, key: str, channel: str, user_id: str, _said: Outgoing, *, thread_ts: str | None) -> None:
        if not self._whispers:
            raise Refused("errors.not_in_channel")
        self.said.append((key, f"{channel}/{thread_ts}/{user_id}"))

    def amend(self, ref: MessageRef, *, behind: str, about: str, blocks: object) -> bool:  # noqa: ARG002 - the port
        if self._amends:
            self.said.append(("amended", f"{ref.channel_id}/{ref.ts}"))
        return self._amends


def world(heard: Heard) -> Any:
    return SimpleNamespace(speaking=heard)


@pytest.mark.parametrize(
    ("place", "whispers", "where"),
    [
        (None, True, ("k", "U1")),
        ({"channel": None, "thread_ts": None}, True, ("k", "U1")),
        ({"channel": "D1", "thread_ts": "1.0"}, True, ("k", "D1/1.0")),
        ({"channel": "C1", "thread_ts": "1.0"}, True, ("k", "C1/1.0/U1")),
        ({"channel": "C1", "thread_ts": "1.0"}, False, ("k:direct", "U1")),
    ],
)
def test_a_reply_comes_where_it_was_asked_for(place: Any, whispers: bool, where: tuple[str, str]) -> None:
    heard = Heard(whispers=whispers)
    reply(world(heard), "k", "U1", place, SAID)
    assert heard.said == [where]


@pytest.mark.parametrize(
    ("channel", "amends", "where"),
    [
        ("D1", True, ("amended", "D1/2.0")),
        ("D1", False, ("r1:noted", "D1/1.0")),
        ("C1", True, ("r1:noted", "C1/1.0/U1")),
    ],
)
def test_what_was_noted_stands_where_it_was_pressed(channel: str, amends: bool, where: tuple[str, str]) -> None:
    heard = Heard(amends=amends)
    payload = {
        "pressed": {"channel": channel, "ts": "2.0", "block": "b"},
        "reply_to": {"channel": channel, "thread_ts": "1.0"},
    }
    request: Any = SimpleNamespace(id="r1", payload=payload, person=lambda: "U1")
    confirm(world(heard), request, SAID, about="b.")
    assert heard.said == [where]
