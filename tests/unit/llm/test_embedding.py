"""Embedders: the one in the package, one behind an endpoint, and none."""

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from bot.errors import ModelUnavailable
from bot.llm import EmbedderSettings, open_embedder
from bot.llm.embed import LocalEmbedder
from bot.ports import Embedder
from tests.embedding_server import Endpoint, embedding_endpoint


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with embedding_endpoint() as running:
        yield running


def remote(endpoint: Endpoint, spent: float = 0.0, noted: list[tuple[object, ...]] | None = None) -> Embedder:
    settings = EmbedderSettings("text-embed", base_url=endpoint.url, monthly_budget_usd=5.0, price=2.0, retries=1)
    return open_embedder(
        settings, spent=lambda: spent, record=lambda *told: noted.append(told) if noted is not None else None
    )


def test_an_endpoint_embeds_in_batches_and_its_cost_is_noted(endpoint: Endpoint) -> None:
    noted: list[tuple[object, ...]] = []
    embedder = remote(endpoint, noted=noted)
    vectors = embedder.passages(["a" * (number % 5 + 1) for number in range(100)])
    assert [len(asked["input"]) for asked in endpoint.asked] == [64, 36]
    # the answer came in another order
    assert vectors[0] == vectors[5] != vectors[1]
    assert {len(vector) for vector in vectors} == {3}
    assert noted == [("embed_tip", "text-embed", 7, 0, 14 / 1_000_000)] * 2
    meaning = embedder.question("a")
    assert meaning is not None
    assert (meaning.embedder, meaning.vector) == (embedder.key, vectors[0])


def test_what_passes_by_itself_is_tried_again(endpoint: Endpoint) -> None:
    endpoint.answers = [(500, {"error": {"message": "later"}})]
    assert len(remote(endpoint).passages(["a"])) == 1
    assert len(endpoint.asked) == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((401, {"error": {"message": "who are you"}}), "refused_key"),
        ((429, {"error": {"message": "no money", "code": "insufficient_quota"}}), "out_of_quota"),
        ((400, {"error": {"message": "what"}}), "invalid"),
        ((200, {"object": "list", "model": "m", "data": []}), "invalid"),
    ],
)
def test_an_endpoint_that_refuses_leaves_words_alone(
    endpoint: Endpoint, answer: tuple[int, dict[str, Any]], reason: str
) -> None:
    endpoint.answers = [answer, answer]
    embedder = remote(endpoint)
    with pytest.raises(ModelUnavailable) as unavailable:
        embedder.passages(["a"])
    assert unavailable.value.reason == reason
    assert embedder.question("a") is None


def test_above_the_budget_nothing_is_asked(endpoint: Endpoint) -> None:
    embedder = remote(endpoint, spent=5.0)
    assert embedder.question("a") is None
    with pytest.raises(ModelUnavailable):
        embedder.passages(["a"])
    assert endpoint.asked == []


def test_off_is_words_alone() -> None:
    embedder = open_embedder(EmbedderSettings("off"), spent=lambda: 0.0, record=lambda *_: None)
    assert embedder.key is None
    assert embedder.question("a") is None


def test_the_package_brings_japanese_and_english_together() -> None:
    embedder = open_embedder(EmbedderSettings(), spent=lambda: 0.0, record=lambda *_: None)
    asked = embedder.question("会議の議事録をまとめるには")
    assert asked is not None
    assert asked.embedder == embedder.key
    minutes, cooking = embedder.passages(
        ["How to summarise the minutes of a meeting", "Boil the pasta for ten minutes"]
    )

    def product(one: bytes, other: bytes) -> int:
        return sum(_signed(a) * _signed(b) for a, b in zip(one, other, strict=True))

    assert product(asked.vector, minutes) > product(asked.vector, cooking)


def test_without_the_package_the_log_says_once_that_words_are_searched_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.llm.embed.find_spec", lambda _name: None)
    embedder = open_embedder(EmbedderSettings(), spent=lambda: 0.0, record=lambda *_: None)
    assert embedder.key is None
    assert caplog.text.count("words alone") == 1


def _signed(code: int) -> int:
    return code - 256 if code > 127 else code


def test_a_question_does_not_wait_for_all_the_passages_of_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    local = LocalEmbedder()
    order: list[str] = []
    begun = threading.Event()

    class Slow:
        def passage(self, text: str) -> Any:
            begun.set()
            order.append(text)
            # long enough for the question to be waiting at the end of it
            threading.Event().wait(0.1)
            return np.ones(4, dtype=np.float32) / 2

        def query(self, text: str) -> Any:
            order.append(text)
            return np.ones(4, dtype=np.float32) / 2

    monkeypatch.setattr(local, "_model", Slow())
    batch = threading.Thread(target=local.passages, args=(["p1", "p2", "p3", "p4"],))
    batch.start()
    begun.wait(5)
    local.question("q")
    batch.join()
    assert order.index("q") <= 2
