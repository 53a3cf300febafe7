"""What was shared: its words, what they rest on, who looks after it, and how it went for others."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class TipRow(Base):
    """`comes_out_at`: shared without a name and not out yet; then the state is "waiting".

    `verified_at`: somebody said that it holds, its owner or a host (`verified_by`); of one without a name the day.
    """

    __tablename__ = "tips"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "external_id"),
        sa.UniqueConstraint("team_id", "draft_id"),
        sa.Index("ix_tips_team_id_author_id", "team_id", "author_id"),
        sa.Index("ix_tips_comes_out_at", "comes_out_at"),
        sa.Index("ix_tips_team_id_theme_id", "team_id", "theme_id"),
        sa.Index("ix_tips_team_id_updated_at", "team_id", "updated_at"),
        sa.CheckConstraint(
            "not is_anonymous or (author_id is null and permalink is null and draft_id is null"
            " and source_channel_id is null and source_thread_ts is null)",
            name="anonymous_has_no_trace",
        ),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    content: Mapped[dict[str, Any] | None]
    visible_channel_id: Mapped[str | None]
    is_anonymous: Mapped[bool]
    author_id: Mapped[str | None]
    owner_hash: Mapped[str | None]
    owner_pepper_version: Mapped[int | None]
    draft_id: Mapped[str | None]
    source_channel_id: Mapped[str | None]
    source_thread_ts: Mapped[str | None]
    permalink: Mapped[str | None]
    made_with: Mapped[str]
    prompt_version: Mapped[str | None]
    external_id: Mapped[str | None]
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    comes_out_at: Mapped[datetime | None]
    theme_id: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None]


class EvidenceRow(Base):
    """Which message supports which field of a draft (`of` = "draft") or a tip (`of` = "tip")."""

    __tablename__ = "evidence"
    __table_args__ = (sa.Index("ix_evidence_team_id_message_hash", "team_id", "message_hash"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    message_hash: Mapped[str] = mapped_column(primary_key=True)
    pepper_version: Mapped[int]
    speaker_id: Mapped[str | None]


class BorrowedRow(Base):
    """A field of a draft, and of the named tip made of it, that rests on other speakers' words too.

    `field` as it was filled (`steps.1`); what it rests on is evidence `of` = "borrowed". No text: it is gone for good,
    and its row says only that its place is empty.
    """

    __tablename__ = "borrowed"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    is_included: Mapped[bool]


class SourceRow(Base):
    """What is known of the conversation behind a tip: there ("checked"), edited, missing, or known to be gone.

    `proposal`: the tip's words as the edited conversation reads now, until its author says whether they are to stand.
    `read_until`: when the last message was written that was read for these words, or that their author knew of when
    they put them in themselves. `in_own_words`: they did, before they shared the tip or since. Of an anonymous tip at
    most "edited", without a time, a place, or a word.
    """

    __tablename__ = "sources"
    __table_args__ = (sa.Index("ix_sources_state_checked_at", "state", "checked_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    proposal: Mapped[dict[str, Any] | None]
    checked_at: Mapped[datetime | None]
    card_channel_id: Mapped[str | None]
    card_ts: Mapped[str | None]
    read_until: Mapped[datetime | None]
    in_own_words: Mapped[bool] = mapped_column(default=False)


class KeeperRow(Base):
    """A named tip whose author has left, and who looks after it instead; `user_id` NULL: nobody does yet."""

    __tablename__ = "keepers"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str | None]
    since: Mapped[datetime]


class TrialRow(Base):
    """What came of it when somebody tried a tip; the last word wins."""

    __tablename__ = "trials"
    __table_args__ = (sa.Index("ix_trials_team_id_user_id", "team_id", "user_id"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    tool: Mapped[str | None]
    model: Mapped[str | None]
    note: Mapped[str]
    tried_at: Mapped[datetime]
