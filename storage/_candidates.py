"""What the database says of the tips that the indexes propose: those that may be seen, and how they fared."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage._facets import tools_of
from storage._tables import TipRow, TrialRow
from storage._touched import CONFIRMED_AT, OF_THE_TIP, last_touched
from storage._visibility import VISIBLE, is_listed, viewing
from storage.database import Database
from storage.records import Tip, Trials, Viewer
from storage.tips import tip_of

_OWN_TIPS = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """A tip that the viewer may see.

    `touched`: as `storage._touched` says it.

    `thread` (channel, ts): where it came from, if that may be known.
    """

    tip: Tip
    trials: Trials
    touched: datetime
    thread: tuple[str | None, str | None]


def _counted(outcome: str) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((TrialRow.outcome == outcome, 1), else_=0)).label(outcome)


# one statement, put together once: every search pays for it
_SEEN = (
    sa.select(
        *sa.inspect(TipRow).local_table.c,
        *map(_counted, ("worked", "changed", "failed")),
        CONFIRMED_AT,
    )
    .outerjoin(TrialRow, OF_THE_TIP)
    .where(VISIBLE, is_listed(TipRow.id, sa.bindparam("tip_ids", type_=sa.String)))
    .group_by(TipRow.team_id, TipRow.id)
)
# a union, each half by its index: one condition with "or" would walk over all tips
_SHARED_OR_TRIED = sa.union(
    sa.select(TipRow.id).where(
        TipRow.team_id == sa.bindparam("viewer_team"), TipRow.author_id == sa.bindparam("user_id")
    ),
    sa.select(TrialRow.tip_id).where(
        TrialRow.team_id == sa.bindparam("viewer_team"), TrialRow.user_id == sa.bindparam("user_id")
    ),
)
# unsorted: SQLite would else take the index of dates and walk over all tips after all
_OWN = sa.select(TipRow.updated_at, TipRow.id, TipRow.content).where(VISIBLE, TipRow.id.in_(_SHARED_OR_TRIED))


def seen(db: Database, viewer: Viewer, tip_ids: Sequence[str]) -> dict[str, Seen]:
    """Those of the tips that the viewer may see, by id."""
    with db.asking() as connection:
        rows = connection.execute(_SEEN, {**viewing(viewer), "tip_ids": json.dumps(list(tip_ids))}).all()
    return {
        row.id: Seen(
            tip_of(row),
            Trials(row.worked, row.changed, row.failed),
            last_touched(row),
            (row.source_channel_id, row.source_thread_ts),
        )
        for row in rows
    }


def own_tools(db: Database, viewer: Viewer) -> frozenset[str]:
    """Tools of the latest tips that the viewer shared under their name or tried, as filter tokens."""
    if viewer.user_id is None:
        return frozenset()
    with db.asking() as connection:
        rows = connection.execute(_OWN, {**viewing(viewer), "user_id": viewer.user_id}).all()
    latest = sorted(rows, key=lambda row: (row.updated_at, row.id))[-_OWN_TIPS:]
    contents = [row.content for row in latest if row.content]
    return frozenset().union(*(tools_of([*one.get("tools", ()), *one.get("models", ())]) for one in contents))
