"""Promise 2 at length: random workspaces, viewers and questions at every surface, against the ten-line rule.

python -m benchmarks.visibility --cases 100000

A case is one viewer at one surface. Ends with 1 at the first leak, and names the seed it came from.
"""

import argparse
import random
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from storage.database import migrate, open_database
from tests.visibility.workspace import CHANNELS, fill, leaks, world_of

_A_WORKSPACE = 5_000
_TIPS = 60


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
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
