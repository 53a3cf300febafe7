"""One tick for all rooms: what fails in one of them keeps no other from what is due there."""

from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from bot import app, circulate
from bot.app import Bot


def test_a_room_that_fails_is_logged_and_the_others_tick(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticked: list[str] = []

    def ticking(room: ModuleType) -> Any:
        def tick(_world: object) -> None:
            ticked.append(room.__name__)
            if room is not circulate:
                raise LookupError(room.__name__)

        return tick

    for room in app.ROOMS:
        monkeypatch.setattr(room, "tick", ticking(room))
    nothing: Any = SimpleNamespace()
    Bot(nothing, nothing, cast("Any", nothing), nothing, nothing).tick()
    assert ticked == [room.__name__ for room in app.ROOMS]
    assert [record.getMessage() for record in caplog.records] == [
        "what is due in bot.capture failed and will be tried again",
        "what is due in bot.answer failed and will be tried again",
    ]
