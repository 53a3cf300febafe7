"""Themes: calls for tips with an owner and an end, their posts, and what retrospectives gather.

Revision ID: 0006
Revises: 0005

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "themes",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.Column("learned", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrapped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drawn_revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_themes")),
    )
    with op.batch_alter_table("themes", schema=None) as batch_op:
        batch_op.create_index("ix_themes_team_id_state", ["team_id", "state"], unique=False)

    op.create_table(
        "theme_posts",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("theme_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "theme_id", "key", name=op.f("pk_theme_posts")),
    )
    with op.batch_alter_table("theme_posts", schema=None) as batch_op:
        batch_op.create_index("ix_theme_posts_team_id_channel_id_ts", ["team_id", "channel_id", "ts"], unique=False)

    op.create_table(
        "theme_notes",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("theme_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=True),
        sa.Column("post_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ts", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_theme_notes")),
    )
    with op.batch_alter_table("theme_notes", schema=None) as batch_op:
        batch_op.create_index("ix_theme_notes_team_id_theme_id", ["team_id", "theme_id"], unique=False)

    op.add_column("tips", sa.Column("theme_id", sa.String(), nullable=True))
    op.create_index("ix_tips_team_id_theme_id", "tips", ["team_id", "theme_id"], unique=False)
    op.add_column("drafts", sa.Column("theme_id", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("theme_id")
    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.drop_index("ix_tips_team_id_theme_id")
        batch_op.drop_column("theme_id")
    for table in ("theme_notes", "theme_posts", "themes"):
        op.drop_table(table)
