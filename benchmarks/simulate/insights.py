"""What the year itself counts beside the bot's insights, which leave out whatever tells of fewer than five people."""

from collections import Counter
from typing import Any

from benchmarks.simulate.company import TEAM
from benchmarks.simulate.kept import Kept
from storage import tips
from storage.database import Database
from storage.records import Kind, Viewer


def counted(db: Database, kept: Kept, people: int) -> dict[str, Any]:
    """Tips, and how many people did each thing at least once."""
    reader = Viewer(TEAM, "U0READER", is_full_member=True)
    shared = list(tips.export(db, reader))
    did = {(moment.what, moment.who) for moment in kept.moments.values() if moment.who}
    return {
        "people": people,
        "came_by": len(kept.wishes),
        "did_once": dict(sorted(Counter(what for what, _ in did).items())),
        "tips": len(shared),
        "without_a_name": sum(tip.is_anonymous for tip in shared),
        "worries": sum(tip.content.kind is Kind.WORRY for tip in shared),
    }
