"""The growth of the search, drawn to be read on light and dark pages."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl

from benchmarks.search.speed import Speed

mpl.use("Agg")
from matplotlib import pyplot as plt

_INK = "#7a7a7a"
"""Readable on white and on black."""


def draw(measured: Sequence[Speed], file: Path) -> None:
    """CPU of a query by the number of tips, beside what was to be reached."""
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
    figure, axes = plt.subplots(figsize=(7, 4))
    sizes = [one.tips for one in measured]
    axes.plot(sizes, [one.cpu_p99 for one in measured], "o-", color="#2a8fd6", label="words and meaning, p99")
    axes.plot(sizes, [one.cpu_p50 for one in measured], "o--", color="#2a8fd6", label="words and meaning, p50")
    axes.plot(sizes, [one.words_p99 for one in measured], "s-", color="#d6802a", label="words alone, p99")
    axes.plot([100_000, 1_000_000], [10, 60], "x", color="#c03a3a", label="to be reached")
    axes.set(xscale="log", yscale="log", xlabel="tips", ylabel="ms of CPU a query, without its embedding")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(framealpha=0)
    figure.tight_layout()
    figure.savefig(file, transparent=True, metadata={"Date": None})
    plt.close(figure)
