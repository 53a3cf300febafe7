"""What comes round: when somebody may be written to unasked, what they follow, what was new for them, thanks."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class RhythmRow(Base):
    """When somebody wants to hear of what is new; hours and weekdays are those of their own time zone.

    `digest_at`, `prompt_at`: when the next one is due; NULL: never. `introduced_at`: they have seen what this is.
    `noted_month`: the last month (YYYY-MM) they were told what their tips did.
    """

    __tablename__ = "rhythms"
    __table_args__ = (sa.Index("ix_rhythms_digest_at", "digest_at"), sa.Index("ix_rhythms_prompt_at", "prompt_at"))
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    weekday: Mapped[int]
    hour: Mapped[int]
    quiet_from: Mapped[int]
    quiet_to: Mapped[int]
    quiet_weekends: Mapped[bool]
    is_muted: Mapped[bool]
    prompts: Mapped[str]
    digest_at: Mapped[datetime | None]
    prompt_at: Mapped[datetime | None]
    last_digest_at: Mapped[datetime | None]
    last_prompt: Mapped[int]
    introduced_at: Mapped[datetime | None]
    welcomed_at: Mapped[datetime | None]
    noted_month: Mapped[str]


class UnaskedRow(Base):
    """One of the few times a week that somebody is written to unasked. `slot` counts from 0: the key is the cap."""

    __tablename__ = "unasked"
    __table_args__ = (sa.UniqueConstraint("team_id", "key"), sa.Index("ix_unasked_booked_at", "booked_at"))
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    booked_at: Mapped[datetime]


class FollowRow(Base):
    """Somebody wants to hear of what is new on a topic, a tool, by a person, to a question, under a theme.

    `target`: the normalised term, or an id; `label`: as people write it.
    """

    __tablename__ = "follows"
    __table_args__ = (sa.Index("ix_follows_team_id_kind_target", "team_id", "kind", "target"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    rhythm: Mapped[str]
    since: Mapped[datetime]


class NewsRow(Base):
    """A tip that is new for somebody, and why; also what they were told of already, so that nothing comes twice.

    `due_at`: when it may be told by itself; NULL: with the digest. A named tip is never news for its author. One
    without a name is, as for anybody else: that it is missing for one person would tell whose it is.
    """

    __tablename__ = "news"
    __table_args__ = (sa.Index("ix_news_due_at", "due_at"), sa.Index("ix_news_team_id_tip_id", "team_id", "tip_id"))
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    why: Mapped[str]
    about: Mapped[str]
    found_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class DigestRow(Base):
    """News that is about to be sent (`kind`: "digest" or "notice"), kept so that a crash sends the same; gone then.

    `name` is part of the post's key.
    """

    __tablename__ = "digests"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    items: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)


class FollowedRow(Base):
    """How far the change feed was looked through: for what people follow (1), for the hosts' queue (2)."""

    __tablename__ = "followed_feed"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)


class ChannelDigestRow(Base):
    """A channel in which an admin switched the digest on. `tz`: the time zone of that admin."""

    __tablename__ = "channel_digests"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(primary_key=True)
    tz: Mapped[str]
    since: Mapped[datetime]
    next_at: Mapped[datetime]


class TryRow(Base):
    """Somebody took a tip along and is asked a day later, once, what came of it."""

    __tablename__ = "tries"
    __table_args__ = (sa.Index("ix_tries_due_at", "due_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]


class ThanksRow(Base):
    """Somebody thanks for a tip, and says why. Others read it when both want it; the author is named by the tip alone.

    `told_at`: the author was told, or cannot be because the tip has no name.
    """

    __tablename__ = "thanks"
    __table_args__ = (
        sa.Index("ix_thanks_team_id_user_id_given_at", "team_id", "user_id", "given_at"),
        sa.Index("ix_thanks_told_at", "told_at"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    may_be_public: Mapped[bool]
    is_public: Mapped[bool]
    given_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
