"""Work that was accepted, what was sent and spent for it, and who decided."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class RequestRow(Base):
    __tablename__ = "requests"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "key"),
        sa.Index("ix_requests_state_accepted_at", "state", "accepted_at"),
        sa.Index("ix_requests_id", "id", unique=True),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    queue: Mapped[str]
    user_id: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    reference: Mapped[str | None]
    accepted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]


class AuditRow(Base):
    """Who decided what on which record, and who looked; no content, and nothing about anonymous tips."""

    __tablename__ = "audit"
    __table_args__ = (
        sa.Index("ix_audit_team_id_at", "team_id", "at"),
        sa.Index("ix_audit_team_id_record_id", "team_id", "record_id"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    action: Mapped[str]
    record_kind: Mapped[str | None]
    record_id: Mapped[str | None]


class ToldRow(Base):
    """Somebody was told in this month that a tool of their draft is not approved: a keyed hash, and nothing else."""

    __tablename__ = "policy_told"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    person_hash: Mapped[str] = mapped_column(primary_key=True)
    pepper_version: Mapped[int]


class DeliveryRow(Base):
    __tablename__ = "deliveries"
    __table_args__ = (sa.Index("ix_deliveries_begun_at", "begun_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str]
    ts: Mapped[str | None]
    begun_at: Mapped[datetime]


class SpendingRow(Base):
    __tablename__ = "spending"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    input_tokens: Mapped[int] = mapped_column(sa.BigInteger)
    output_tokens: Mapped[int] = mapped_column(sa.BigInteger)
    cost_usd: Mapped[float]
