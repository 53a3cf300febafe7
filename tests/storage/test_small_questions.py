"""The small question: each in turn for who wants it, within the cap, and none twice."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.circulate.prompting import listeners as prompting
from bot.circulate.prompting import views as prompting_views
from bot.texts import sentences
from storage import conversations, unasked
from storage.database import Database
from tests.conftest import FrozenClock
from tests.rounds import BEN, CHIE, Crash, Rounds
from tests.storage.steps import TEAM


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    clock.moment = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    return Rounds(db)


def test_the_small_question_comes_to_who_wants_it_and_each_in_turn(rounds: Rounds, clock: FrozenClock) -> None:
    wednesday = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    unasked.change_rhythm(rounds.db, TEAM, BEN, prompts="weekly", prompt_at=wednesday)
    unasked.change_rhythm(rounds.db, TEAM, CHIE, prompts="off", prompt_at=wednesday)
    prompting.tick(rounds.world())
    assert rounds.posts == []
    for week in range(len(prompting_views.QUESTIONS) + 1):
        clock.moment = wednesday + timedelta(days=7 * week)
        for _ in range(2):
            prompting.tick(rounds.world())
    asked = rounds.to(BEN)
    assert len(asked) == len(prompting_views.QUESTIONS) + 1, "the first one comes again after the last"
    assert len(set(asked)) == len(prompting_views.QUESTIONS)
    assert asked[0] == asked[-1]
    assert rounds.to(CHIE) == []
    assert conversations.role_of(rounds.db, TEAM, f"D{BEN}", "1.0") == "prompt"


def test_promise_7_a_small_question_that_was_posted_before_a_crash_comes_no_second_time(
    rounds: Rounds, clock: FrozenClock
) -> None:
    """On a Friday a minute before seven in the evening; the bot is back when it is quiet already."""
    friday, monday_nine = datetime(2026, 11, 27, 9, 59, tzinfo=UTC), datetime(2026, 11, 30, 0, 0, tzinfo=UTC)
    unasked.change_rhythm(rounds.db, TEAM, BEN, prompts="weekly", prompt_at=friday)
    clock.moment = friday
    rounds.dies_after_posting = True
    with pytest.raises(Crash):
        prompting.tick(rounds.world())
    rounds.dies_after_posting = False
    for moment in (friday + timedelta(minutes=2), monday_nine):
        clock.moment = moment
        prompting.tick(rounds.world())
        assert len(rounds.to(BEN)) == 1
        assert conversations.role_of(rounds.db, TEAM, f"D{BEN}", "1.0") == "prompt", "a reply is taken for one"
    assert unasked.booked(rounds.db, TEAM, BEN, "2026-11-30") == 0
    clock.moment = datetime(2026, 12, 2, 1, 0, tzinfo=UTC)
    prompting.tick(rounds.world())
    assert len(set(rounds.to(BEN))) == 2, "the next one is another one"


def test_there_is_each_small_question_and_no_other() -> None:
    numbered = {key for key in sentences("ja") if key.startswith("prompting.question_")}
    assert numbered == set(prompting_views.QUESTIONS)
    assert all(prompting_views.ask(number, "ja").blocks for number in range(len(prompting_views.QUESTIONS)))
