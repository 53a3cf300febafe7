"""A simulated year: 300 people in two languages and seven time zones live with the bot, 52 weeks in minutes.

python -m benchmarks.simulate                      the year; its rules are checked, its figures printed and charted
python -m benchmarks.simulate --crashes            the year twice, the second time with a crash every day: the same?
python -m benchmarks.simulate --weeks 4 --people 60 --start 2026-03-09 --lively 3     a short one

Ctrl-C or SIGTERM end it early; what was lived through is told all the same.

Ends with 1 when a rule was broken, or when the two years differ.
"""

import argparse
import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.simulate.checking import Check, differing
from benchmarks.simulate.company import told
from benchmarks.simulate.report import as_json, draw, lines
from benchmarks.simulate.year import START, Lived, live

_SHOWN = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--start", type=datetime.fromisoformat, default=START, help="a Monday")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lively", type=float, default=1.0, help="so much more often people do what they do")
    parser.add_argument("--crashes", action="store_true", help="then once more, with a crash every day")
    parser.add_argument("--chart", type=Path, help="draws the year into this SVG file; not with --crashes")
    parser.add_argument("--json", type=Path, help="writes the figures into this file")
    parser.add_argument("--log", type=Path, help="keeps the bot's log in this file")
    given = parser.parse_args()
    # also where a shell lets what it starts in the background ignore Ctrl-C
    _on_signals(_break_off)

    def once(*, crashes: bool) -> Lived:
        return live(
            count=given.people,
            days=7 * given.weeks,
            start=given.start.replace(tzinfo=UTC),
            seed=given.seed,
            lively=given.lively,
            crashes=crashes,
            compared=given.crashes,
            log=given.log,
            say=lambda line: print(line, file=sys.stderr, flush=True),
        )

    lived = once(crashes=False)
    print(told(lived.people))
    wrong = _say(lived)
    # years that are compared are without the queue, and no picture of a whole one
    if given.chart and not given.crashes:
        draw(lived, given.chart)
    if given.json:
        given.json.write_text(json.dumps(as_json(lived), ensure_ascii=False, indent=1) + "\n", "utf-8")
    if given.crashes:
        again = once(crashes=True)
        wrong += _say(again)
        missing, new = differing(lived.standing, again.standing)
        print(f"messages that only the year without crashes has: {len(missing)}; only the one with them: {len(new)}")
        for side in (missing, new):
            for to, day, words in side[:_SHOWN]:
                print(f"  {to} {day} {words[:100]!r}")
        wrong += len(missing) + len(new)
    sys.exit(bool(wrong))


def _on_signals(handler: Any) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, handler)


def _break_off(*_: object) -> None:
    """Once: what follows is told in peace."""
    _on_signals(signal.SIG_IGN)
    raise KeyboardInterrupt


def _say(lived: Lived) -> int:
    print("\n".join(lines(lived)), flush=True)
    broken = Check(lived.people, lived.kept, lived.posts, lived.ends).broken()
    print(f"rules broken: {len(broken)}")
    for said in broken[:_SHOWN]:
        print(f"  {said}")
    return len(broken)


if __name__ == "__main__":
    main()
