"""What the search index and the embedder follow."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage._tables.base import Base


class ChangeRow(Base):
    """The change feed: indexes and caches follow it by `seq`."""

    __tablename__ = "changes"
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    team_id: Mapped[str]
    tip_id: Mapped[str]
    changed_at: Mapped[datetime]


class FeedRow(Base):
    """The feed's last number, in one row: its lock makes the order of numbers the order of commits."""

    __tablename__ = "feed"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str]
    last_seq: Mapped[int] = mapped_column(sa.BigInteger)


class VectorRow(Base):
    """A tip's meaning by one embedder. `vector`: int8, of unit length before scaling; `seq` counts stored vectors."""

    __tablename__ = "vectors"
    __table_args__ = (sa.Index("ix_vectors_embedder_seq", "embedder", "seq"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    embedder: Mapped[str] = mapped_column(primary_key=True)
    words_hash: Mapped[str]
    vector: Mapped[bytes]
    seq: Mapped[int] = mapped_column(sa.BigInteger)


class EmbedderRow(Base):
    """How far an embedder (its model and version) followed the change feed; the whole one serves."""

    __tablename__ = "embedders"
    embedder: Mapped[str] = mapped_column(primary_key=True)
    feed_seq: Mapped[int] = mapped_column(sa.BigInteger)
    vector_seq: Mapped[int] = mapped_column(sa.BigInteger)
    is_whole: Mapped[bool]
