"""Runs cases through the bot's own code against an endpoint, some at a time."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from pydantic import BaseModel, ConfigDict

from benchmarks.evaluate.cases import AnswerCase, CaptureCase, Cases, DetailCase
from benchmarks.evaluate.judging import Verdict, judge_answer, judge_capture, judge_details
from bot.errors import ModelUnavailable
from bot.llm import ModelSettings, open_model
from bot.ports import Model
from storage.records import Language

_DOWN = frozenset({"unreachable", "refused_key", "out_of_quota"})
_DOWN_IN_A_ROW = 5


class ModelDown(Exception):
    """The endpoint stopped answering; the text is the reason."""


class Result(BaseModel):
    """One case's result. `failed` is the reason why the model gave nothing; USD, seconds and tokens as they came."""

    model_config = ConfigDict(frozen=True)

    id: str
    sort: Literal["capture", "answer", "details"]
    theme: str
    language: Language
    adversarial: str | None = None
    answerable: bool = True
    failed: str | None = None
    checks: dict[str, bool] = {}
    problems: list[str] = []
    sentences: int = 0
    unsupported: int = 0
    dropped: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0
    seconds: float = 0.0
    output: str = ""

    @property
    def is_right(self) -> bool:
        """Whether everything that was looked at is right."""
        return self.failed is None and all(self.checks.values()) and not self.unsupported


class _Spent(threading.local):
    """What the case of this thread has cost."""

    tokens_in, tokens_out, usd = 0, 0, 0.0


def run(cases: Cases, settings: ModelSettings, *, concurrency: int, progress: Callable[[Result], None]) -> list[Result]:
    """A result for each case, in their order. Raises ModelDown when one after another is not answered."""
    spent = _Spent()

    def record(_task: str, _model: str, tokens_in: int, tokens_out: int, usd: float) -> None:
        spent.tokens_in += tokens_in
        spent.tokens_out += tokens_out
        spent.usd += usd

    model = open_model(settings, spent=lambda: 0.0, record=record)

    def one(case: CaptureCase | AnswerCase | DetailCase) -> Result:
        spent.tokens_in, spent.tokens_out, spent.usd = 0, 0, 0.0
        started = time.monotonic()
        failed, output, verdict = None, "", Verdict()
        try:
            verdict, output = _judged(model, case, cases)
        except ModelUnavailable as unavailable:
            failed = unavailable.reason
        return Result(
            id=case.id,
            sort=_SORTS[type(case)],
            theme=case.theme,
            language=case.language,
            adversarial=case.adversarial,
            answerable=case.answerable if isinstance(case, AnswerCase) else True,
            failed=failed,
            checks=verdict.checks,
            problems=verdict.problems,
            sentences=verdict.sentences,
            unsupported=verdict.unsupported,
            dropped=verdict.dropped,
            tokens_in=spent.tokens_in,
            tokens_out=spent.tokens_out,
            usd=spent.usd,
            seconds=round(time.monotonic() - started, 3),
            output=output,
        )

    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="eval")
    try:
        return list(_while_up(pool.map(one, (*cases.capture, *cases.answer, *cases.details)), progress))
    finally:
        pool.shutdown(cancel_futures=True)


def _while_up(results: Iterator[Result], progress: Callable[[Result], None]) -> Iterator[Result]:
    down = 0
    for result in results:
        down = down + 1 if result.failed in _DOWN else 0
        progress(result)
        yield result
        if down == _DOWN_IN_A_ROW:
            raise ModelDown(result.failed)


_SORTS: Mapping[type, Literal["capture", "answer", "details"]] = {
    CaptureCase: "capture",
    AnswerCase: "answer",
    DetailCase: "details",
}


def _judged(model: Model, case: CaptureCase | AnswerCase | DetailCase, cases: Cases) -> tuple[Verdict, str]:
    """What the model made of a case, and what it said."""
    match case:
        case CaptureCase():
            return _capture(model, case)
        case AnswerCase():
            return _answer(model, case, cases)
        case DetailCase():
            found = model.find_details(case.texts, language=case.language)
            return judge_details(case, found), "\n".join(f"{one.kind}: {one.text}" for one in found)


def _capture(model: Model, case: CaptureCase) -> tuple[Verdict, str]:
    filled = model.fill_tip(case.as_thread(), pointed_at=case.marked, language=case.language)
    return judge_capture(case, filled), filled.content.model_dump_json(exclude_defaults=True)


def _answer(model: Model, case: AnswerCase, cases: Cases) -> tuple[Verdict, str]:
    tips = cases.tips_of(case)
    answered = model.answer(case.question, tips, language=case.language, earlier=case.turns())
    output = "\n".join(f"{sentence.text} {list(sentence.cites)}" for sentence in answered.sentences)
    return judge_answer(case, [tip.content for tip in tips], answered), output
