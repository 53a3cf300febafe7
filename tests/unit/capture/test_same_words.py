"""Whether the messages that a tip rests on are still there, as Slack's answers say it."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.capture.sources import _is_there
from bot.conversation import Message, Thread
from bot.errors import Refused
from bot.trust.identity import PepperKeys
from storage.sources import Rest

KEYS = PepperKeys({1: b"1" * 32, 2: b"2" * 32})
OLD_KEYS = PepperKeys({1: b"1" * 32})


def rest(*ts: str, keys: PepperKeys = KEYS) -> Any:
    hashes = frozenset(keys.message("T1", "C1", one) for one in ts)
    return Rest(SimpleNamespace(team_id="T1"), "C1", "1.1", hashes)  # type: ignore[arg-type] # only its workspace is read


def world(answer: Any) -> Any:
    def thread(_channel: str, _ts: str) -> Thread:
        if isinstance(answer, Exception):
            raise answer
        return Thread("C1", "1.1", tuple(Message(ts, "U1", "aya", text) for ts, text in answer.items()))

    return SimpleNamespace(reading=SimpleNamespace(thread=thread), keys=KEYS)


@pytest.mark.parametrize(
    ("answer", "is_there"),
    [
        ({"1.1": "質問", "1.2": "答え", "1.3": "おまけ"}, True),
        ({"1.1": "質問", "1.3": "おまけ"}, False),
        ({"1.1": "", "1.2": "答え"}, False),
        (Refused("errors.message_not_found"), False),
        (Refused("errors.not_in_channel"), True),
        (Refused("errors.channel_not_visible"), True),
    ],
    ids=["all there", "a reply is gone", "of the root a stone is left", "not found", "not a member", "not visible"],
)
def test_a_source_is_there_as_long_as_nobody_says_otherwise(answer: Any, is_there: bool) -> None:
    assert _is_there(world(answer), rest("1.1", "1.2")) is is_there


def test_a_message_is_known_under_an_older_pepper() -> None:
    assert _is_there(world({"1.1": "質問", "1.2": "答え"}), rest("1.1", "1.2", keys=OLD_KEYS))


def test_what_stands_under_a_dropped_pepper_makes_no_source_missing() -> None:
    with_dropped = rest("1.1", "1.2", keys=PepperKeys({3: b"3" * 32}))
    assert _is_there(world({"1.1": "質問"}), with_dropped)
