"""Questions: asked of the bot, of an author, of colleagues; and what came of them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class QuestionRow(Base):
    __tablename__ = "questions"
    __table_args__ = (sa.Index("ix_questions_team_id_state_asked_at", "team_id", "state", "asked_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    asker_id: Mapped[str | None]
    text: Mapped[str]
    tip_ids: Mapped[list[str]]
    language: Mapped[str]
    channel_id: Mapped[str]
    thread_ts: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]


class FeedbackRow(Base):
    """Whether an answer helped somebody; the last word wins."""

    __tablename__ = "feedback"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    reason: Mapped[str | None]
    given_at: Mapped[datetime]


class AuthorQuestionRow(Base):
    """What somebody asks a tip's author. It names the tip, never its author: an anonymous one has to come by."""

    __tablename__ = "author_questions"
    __table_args__ = (sa.Index("ix_author_questions_team_id_tip_id", "team_id", "tip_id"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str]
    asker_id: Mapped[str]
    text: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OpenQuestionRow(Base):
    """A question that colleagues are asked. Without a name it keeps only a keyed hash of its asker.

    `feed_seq`: how far the change feed was searched for tips that answer it. `revision` counts what readers of its
    posts have to see; the posts show `drawn_revision`.
    """

    __tablename__ = "open_questions"
    __table_args__ = (
        sa.Index("ix_open_questions_team_id_state_opened_at", "team_id", "state", "opened_at"),
        sa.Index("ix_open_questions_team_id_post_channel_id_post_ts", "team_id", "post_channel_id", "post_ts"),
        sa.CheckConstraint("not is_anonymous or asker_id is null", name="anonymous_has_no_asker"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    is_anonymous: Mapped[bool]
    asker_id: Mapped[str | None]
    owner_hash: Mapped[str]
    owner_pepper_version: Mapped[int]
    post_channel_id: Mapped[str | None]
    post_ts: Mapped[str | None]
    permalink: Mapped[str | None]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    replied_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    feed_seq: Mapped[int] = mapped_column(sa.BigInteger)
    revision: Mapped[int]
    drawn_revision: Mapped[int]


class EchoRow(Base):
    """Somebody has an open question too."""

    __tablename__ = "echoes"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class RoutingRow(Base):
    """Who was asked an open question because they are likely to know."""

    __tablename__ = "routings"
    __table_args__ = (sa.Index("ix_routings_team_id_user_id_asked_at", "team_id", "user_id", "asked_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    post_channel_id: Mapped[str | None]
    post_ts: Mapped[str | None]


class SolutionRow(Base):
    """A tip that came after an open question and may answer it; each asker is told once.

    `told_at`: those who can be written to were. `seen_at`: an asker without a name came by and was shown it.
    """

    __tablename__ = "solutions"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    solved: Mapped[bool | None]


class ThreadRow(Base):
    """A thread in which the bot has a part: only there are messages without a mention read."""

    __tablename__ = "threads"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(primary_key=True)
    thread_ts: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    since: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
