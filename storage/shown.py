"""Which messages of the bot show which tips, so that they can follow when a tip is withdrawn or loses its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import ShownRow, TipRow
from storage.database import Database, insert_all_absent
from storage.records import Language, MessageRef

Why = Literal["withdrawn", "changed"]


@dataclass(frozen=True, slots=True)
class Outdated:
    """A message that shows a tip as it is not any more."""

    team_id: str
    ref: MessageRef
    language: Language
    why: Why


def note(db: Database, team_id: str, ref: MessageRef, tip_ids: Iterable[str], language: Language) -> None:
    """A message was posted that shows these tips. One that was withdrawn while it was posted has to follow at once."""
    chosen = sorted(set(tip_ids))
    with db.writing() as session:
        # held: a withdrawal at the same time either is seen here, or finds these rows
        there = set(
            session.scalars(
                sa.select(TipRow.id)
                .where(TipRow.team_id == team_id, TipRow.id.in_(chosen), TipRow.state == "published")
                .order_by(TipRow.id)
                .with_for_update(read=True)
            )
        )
        shown = {"team_id": team_id, "channel_id": ref.channel_id, "ts": ref.ts, "language": language}
        insert_all_absent(
            session,
            ShownRow,
            [
                {**shown, "tip_id": one, "stale": None if one in there else "withdrawn", "shown_at": db.now()}
                for one in chosen
            ],
        )


def outdate(session: Session, team_id: str, tip_id: str, why: Why) -> None:
    """The messages that show this tip have to follow. For storage's own modules."""
    session.execute(sa.update(ShownRow).where(ShownRow.team_id == team_id, ShownRow.tip_id == tip_id).values(stale=why))


def outdated(db: Database, team_id: str | None = None) -> list[Outdated]:
    """Each message that has to follow, once."""
    chosen = sa.select(ShownRow).where(ShownRow.stale.is_not(None)).order_by(ShownRow.channel_id, ShownRow.ts)
    if team_id:
        chosen = chosen.where(ShownRow.team_id == team_id)
    with db.reading() as session:
        found = {(row.team_id, row.channel_id, row.ts): row for row in session.scalars(chosen.limit(500))}
        return [
            Outdated(
                row.team_id, MessageRef(row.channel_id, row.ts), cast("Language", row.language), cast("Why", row.stale)
            )
            for row in found.values()
        ]


def gone(db: Database, team_id: str, ref: MessageRef) -> None:
    """A message shows no tip any more."""
    with db.writing() as session:
        session.execute(
            sa.delete(ShownRow).where(
                ShownRow.team_id == team_id, ShownRow.channel_id == ref.channel_id, ShownRow.ts == ref.ts
            )
        )
