"""What was found when the community's figures were looked at."""

from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class HollowingRow(Base):
    """Why a community seems to go hollow by the figures of a span, named by its first day (YYYY-MM-DD); [] if not."""

    __tablename__ = "hollowings"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    span: Mapped[str] = mapped_column(primary_key=True)
    reasons: Mapped[list[str]]
