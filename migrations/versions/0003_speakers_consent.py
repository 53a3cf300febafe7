"""Speakers' consent, and where tips are shown.

Revision ID: 0003
Revises: 0002

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "borrowed",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("is_included", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "draft_id", "field", name=op.f("pk_borrowed")),
    )
    op.create_table(
        "speakers",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("capturer_id", sa.String(), nullable=True),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "draft_id", "user_id", name=op.f("pk_speakers")),
    )
    with op.batch_alter_table("speakers", schema=None) as batch_op:
        batch_op.create_index("ix_speakers_team_id_user_id_asked_at", ["team_id", "user_id", "asked_at"], unique=False)
        batch_op.create_index("ix_speakers_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "shown_tips",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("tip_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("stale", sa.String(), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "ts", "tip_id", name=op.f("pk_shown_tips")),
    )
    with op.batch_alter_table("shown_tips", schema=None) as batch_op:
        batch_op.create_index("ix_shown_tips_team_id_tip_id", ["team_id", "tip_id"], unique=False)
        batch_op.create_index("ix_shown_tips_stale", ["stale"], unique=False)

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("words_ok", sa.Boolean(), nullable=False, server_default=sa.false()))
    # the default served the rows that were there; new ones say what they mean
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.alter_column("words_ok", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("words_ok")

    with op.batch_alter_table("shown_tips", schema=None) as batch_op:
        batch_op.drop_index("ix_shown_tips_stale")
        batch_op.drop_index("ix_shown_tips_team_id_tip_id")

    op.drop_table("shown_tips")
    with op.batch_alter_table("speakers", schema=None) as batch_op:
        batch_op.drop_index("ix_speakers_state_due_at")
        batch_op.drop_index("ix_speakers_team_id_user_id_asked_at")

    op.drop_table("speakers")
    op.drop_table("borrowed")
    # nobody would keep to it any more, and what they rest on would be left behind
    op.execute("delete from evidence where \"of\" = 'borrowed'")
