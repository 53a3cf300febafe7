"""Which theme a tip was shared under, as rows, and what a theme has to do when the tip changes. For storage."""

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import audit, deliveries
from storage._tables import ThemeNoteRow, ThemePostRow, ThemeRow
from storage.database import Database
from storage.errors import NotFound
from storage.records import Language, Learned, Theme, ThemeFormat, ThemeState

OPEN = ("running", "wrapping")

OWNERS_POST = "owner:"
"""How the keys of what the owner is asked begin: it stands in their DM, which tells who that is."""


def forget_asked(session: Session, team_id: str, theme_id: str) -> None:
    """Deletes where an owner was asked."""
    asked = ThemePostRow.key.startswith(OWNERS_POST)
    session.execute(
        sa.delete(ThemePostRow).where(ThemePostRow.team_id == team_id, ThemePostRow.theme_id == theme_id, asked)
    )
    deliveries.forget_theme_asked(session, team_id, theme_id)


def outdate(session: Session, team_id: str, record_id: str) -> None:
    """A tip or an open question goes or changes: posts that list it are drawn anew, what was learned from it goes."""

    def has_it(column: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
        return sa.cast(column, sa.String).contains(record_id, autoescape=True)

    listing = sa.select(ThemePostRow.theme_id).where(ThemePostRow.team_id == team_id, has_it(ThemePostRow.listed))
    resting = sa.or_(has_it(ThemeRow.learned), ThemeRow.id.in_(listing))
    held = sa.select(ThemeRow).where(ThemeRow.team_id == team_id, resting).order_by(ThemeRow.id).with_for_update()
    for row in session.scalars(held).all():
        row.learned = [one for one in row.learned if record_id not in one["tips"]]
        row.revision += 1


def forget(db: Database, session: Session, team_id: str, user_id: str) -> None:
    """Themes of somebody who is forgotten are nobody's until another takes them over; their notes lose their words."""
    owned = sa.select(ThemeRow).where(ThemeRow.team_id == team_id, ThemeRow.owner_id == user_id).with_for_update()
    for row in session.scalars(owned.order_by(ThemeRow.id)).all():
        row.owner_id = None
        row.learned = without_own_words(row)
        row.revision += 1
        forget_asked(session, team_id, row.id)
        if row.state in OPEN:
            audit.note(db, session, team_id, "theme.left", kind="clock", record=("theme", row.id))
    theirs = sa.select(ThemeNoteRow).where(ThemeNoteRow.team_id == team_id, ThemeNoteRow.author_id == user_id)
    for note in session.scalars(theirs).all():
        note.text, note.author_id = "", None
        theme = session.get(ThemeRow, (team_id, note.theme_id), with_for_update=True)
        if theme is not None:
            theme.revision += 1


def without_own_words(row: ThemeRow) -> list[dict[str, Any]]:
    """What is left of a wrap-up when another looks after it: the owner's own words go with them."""
    return [one for one in row.learned if not one.get("own")]


def theme_for(session: Session, team_id: str, theme_id: str | None) -> str | None:
    """The theme that a draft's tip is shared under, if there is such a one still."""
    if theme_id is None:
        return None
    row = session.get(ThemeRow, (team_id, theme_id))
    return (row.merged_into or row.id) if row is not None else None


def row_of(session: Session, team_id: str, theme_id: str) -> ThemeRow:
    row = session.get(ThemeRow, (team_id, theme_id), with_for_update=True)
    if row is None:
        raise NotFound("no such theme")
    return row


def theme_of(row: ThemeRow) -> Theme:
    return Theme(
        team_id=row.team_id,
        id=row.id,
        format=cast("ThemeFormat", row.format),
        name=row.name,
        purpose=row.purpose,
        question=row.question,
        language=cast("Language", row.language),
        owner_id=row.owner_id,
        channel_id=row.channel_id,
        state=cast("ThemeState", row.state),
        permalink=row.permalink,
        learned=tuple(_learned(one) for one in row.learned),
        started_at=row.started_at,
        ends_at=row.ends_at,
        idle_asked_at=row.idle_asked_at,
        kept_at=row.kept_at,
        wrapped_at=row.wrapped_at,
        closed_at=row.closed_at,
        merged_into=row.merged_into,
        revision=row.revision,
    )


def _learned(kept: dict[str, Any]) -> Learned:
    return Learned(str(kept["text"]), tuple(kept["tips"]), bool(kept.get("own")))
