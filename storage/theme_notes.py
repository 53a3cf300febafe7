"""What people said in a retrospective's form: with a name, or with nobody in it, posted at a moment that was drawn."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa

from storage._tables import ThemeNoteRow, ThemeRow
from storage.database import Database, insert_if_absent
from storage.records import MessageRef, NotePart, ThemeNote

_AT_ONCE = 100


def say(
    db: Database,
    *,
    team_id: str,
    note_id: str,
    theme_id: str,
    part: NotePart,
    text: str,
    author_id: str | None,
    post_at: datetime,
) -> None:
    """Keeps what somebody said (redacted), once by its id."""
    with db.writing() as session:
        insert_if_absent(
            session,
            ThemeNoteRow,
            team_id=team_id,
            id=note_id,
            theme_id=theme_id,
            part=part,
            text=text,
            author_id=author_id,
            post_at=post_at,
        )


def due(db: Database, now: datetime) -> list[ThemeNote]:
    """What is to be posted by now, in the order of the moments that were drawn."""
    waiting = sa.and_(ThemeNoteRow.ts.is_(None), ThemeNoteRow.post_at <= now, ThemeNoteRow.text != "")
    return _where(db, waiting)


def forgotten(db: Database) -> list[ThemeNote]:
    """Notes whose author was forgotten: their posts are to go."""
    return _where(db, ThemeNoteRow.text == "")


def of_theme(db: Database, team_id: str, theme_id: str) -> list[ThemeNote]:
    """What was said in a theme, as far as it may be shown: what is in its thread."""
    theirs = sa.and_(ThemeNoteRow.team_id == team_id, ThemeNoteRow.theme_id == theme_id)
    return _where(db, theirs, ThemeNoteRow.ts.is_not(None), ThemeNoteRow.text != "")


def hurry(db: Database, team_id: str, theme_id: str) -> list[ThemeNote]:
    """What was said in a theme and is not in its thread yet: the time is over, and it is to be posted now."""
    theirs = sa.and_(ThemeNoteRow.team_id == team_id, ThemeNoteRow.theme_id == theme_id)
    return _where(db, theirs, ThemeNoteRow.ts.is_(None), ThemeNoteRow.text != "")


def own(db: Database, team_id: str, note_id: str, user_id: str) -> ThemeNote | None:
    """What this person said with their name; None for anybody else's."""
    found = _where(db, ThemeNoteRow.team_id == team_id, ThemeNoteRow.id == note_id)
    return next((note for note in found if note.author_id == user_id and note.text), None)


def posted(db: Database, team_id: str, note_id: str, ref: MessageRef) -> None:
    with db.writing() as session:
        row = session.get(ThemeNoteRow, (team_id, note_id), with_for_update=True)
        if row is not None:
            row.ts = ref.ts


def gone(db: Database, team_id: str, note_id: str) -> None:
    """Nothing stays of a note."""
    with db.writing() as session:
        session.execute(sa.delete(ThemeNoteRow).where(ThemeNoteRow.team_id == team_id, ThemeNoteRow.id == note_id))


def _where(db: Database, *conditions: sa.ColumnElement[bool]) -> list[ThemeNote]:
    with db.reading() as session:
        here = sa.and_(ThemeRow.team_id == ThemeNoteRow.team_id, ThemeRow.id == ThemeNoteRow.theme_id)
        rows = session.execute(
            sa.select(ThemeNoteRow, ThemeRow.channel_id)
            .join(ThemeRow, here)
            .where(*conditions)
            .order_by(ThemeNoteRow.post_at, ThemeNoteRow.id)
            .limit(_AT_ONCE)
        ).all()
        return [_note(row, channel_id) for row, channel_id in rows]


def _note(row: ThemeNoteRow, channel_id: str) -> ThemeNote:
    return ThemeNote(
        team_id=row.team_id,
        id=row.id,
        theme_id=row.theme_id,
        part=cast("NotePart", row.part),
        text=row.text,
        author_id=row.author_id,
        ref=MessageRef(channel_id, row.ts) if row.ts else None,
    )
