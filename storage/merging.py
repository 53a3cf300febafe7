"""Two tips that say the same become one: what people tried, thanked for and asked follows to the one that stays."""

from collections.abc import Collection
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _merged, _tended, audit, tips
from storage._feed import announce
from storage._tables import Base, MergeRow, NewsRow, SolutionRow, ThanksRow, TipRow, TrialRow, TryRow
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent
from storage.errors import NotFound, NotPossible
from storage.records import Also, Viewer

_AboutTip = TypeVar("_AboutTip", TrialRow, ThanksRow, SolutionRow, TryRow)


def merge(db: Database, session: Session, viewer: Viewer, stays_id: str, goes_id: str) -> None:
    """A host merges two tips which they can see and which the same people see. For storage's own modules.

    Trials and thanks are copied, and go back when the other's owner takes it out again. Raises NotFound, NotPossible
    when others see the one than the other.
    """
    if stays_id == goes_id:
        raise NotFound("one tip alone")
    held = {tip_id: tips.seen_row(session, viewer, tip_id) for tip_id in sorted((stays_id, goes_id))}
    stays, goes = held[stays_id], held[goes_id]
    if stays.visible_channel_id != goes.visible_channel_id:
        raise NotPossible("others see the one than the other")
    _lend(session, goes, stays)
    _hand_over(session, goes, stays)
    for further in _merged.behind(session, viewer.team_id, goes_id):
        _lend(session, further, stays)
        session.get_one(MergeRow, (viewer.team_id, further.id)).into_id = stays_id
    session.add(MergeRow(team_id=viewer.team_id, tip_id=goes_id, into_id=stays_id))
    goes.state = tips.MERGED
    _tended.settle(session, goes)
    _tended.tell(db, session, goes, "merged", stays_id)
    _tended.tell(db, session, stays, "joined", goes_id)
    for row in (stays, goes):
        if not row.is_anonymous:
            audit.note(db, session, viewer.team_id, "tip.merged", actor=viewer.user_id, record=("tip", row.id))
        announce(db, session, viewer.team_id, row.id, at=tips.now_for(db, row))


def also_from(db: Database, viewer: Viewer, tip_ids: Collection[str]) -> dict[str, tuple[Also, ...]]:
    """Who else shared the same with their name, of tips that the viewer may see. Those without a name are not told."""
    behind = sa.orm.aliased(TipRow)
    chosen = (
        sa.select(TipRow.id, behind.author_id, behind.permalink)
        .join(MergeRow, sa.and_(MergeRow.team_id == TipRow.team_id, MergeRow.into_id == TipRow.id))
        .join(behind, sa.and_(behind.team_id == MergeRow.team_id, behind.id == MergeRow.tip_id))
        .where(visible_to(viewer), TipRow.id.in_(sorted(tip_ids)))
        .where(behind.state == tips.MERGED, behind.author_id.is_not(None))
        .order_by(TipRow.id, behind.published_at, behind.id)
    )
    found: dict[str, tuple[Also, ...]] = {}
    with db.reading() as session:
        for tip_id, author_id, permalink in session.execute(chosen):
            if author_id is not None:
                found[tip_id] = (*found.get(tip_id, ()), Also(author_id, permalink))
    return found


def _lend(session: Session, goes: TipRow, stays: TipRow) -> None:
    """Copies of what others said of the one count for the other; who shared the other does not count.

    Thanks were said to another author: they are told of once, and shown to nobody but who they now stand with.
    """
    for trial in session.scalars(_of(TrialRow, goes)).all():
        if trial.user_id != stays.author_id:
            insert_if_absent(session, TrialRow, **_values(trial) | {"tip_id": stays.id})
    for one in session.scalars(_of(ThanksRow, goes)).all():
        if one.user_id != stays.author_id:
            copied = {"tip_id": stays.id, "told_at": one.given_at, "is_public": False}
            insert_if_absent(session, ThanksRow, **_values(one) | copied)


def _hand_over(session: Session, goes: TipRow, stays: TipRow) -> None:
    """What leads to the one leads to the other: answers to questions, who took it along, the theme."""
    led: list[SolutionRow | TryRow] = [*session.scalars(_of(SolutionRow, goes)), *session.scalars(_of(TryRow, goes))]
    for row in led:
        insert_if_absent(session, type(row), **_values(row) | {"tip_id": stays.id})
        session.delete(row)
    untold = sa.and_(NewsRow.team_id == goes.team_id, NewsRow.tip_id == goes.id, NewsRow.told_at.is_(None))
    session.execute(sa.delete(NewsRow).where(untold))
    if stays.theme_id is None and not stays.is_anonymous:
        stays.theme_id = goes.theme_id


def _of(table: type[_AboutTip], tip: TipRow) -> sa.Select[_AboutTip]:
    return sa.select(table).where(table.team_id == tip.team_id, table.tip_id == tip.id)


def _values(row: Base) -> dict[str, Any]:
    return {one.key: getattr(row, one.key) for one in sa.inspect(type(row)).column_attrs}
