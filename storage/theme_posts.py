"""Where a theme stands in Slack, and what each post lists: posts follow when a tip is withdrawn or changes."""

from collections.abc import Sequence

import sqlalchemy as sa

from storage._tables import ThemePostRow, ThemeRow, TipRow
from storage._themed import OPEN, OWNERS_POST, row_of, theme_of
from storage.database import Database, insert_or_replace
from storage.records import MessageRef, Theme, ThemePost

__all__ = ["OWNERS_POST", "drawn", "gone", "linked", "of_theme", "of_thread", "one", "posted", "stale"]

_AT_ONCE = 60


def of_thread(db: Database, team_id: str, channel_id: str, root_ts: str) -> Theme | None:
    """The open theme whose kick-off or reminder began this thread."""
    with db.reading() as session:
        row = session.scalar(
            sa.select(ThemeRow)
            .join(ThemePostRow, sa.and_(ThemePostRow.team_id == ThemeRow.team_id, ThemePostRow.theme_id == ThemeRow.id))
            .where(ThemePostRow.team_id == team_id, ThemePostRow.channel_id == channel_id, ThemePostRow.ts == root_ts)
            .where(ThemeRow.state.in_(OPEN))
        )
        return theme_of(row) if row else None


def posted(
    db: Database, team_id: str, theme_id: str, key: str, ref: MessageRef, tip_ids: Sequence[str] = ()
) -> None:
    """Notes where a post about a theme stands and what it lists. What was withdrawn while it was posted follows."""
    with db.writing() as session:
        row = row_of(session, team_id, theme_id)
        listed = list(tip_ids)
        there = sa.select(sa.func.count()).where(
            TipRow.team_id == team_id, TipRow.id.in_(listed), TipRow.state == "published"
        )
        if listed and session.scalar(there) != len(set(listed)):
            row.revision += 1
        place = {"channel_id": ref.channel_id, "ts": ref.ts, "tip_ids": listed, "posted_at": db.now()}
        insert_or_replace(session, ThemePostRow, team_id=team_id, theme_id=theme_id, key=key, **place)


def linked(db: Database, team_id: str, theme_id: str, permalink: str) -> Theme:
    with db.writing() as session:
        row = row_of(session, team_id, theme_id)
        row.permalink = permalink
        return theme_of(row)


def of_theme(db: Database, team_id: str, theme_id: str) -> list[ThemePost]:
    """The posts about a theme, oldest first."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(ThemePostRow)
            .where(ThemePostRow.team_id == team_id, ThemePostRow.theme_id == theme_id)
            .order_by(ThemePostRow.posted_at, ThemePostRow.key)
        )
        return [_post(row) for row in rows]


def one(db: Database, team_id: str, theme_id: str, key: str) -> ThemePost | None:
    return next((post for post in of_theme(db, team_id, theme_id) if post.key == key), None)


def gone(db: Database, team_id: str, theme_id: str, key: str) -> None:
    """A post shows nothing about the theme any more."""
    with db.writing() as session:
        row = session.get(ThemePostRow, (team_id, theme_id, key))
        if row is not None:
            session.delete(row)


def stale(db: Database) -> list[Theme]:
    """Themes whose posts do not show what is so."""
    with db.reading() as session:
        chosen = sa.select(ThemeRow).where(ThemeRow.revision > ThemeRow.drawn_revision)
        return [theme_of(row) for row in session.scalars(chosen.limit(_AT_ONCE))]


def drawn(db: Database, team_id: str, theme_id: str, revision: int) -> None:
    with db.writing() as session:
        session.execute(
            sa.update(ThemeRow)
            .where(ThemeRow.team_id == team_id, ThemeRow.id == theme_id, ThemeRow.drawn_revision < revision)
            .values(drawn_revision=revision)
        )


def _post(row: ThemePostRow) -> ThemePost:
    ref = MessageRef(row.channel_id, row.ts)
    return ThemePost(row.theme_id, row.key, ref, tuple(row.tip_ids), row.posted_at)
