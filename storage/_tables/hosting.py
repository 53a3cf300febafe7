"""What hosts look after: tips that need an eye, who has this week's turn, and the names that are one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class CareRow(Base):
    """What a tip's owner is asked or told about it, one thing at a time. Of a tip without a name no time but a day.

    `told_at`: a named author was told, or there is nobody who could be written to.
    """

    __tablename__ = "care"
    __table_args__ = (sa.Index("ix_care_told_at", "told_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str]
    about: Mapped[str]
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]


class MergeRow(Base):
    """A tip that stands behind another one since a host found that both say the same."""

    __tablename__ = "merges"
    __table_args__ = (sa.Index("ix_merges_team_id_into_id", "team_id", "into_id"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    into_id: Mapped[str]


class ReportRow(Base):
    """Somebody says that a tip needs a host's eye. Nobody is shown who."""

    __tablename__ = "reports"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    reported_at: Mapped[datetime]


class QueueItemRow(Base):
    """Something for the hosts' queue. `key`: the id of what it is about, of two tips both, the smaller first.

    `until`: a host decided, and it comes no sooner again; NULL with `is_done`: never. All times are days.
    """

    __tablename__ = "queue_items"
    __table_args__ = (
        sa.Index("ix_queue_items_team_id_tip_id", "team_id", "tip_id"),
        sa.Index("ix_queue_items_team_id_other_id", "team_id", "other_id"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str | None]
    other_id: Mapped[str | None]
    about: Mapped[str]
    weight: Mapped[int]
    is_done: Mapped[bool]
    until: Mapped[datetime | None]
    found_at: Mapped[datetime]


class QueueLookRow(Base):
    """When a workspace's tips were last looked through for the queue."""

    __tablename__ = "queue_looks"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    looked_at: Mapped[datetime]


class HostMinutesRow(Base):
    """How many minutes hosts spent on what, by week (its Monday). A sum, and no person."""

    __tablename__ = "host_minutes"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    items: Mapped[int]
    minutes: Mapped[int]


class VolunteerRow(Base):
    """A host who takes turns. `last_week`: the Monday of their latest turn, empty before the first."""

    __tablename__ = "volunteers"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    last_week: Mapped[str]


class TurnRow(Base):
    """Whose week it is. `swap_at`: they asked the others to take it; `swaps` counts that, for the posts' keys."""

    __tablename__ = "turns"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    told_at: Mapped[datetime | None]
    swap_at: Mapped[datetime | None]
    swaps: Mapped[int]


class RetiredRow(Base):
    """A model or tool that is gone since `day` (YYYY-MM-DD), as a workspace's hosts say; empty: it is not gone here."""

    __tablename__ = "retired"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    day: Mapped[str]


class SynonymRow(Base):
    """Two names that are one for a workspace: what is called `label` counts as `into`."""

    __tablename__ = "synonyms"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    into: Mapped[str]
    merged_at: Mapped[datetime]
