"""Named tips whose author has left the workspace: who looks after them instead."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import audit
from storage._tables import KeeperRow, TipRow
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import Viewer


def people(db: Database) -> list[tuple[str, str]]:
    """Workspace and id of everybody whose name stands on a tip, or who looks after one."""
    authors = sa.select(TipRow.team_id, TipRow.author_id).where(TipRow.author_id.is_not(None))
    keepers = sa.select(KeeperRow.team_id, KeeperRow.user_id).where(KeeperRow.user_id.is_not(None))
    with db.reading() as session:
        return sorted((team_id, str(user_id)) for team_id, user_id in session.execute(sa.union(authors, keepers)))


def left(db: Database, team_id: str, user_id: str) -> None:
    """Somebody was deactivated: their tips, and those that they looked after, ask for somebody to look after them."""
    with db.writing() as session:
        forget(session, team_id, user_id)
        ids = session.scalars(
            sa.select(TipRow.id).where(
                TipRow.team_id == team_id, TipRow.author_id == user_id, TipRow.state == "published"
            )
        ).all()
        for tip_id in ids:
            insert_if_absent(session, KeeperRow, team_id=team_id, tip_id=tip_id, user_id=None, since=db.now())


def back(db: Database, team_id: str, author_id: str) -> None:
    """An author is there again: what nobody has taken over is theirs as before."""
    theirs = sa.select(TipRow.id).where(TipRow.team_id == team_id, TipRow.author_id == author_id)
    with db.writing() as session:
        session.execute(
            sa.delete(KeeperRow).where(
                KeeperRow.team_id == team_id, KeeperRow.user_id.is_(None), KeeperRow.tip_id.in_(theirs)
            )
        )


def orphans(db: Database, viewer: Viewer) -> list[str]:
    """Ids of the tips without anybody to look after them that the viewer may see, newest first."""
    with db.reading() as session:
        chosen = (
            sa.select(TipRow.id)
            .join(KeeperRow, sa.and_(KeeperRow.team_id == TipRow.team_id, KeeperRow.tip_id == TipRow.id))
            .where(visible_to(viewer), KeeperRow.user_id.is_(None))
            .order_by(TipRow.published_at.desc())
        )
        return list(session.scalars(chosen.limit(100)))


def take_over(db: Database, viewer: Viewer, tip_id: str) -> None:
    """The viewer looks after a tip from now on: they can edit and withdraw it; the author's name stays on it.

    Raises NotFound when it is not to be had, or not for them to see. Coming again changes nothing.
    """
    if viewer.user_id is None:
        raise NotFound("nobody takes it over")
    with db.writing() as session:
        row = session.get(KeeperRow, (viewer.team_id, tip_id), with_for_update=True)
        seen = session.scalar(sa.select(TipRow.id).where(visible_to(viewer), TipRow.id == tip_id))
        if row is None or seen is None or row.user_id not in (None, viewer.user_id):
            raise NotFound("no such tip without somebody who looks after it")
        if row.user_id is None:
            row.user_id, row.since = viewer.user_id, db.now()
            audit.note(db, session, viewer.team_id, "tip.taken_over", actor=viewer.user_id, record=("tip", tip_id))


def keeps(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Whether the viewer looks after a tip. For storage's own modules."""
    return TipRow.id.in_(
        sa.select(KeeperRow.tip_id).where(KeeperRow.team_id == viewer.team_id, KeeperRow.user_id == viewer.user_id)
    )


def whose() -> sa.ColumnElement[str | None]:
    """Who is to be asked about a named tip: its author; once they have left, who looks after it, or nobody.

    In a statement about TipRow. For storage's own modules.
    """
    same = sa.and_(KeeperRow.team_id == TipRow.team_id, KeeperRow.tip_id == TipRow.id)
    keeper = sa.select(KeeperRow.user_id).where(same).correlate(TipRow).scalar_subquery()
    return sa.case((sa.exists().where(same).correlate(TipRow), keeper), else_=TipRow.author_id)


def kept_by(session: Session, viewer: Viewer) -> frozenset[str]:
    """Ids of the tips that the viewer looks after. For storage's own modules."""
    if viewer.user_id is None:
        return frozenset()
    chosen = sa.select(KeeperRow.tip_id).where(KeeperRow.team_id == viewer.team_id, KeeperRow.user_id == viewer.user_id)
    return frozenset(session.scalars(chosen))


def forget(session: Session, team_id: str, user_id: str) -> None:
    """What somebody looked after asks for somebody else. For storage's own modules."""
    theirs = sa.and_(KeeperRow.team_id == team_id, KeeperRow.user_id == user_id)
    session.execute(sa.update(KeeperRow).where(theirs).values(user_id=None))
