"""What came of it when people tried a tip: one word a person and tip, the last one wins. Only sums are ever read."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _merged
from storage._tables import TipRow, TrialRow
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import TrialOutcome, Trials, Viewer
from storage.tips import IsOwner, row_of_another

_Counted = sa.Select[str, str, int]


def note(db: Database, viewer: Viewer, tip_id: str, outcome: TrialOutcome, *, is_owner: IsOwner) -> None:
    """Notes that the viewer tried a tip; another outcome replaces the last one and what was said about it.

    Raises NotFound for a tip they do not see, Own for their own.
    """
    with db.writing() as session:
        tip = row_of_another(session, viewer, tip_id, is_owner)
        key = {"team_id": viewer.team_id, "tip_id": tip.id, "user_id": viewer.user_id}
        insert_if_absent(session, TrialRow, **key, outcome=outcome, note="", tried_at=db.now())
        row = session.get_one(TrialRow, tuple(key.values()), with_for_update=True)
        if row.outcome != outcome:
            row.tool, row.model, row.note = None, None, ""
        row.outcome, row.tried_at = outcome, db.now()


def describe(db: Database, viewer: Viewer, tip_id: str, *, tool: str | None, model: str | None, note: str) -> None:
    """Adds with what, and a line (redacted), to what the viewer noted. Raises NotFound when there is nothing noted."""
    with db.writing() as session:
        here = _merged.current(session, viewer.team_id, tip_id)
        row = session.get(TrialRow, (viewer.team_id, here, viewer.user_id), with_for_update=True)
        if row is None:
            raise NotFound("nothing was noted")
        row.tool, row.model, row.note = tool, model, note


def of_tips(db: Database, viewer: Viewer, tip_ids: Sequence[str]) -> dict[str, Trials]:
    """The sums of those tips that the viewer may see and that somebody tried."""
    seen = sa.and_(TipRow.team_id == TrialRow.team_id, TipRow.id == TrialRow.tip_id)
    return _sums(db, tip_ids, lambda counted: counted.join(TipRow, seen).where(visible_to(viewer)))


def for_owner(db: Database, viewer: Viewer, own: Sequence[str]) -> dict[str, Trials]:
    """The sums of the viewer's own tips (`tips.of_owner`), whoever may see them."""
    return _sums(db, own, lambda counted: counted.where(TrialRow.team_id == viewer.team_id))


def _sums(db: Database, tip_ids: Sequence[str], among: Callable[[_Counted], _Counted]) -> dict[str, Trials]:
    found: defaultdict[str, Trials] = defaultdict(Trials)
    counted = sa.select(TrialRow.tip_id, TrialRow.outcome, sa.func.count()).group_by(TrialRow.tip_id, TrialRow.outcome)
    with db.reading() as session:
        for tip_id, outcome, count in session.execute(among(counted.where(TrialRow.tip_id.in_(list(tip_ids))))):
            found[tip_id] = replace(found[tip_id], **{outcome: count})
    return dict(found)


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes what came of it when somebody tried tips. For storage's own modules."""
    session.execute(sa.delete(TrialRow).where(TrialRow.team_id == team_id, TrialRow.user_id == user_id))
