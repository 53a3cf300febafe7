"""python -m benchmarks.evaluate --model gpt-5-mini [--base-url URL] [--cases GLOB] [--limit N] [--concurrency N].

The report goes to var/eval as JSON and to stdout as a table; the rest to stderr. Exit codes: 0 judged, 1 the model does
not answer, 2 wrong usage. How good the model is does not change the exit code.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from benchmarks.evaluate.cases import FOLDER, CasesWrong
from benchmarks.evaluate.cases import load as load_cases
from benchmarks.evaluate.report import Report, last, read, save, table
from benchmarks.evaluate.running import ModelDown, Result, run
from bot.config import Settings, load_settings
from bot.errors import SetupError
from bot.llm import ModelSettings
from bot.llm.probe import probe
from bot.llm.prompts import load as load_prompt
from bot.texts import say

_TASKS = ("fill_tip", "merge_tips", "answer", "search_words", "find_details")
_FAILED, _MISUSED = 1, 2


@click.command(help="Judges a model and the prompts by the cases in prompts/cases. The key is OPENAI_API_KEY.")
@click.option("--model", help="Name of the model; LLM_MODEL by default.")
@click.option("--base-url", help="An OpenAI-compatible endpoint; OPENAI_BASE_URL, else OpenAI's own, by default.")
@click.option("--cases", "pattern", help="Only cases whose address or id fits, e.g. 'answer/*.ja/*' or '*glossary*'.")
@click.option("--limit", type=click.IntRange(1), help="At most so many cases of each sort.")
@click.option("--concurrency", type=click.IntRange(1, 64), default=4, show_default=True, help="Cases at a time.")
@click.option("--against", type=click.Path(path_type=Path), help="An earlier report; the newest by default.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("var/eval"), show_default=True, help="Folder.")
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, help="Cases of your own.")
@click.option("--price-input", type=float, help="USD for a million tokens in.")
@click.option("--price-output", type=float, help="USD for a million tokens out.")
@click.option("--max-output-tokens", type=click.IntRange(50), help="What the model may write in one call.")
def main(
    model: str | None,
    base_url: str | None,
    pattern: str | None,
    limit: int | None,
    concurrency: int,
    against: Path | None,
    out: Path,
    folder: Path,
    price_input: float | None,
    price_output: float | None,
    max_output_tokens: int | None,
) -> None:
    try:
        configured = load_settings()
        cases = load_cases(folder).chosen(pattern, limit)
        before = read(against) if against else last(out)
    except SetupError as wrong:
        _stop(say("en", wrong.text_key, **wrong.values), _MISUSED)
    except (CasesWrong, ValueError) as wrong:
        _stop(str(wrong), _MISUSED)
    settings = _settings(configured, model, base_url, price_input, price_output, max_output_tokens)
    count = len(cases)
    if not count:
        _stop(f"No case fits {pattern}.", _MISUSED)
    if not settings.api_key and not settings.base_url:
        _stop("Set OPENAI_API_KEY, or give --base-url for a model of your own.", _MISUSED)
    if wrong_with_it := probe(settings.api_key, settings.base_url, settings.model):
        _stop(f"The model {settings.model} does not answer: {wrong_with_it}.", _FAILED)
    progress = _Progress(count)
    try:
        results = run(cases, settings, concurrency=concurrency, progress=progress)
    except ModelDown as down:
        _stop(f"The model {settings.model} stopped answering ({down}). Nothing was written.", _FAILED)
    report = Report(
        at=datetime.now(UTC),
        model=settings.model,
        endpoint=settings.base_url or "api.openai.com",
        prompts={task: load_prompt(task).version for task in _TASKS},
        results=results,
    )
    click.echo(table(report, before))
    click.echo(f"Written to {save(report, out)}", err=True)


def _settings(
    configured: Settings,
    model: str | None,
    base_url: str | None,
    price_input: float | None,
    price_output: float | None,
    max_output_tokens: int | None,
) -> ModelSettings:
    key = configured.openai_api_key
    return ModelSettings(
        api_key=key.get_secret_value() if key else None,
        base_url=base_url or configured.openai_base_url,
        model=model or configured.llm_model,
        timeout_seconds=configured.llm_timeout_seconds,
        context_tokens=configured.llm_context_tokens,
        max_output_tokens=max_output_tokens or configured.llm_max_output_tokens,
        price_input=configured.llm_price_input if price_input is None else price_input,
        price_output=configured.llm_price_output if price_output is None else price_output,
    )


def _stop(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)


class _Progress:
    """Says on stderr how far it is: on one line in a terminal, now and then elsewhere."""

    def __init__(self, count: int) -> None:
        self._count, self._done, self._wrong = count, 0, 0

    def __call__(self, result: Result) -> None:
        self._done += 1
        self._wrong += not result.is_right
        is_terminal = sys.stderr.isatty()
        if is_terminal or self._done == self._count or self._done % 10 == 0:
            told = f"{self._done}/{self._count} cases, {self._wrong} with something wrong"
            click.echo(f"\r{told}" if is_terminal else told, err=True, nl=not is_terminal or self._done == self._count)


if __name__ == "__main__":
    main()
