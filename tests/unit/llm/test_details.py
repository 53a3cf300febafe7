"""A model points at what tells who wrote a tip; what does not stand there, or is everything, changes nothing."""

import json
from collections.abc import Iterator

import pytest

from bot.errors import ModelUnavailable
from bot.llm import ModelSettings, open_model
from bot.ports import Detail, Model
from tests.model_server import Say, ScriptedModel

TEXTS = ("東都物産", "東都物産の見積もりは営業三課の雛形で。")


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as running:
        yield running


@pytest.fixture
def model(server: ScriptedModel) -> Model:
    settings = ModelSettings(base_url=server.url, model="scripted", timeout_seconds=5, retries=0)
    return open_model(settings, spent=lambda: 0.0, record=lambda *_: None)


def says(server: ScriptedModel, *details: tuple[str, str]) -> None:
    told = [{"text": text, "kind": kind} for text, kind in details]
    server.queue.append(Say(json.dumps({"details": told}, ensure_ascii=False)))


def test_only_what_stands_in_a_text_counts(server: ScriptedModel, model: Model) -> None:
    says(server, (" 東都物産 ", "customer"), ("営業四課", "team"), (TEXTS[1], "detail"), ("の", "detail"), ("", "name"))
    assert model.find_details(TEXTS, language="ja") == [Detail("東都物産", "customer")]


def test_a_kind_that_there_is_not_is_no_answer(server: ScriptedModel, model: Model) -> None:
    says(server, ("東都物産", "spaceship"))
    says(server, ("東都物産", "spaceship"))
    with pytest.raises(ModelUnavailable):
        model.find_details(TEXTS, language="ja")


def test_without_a_model_nothing_is_pointed_at() -> None:
    off = open_model(ModelSettings(), spent=lambda: 0.0, record=lambda *_: None)
    with pytest.raises(ModelUnavailable):
        off.find_details(TEXTS, language="ja")
