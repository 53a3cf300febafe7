"""Tips from elsewhere: the operator vouches for the consent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._feed import announce
from storage._tables import TipRow
from storage.database import Database
from storage.records import ImportedTip, TipContent, Visibility
from storage.tips import new_id

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in tips."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


def add_imported(
    db: Database, team_id: str, tips: Iterable[ImportedTip], *, visibility: Visibility
) -> Iterator[Imported]:
    """Adds tips from elsewhere in batches; the same external id updates its tip in place. Yields the sum so far."""
    total = Imported()
    feed = iter(tips)
    while batch := list(islice(feed, _BATCH)):
        with db.writing() as session:
            for tip in batch:
                what = _import_one(db, session, team_id, tip, visibility)
                total = Imported(
                    total.added + (what == "added"),
                    total.updated + (what == "updated"),
                    total.unchanged + (what == "unchanged"),
                )
        yield total


def _import_one(db: Database, session: Session, team_id: str, tip: ImportedTip, visibility: Visibility) -> str:
    content = TipContent.model_validate(tip.model_dump(exclude={"external_id", "made_with"})).model_dump(mode="json")
    row = None
    if tip.external_id is not None:
        row = session.scalar(sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.external_id == tip.external_id))
    if row is None:
        row = TipRow(
            team_id=team_id,
            id=new_id(),
            state="published",
            content=content,
            visible_channel_id=visibility.channel_id,
            is_anonymous=False,
            made_with=tip.made_with,
            external_id=tip.external_id,
            published_at=db.now(),
            updated_at=db.now(),
        )
        session.add(row)
        announce(db, session, team_id, row.id)
        return "added"
    same = (row.content, row.visible_channel_id, row.made_with) == (content, visibility.channel_id, tip.made_with)
    # what was withdrawn stays withdrawn, however often its file is imported
    if same or row.state != "published":
        return "unchanged"
    row.content, row.visible_channel_id, row.made_with = content, visibility.channel_id, tip.made_with
    row.updated_at = db.now()
    announce(db, session, team_id, row.id)
    return "updated"
