"""Quality and speed of the search, beside others, in one run.

python -m benchmarks.search --sets DIR [--sizes 10000,100000,1000000] [--pool 1500] [--questions 400]
python -m benchmarks.search --sets DIR --factors    what evidence, freshness, own tools, language and the fold may weigh

Weights are chosen on half of the questions; every figure is of the other half. Texts are embedded once and kept in
var/bench-search. Quality needs minutes for each thousand tips that are new to it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.search import chart, factors, quality, speed, twins
from benchmarks.search.quality import Prepared
from benchmarks.search.sets import OWN, Vectors, read

_BEHIND = (0.03, 0.05, 0.07, 1.0)
_CUTS = (0.78, 0.79, 0.8, 0.81, 0.815, 0.82, 0.825, 0.83, 0.84, 0.85)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, help="folder of folders with corpus.jsonl, queries.jsonl, qrels.tsv")
    parser.add_argument("--sizes", default="", help="numbers of made-up tips to measure speed at, comma-separated")
    parser.add_argument("--pool", type=int, default=450, help="documents of a set at the most")
    parser.add_argument("--questions", type=int, default=350, help="questions of a set at the most")
    parser.add_argument("--cache", type=Path, default=Path("var/bench-search"))
    parser.add_argument(
        "--kept", type=Path, help="folder in which made-up tips and their index are kept and used again"
    )
    parser.add_argument("--chart", type=Path, help="draws the growth there (SVG)")
    parser.add_argument("--factors", action="store_true", help="the mild factors and the fold, and nothing else")
    chosen = parser.parse_args()
    vectors = Vectors(chosen.cache)
    folders = [OWN, *(sorted(one for one in chosen.sets.iterdir() if one.is_dir()) if chosen.sets else [])]
    with ExitStack() as stack:
        sets = (
            stack.enter_context(quality.prepared(read(folder, pool=chosen.pool, questions=chosen.questions), vectors))
            for folder in folders
        )
        if chosen.factors:
            every = list(sets)
            factors.report(every)
            twins.report(every, vectors)
            return
        for ready in sets:
            _print_quality(ready)
            _print_likely(ready)
            if ready.of.unanswerable:
                _print_silence(ready, vectors)
    _print_speed([int(size) for size in chosen.sizes.split(",") if size], chosen.kept, chosen.chart)


def _print_quality(ready: Prepared) -> None:
    print(f"\n{ready.of.name}: {len(ready.of.tips)} tips, {len(ready.of.half(1))} questions reported, others chosen on")
    weights = quality.chosen_weights(ready)
    print("nDCG by weight of meaning, chosen on: " + " ".join(f"{w}:{v:.3f}" for w, v in weights.items()))
    methods = quality.methods(ready)
    for name, order in methods.items():
        found = quality.figures(order, ready)
        print(f"{name:24} nDCG@10 {found.ndcg}  recall@10 {found.recall:.3f}  MRR {found.mrr:.3f}", flush=True)
    for name, apart in quality.differences(ready, methods, "this search").items():
        print(f"this search beside {name:24} {apart:+}", flush=True)


def _print_likely(ready: Prepared) -> None:
    """What a limit behind the best takes from tips that answer, and from those that do not."""
    for behind in _BEHIND:
        print(f"likely answers, at most {behind} behind the best", end="")
        for half, title in enumerate(("chosen on", "reported")):
            right, wrong = quality.likely(ready, half, behind)
            print(f"; {title}: {right} that answer, {wrong} that do not", end="")
        print(flush=True)


def _print_silence(ready: Prepared, vectors: Vectors) -> None:
    """What a cut keeps of the answerable questions, and how many of the others it leaves without tips."""
    halves = {title: quality.silence(ready, vectors, half) for half, title in enumerate(("chosen on", "reported"))}
    for cut in _CUTS:
        print(f"cut {cut}", end="")
        for title, (answerable, foreign) in halves.items():
            kept, silent = sum(one >= cut for one in answerable), sum(one < cut for one in foreign)
            print(f"; {title}: {kept} of {len(answerable)} with tips", end="")
            print(f", {silent} of {len(foreign)} unanswerable ones without", end="")
        print(flush=True)


def _print_speed(sizes: Sequence[int], kept: Path | None, drawn: Path | None) -> None:
    measured = []
    for size in sizes:
        measured.append(speed.measure(size, kept=kept))
        print(json.dumps(asdict(measured[-1])), flush=True)
    if sizes:
        p50, p99 = speed.embedding_ms()
        print(f"embedding a question: {p50:.0f} ms p50, {p99:.0f} ms p99 of CPU")
    if drawn and measured:
        chart.draw(measured, drawn)
        print(f"drawn: {drawn}", file=sys.stderr)


if __name__ == "__main__":
    main()
