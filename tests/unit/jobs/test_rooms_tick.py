"""One tick for all rooms, and for all that goes round: what fails in one keeps no other from what is due there."""

from collections.abc import Collection, Sequence
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from bot import app, circulate
from bot.app import Bot
from bot.capture.listeners import clock


def ticking(monkeypatch: pytest.MonkeyPatch, all_of_them: Sequence[ModuleType], *, fails: Collection[str]) -> list[str]:
    """Gives each a tick that notes its name, which are given in order, and fails where it is told to."""
    ticked: list[str] = []

    def tick(name: str, _world: object) -> None:
        ticked.append(name)
        if name in fails:
            raise LookupError(name)

    for one in all_of_them:
        monkeypatch.setattr(one, "tick", partial(tick, one.__name__))
    return ticked


def test_a_room_that_fails_is_logged_and_the_others_tick(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticked = ticking(monkeypatch, app.ROOMS, fails={"bot.capture", "bot.answer"})
    nothing: Any = SimpleNamespace()
    Bot(nothing, nothing, cast("Any", nothing), nothing, nothing).tick()
    assert ticked == [room.__name__ for room in app.ROOMS]
    assert [record.getMessage() for record in caplog.records] == [
        "what is due in bot.capture failed and will be tried again",
        "what is due in bot.answer failed and will be tried again",
    ]


def test_what_fails_in_capture_keeps_no_tip_from_coming_out_and_no_message_from_following(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    subjects = [clock.speakers, clock.sources, clock.visibility]
    ticked = ticking(monkeypatch, subjects, fails=[one.__name__ for one in subjects])
    for name in ("_come_out", "_follow_tips", "_follow_cards"):
        monkeypatch.setattr(clock, name, lambda _world, name=name: ticked.append(name))
    clock.tick(cast("Any", None))
    assert set(ticked) == {"_come_out", "_follow_tips", "_follow_cards", *(one.__name__ for one in subjects)}
    assert [record.exc_info is not None for record in caplog.records] == [True] * len(subjects)


def test_a_subject_that_fails_is_logged_with_its_trace_and_the_others_tick(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fails = {"bot.circulate.digest.listeners", "bot.circulate.insights.listeners"}
    ticked = ticking(monkeypatch, circulate.TICKING, fails=fails)
    circulate.tick(cast("Any", None))
    assert ticked == [subject.__name__ for subject in circulate.TICKING]
    assert [record.getMessage() for record in caplog.records] == [
        f"what is due in {name} failed and will be tried again" for name in sorted(fails)
    ]
    assert all(record.exc_info and record.exc_info[0] is LookupError for record in caplog.records)
