"""Worries that want company, and how many have one too: a number for its owner alone, of nobody's name."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from storage import unasked
from storage._kinds import IS_WORRY
from storage._tables import TipRow, WorryEchoRow, WorryToldRow
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent, insert_or_replace
from storage.records import Tip, Viewer
from storage.tips import LIVE, IsOwner, is_own, may_be_of, row_of_another, tip_of

_LOOKED_AT = 30


class Untold(NamedTuple):
    """A named worry that more people have too than its owner was told of."""

    team_id: str
    tip_id: str
    author_id: str
    people: int


def echo(db: Database, viewer: Viewer, tip_id: str, *, on: bool, is_owner: IsOwner) -> None:
    """The viewer has this worry too, or no longer. Raises NotFound for one they do not see, Own for their own."""
    with db.writing() as session:
        worry = row_of_another(session, viewer, tip_id, is_owner, IS_WORRY)
        key = {"team_id": viewer.team_id, "tip_id": worry.id, "user_id": viewer.user_id}
        if on:
            insert_if_absent(session, WorryEchoRow, **key)
        else:
            session.execute(sa.delete(WorryEchoRow).filter_by(**key))


def echoed_by(db: Database, viewer: Viewer) -> frozenset[str]:
    """Ids of the worries that the viewer has too."""
    chosen = sa.select(WorryEchoRow.tip_id).where(
        WorryEchoRow.team_id == viewer.team_id, WorryEchoRow.user_id == viewer.user_id
    )
    with db.reading() as session:
        return frozenset(session.scalars(chosen))


def wanting_company(db: Database, viewer: Viewer, is_owner: IsOwner, *, since: datetime, limit: int) -> list[Tip]:
    """Colleagues' worries that the viewer may see and that were touched since then, newest first.

    Those of nobody who is known, such as imported ones, are left out.
    """
    chosen = (
        sa.select(TipRow)
        .where(visible_to(viewer), TipRow.updated_at >= since, IS_WORRY, TipRow.owner_hash.is_not(None))
        .order_by(TipRow.published_at.desc(), TipRow.id)
        .limit(_LOOKED_AT)
    )
    with db.reading() as session:
        others = [row for row in session.scalars(chosen) if not is_own(row, viewer.user_id, is_owner)]
        return [tip_of(row) for row in others[:limit]]


def echoes_of_owner(db: Database, viewer: Viewer, is_owner: IsOwner) -> list[tuple[Tip, int]]:
    """The viewer's own worries that others have too, and how many: for their eyes alone."""
    people = _counted()
    theirs = may_be_of(viewer.user_id)
    chosen = (
        sa.select(TipRow, people.c.people)
        .join(people, sa.and_(people.c.team_id == TipRow.team_id, people.c.tip_id == TipRow.id))
        .where(TipRow.team_id == viewer.team_id, TipRow.state.in_(LIVE), theirs)
        .order_by(TipRow.published_at.desc(), TipRow.id)
    )
    with db.reading() as session:
        return [(tip_of(row), count) for row, count in session.execute(chosen) if is_own(row, viewer.user_id, is_owner)]


def untold(db: Database, *, told_before: datetime, limit: int = 100) -> list[Untold]:
    """Named worries that more people have too than their owner was told of, and not since then.

    Ids and numbers for the clock; nobody stored could be told of one without a name.
    """
    people = _counted()
    of_tip = sa.and_(people.c.team_id == TipRow.team_id, people.c.tip_id == TipRow.id)
    told = sa.and_(WorryToldRow.team_id == TipRow.team_id, WorryToldRow.tip_id == TipRow.id)
    chosen = (
        sa.select(TipRow.team_id, TipRow.id, TipRow.author_id, people.c.people)
        .join(people, of_tip)
        .outerjoin(WorryToldRow, told)
        .where(TipRow.state == "published", TipRow.author_id.is_not(None))
        .where(unasked.hears(TipRow.team_id, TipRow.author_id))
        .where(sa.func.coalesce(WorryToldRow.people, 0) < people.c.people)
        .where(sa.or_(WorryToldRow.told_at.is_(None), WorryToldRow.told_at < told_before))
        .order_by(TipRow.team_id, TipRow.id)
        .limit(limit)
    )
    with db.reading() as session:
        return [Untold(*row) for row in session.execute(chosen)]


def told(db: Database, one: Untold) -> None:
    """The owner was told of so many."""
    with db.writing() as session:
        key = {"team_id": one.team_id, "tip_id": one.tip_id}
        insert_or_replace(session, WorryToldRow, **key, people=one.people, told_at=db.now())


def _counted() -> sa.Subquery:
    """How many people have each worry too."""
    return (
        sa.select(WorryEchoRow.team_id, WorryEchoRow.tip_id, sa.func.count().label("people"))
        .group_by(WorryEchoRow.team_id, WorryEchoRow.tip_id)
        .subquery()
    )
