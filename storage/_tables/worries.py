"""Company for worries: who has one too, who can talk about it, and the talks that go through the bot."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class WorryEchoRow(Base):
    """Somebody has this worry too. Only how many do is ever told, and to its owner alone."""

    __tablename__ = "worry_echoes"
    __table_args__ = (sa.Index("ix_worry_echoes_team_id_user_id", "team_id", "user_id"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)


class WorryToldRow(Base):
    """How many had a worry too when its named owner was last told of it."""

    __tablename__ = "worry_told"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
    told_at: Mapped[datetime]


class TalkRow(Base):
    """Somebody can talk about a worry. Its owner is known by the tip alone: without a name, by the tip's keyed hash.

    `line`: what the talker says with their offer, until it is answered. `at`: when something last happened in it.
    `talker_channel_id`, `talker_ts`: the thread in the talker's DM; `owner_ts`: that in the owner's, whose DM is not
    kept. `owner_hash`: by which the owner without a name is recognised from their yes on, also without the worry.
    `by`: the request that brings it on: shows the offer, answers it, ends the talk. What is left of one that ended is
    where its threads and copies are: what is said there afterwards is no question, and a deletion reaches its copy.
    """

    __tablename__ = "talks"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "tip_id", "talker_id"),
        sa.Index("ix_talks_team_id_talker_ts", "team_id", "talker_ts"),
        sa.Index("ix_talks_team_id_owner_ts", "team_id", "owner_ts"),
        sa.Index("ix_talks_at", "at"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str | None]
    talker_id: Mapped[str | None]
    line: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime]
    talker_channel_id: Mapped[str | None]
    talker_ts: Mapped[str | None]
    owner_ts: Mapped[str | None]
    owner_hash: Mapped[str | None]
    owner_pepper_version: Mapped[int | None]
    by: Mapped[str | None]


class TalkLineRow(Base):
    """One message of a talk, by Slack's ts in the DM of who wrote it, without a word of it.

    `copy_ts`: what was passed on of it, in the other's DM. `by`: the request that passes it on to an owner who came by.
    """

    __tablename__ = "talk_lines"
    __table_args__ = (sa.Index("ix_talk_lines_team_id_ts", "team_id", "ts"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    talk_id: Mapped[str] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    ts: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    copy_ts: Mapped[str | None]
    by: Mapped[str | None]
