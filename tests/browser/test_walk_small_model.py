"""The whole walk with a real small model on the machine instead of the scripted one: whatever it says is shown."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from playground.bot_process import BotProcess
from playground.company.load import load_company
from playground.running import manifest
from playground.server import LocalSlack
from tests.browser.conftest import Open
from tests.browser.test_walk import BOT, EN, point_at
from tests.small_model import NAME, small_model

PATIENT_MS = 200_000


@pytest.fixture(scope="module")
def with_small_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSlack]:
    folder = tmp_path_factory.mktemp("small-model")
    settings = {
        "LLM_MODEL": NAME,
        "OPENAI_API_KEY": "none",
        "YORIDOKORO_LLM_CONTEXT_TOKENS": "6000",
        "YORIDOKORO_LLM_MAX_OUTPUT_TOKENS": "250",
        "YORIDOKORO_EMBEDDER": "off",
    }
    with small_model() as address:
        local = LocalSlack(load_company(), manifest=manifest(), rate_limits=False)
        with local as slack, BotProcess(slack, folder, {**settings, "OPENAI_BASE_URL": address}):
            yield slack


@pytest.mark.timeout(600)
def test_the_walk_with_a_real_small_model(with_small_model: LocalSlack, open_window: Open) -> None:
    window = open_window(with_small_model, EN.capturer)
    point_at(window, EN)
    window.go(BOT)
    window.page.locator(".main .message .primary").click()
    window.be(EN.author_name)
    window.go(BOT)
    expect(window.message(EN.share, where=".main")).to_be_visible(timeout=PATIENT_MS)
    window.button(EN.share).click()
    expect(window.message(EN.shared, where=".main")).to_be_visible()
    window.be(EN.asker_name)
    window.go(BOT)
    window.write(EN.question)
    answer = window.page.locator(".thread .message").nth(1)
    expect(answer).to_contain_text("[1]", timeout=PATIENT_MS)
    expect(answer.locator(".not-drawn")).to_have_count(0)
