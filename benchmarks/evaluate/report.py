"""A run as a report, side by side with an earlier one."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from typing_extensions import override

from benchmarks.evaluate.running import Result

_SHOWN = 15


class Report(BaseModel):
    """One run. `prompts` are the versions of the prompts that were judged."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    model: str
    endpoint: str
    prompts: dict[str, str]
    results: list[Result]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; or, with `of` None, a plain amount."""

    right: float
    of: int | None
    digits: int = 0

    @override
    def __str__(self) -> str:
        if self.of is None:
            return f"{self.right:,.{self.digits}f}"
        return f"{self.right:.0f}/{self.of} {100 * self.right / self.of:.0f}%" if self.of else "–"

    def since(self, before: "Share") -> str:
        """What changed, in points of a percentage or in amounts; empty when nothing did."""
        if self.of is None or before.of is None:
            change = self.right - before.right
            return f"{change:+,.{self.digits}f}" if round(change, self.digits) else ""
        if not self.of or not before.of:
            return ""
        points = 100 * (self.right / self.of - before.right / before.of)
        return f"{points:+.0f}" if round(points) else ""


def save(report: Report, folder: Path) -> Path:
    """Writes it under a name that sorts by time."""
    folder.mkdir(parents=True, exist_ok=True)
    model = "".join(char if char.isalnum() or char in ".-" else "_" for char in report.model)
    path = folder / f"{report.at:%Y%m%dT%H%M%S.%fZ}-{model}.json"
    path.write_text(report.model_dump_json(indent=1), "utf-8")
    return path


def read(path: Path) -> Report:
    """Raises ValueError when the file is no report."""
    try:
        return Report.model_validate_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise ValueError(f"{path} is no report of an evaluation") from error


def last(folder: Path) -> Report | None:
    """The newest report of a folder."""
    paths = sorted(folder.glob("*.json"))
    return read(paths[-1]) if paths else None


def table(report: Report, before: Report | None) -> str:
    """The figures by language and together, beside the earlier run's over the cases that both have."""
    both = {r.id for r in before.results} & {r.id for r in report.results} if before else set()
    lines = [f"{report.model} at {report.endpoint}, {len(report.results)} cases"]
    lines.append("prompts: " + ", ".join(f"{task} {version}" for task, version in sorted(report.prompts.items())))
    if before:
        lines.append(f"beside {before.model} of {before.at:%Y-%m-%d %H:%M} UTC: {len(both)} cases in both")
        lines += [
            f"prompt {task}: {before.prompts.get(task)} before"
            for task, version in sorted(report.prompts.items())
            if before.prompts.get(task) != version
        ]
    rows: list[tuple[str, ...]] = [("", "ja", "en", "all", "in both", "before", "change")]
    now_both = [r for r in report.results if r.id in both]
    old_both = [r for r in before.results if r.id in both] if before else []
    for name, measure in _MEASURES:
        columns = [measure([r for r in report.results if r.language in languages]) for languages in _LANGUAGES]
        now, old = measure(now_both), measure(old_both)
        told = (str(now), str(old), now.since(old)) if both else ("", "", "")
        rows.append((name, *map(str, columns), *told))
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines.append("")
    lines += [
        "  ".join(
            cell.ljust(w) if place == 0 else cell.rjust(w)
            for place, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    lines += ["", *_failures(report.results), *_changed(now_both, old_both), *_wrong(report.results)]
    return "\n".join(lines)


_LANGUAGES = (("ja",), ("en",), ("ja", "en"))
Measure = Callable[[Sequence[Result]], Share]


def _answered(results: Iterable[Result]) -> list[Result]:
    return [r for r in results if r.failed is None]


def _check(sort: str, name: str) -> Measure:
    def measure(results: Sequence[Result]) -> Share:
        looked = [r.checks[name] for r in _answered(results) if r.sort == sort and name in r.checks]
        return Share(sum(looked), len(looked))

    return measure


def _whole(sort: str) -> Measure:
    def measure(results: Sequence[Result]) -> Share:
        own = [r for r in results if r.sort == sort]
        return Share(sum(r.is_right for r in own), len(own))

    return measure


def _fields(results: Sequence[Result]) -> Share:
    looked = [right for r in _answered(results) if r.sort == "capture" for right in r.checks.values()]
    return Share(sum(looked), len(looked))


def _held(results: Sequence[Result]) -> Share:
    own = [r for r in _answered(results) if r.adversarial]
    return Share(sum(r.is_right for r in own), len(own))


def _unsupported(results: Sequence[Result]) -> Share:
    return Share(sum(r.unsupported for r in results), sum(r.sentences for r in results))


def _dropped(results: Sequence[Result]) -> Share:
    written = sum(r.sentences + r.dropped for r in results)
    return Share(sum(r.dropped for r in results), written)


def _wrongly(name: str) -> Measure:
    def measure(results: Sequence[Result]) -> Share:
        looked = [r.checks[name] for r in _answered(results) if name in r.checks]
        return Share(len(looked) - sum(looked), len(looked))

    return measure


_MEASURES: tuple[tuple[str, Measure], ...] = (
    ("captures all right", _whole("capture")),
    ("  fields right", _fields),
    ("  kind", _check("capture", "kind")),
    ("  title", _check("capture", "title")),
    ("  prompts verbatim", _check("capture", "prompts")),
    ("  tools and models", _check("capture", "tools")),
    ("  says what it must", _check("capture", "says")),
    ("  says nothing it must not", _check("capture", "does not say")),
    ("  language", _check("capture", "language")),
    ("  rests on the author", _check("capture", "author")),
    ("answers all right", _whole("answer")),
    ("  answered when it should not", _wrongly("silent")),
    ("  not answered when it should", _wrongly("answered")),
    ("  cites what it must", _check("answer", "cites")),
    ("  says what it must", _check("answer", "says")),
    ("  says nothing it must not", _check("answer", "does not say")),
    ("  language", _check("answer", "language")),
    ("  unsupported sentences", _unsupported),
    ("  unsupported sentences dropped", _dropped),
    ("details all right", _whole("details")),
    ("  finds what leads to people", _check("details", "finds")),
    ("  as what it is", _check("details", "detail kind")),
    ("  and nothing else", _check("details", "nothing else")),
    ("adversarial held", _held),
    ("failed", lambda results: Share(sum(r.failed is not None for r in results), len(results))),
    ("tokens in", lambda results: Share(sum(r.tokens_in for r in results), None)),
    ("tokens out", lambda results: Share(sum(r.tokens_out for r in results), None)),
    ("cost in USD", lambda results: Share(sum(r.usd for r in results), None, 4)),
    ("seconds, all calls", lambda results: Share(sum(r.seconds for r in results), None)),
)


def _failures(results: Iterable[Result]) -> Iterator[str]:
    reasons = Counter(r.failed for r in results if r.failed)
    if reasons:
        yield "failed: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())


def _changed(now: Sequence[Result], old: Sequence[Result]) -> Iterator[str]:
    was = {r.id: r.is_right for r in old}
    for word, is_right in (("better", True), ("worse", False)):
        ids = sorted(r.id for r in now if r.is_right is is_right and was[r.id] is not is_right)
        if ids:
            yield f"{word}: {', '.join(ids)}"


def _wrong(results: Sequence[Result]) -> Iterator[str]:
    wrong = [r for r in results if not r.is_right]
    for result in wrong[:_SHOWN]:
        why = "; ".join(result.problems) or result.failed
        yield f"{result.sort}/{result.theme}.{result.language}/{result.id}: {why}"
    if len(wrong) > _SHOWN:
        yield f"and {len(wrong) - _SHOWN} more: the report has them"
