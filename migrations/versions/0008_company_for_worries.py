"""Company for worries: who has one too, offers to talk, talks through the bot.

Revision ID: 0008
Revises: 0007

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "worry_echoes",
        _word("team_id"),
        _word("tip_id"),
        _word("user_id"),
        sa.PrimaryKeyConstraint("team_id", "tip_id", "user_id", name=op.f("pk_worry_echoes")),
    )
    op.create_index("ix_worry_echoes_team_id_user_id", "worry_echoes", ["team_id", "user_id"], unique=False)
    op.create_table(
        "worry_told",
        _word("team_id"),
        _word("tip_id"),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "tip_id", name=op.f("pk_worry_told")),
    )
    op.create_table(
        "talks",
        _word("team_id"),
        _word("id"),
        _word("tip_id", nullable=True),
        _word("talker_id", nullable=True),
        _word("line"),
        _word("state"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _word("talker_channel_id", nullable=True),
        _word("talker_ts", nullable=True),
        _word("owner_ts", nullable=True),
        _word("by", nullable=True),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_talks")),
        sa.UniqueConstraint("team_id", "tip_id", "talker_id", name=op.f("uq_talks_team_id_tip_id_talker_id")),
    )
    for column in ("talker_ts", "owner_ts"):
        op.create_index(f"ix_talks_team_id_{column}", "talks", ["team_id", column], unique=False)
    op.create_index("ix_talks_at", "talks", ["at"], unique=False)
    op.create_table(
        "talk_lines",
        _word("team_id"),
        _word("talk_id"),
        _word("side"),
        _word("ts"),
        _word("state"),
        _word("copy_ts", nullable=True),
        _word("by", nullable=True),
        sa.PrimaryKeyConstraint("team_id", "talk_id", "side", "ts", name=op.f("pk_talk_lines")),
    )
    op.create_index("ix_talk_lines_team_id_ts", "talk_lines", ["team_id", "ts"], unique=False)


def downgrade() -> None:
    for table in ("talk_lines", "talks", "worry_told", "worry_echoes"):
        op.drop_table(table)
