"""When a tip was last touched: shared, edited, verified, or confirmed by a trial that worked as it says.

A trial that worked with changes, or did not work, confirms nothing.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage._tables import TipRow, TrialRow

OF_THE_TIP = sa.and_(TrialRow.team_id == TipRow.team_id, TrialRow.tip_id == TipRow.id)
"""A trial is one of the tip's."""

_CONFIRMS = TrialRow.outcome == "worked"

CONFIRMED_AT = sa.func.max(sa.case((_CONFIRMS, TrialRow.tried_at))).label("confirmed_at")
"""Of trials that are grouped by tip: when the last one confirmed it."""


def last_touched(row: sa.Row[*tuple[Any, ...]]) -> datetime:
    """Of a row that holds a tip's `updated_at` and `verified_at`, and `CONFIRMED_AT`."""
    moments: tuple[datetime | None, ...] = (row.updated_at, row.verified_at, row.confirmed_at)
    return max(filter(None, moments))


def untouched_since(moment: datetime) -> sa.ColumnElement[bool]:
    """True for the tips that nobody touched from `moment` on."""
    confirmed = sa.exists().where(OF_THE_TIP, _CONFIRMS, TrialRow.tried_at >= moment).correlate(TipRow)
    verified = sa.and_(TipRow.verified_at.is_not(None), TipRow.verified_at >= moment)
    return sa.and_(TipRow.updated_at < moment, ~verified, ~confirmed)
