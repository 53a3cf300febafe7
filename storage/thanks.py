"""Thanks for tips, with a reason: for the author alone, and for others when both want it. Nobody is ever counted."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from storage import shown, unasked
from storage._tables import ThanksRow, TipRow
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent, one_at_a_time
from storage.errors import NotFound, NotPossible
from storage.records import Thanks, Viewer
from storage.tips import IsOwner, own_row, row_of_another


def give(
    db: Database,
    viewer: Viewer,
    tip_id: str,
    reason: str,
    *,
    is_owner: IsOwner,
    may_be_public: bool,
    since: datetime,
    a_day: int,
) -> bool:
    """Somebody thanks for a tip, once each. `reason` is redacted. Whether it is new.

    At most `a_day` of theirs since `since`: raises NotPossible. Raises NotFound for a tip they do not see, Own for
    their own.
    """
    with db.writing() as session:
        row = row_of_another(session, viewer, tip_id, is_owner)
        key = (viewer.team_id, row.id, viewer.user_id)
        if session.get(ThanksRow, key) is not None:
            return False
        one_at_a_time(session, "thanks", viewer.team_id, str(viewer.user_id))
        theirs = sa.select(sa.func.count()).where(
            ThanksRow.team_id == viewer.team_id, ThanksRow.user_id == viewer.user_id, ThanksRow.given_at >= since
        )
        if (session.scalar(theirs) or 0) >= a_day:
            raise NotPossible("enough for today")
        now = db.now()
        return insert_if_absent(
            session,
            ThanksRow,
            team_id=viewer.team_id,
            tip_id=row.id,
            user_id=viewer.user_id,
            reason=reason,
            may_be_public=may_be_public,
            is_public=False,
            given_at=now,
            # who shared without a name cannot be written to: they find it in their Home
            told_at=now if row.author_id is None else None,
        )


def untold(db: Database, *, since: datetime, limit: int = 100) -> list[tuple[str, Thanks]]:
    """Thanks since then that a named author was not told of, with the author, the longest waiting first.

    Of each author the first alone: who gets many holds up nobody.
    """
    waiting = sa.func.row_number().over(
        partition_by=(TipRow.team_id, TipRow.author_id), order_by=(ThanksRow.given_at, ThanksRow.user_id)
    )
    every = (
        sa.select(ThanksRow, TipRow.author_id, waiting.label("place"))
        .join(TipRow, sa.and_(TipRow.team_id == ThanksRow.team_id, TipRow.id == ThanksRow.tip_id))
        .where(ThanksRow.told_at.is_(None), ThanksRow.given_at >= since, TipRow.author_id.is_not(None))
        .where(unasked.hears(TipRow.team_id, TipRow.author_id))
        .subquery()
    )
    first = aliased(ThanksRow, every)
    chosen = sa.select(every.c.author_id, first).where(every.c.place == 1).order_by(first.given_at).limit(limit)
    with db.reading() as session:
        return [(author_id, _thanks(row)) for author_id, row in session.execute(chosen) if author_id is not None]


def told(db: Database, one: Thanks) -> None:
    with db.writing() as session:
        row = session.get(ThanksRow, (one.team_id, one.tip_id, one.user_id))
        if row is not None:
            row.told_at = row.told_at or db.now()


def make_public(db: Database, viewer: Viewer, tip_id: str, user_id: str, is_owner: IsOwner) -> None:
    """The author shows thanks to others, where who gave it wants that too. Raises NotFound for anybody else."""
    with db.writing() as session:
        own_row(session, viewer, tip_id, is_owner)
        row = session.get(ThanksRow, (viewer.team_id, tip_id, user_id), with_for_update=True)
        if row is None or not row.may_be_public:
            raise NotFound("no such thanks")
        row.is_public = True


def of_tips(db: Database, team_id: str, tip_ids: Collection[str]) -> dict[str, list[Thanks]]:
    """All thanks for these tips, the newest first: for their author's eyes."""
    chosen = sa.select(ThanksRow).where(ThanksRow.team_id == team_id, ThanksRow.tip_id.in_(sorted(tip_ids)))
    found: dict[str, list[Thanks]] = {}
    with db.reading() as session:
        for row in session.scalars(chosen.order_by(ThanksRow.given_at.desc(), ThanksRow.user_id)):
            found.setdefault(row.tip_id, []).append(_thanks(row))
    return found


def public_of(db: Database, viewer: Viewer, tip_ids: Collection[str]) -> dict[str, list[Thanks]]:
    """What others may read of the thanks for tips that they see, the newest first."""
    chosen = (
        sa.select(ThanksRow)
        .join(TipRow, sa.and_(TipRow.team_id == ThanksRow.team_id, TipRow.id == ThanksRow.tip_id))
        .where(visible_to(viewer), ThanksRow.is_public.is_(True), ThanksRow.tip_id.in_(sorted(tip_ids)))
        .order_by(ThanksRow.given_at.desc(), ThanksRow.user_id)
    )
    found: dict[str, list[Thanks]] = {}
    with db.reading() as session:
        for row in session.scalars(chosen):
            found.setdefault(row.tip_id, []).append(_thanks(row))
    return found


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes the thanks that somebody gave, and where others read them. For storage's own modules."""
    public = sa.select(ThanksRow.tip_id).where(
        ThanksRow.team_id == team_id, ThanksRow.user_id == user_id, ThanksRow.is_public.is_(True)
    )
    for tip_id in session.scalars(public.order_by(ThanksRow.tip_id)).all():
        shown.outdate(session, team_id, tip_id, "changed")
    session.execute(sa.delete(ThanksRow).where(ThanksRow.team_id == team_id, ThanksRow.user_id == user_id))


def _thanks(row: ThanksRow) -> Thanks:
    return Thanks(row.team_id, row.tip_id, row.user_id, row.reason, row.may_be_public, row.is_public, row.given_at)
