"""What the model cost, by month, task and model."""

from datetime import datetime

import sqlalchemy as sa

from storage._tables import SpendingRow
from storage.database import Database, insert_if_absent
from storage.records import Spent


def add(
    db: Database,
    team_id: str,
    month: str,
    *,
    task: str,
    model: str,
    input_tokens: int,
    output_tokens: int,
    cost_usd: float,
) -> None:
    """Adds one call to the month (YYYY-MM)."""
    with db.writing() as session:
        key = {"team_id": team_id, "month": month, "task": task, "model": model}
        insert_if_absent(session, SpendingRow, **key, calls=0, input_tokens=0, output_tokens=0, cost_usd=0.0)
        row = session.get_one(SpendingRow, (team_id, month, task, model), with_for_update=True)
        row.calls += 1
        row.input_tokens += input_tokens
        row.output_tokens += output_tokens
        row.cost_usd += cost_usd


def month_of(moment: datetime) -> str:
    """The month that a call is counted in, in UTC."""
    return f"{moment:%Y-%m}"


def of_month(db: Database, team_id: str, month: str) -> Spent:
    with db.reading() as session:
        calls, tokens_in, tokens_out, cost = session.execute(
            sa.select(
                sa.func.coalesce(sa.func.sum(SpendingRow.calls), 0),
                sa.func.coalesce(sa.func.sum(SpendingRow.input_tokens), 0),
                sa.func.coalesce(sa.func.sum(SpendingRow.output_tokens), 0),
                sa.func.coalesce(sa.func.sum(SpendingRow.cost_usd), 0.0),
            ).where(SpendingRow.team_id == team_id, SpendingRow.month == month)
        ).one()
        return Spent(month, int(calls), int(tokens_in), int(tokens_out), float(cost))
