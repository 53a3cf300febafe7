"""Promise 2 at length: random workspaces, viewers and questions at every surface, against the ten-line rule.

python -m benchmarks.visibility --cases 100000
python -m benchmarks.visibility --timing        an outsider's question about what one invisible tip says, and without it

A case is one viewer at one surface. Ends with 1 at the first leak, and names the seed it came from.
"""

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from storage import imports, search
from storage.database import Database, migrate, open_database
from storage.records import ImportedTip, Viewer, Visibility
from tests.visibility.workspace import CHANNELS, fill, leaks, world_of

_A_WORKSPACE = 5_000
_TIPS = 60
_AROUND, _TIMES = 2_000, 600
_HIDDEN = "zanzibar"
"""A word that stands in the invisible tip alone."""


def _cases(seed: int, cases: int, empty: Path, folder: Path) -> list[str]:
    """What went wrong in one workspace."""
    chance = random.Random(seed)  # noqa: S311 - a seeded draw, guards nothing
    shutil.copy(empty, folder / "tips.db")
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    db = open_database(f"sqlite:///{folder / 'tips.db'}", now=lambda: moment)
    try:
        placed = fill(db, chance, (None, *CHANNELS, None), range(_TIPS))
        return list(leaks(world_of(db, folder / "index"), placed, chance, cases))
    finally:
        db.close()


@contextmanager
def _place(*, hides: bool) -> Iterator[tuple[Database, search.Index]]:
    """Tips that everybody sees, tips of other channels, and, if it hides one, a tip of a channel without the viewer."""
    with tempfile.TemporaryDirectory() as folder:
        db = open_database(f"sqlite:///{folder}/tips.db", now=lambda: datetime.now(UTC))
        migrate(db)
        told = (ImportedTip(external_id=f"{n}", title=f"議事録の要約 minutes {n}") for n in range(_AROUND))
        list(imports.add_imported(db, "T1", told, visibility=Visibility()))
        others = [ImportedTip(external_id=f"other {n}", title=f"議事録の要約 minutes {n}") for n in range(_AROUND // 4)]
        list(imports.add_imported(db, "T1", others, visibility=Visibility("C3")))
        if hides:
            hidden = ImportedTip(external_id="hidden", title=f"{_HIDDEN} minutes")
            list(imports.add_imported(db, "T1", [hidden], visibility=Visibility("C1")))
        yield db, search.open_index(db, Path(folder) / "index")
        db.close()


def _timing() -> None:
    """CPU of the searching thread, the two workspaces in turns. A share of 0.5 tells nothing."""
    outsider = Viewer("T1", "U1", is_full_member=True, channel_ids=frozenset({"C2"}))
    with _place(hides=True) as hiding, _place(hides=False) as plain:
        for question in (_HIDDEN, f"{_HIDDEN} minutes"):
            took: dict[bool, list[int]] = {True: [], False: []}
            for number in range(2 * _TIMES):
                # whichever comes second finds warmer caches
                for hides in (True, False) if number % 2 else (False, True):
                    db, index = hiding if hides else plain
                    before = time.thread_time_ns()
                    search.search(db, index, outsider, question)
                    took[hides].append(time.thread_time_ns() - before)
            ratio = statistics.median(took[True]) / statistics.median(took[False])
            longer = statistics.fmean(one > other for one, other in zip(took[True], took[False], strict=True))
            print(f"{question!r}: median with the tip / without {ratio:.3f}, longer in a share of {longer:.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--timing", action="store_true")
    asked = parser.parse_args()
    if asked.timing:
        _timing()
        return 0
    began, done, seed = time.monotonic(), 0, asked.seed
    with tempfile.TemporaryDirectory() as place:
        empty = Path(place) / "empty.db"
        db = open_database(f"sqlite:///{empty}", now=lambda: datetime.now(UTC))
        migrate(db)
        db.close()
        while done < asked.cases:
            cases = min(_A_WORKSPACE, asked.cases - done)
            with tempfile.TemporaryDirectory() as folder:
                found = _cases(seed, cases, empty, Path(folder))
            if found:
                print(f"seed {seed}: {len(found)} leaks, the first: {found[0]}")
                return 1
            done, seed = done + cases, seed + 1
            print(
                f"{done} cases in {seed - asked.seed} workspaces, {time.monotonic() - began:.0f} s, no leak", flush=True
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
