"""What a simulated year says in figures, and its chart."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

import matplotlib as mpl

from benchmarks.simulate.judged import Judged, kind_of
from benchmarks.simulate.record import Post
from benchmarks.simulate.year import Lived

mpl.use("Agg")
from matplotlib import pyplot as plt

_INK = "#7a7a7a"
"""Readable on white and on black."""

_BLUE, _ORANGE, _GREEN = "#0072b2", "#d55e00", "#009e73"
"""Okabe and Ito's colours: told apart by the colour-blind, too."""

KINDS = ("digest", "prompt", "tried", "thanks", "welcome", "month", "care", "echo", "hollowing", "turn", "swap")


@dataclass(frozen=True)
class Figures:
    """By week: messages that came unasked to each person who had come by, what came in all, hosts' minutes.

    `queue_minutes` is what the bot counted, `theme_minutes` what the year guesses for themes, which it does not count.
    """

    a_person: Sequence[Sequence[int]]
    by_kind: dict[str, Sequence[int]]
    queue_minutes: Sequence[float]
    theme_minutes: Sequence[float]

    @property
    def weeks(self) -> int:
        return len(self.queue_minutes)

    @property
    def host_minutes(self) -> list[float]:
        return [sum(both) for both in zip(self.queue_minutes, self.theme_minutes, strict=True)]

    @property
    def every(self) -> list[int]:
        """Of all persons and weeks together."""
        return [count for week in self.a_person for count in week]


