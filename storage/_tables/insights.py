"""Figures of the community, kept as they were told."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class FiguresRow(Base):
    """What may be told of a week or a span (`period`) from its first day (YYYY-MM-DD). No person and no text of one."""

    __tablename__ = "told_figures"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    start: Mapped[str] = mapped_column(primary_key=True)
    told: Mapped[dict[str, Any]]
