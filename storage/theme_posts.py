"""Where a theme stands in Slack, and what each post lists: posts follow when a tip is withdrawn or changes."""

from collections.abc import Sequence

import sqlalchemy as sa

from storage._tables import OpenQuestionRow, ThemePostRow, ThemeRow, TipRow
from storage._themed import OPEN, OWNERS_POST, row_of, theme_of
from storage.database import Database, insert_if_absent
from storage.records import MessageRef, Theme, ThemePost

__all__ = [
    "OWNERS_POST",
    "drawn",
    "gone",
    "has_asked",
    "linked",
    "of_theme",
    "of_thread",
    "one",
    "plan",
    "posted",
    "stale",
]

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


def plan(db: Database, team_id: str, theme_id: str, key: str, listed: Sequence[str] = ()) -> tuple[str, ...]:
    """Notes what a post will list before it is sent, so that a withdrawal finds it; an earlier try's note stands."""
    with db.writing() as session:
        row_of(session, team_id, theme_id)
        place = {"team_id": team_id, "theme_id": theme_id, "key": key}
        insert_if_absent(session, ThemePostRow, **place, listed=list(listed), posted_at=db.now())
        return tuple(session.get_one(ThemePostRow, (team_id, theme_id, key)).listed)


def posted(db: Database, team_id: str, theme_id: str, key: str, ref: MessageRef) -> None:
    """Notes where a post that was planned stands. What went while it was sent lets it follow at once."""
    with db.writing() as session:
        row = row_of(session, team_id, theme_id)
        post = session.get(ThemePostRow, (team_id, theme_id, key))
        if post is None:
            return
        post.channel_id, post.ts, post.posted_at = ref.channel_id, ref.ts, db.now()
        tips = sa.select(sa.func.count()).where(
            TipRow.team_id == team_id, TipRow.id.in_(post.listed), TipRow.state == "published"
        )
        questions = sa.select(sa.func.count()).where(
            OpenQuestionRow.team_id == team_id, OpenQuestionRow.id.in_(post.listed), OpenQuestionRow.state == "open"
        )
        if post.listed and (session.scalar(tips) or 0) + (session.scalar(questions) or 0) < len(post.listed):
            row.revision += 1


def linked(db: Database, team_id: str, theme_id: str, permalink: str) -> Theme:
    with db.writing() as session:
        row = row_of(session, team_id, theme_id)
        row.permalink = permalink
        return theme_of(row)


def of_theme(db: Database, team_id: str, theme_id: str) -> list[ThemePost]:
    """The posts about a theme that stand, oldest first."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(ThemePostRow)
            .where(ThemePostRow.team_id == team_id, ThemePostRow.theme_id == theme_id, ThemePostRow.ts.is_not(None))
            .order_by(ThemePostRow.posted_at, ThemePostRow.key)
        )
        return [_post(row) for row in rows]


def one(db: Database, team_id: str, theme_id: str, key: str) -> ThemePost | None:
    return next((post for post in of_theme(db, team_id, theme_id) if post.key == key), None)


def has_asked(db: Database, team_id: str, theme_id: str) -> bool:
    """Whether its owner was asked something, and it is not over."""
    return any(post.key.startswith(OWNERS_POST) for post in of_theme(db, team_id, theme_id))


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
    ref = MessageRef(str(row.channel_id), str(row.ts))
    return ThemePost(row.theme_id, row.key, ref, tuple(row.listed), row.posted_at)
