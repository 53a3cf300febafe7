"""Themes: time-boxed calls for tips, where they stand in Slack, and what a retrospective gathered."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class ThemeRow(Base):
    """`owner_id` NULL: its owner was forgotten, and somebody else is to take it over.

    `learned`: the wrap-up's sentences, each with the ids of the tips that it rests on. `revision` counts what readers
    of its posts have to see; the posts show `drawn_revision`.
    """

    __tablename__ = "themes"
    __table_args__ = (sa.Index("ix_themes_team_id_state", "team_id", "state"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    format: Mapped[str]
    name: Mapped[str]
    purpose: Mapped[str]
    question: Mapped[str]
    language: Mapped[str]
    owner_id: Mapped[str | None]
    channel_id: Mapped[str]
    state: Mapped[str]
    permalink: Mapped[str | None]
    learned: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    idle_asked_at: Mapped[datetime | None]
    kept_at: Mapped[datetime | None]
    wrapped_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    merged_into: Mapped[str | None]
    revision: Mapped[int]
    drawn_revision: Mapped[int]


class ThemePostRow(Base):
    """A message of the bot about a theme, and the ids of tips and open questions that it lists.

    `key`: kickoff, reminder:N, wrapup, summary:N, and owner, which is in somebody's DM. Without `ts` it is on its way.
    """

    __tablename__ = "theme_posts"
    __table_args__ = (sa.Index("ix_theme_posts_team_id_channel_id_ts", "team_id", "channel_id", "ts"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    theme_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str | None]
    ts: Mapped[str | None]
    listed: Mapped[list[str]]
    posted_at: Mapped[datetime]


class ThemeNoteRow(Base):
    """What somebody said in a retrospective's form. Without a name there is nobody in it, and its time was drawn.

    `ts`: where it stands in the theme's thread. No text: its author was forgotten, and its post is to go.
    """

    __tablename__ = "theme_notes"
    __table_args__ = (sa.Index("ix_theme_notes_team_id_theme_id", "team_id", "theme_id"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    theme_id: Mapped[str]
    part: Mapped[str]
    text: Mapped[str]
    author_id: Mapped[str | None]
    post_at: Mapped[datetime]
    ts: Mapped[str | None]
