"""A tip before its author's decision, and whoever else has a word in it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class DraftRow(Base):
    """`open_key` is the thread while the draft is open, and NULL after: one open draft a thread, by the unique index.

    `thread_hash` stays after the decision, so that the same thread is not captured again. `read_until` is known until
    then, as in SourceRow.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "open_key"),
        sa.Index("ix_drafts_team_id_author_id", "team_id", "author_id"),
        sa.Index("ix_drafts_team_id_thread_hash", "team_id", "thread_hash"),
        sa.Index("ix_drafts_state_card_at", "state", "card_at"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    open_key: Mapped[str | None]
    thread_hash: Mapped[str | None]
    author_id: Mapped[str | None]
    source_kind: Mapped[str]
    source_channel_id: Mapped[str | None]
    source_thread_ts: Mapped[str | None]
    source_message_ts: Mapped[str | None]
    source_permalink: Mapped[str | None]
    source_in_public: Mapped[bool]
    visible_channel_id: Mapped[str | None]
    content: Mapped[dict[str, Any] | None]
    made_with: Mapped[str]
    prompt_version: Mapped[str | None]
    card_channel_id: Mapped[str | None]
    card_ts: Mapped[str | None]
    created_at: Mapped[datetime]
    card_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    question_id: Mapped[str | None]
    edited_at: Mapped[datetime | None]
    theme_id: Mapped[str | None]
    read_until: Mapped[datetime | None]


class CaptureRow(Base):
    """Who pointed at a thread, and how: a draft is withdrawn when its last capture goes."""

    __tablename__ = "captures"
    __table_args__ = (
        sa.ForeignKeyConstraint(["team_id", "draft_id"], ["drafts.team_id", "drafts.id"], ondelete="CASCADE"),
        sa.Index("ix_captures_team_id_channel_id_message_ts", "team_id", "channel_id", "message_ts"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    channel_id: Mapped[str | None]
    message_ts: Mapped[str | None]
    emoji: Mapped[str | None]
    captured_at: Mapped[datetime]


class ProposalRow(Base):
    """What a draft (`of` = "draft") or a tip (`of` = "tip") would say without its author's name, as they are shown it.

    `base`: the digest of the words that it was made of.
    """

    __tablename__ = "proposals"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    base: Mapped[str]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class SpeakerRow(Base):
    """Somebody whose words a draft rests on besides its author's, and what they say to it."""

    __tablename__ = "speakers"
    __table_args__ = (
        sa.Index("ix_speakers_team_id_user_id_asked_at", "team_id", "user_id", "asked_at"),
        sa.Index("ix_speakers_state_due_at", "state", "due_at"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    capturer_id: Mapped[str | None]
    links: Mapped[list[str]]
    state: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    channel_id: Mapped[str | None]
    ts: Mapped[str | None]


class ShownRow(Base):
    """A message of the bot that shows a tip. `stale`: "withdrawn" or "changed", and the message has to follow."""

    __tablename__ = "shown_tips"
    __table_args__ = (
        sa.Index("ix_shown_tips_team_id_tip_id", "team_id", "tip_id"),
        sa.Index("ix_shown_tips_stale", "stale"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(primary_key=True)
    ts: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]
    stale: Mapped[str | None]
    shown_at: Mapped[datetime]


class DeletionRow(Base):
    """A message was deleted in Slack while a draft was being made of its thread: who fills it has to know."""

    __tablename__ = "deletions"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    message_hash: Mapped[str] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime]
