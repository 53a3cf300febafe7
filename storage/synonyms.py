"""Names of topics and tools that a workspace's hosts made one, beyond those that `storage.terms` knows."""

import sqlalchemy as sa

from storage import terms
from storage._tables import SynonymRow
from storage.database import Database, insert_or_replace
from storage.errors import NotPossible
from storage.records import Synonym

MOST = 200
"""So many names one workspace merges."""


def listed(db: Database, team_id: str) -> list[Synonym]:
    """What hosts made one, the latest first."""
    chosen = sa.select(SynonymRow).where(SynonymRow.team_id == team_id)
    with db.reading() as session:
        rows = session.scalars(chosen.order_by(SynonymRow.merged_at.desc(), SynonymRow.key))
        return [Synonym(row.key, row.label, row.into) for row in rows]


def merged(db: Database, team_id: str) -> dict[str, str]:
    """By key, the name that is used instead, for `storage.terms`."""
    return {one.key: one.into for one in listed(db, team_id)}


def merge(db: Database, team_id: str, name: str, into: str) -> Synonym:
    """From now on `name`, with all its other names, counts as `into`; said again, it stays so.

    Raises NotPossible when they are one by other words already.
    """
    listed_now = listed(db, team_id)
    if same := next((one for one in listed_now if (one.label, one.into) == (name, into)), None):
        return same
    known = {one.key: one.into for one in listed_now}
    key = terms.target_of(name, known)
    target = terms.target_of(into, known)
    if not key or not target or key == target or len(known) >= MOST:
        raise NotPossible("these are one already, or no names")
    with db.writing() as session:
        insert_or_replace(session, SynonymRow, team_id=team_id, key=key, label=name, into=into, merged_at=db.now())
    return Synonym(key, name, into)


def undo(db: Database, team_id: str, key: str) -> bool:
    """The name stands for itself again. Whether it did not."""
    with db.writing() as session:
        row = session.get(SynonymRow, (team_id, key), with_for_update=True)
        if row is None:
            return False
        session.delete(row)
        return True


def spellings(db: Database, team_id: str, name: str) -> tuple[str, ...]:
    """Every name of what somebody calls by this one, their own first."""
    all_of = listed(db, team_id)
    known = {one.key: one.into for one in all_of}
    target = terms.target_of(name, known)
    typed = [one.label for one in all_of if terms.target_of(one.key, known) == target]
    return tuple(dict.fromkeys([*terms.spellings(name, known), *typed]))
