"""The growth of the search, drawn to be read on light and dark pages."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

from benchmarks.search.speed import Speed

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib import ticker

_INK = "#7a7a7a"
"""Readable on white and on black."""

_BLUE, _ORANGE, _RED = "#2a8fd6", "#d6802a", "#c03a3a"


def draw(measured: Sequence[Speed], file: Path) -> None:
    """CPU of a query, memory and disk by the number of tips, beside what was to be reached."""
    mpl.rcParams.update(
        {
            "text.color": _INK,
            "axes.labelcolor": _INK,
            "axes.edgecolor": _INK,
            "xtick.color": _INK,
            "ytick.color": _INK,
            "svg.hashsalt": "yoridokoro",
        }
    )
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), width_ratios=(3, 2))
    sizes = [one.tips for one in measured]
    left.plot(sizes, [one.cpu_p99 for one in measured], "o-", color=_BLUE, label="words and meaning, p99")
    left.plot(sizes, [one.cpu_p50 for one in measured], "o--", color=_BLUE, label="words and meaning, p50")
    left.plot(sizes, [one.words_p99 for one in measured], "s-", color=_ORANGE, label="words alone, p99")
    left.plot([100_000, 1_000_000], [10, 60], "x", color=_RED, label="to be reached")
    left.set(yscale="log", ylabel="ms of CPU a query, without its embedding", yticks=(3, 5, 10, 20, 30, 60))
    right.plot(sizes, [one.memory_mb for one in measured], "o-", color=_BLUE, label="memory")
    right.plot(sizes, [one.disk_mb for one in measured], "s-", color=_ORANGE, label="index on disk")
    right.plot([1_000_000], [1_000], "x", color=_RED, label="to be reached")
    right.set(yscale="log", ylabel="MB", yticks=(10, 30, 100, 300, 1_000))
    for axes in (left, right):
        axes.set(xscale="log", xlabel="tips", xticks=sizes)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            axis.set_minor_locator(ticker.NullLocator())
        axes.grid(visible=True, alpha=0.3)
        axes.legend(framealpha=0)
    figure.tight_layout()
    figure.savefig(file, transparent=True, metadata={"Date": None})
    plt.close(figure)
