"""What became of the community by the end of the year: read from the bot's database, as the last thing."""

from collections import Counter
from typing import Any

from benchmarks.simulate.company import TEAM
from benchmarks.simulate.life import Kept
from storage import questions, tips, trials
from storage.database import Database
from storage.records import Viewer


def insights_of(db: Database, kept: Kept, people: int) -> dict[str, Any]:
    """Tips, trials, open questions, and how many people did each thing at least once."""
    reader = Viewer(TEAM, "U0READER", is_full_member=True)
    shared = list(tips.export(db, reader))
    sums = list(trials.of_tips(db, reader, [tip.id for tip in shared]).values())
    did = {(moment.what, moment.who) for moment in kept.moments.values() if moment.who}
    return {
        "people": people,
        "came_by": len(kept.wishes),
        "did_once": dict(sorted(Counter(what for what, _ in did).items())),
        "tips": len(shared),
        "without_a_name": sum(tip.is_anonymous for tip in shared),
        "authors": len({tip.author_id for tip in shared if tip.author_id}),
        "trials": {
            "worked": sum(one.worked for one in sums),
            "worked_with_changes": sum(one.changed for one in sums),
            "failed": sum(one.failed for one in sums),
        },
        "open_questions": dict(Counter(one.state for one in questions.of_workspace(db, TEAM))),
    }
