"""Admins see in Home how the bot itself is: what waits, what failed, and what it has to do without."""

from dataclasses import replace

from bot.app import Bot
from bot.circulate.admins import service
from playground.person import Person
from playground.server import LocalSlack
from storage import requests, spending
from tests.conftest import FrozenClock
from tests.flows.steps import TEAM, settle, words
from tests.flows.test_home import home_of
from tests.storage.steps import request


def test_an_admin_reads_how_the_bot_is_and_nobody_else(
    plain_bot: Bot, slack: LocalSlack, ben: Person, chie: Person
) -> None:
    shown = words(home_of(chie, "私の状態"))
    assert "お待たせしている依頼はなく" in shown
    assert "言語モデルは設定されていません" in shown
    assert "言葉だけからさがします" in shown
    assert "How I am" not in str(home_of(ben, "Where I listen"))
    settle(plain_bot, slack)


def test_what_failed_and_what_waits_too_long_is_told_with_what_to_do(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, chie: Person
) -> None:
    db = plain_bot.world.db
    failed, waits = (requests.accept(db, request(key, team=TEAM), lambda *_: None) for key in ("failed", "waits"))
    assert failed is not None
    assert waits is not None
    requests.end(db, TEAM, failed.id, "failed", reference="abcd1234")
    clock.advance(minutes=6)
    shown = words(home_of(chie, "abcd1234"))
    assert "失敗した依頼が1件" in shown
    assert "python -m bot jobs abcd1234" in shown
    assert "お待たせしている依頼が1件" in shown
    requests.end(db, TEAM, waits.id, "done")
    settle(plain_bot, slack)
    clock.advance(days=8)
    home_of(chie, "お待たせしている依頼はなく")
    settle(plain_bot, slack)


def test_a_model_whose_budget_is_spent_is_told_of_until_the_month_ends(plain_bot: Bot, clock: FrozenClock) -> None:
    rules = replace(plain_bot.world.rules, model="m (example.com)", monthly_budget_usd=2.0)
    world = replace(plain_bot.world, rules=rules)
    assert not service.condition(world, TEAM).is_over_budget
    cost = {"task": "answer", "model": "m", "input_tokens": 1, "output_tokens": 1, "cost_usd": 2.0}
    spending.add(world.db, TEAM, spending.month_of(clock.moment), **cost)
    assert service.condition(world, TEAM).is_over_budget
    clock.advance(days=31)
    assert not service.condition(world, TEAM).is_over_budget
