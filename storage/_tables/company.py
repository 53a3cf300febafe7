"""A workspace, its people and its channels."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class PersonRow(Base):
    __tablename__ = "people"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str | None]
    never_capture: Mapped[bool]
    may_be_asked: Mapped[bool]
    words_ok: Mapped[bool]
    emoji_confirmed_at: Mapped[datetime | None]


class WorkspaceRow(Base):
    __tablename__ = "workspaces"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    purpose_asked_at: Mapped[datetime | None]
    private_capture: Mapped[bool]
    pointers: Mapped[bool]
    own_knowledge: Mapped[bool]
    questions_channel_id: Mapped[str | None]
    host_ids: Mapped[list[str]]
    retention_days: Mapped[int | None]
    slack_retention_days: Mapped[int | None]
    old_sources: Mapped[str]
    approved_tools: Mapped[list[str]]
    policy: Mapped[str]
    unasked_a_week: Mapped[int]
    open_to: Mapped[str]
    capture_emoji: Mapped[list[str]]


class ChannelRow(Base):
    __tablename__ = "channels"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(primary_key=True)
    capture: Mapped[bool | None]
    shared_capture: Mapped[bool]
    shared_answers: Mapped[bool]
