"""How the bot is, in words."""

from typing import get_args

import pytest

from bot.circulate.admins import views
from bot.circulate.admins.service import Condition, Meanings
from bot.texts import say
from storage.records import Backlog, Language
from tests.flows.steps import words

WELL = Backlog(0, 0, ())


def told(language: Language, backlog: Backlog = WELL, **how: object) -> str:
    bot = Condition(backlog, **{"model": None, "is_over_budget": False, "meanings": "off", **how})  # type: ignore[arg-type]
    return words({"blocks": views.home(language, bot)})


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_state_has_its_own_sentence(language: Language) -> None:
    by_meaning = {told(language, meanings=one) for one in get_args(Meanings)}
    by_model = {told(language, **how) for how in ({}, {"model": "m (h)"}, {"model": "m (h)", "is_over_budget": True})}
    by_work = {told(language, one) for one in (WELL, Backlog(1, 0, ()), Backlog(0, 1, ("a1",)), Backlog(2, 3, ("a1",)))}
    assert (len(by_meaning), len(by_model), len(by_work)) == (3, 3, 4)
    assert "{" not in "".join(by_meaning | by_model | by_work)


def test_a_model_that_is_not_there_has_no_budget_to_spend() -> None:
    assert say("en", "admins.bot_no_model") in told("en", is_over_budget=True)


def test_what_waits_and_what_failed_are_both_told_with_the_newest_numbers() -> None:
    shown = told("en", Backlog(2, 7, ("c3", "b2", "a1")))
    assert "longer than 5 minutes: 2" in shown
    assert "last 7 days: 7. The newest: `c3` `b2` `a1`" in shown
    assert "`python -m bot jobs c3`" in shown
