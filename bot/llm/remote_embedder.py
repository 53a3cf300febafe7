"""The port `Embedder` over any OpenAI-compatible `/v1/embeddings`."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import httpx2
import openai

from bot.errors import ModelUnavailable
from bot.llm.embed import LONGEST_QUESTION, local_key, shared_local
from bot.llm.endpoint import reach, wait_after
from bot.llm.settings import EmbedderSettings, Record
from bot.llm.tokens import estimate
from storage.meanings import quantised
from storage.records import Meaning

log = logging.getLogger(__name__)

_REMOTE = "/remote"
_AT_ONCE = 64


class RemoteEmbedder:
    """A model behind an OpenAI-compatible endpoint; its dimension is what it answers with."""

    def __init__(self, settings: EmbedderSettings, *, spent: Callable[[], float], record: Record) -> None:
        self.key = settings.name + _REMOTE
        self._settings = settings
        self._spent = spent
        self._record = record
        self._openai = reach(settings)

    def question(self, text: str, key: str | None = None) -> Meaning | None:
        if key == local_key():
            return shared_local().question(text)
        if key not in (None, self.key):
            # another model of the same endpoint
            name = key.removesuffix(_REMOTE)
            earlier = replace(self._settings, name=name)
            return RemoteEmbedder(earlier, spent=self._spent, record=self._record).question(text)
        try:
            return Meaning(self.key, self._embed([text[:LONGEST_QUESTION]], "embed_question", retries=0)[0])
        except ModelUnavailable as unavailable:
            log.info("a question's meaning is not to be had (%s): words alone are searched", unavailable.reason)
            return None

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        found: list[bytes] = []
        for first in range(0, len(texts), _AT_ONCE):
            found += self._embed(texts[first : first + _AT_ONCE], "embed_tip", retries=self._settings.retries)
        return found

    def _embed(self, texts: Sequence[str], task: str, *, retries: int) -> list[bytes]:
        budget = self._settings.monthly_budget_usd
        if budget is not None and self._spent() >= budget:
            raise ModelUnavailable("over_budget")
        for attempt in range(retries + 1):
            try:
                answer = self._openai.embeddings.create(
                    model=self._settings.name, input=list(texts), encoding_format="float"
                )
            except (openai.APIError, httpx2.HTTPError) as error:
                wait_after(error, attempt, retries)
            else:
                self._note(task, texts, getattr(answer.usage, "prompt_tokens", 0))
                return _in_order(answer.data, len(texts))
        raise ModelUnavailable("unreachable")

    def _note(self, task: str, texts: Sequence[str], tokens: int) -> None:
        tokens = tokens or sum(estimate(text) for text in texts)
        self._record(task, self._settings.name, tokens, 0, tokens * self._settings.price / 1_000_000)


def _in_order(data: Sequence[Any], count: int) -> list[bytes]:
    """The vectors in the order of the texts. Raises ModelUnavailable for an answer that is not one for each."""
    vectors = {one.index: one.embedding for one in data}
    if set(vectors) != set(range(count)) or len({len(one) for one in vectors.values()}) != 1 or not vectors[0]:
        raise ModelUnavailable("invalid")
    return [quantised(vectors[number]) for number in range(count)]