def figures_of(lived: Lived) -> Figures:
    """Counts only who had come by: to nobody else anything is ever written unasked."""
    check = Judged(lived.people, lived.kept, lived.posts, lived.ends)
    weeks = max(1, -((lived.begins - lived.ends) // timedelta(weeks=1)))

    def week_of(at: float) -> int:
        return min(max(int((at - lived.begins.timestamp()) // 604_800), 0), weeks - 1)

    def own_week(post: Post) -> int:
        """The cap is for a week from Monday to Monday where they are; the last one may go on after the year."""
        return (check.persons[post.to].week(post.moment) - lived.begins.date()).days // 7

    got: Counter[tuple[str, int]] = Counter((post.to, own_week(post)) for post in check.unasked)
    came = {
        one.id: week_of(lived.kept.wishes[one.handle][0].since)
        for one in lived.people
        if one.handle in lived.kept.wishes
    }
    kinds: dict[str, list[int]] = defaultdict(lambda: [0] * weeks)
    for post in check.by_clock:
        if post.to:
            kinds[kind_of(post) or "about one's own"][week_of(post.at)] += 1
    queue, themes = [0.0] * weeks, [0.0] * weeks
    for at, _, spent in lived.kept.theme_minutes:
        themes[week_of(at)] += spent
    for monday, spent in lived.kept.queue_minutes.items():
        queue[week_of(datetime.fromisoformat(monday).replace(tzinfo=UTC).timestamp())] += spent
    a_person = [[got[person, week] for person, since in came.items() if since <= week] for week in range(weeks)]
    return Figures(a_person, dict(kinds), queue, themes)


def lines(lived: Lived) -> Iterator[str]:
    """The year for somebody who reads."""
    figures, check = figures_of(lived), Judged(lived.people, lived.kept, lived.posts, lived.ends)
    came, every = len(lived.kept.wishes), figures.every or [0]
    yield f"{len(lived.people)} people, {figures.weeks} weeks from {lived.begins:%Y-%m-%d}"
    yield f"{lived.acts} acts, {len(lived.posts)} messages of the bot"
    yield f"{lived.wall_seconds:.0f} s, {lived.cpu_seconds:.0f} s of CPU"
    yield f"the bot started {lived.starts} times"
    if lived.crashes:
        yield f"{lived.crashes_at_work} of {lived.crashes} kills came while it was at work"
    yield f"came by: {came} ({100 * came / len(lived.people):.0f} %)"
    yield (
        f"unasked messages a person and week: p50 {_at(every, 50)}, p95 {_at(every, 95)}, max {max(every)}, "
        f"mean {mean(every):.2f} (cap 2)"
    )
    kinds = Counter(kind_of(post) or "about one's own" for post in check.by_clock if post.to)
    yield "by the clock, in all: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    for told, minutes in (
        ("all", figures.host_minutes),
        ("the queue's, as the bot counts", figures.queue_minutes),
        ("themes'", figures.theme_minutes),
    ):
        yield f"hosts' minutes a week, {told}: mean {mean(minutes):.1f}, max {max(minutes):.1f}"
    yield "counted: " + json.dumps(lived.counted, ensure_ascii=False)
    for name, told in (lived.kept.insights.get("words") or {}).items():
        yield f"insights, {name}: {told}"


def draw(lived: Lived, file: Path) -> None:
    """Messages a person got, what came by the clock, and hosts' minutes, by week."""
    _style()
    figures = figures_of(lived)
    weeks = range(1, figures.weeks + 1)
    figure, (top, middle, bottom) = plt.subplots(3, 1, figsize=(8, 8), sharex=True)
    top.plot(weeks, [mean(week) if week else 0 for week in figures.a_person], color=_BLUE, label="mean")
    top.plot(weeks, [_at(week, 95) for week in figures.a_person], "--", color=_BLUE, label="p95")
    top.axhline(2, color=_ORANGE, linestyle=":", label="cap")
    top.set(ylabel="unasked messages\na person and week", ylim=(0, 2.4))
    top.legend(framealpha=0, ncols=3, loc="lower right")
    shown = [kind for kind in (*KINDS, "notice", "about one's own") if kind in figures.by_kind]
    # told apart by the colour-blind; its darkest end would vanish on a dark page
    colours = plt.get_cmap("cividis")
    middle.stackplot(
        weeks,
        *(figures.by_kind[kind] for kind in shown),
        labels=shown,
        colors=[colours(0.3 + 0.7 * place / max(1, len(shown) - 1)) for place in range(len(shown))],
    )
    middle.set(ylabel="messages by the clock")
    middle.legend(framealpha=0, ncols=3, loc="upper left", fontsize="small")
    bottom.bar(weeks, figures.queue_minutes, color=_GREEN, label="the queue")
    bottom.bar(weeks, figures.theme_minutes, bottom=figures.queue_minutes, color=_BLUE, label="themes (a guess)")
    bottom.axhline(15, color=_ORANGE, linestyle=":", label="15 minutes")
    # room for the legend above the bars
    bottom.set(ylabel="hosts' minutes", xlabel="week", ylim=(0, 1.35 * max(15, bottom.get_ylim()[1])))
    bottom.legend(framealpha=0, ncols=3, loc="upper left")
    for axes in (top, middle, bottom):
        axes.grid(visible=True, alpha=0.25)
    figure.tight_layout()
    figure.savefig(file, transparent=True, metadata={"Date": None})
    plt.close(figure)


def draw_insights(lived: Lived, chart: Path) -> None:
    """The bot's own pictures of the last weeks, beside the year's chart."""
    for name, picture in lived.kept.pictures.items():
        chart.with_stem(f"{chart.stem}-insights-{name}").write_text(picture, "utf-8")


def _style() -> None:
    names = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    mpl.rcParams.update({**dict.fromkeys(names, _INK), "svg.hashsalt": "yoridokoro"})


def _at(values: Sequence[int], percent: int) -> float:
    if len(values) < 2:  # noqa: PLR2004 - quantiles needs two
        return float(max(values, default=0))
    return float(quantiles(values, n=100, method="inclusive")[percent - 1])


def as_json(lived: Lived) -> dict[str, Any]:
    """The same for a program."""
    figures = figures_of(lived)
    return {
        "people": len(lived.people),
        "weeks": figures.weeks,
        "acts": lived.acts,
        "messages": len(lived.posts),
        "unasked": {"p50": _at(figures.every, 50), "p95": _at(figures.every, 95), "max": max(figures.every, default=0)},
        "queue_minutes": list(figures.queue_minutes),
        "theme_minutes": list(figures.theme_minutes),
        "wall_seconds": lived.wall_seconds,
        "cpu_seconds": lived.cpu_seconds,
        "counted": lived.counted,
        "insights": lived.kept.insights,
    }
