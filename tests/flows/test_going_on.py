"""A process dies when it has decided and before it says so: the job that goes on decides nothing twice (promise 7).

Flows that say `also_when_jobs_die` are gone through with every job dying so, too; `JOBS_DIE=1 pytest tests/flows` does
so with all flows.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from bot import app
from bot.app import Bot
from bot.capture.listeners import JOBS as CAPTURE
from bot.circulate import JOBS as CIRCULATE
from bot.ports import Job
from playground.person import Person
from playground.server import LocalSlack
from storage import drafts, requests, tips
from storage.records import NewRequest, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.dying import Dies, goes_on
from tests.flows.steps import (
    AI_TIPS,
    TEAM,
    Message,
    all_direct,
    card_of,
    find,
    has_read,
    settle,
    shared,
    trusting,
    words,
)


def dies_and_goes_on(bot: Bot, kind: str, person: Person, payload: Mapping[str, Any]) -> None:
    new = NewRequest(TEAM, kind, f"test:{kind}", "light", person.id, dict(payload))
    accepted = requests.accept(bot.world.db, new, lambda *_: None)
    assert accepted is not None
    jobs: Mapping[str, Job] = {**CAPTURE, **CIRCULATE}
    told = {"explain": fail, "explain_failure": fail}
    assert goes_on(accepted.id, lambda _name, work: work(), world=bot.world, jobs=jobs, **told)
    assert requests.get(bot.world.db, TEAM, accepted.id).state == "done"


def fail(_world: object, request: object, why: object) -> None:
    raise AssertionError(f"{request}: {why}")


def captured(bot: Bot, author: Person, capturer: Person) -> tuple[str, Message]:
    """A message that was marked with 💡, and its author's card."""
    trusting(bot, capturer)
    ts = author.post("#ai-tips", "議事録は箇条書きで頼むと速いです。")
    capturer.react("#ai-tips", ts, "bulb")
    return ts, card_of(author, "箇条書き")


def test_promise_7_a_draft_that_is_not_shared_is_told_to_be_gone(
    plain_bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    _, card = captured(plain_bot, aya, ben)
    (draft,) = drafts.of_author(plain_bot.world.db, TEAM, aya.id)
    settle(plain_bot, slack)
    pressed = {"draft": draft.id, "decision": "discard"}
    dies_and_goes_on(plain_bot, "capture.decide", aya, pressed)
    assert "共有しませんでした" in words(next(one for one in all_direct(aya) if one["ts"] == card["ts"]))
    assert not has_read(aya, "もう開いていません")


def test_promise_7_an_emoji_that_was_taken_away_takes_the_card_along(
    plain_bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    ts, card = captured(plain_bot, aya, ben)
    settle(plain_bot, slack)
    dies_and_goes_on(plain_bot, "capture.emoji_removed", ben, {"channel": AI_TIPS, "ts": ts, "emoji": "bulb"})
    assert "capture.share_named" not in str(next(one for one in all_direct(aya) if one["ts"] == card["ts"]))


def test_promise_7_a_deleted_message_takes_the_card_along(
    plain_bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    ts, card = captured(plain_bot, aya, ben)
    settle(plain_bot, slack)
    dies_and_goes_on(plain_bot, "capture.deleted", aya, {"channel": AI_TIPS, "ts": ts})
    assert "capture.share_named" not in str(next(one for one in all_direct(aya) if one["ts"] == card["ts"]))


def test_promise_7_a_tip_is_withdrawn_once(plain_bot: Bot, aya: Person) -> None:
    tip = shared(plain_bot, TipContent(title="議事録は用語集つきで"))
    dies_and_goes_on(plain_bot, "capture.withdraw_tip", aya, {"tip": tip.id})
    find(aya, "取り下げ")
    assert tips.many(plain_bot.world.db, Viewer(TEAM, aya.id, is_full_member=True), [tip.id]) == []


def test_promise_7_thanks_are_on_their_way_though_they_were_given_before_the_process_died(
    plain_bot: Bot, ben: Person
) -> None:
    tip = shared(plain_bot, TipContent(title="議事録は用語集つきで"))
    dies_and_goes_on(plain_bot, "circulate.thank", ben, {"tip": tip.id, "reason": "it helped", "public": False})
    assert has_read(ben, "on their way")
    assert not has_read(ben, "thanked for this tip already")


def test_promise_7_a_refusal_is_told_for_the_reason_it_had(
    monkeypatch: pytest.MonkeyPatch, plain_bot: Bot, slack: LocalSlack, chie: Person
) -> None:
    monkeypatch.setattr(app, "do", goes_on)
    trusting(plain_bot, chie)
    chie.react("#ai-tips", slack.person("dan").post("#ai-tips", "I let it translate the minutes."), "bulb")
    find(chie, "ゲスト")
    settle(plain_bot, slack)


def test_promise_7_a_card_whose_time_is_over_says_so_though_a_process_dies_before_the_draft_is_gone(
    monkeypatch: pytest.MonkeyPatch, plain_bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person
) -> None:
    _, card = captured(plain_bot, aya, ben)
    settle(plain_bot, slack)
    clock.advance(days=30)
    with monkeypatch.context() as dying:
        dying.setattr(drafts, "close", die)
        with pytest.raises(Dies):
            plain_bot.tick()
    plain_bot.tick()
    assert drafts.of_author(plain_bot.world.db, TEAM, aya.id) == []
    assert "期限が過ぎた" in words(next(one for one in all_direct(aya) if one["ts"] == card["ts"]))


def die(*_: object, **__: object) -> None:
    raise Dies
