"""Quality and speed of the search, beside others, in one run.

python -m benchmarks.search --sets DIR [--sizes 10000,100000,1000000] [--pool 1500] [--questions 400]

Weights are chosen on half of the questions; every figure is of the other half. Texts are embedded once and kept in
var/bench-search. Quality needs minutes for each thousand tips that are new to it.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.search import chart, quality, speed
from benchmarks.search.sets import OWN, Vectors, read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, help="folder of folders with corpus.jsonl, queries.jsonl, qrels.tsv")
    parser.add_argument("--sizes", default="", help="numbers of made-up tips to measure speed at, comma-separated")
    parser.add_argument("--pool", type=int, default=450, help="documents of a set at the most")
    parser.add_argument("--questions", type=int, default=350, help="questions of a set at the most")
    parser.add_argument("--cache", type=Path, default=Path("var/bench-search"))
    parser.add_argument("--chart", type=Path, help="draws the growth there (SVG)")
    chosen = parser.parse_args()
    vectors = Vectors(chosen.cache)
    folders = [OWN, *(sorted(one for one in chosen.sets.iterdir() if one.is_dir()) if chosen.sets else [])]
    for folder in folders:
        one = read(folder, pool=chosen.pool, questions=chosen.questions)
        with quality.prepared(one, vectors) as ready:
            print(f"\n{one.name}: {len(one.tips)} tips, {len(one.half(1))} questions reported, others chosen on")
            weights = quality.chosen_weights(ready)
            print("nDCG by weight of meaning, chosen on: " + " ".join(f"{w}:{v:.3f}" for w, v in weights.items()))
            methods = quality.methods(ready)
            for name, order in methods.items():
                found = quality.figures(order, ready)
                print(
                    f"{name:24} nDCG@10 {found.ndcg:.3f} [{found.low:.3f}, {found.high:.3f}]"
                    f"  recall@10 {found.recall:.3f}  MRR {found.mrr:.3f}",
                    flush=True,
                )
            for name, (mean, low, high) in quality.differences(ready, methods, "this search").items():
                print(f"this search beside {name:24} {mean:+.3f} [{low:+.3f}, {high:+.3f}]", flush=True)
    sizes = [int(size) for size in chosen.sizes.split(",") if size]
    measured = []
    for size in sizes:
        measured.append(speed.measure(size))
        print(json.dumps(asdict(measured[-1])), flush=True)
    if sizes:
        p50, p99 = speed.embedding_ms()
        print(f"embedding a question: {p50:.0f} ms p50, {p99:.0f} ms p99 of CPU")
    if chosen.chart and measured:
        chart.draw(measured, chosen.chart)
        print(f"drawn: {chosen.chart}", file=sys.stderr)


if __name__ == "__main__":
    main()
