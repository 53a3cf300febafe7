"""A simulated year: 300 people in two languages and seven time zones live with the bot, 52 weeks in minutes.

python -m benchmarks.simulate                      the year; its rules are checked, its figures printed and charted
python -m benchmarks.simulate --crashes            the year twice, side by side, once with a crash a day: the same?
python -m benchmarks.simulate --weeks 4 --people 60 --lively 3 --crashes 20      with twenty a day
python -m benchmarks.simulate --weeks 4 --people 60 --start 2026-03-09 --lively 3     a short one

Ctrl-C or SIGTERM end it early, after the day that is lived; what was lived through is told all the same.

Ends with 1 when a rule was broken, or when the two years differ.
"""

import argparse
import json
import pickle
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.simulate.checking import Check, differing
from benchmarks.simulate.company import told
from benchmarks.simulate.report import as_json, draw, draw_insights, lines
from benchmarks.simulate.side_by_side import live_all, live_one, say, say_of_crashes
from benchmarks.simulate.year import START, Lived

_SHOWN = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--start", type=datetime.fromisoformat, default=START, help="a Monday")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lively", type=float, default=1.0, help="so much more often people do what they do")
    parser.add_argument(
        "--crashes", type=int, nargs="?", const=1, default=0, help="twice, the second time with so many crashes a day"
    )
    parser.add_argument("--chart", type=Path, help="draws the year into this SVG file; not with --crashes")
    parser.add_argument("--json", type=Path, help="writes the figures into this file")
    parser.add_argument("--log", type=Path, help="keeps the bot's log in this file; of a year with crashes, beside it")
    parser.add_argument("--differing", type=Path, help="writes what differs into this file, a message a line, whole")
    parser.add_argument("--record", type=Path, help="keeps what was lived in this file, to be judged again")
    parser.add_argument("--judge", type=Path, help="lives through nothing, and judges what such a file holds")
    given = parser.parse_args()
    lived, *crashed = pickle.loads(given.judge.read_bytes()) if given.judge else _lived(given)  # noqa: S301 - one's own
    if given.record:
        given.record.write_bytes(pickle.dumps([lived, *crashed]))
    print(told(lived.people))
    wrong = _say(lived)
    # years that are compared are without the queue, and no picture of a whole one
    if given.chart and not crashed:
        draw(lived, given.chart)
        draw_insights(lived, given.chart)
    if given.json:
        given.json.write_text(json.dumps(as_json(lived), ensure_ascii=False, indent=1) + "\n", "utf-8")
    for again in crashed:
        wrong += _say(again) + _compare(lived, again, given.differing)
    sys.exit(bool(wrong))


def _lived(given: argparse.Namespace) -> list[Lived]:
    """The year, and with --crashes the same once more beside it."""
    year = {
        "count": given.people,
        "days": 7 * given.weeks,
        "start": given.start.replace(tzinfo=UTC),
        "seed": given.seed,
        "lively": given.lively,
        "compared": bool(given.crashes),
        "log": given.log,
        "say": say,
    }
    if not given.crashes:
        return [live_one(year)]
    beside = given.log and given.log.with_stem(f"{given.log.stem}-crashes")
    return live_all([year, {**year, "crashes": given.crashes, "log": beside, "say": say_of_crashes}])


def _compare(lived: Lived, again: Lived, file: Path | None) -> int:
    """Says what only one of two years has; how many messages that are, or 1 where they cannot be compared."""
    if lived.ends != again.ends:
        print(f"not compared: one was broken off at {lived.ends:%Y-%m-%d}, the other at {again.ends:%Y-%m-%d}")
        return 1
    missing, new = differing(lived.standing, again.standing)
    print(f"messages that only the year without crashes has: {len(missing)}; only the one with them: {len(new)}")
    for side in (missing, new):
        for to, day, said in side[:_SHOWN]:
            print(f"  {to} {day} {said[:100]!r}")
    if file:
        sides = [("without crashes", one) for one in missing] + [("with crashes", one) for one in new]
        rows = [{"only": only, "to": to, "day": day, "words": said} for only, (to, day, said) in sides]
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return len(missing) + len(new)


def _say(lived: Lived) -> int:
    print("\n".join(lines(lived)), flush=True)
    broken = Check(lived.people, lived.kept, lived.posts, lived.ends).broken()
    print(f"rules broken: {len(broken)}")
    for said in broken[:_SHOWN]:
        print(f"  {said}")
    return len(broken)


if __name__ == "__main__":
    main()
