"""One call of a model: Chat Completions of any OpenAI-compatible endpoint, checked by pydantic, repaired once.

Chat Completions is what OpenAI, Azure, Ollama, vLLM and llama.cpp share. The answer is streamed, so that a model that
still writes is not cut off and a silent one is.
"""

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, TypeVar

import httpx2
import openai
from pydantic import BaseModel, ValidationError

from bot.errors import ModelUnavailable
from bot.llm.endpoint import reach, wait_after
from bot.llm.settings import ModelSettings, Record
from bot.llm.tokens import estimate

log = logging.getLogger(__name__)

M = TypeVar("M", bound=BaseModel)
Messages = list[dict[str, str]]

_FORMATS: tuple[Literal["json_schema", "json_object", "text"], ...] = ("json_schema", "json_object", "text")
_LONGEST_CALL_SECONDS = 600.0
_JSON = re.compile(r"\{.*\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the text, whether it ended by itself, and what it cost in tokens."""

    text: str
    is_whole: bool
    input_tokens: int
    output_tokens: int


class Listener(Protocol):
    """Hears an answer while it is written."""

    def begin(self) -> bool:
        """A try begins, the first or another one; False: what was heard stands, and there shall be none."""
        ...

    def hear(self, piece: str) -> bool:
        """Another piece of the text; False: it is enough."""
        ...


class Enough(Exception):
    """The listener wanted no more."""


class Client:
    """Talks to one endpoint. Remembers which way of asking for JSON it understands. Thread-safe."""

    def __init__(self, settings: ModelSettings, *, spent: Callable[[], float], record: Record) -> None:
        self.settings = settings
        self._spent = spent
        self._record = record
        self._format = 0
        self._lock = threading.Lock()
        self._openai = reach(settings)

    def complete(self, messages: Messages, shape: type[M], task: str, listener: Listener | None = None) -> M:
        """A valid `shape`, after one repair if need be. Raises ModelUnavailable, and Enough where the listener does."""
        budget = self.settings.monthly_budget_usd
        if budget is not None and self._spent() >= budget:
            raise ModelUnavailable("over_budget")
        reply = self._ask(messages, shape, task, listener)
        try:
            return _read(reply, shape)
        except ValueError as wrong:
            if not reply.is_whole:
                raise ModelUnavailable("truncated") from None
            repair = [
                *messages,
                {"role": "assistant", "content": reply.text[:8_000]},
                {
                    "role": "user",
                    "content": f"That is not valid: {_problems(wrong)}. Answer again with the JSON alone.",
                },
            ]
        again = self._ask(repair, shape, task, listener)
        try:
            return _read(again, shape)
        except ValueError:
            raise ModelUnavailable("invalid" if again.is_whole else "truncated") from None

    def _ask(self, messages: Messages, shape: type[BaseModel], task: str, listener: Listener | None) -> Reply:
        """One answer, tried again for what passes by itself."""
        for attempt in range(self.settings.retries + 1):
            if listener is not None and not listener.begin():
                raise ModelUnavailable("broken_off")
            try:
                return self._once(messages, shape, task, listener)
            except openai.BadRequestError as error:
                if not self._ask_more_simply():
                    raise ModelUnavailable("invalid") from error
            except (openai.APIError, httpx2.HTTPError) as error:
                wait_after(error, attempt, self.settings.retries)
        raise ModelUnavailable("unreachable")

    def _once(self, messages: Messages, shape: type[BaseModel], task: str, listener: Listener | None) -> Reply:
        started = time.monotonic()
        asked: dict[str, Any] = {
            "model": self.settings.model,
            "messages": messages,
            "max_completion_tokens": self.settings.max_output_tokens,
            "stream_options": {"include_usage": True},
            **self._response_format(shape),
        }
        stream = self._openai.chat.completions.create(stream=True, **asked)
        parts: list[str] = []
        finish, usage, is_enough = None, None, False
        with stream:
            for chunk in _within(stream, started):
                usage = chunk.usage or usage
                for choice in chunk.choices[:1]:
                    parts.append(choice.delta.content or "")
                    finish = choice.finish_reason or finish
                    is_enough = listener is not None and not listener.hear(parts[-1])
                if is_enough:
                    break
        text = "".join(parts)
        tokens_in = usage.prompt_tokens if usage else sum(estimate(m["content"]) for m in messages)
        tokens_out = usage.completion_tokens if usage else estimate(text)
        self._note(task, tokens_in, tokens_out)
        if is_enough:
            raise Enough
        return Reply(text, finish != "length", tokens_in, tokens_out)

    def _note(self, task: str, tokens_in: int, tokens_out: int) -> None:
        s = self.settings
        cost = (tokens_in * s.price_input + tokens_out * s.price_output) / 1_000_000
        self._record(task, s.model, tokens_in, tokens_out, cost)

    def _response_format(self, shape: type[BaseModel]) -> dict[str, Any]:
        kind = _FORMATS[self._format]
        if kind == "text":
            return {}
        if kind == "json_object":
            return {"response_format": {"type": "json_object"}}
        return {"response_format": {"type": "json_schema", "json_schema": _schema_of(shape)}}

    def _ask_more_simply(self) -> bool:
        """After a 400: the endpoint may not know this way of asking for JSON. False when none is left."""
        with self._lock:
            if self._format + 1 >= len(_FORMATS):
                return False
            self._format += 1
            log.info("the model's endpoint refuses %s, trying %s", _FORMATS[self._format - 1], _FORMATS[self._format])
            return True


def _within(stream: Iterator[Any], started: float) -> Iterator[Any]:
    """The chunks of an answer, up to a generous end of all patience."""
    for chunk in stream:
        if time.monotonic() - started > _LONGEST_CALL_SECONDS:
            raise ModelUnavailable("unreachable")
        yield chunk


def _read(reply: Reply, shape: type[M]) -> M:
    """The shape that a reply holds; some endpoints put words or a fence around it."""
    match = _JSON.search(reply.text)
    if match is None:
        raise ValueError("there is no JSON object in the answer")
    return shape.model_validate(json.loads(match.group()))


def _problems(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        told = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)[:8])
        return "; ".join(told)
    return str(error)[:300]


@cache
def _schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    return {"name": shape.__name__, "strict": True, "schema": _strict(shape.model_json_schema())}


def _strict(schema: Any) -> Any:
    """A schema as strict mode wants it: every property required, nothing else allowed, no defaults."""
    if isinstance(schema, list):
        return [_strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _strict(value) for key, value in schema.items() if key not in ("default", "title")}
    if isinstance(plain.get("properties"), dict):
        plain["properties"] = {key: _strict(value) for key, value in schema["properties"].items()}
        plain["required"] = list(plain["properties"])
        plain["additionalProperties"] = False
    return plain
