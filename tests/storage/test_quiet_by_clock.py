"""Whatever comes by the clock keeps quiet hours: a waiting card, an open question, a theme's owner. Then it comes."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answer.listeners import posts
from bot.capture.listeners import clock as capture_clock
from bot.circulate.themes import clock as themes_clock
from storage import drafts, questions, tips, unasked
from storage.database import Database
from storage.records import MessageRef
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, Rounds
from tests.storage.steps import TEAM, draft
from tests.storage.test_open_questions import asked
from tests.storage.test_theme_life import theme

MONDAY_NIGHT = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
"""Nine in the evening in Tokyo, where everybody is."""


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    clock.moment = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    return Rounds(db, {AYA: frozenset({"C1"}), BEN: frozenset({"C1"})})


def world(rounds: Rounds) -> Any:
    made = rounds.world()
    made.rules.card_working_days, made.rules.reminder_working_days = 10, 5
    made.speaking = SimpleNamespace(**vars(made.speaking), edit=lambda *_: None)
    return made


def in_the_morning(clock: FrozenClock) -> None:
    clock.moment = MONDAY_NIGHT + timedelta(hours=12)


def test_the_reminder_of_a_waiting_card_waits_for_the_morning(rounds: Rounds, clock: FrozenClock) -> None:
    waiting = draft(rounds.db, author=AYA)
    drafts.card_posted(rounds.db, TEAM, waiting.id, MessageRef("D1", "1.1"), due_at=clock.now() + timedelta(days=14))
    clock.moment = MONDAY_NIGHT
    capture_clock.tick(world(rounds))
    assert rounds.posts == []
    in_the_morning(clock)
    for _ in range(2):
        capture_clock.tick(world(rounds))
    assert len(rounds.posts) == 1


def test_the_end_of_an_open_question_is_told_in_the_morning(rounds: Rounds, clock: FrozenClock) -> None:
    clock.moment = MONDAY_NIGHT - timedelta(days=60)
    asked(rounds.db, asker=AYA)
    clock.moment = MONDAY_NIGHT
    posts.tick(world(rounds))
    assert rounds.to(AYA) == []
    in_the_morning(clock)
    for _ in range(2):
        posts.tick(world(rounds))
    assert len(rounds.to(AYA)) == 1


def test_a_themes_owner_is_shown_the_wrap_up_outside_quiet_hours_of_their_own(
    rounds: Rounds, clock: FrozenClock
) -> None:
    clock.moment = MONDAY_NIGHT - timedelta(weeks=2)
    theme(rounds.db, owner=BEN)
    unasked.change_rhythm(rounds.db, TEAM, BEN, quiet_from=19, quiet_to=11)
    clock.moment = MONDAY_NIGHT
    themes_clock.tick(world(rounds))
    in_the_morning(clock)
    themes_clock.tick(world(rounds))
    assert rounds.to(BEN) == []
    clock.advance(hours=2)
    for _ in range(2):
        themes_clock.tick(world(rounds))
    assert len(rounds.to(BEN)) == 1


def test_a_tip_for_ones_own_question_comes_at_once_also_at_night(
    rounds: Rounds, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(rounds.db, asker=AYA)
    tip = SimpleNamespace(id=tips.new_id())
    monkeypatch.setattr(questions, "untold", lambda *_: [(question, tip.id)])
    monkeypatch.setattr(posts.service, "look_for_answers", lambda *_: None)
    monkeypatch.setattr(posts.service, "answer_for", lambda *_: tip)
    monkeypatch.setattr(posts.views, "solution", lambda *_: SimpleNamespace(text="found", blocks=()))
    monkeypatch.setattr(posts.shown, "note", lambda *_: None)
    clock.moment = MONDAY_NIGHT
    posts.tick(world(rounds))
    assert rounds.to(AYA) == ["found"]
