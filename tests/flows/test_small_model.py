"""A real model on the machine, through the unmodified SDK: whatever it says, people get what they were promised."""

from collections.abc import Iterator
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from bot.app import Bot, build
from bot.config import Settings
from bot.llm import ModelSettings, open_model
from bot.llm.client import Client
from bot.llm.probe import probe
from bot.llm.prompts import load
from playground.person import Person
from playground.server import LocalSlack
from storage import drafts
from storage.records import TipContent
from tests.conftest import FrozenClock
from tests.flows.conftest import serve
from tests.flows.steps import TEAM, ask, card_of, settle, shared, trusting, words
from tests.small_model import NAME, small_model

pytestmark = [pytest.mark.xdist_group("small_model"), pytest.mark.timeout(300)]

PROMPT = "次の用語集を必ず使ってください。"
TOLD = f"ChatGPTに議事録を頼むとき、先に用語集を渡すと誤変換が減ります。\n```\n{PROMPT}\n```"

Call = tuple[str, str, int, int]


class Verdict(BaseModel):
    """A small shape, of which every answer is short."""

    kind: Literal["practice", "pitfall", "experiment"]
    works: bool
    stars: int = Field(ge=1, le=5)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with small_model() as address:
        yield address


@pytest.fixture
def calls() -> list[Call]:
    return []


@pytest.fixture
def real_bot(
    settings: Settings, slack: LocalSlack, endpoint: str, clock: FrozenClock, calls: list[Call]
) -> Iterator[Bot]:
    """The bot with the small model; it may write little, for one thread writes about sixty tokens a second."""
    chosen = ModelSettings(base_url=endpoint, model=NAME, max_output_tokens=250, context_tokens=6_000, retries=1)
    model = open_model(chosen, spent=lambda: 0.0, record=lambda *call: calls.append(call[:4]))
    yield from serve(build(settings, clock=clock, model=model), slack)


def test_doctor_finds_it(endpoint: str) -> None:
    assert probe(None, endpoint, NAME) is None


def test_a_strict_schema_is_kept_to_and_tokens_are_counted(endpoint: str, calls: list[Call]) -> None:
    client = Client(
        ModelSettings(base_url=endpoint, model=NAME, max_output_tokens=200),
        spent=lambda: 0.0,
        record=lambda *call: calls.append(call[:4]),
    )
    for said in ("A glossary in the prompt halved our mistakes.", "用語集を渡すと誤変換が半分になりました。"):
        asked = [{"role": "system", "content": "Judge the tip as JSON."}, {"role": "user", "content": said}]
        verdict = client.complete(asked, Verdict, "fill_tip")
        assert 1 <= verdict.stars <= 5
    assert [(task, model) for task, model, _, _ in calls] == [("fill_tip", NAME)] * 2
    assert all(tokens_in > 10 and 0 < tokens_out <= 200 for _, _, tokens_in, tokens_out in calls)


def test_a_thread_becomes_a_card_whatever_the_model_makes_of_it(
    real_bot: Bot, slack: LocalSlack, aya: Person, chie: Person, calls: list[Call]
) -> None:
    trusting(real_bot, chie)
    told = aya.post("#ai-tips", TOLD)
    chie.react("#ai-tips", told, "bulb")
    card = words(card_of(aya, "共有してもよさそうですか", seconds=120))
    settle(real_bot, slack)
    (draft,) = drafts.waiting(real_bot.world.db, TEAM)
    content = draft.content
    assert content is not None
    assert content.title in card.replace("\u2060", "")
    assert all(prompt in TOLD for prompt in content.prompts)
    assert draft.made_with in (NAME, "plain")
    assert draft.prompt_version == (load("fill_tip").version if draft.made_with == NAME else "plain-1")
    assert calls
    assert all(task == "fill_tip" and tokens_out > 0 for task, _, _, tokens_out in calls)


def test_a_question_is_answered_from_the_tips_or_plainly(
    real_bot: Bot, slack: LocalSlack, ben: Person, calls: list[Call]
) -> None:
    shared(
        real_bot, TipContent(title="議事録は用語集つきで頼む", prompts=(PROMPT,), outcome="誤変換が半分になりました。")
    )
    reply = words(ask(ben, "議事録、みんなはどうやってる？", seconds=120))
    assert "[1]" in reply
    assert PROMPT in reply
    assert "small-company.slack.com/archives/C0AITIPS" in reply
    settle(real_bot, slack)
    assert calls
    assert all(tokens_out > 0 for _, _, _, tokens_out in calls)
