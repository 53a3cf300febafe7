"""Tips without a name come out later, and say exactly what their author was shown.

Revision ID: 0004
Revises: 0003

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tips", sa.Column("comes_out_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_tips_comes_out_at", "tips", ["comes_out_at"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "of", "record_id", name=op.f("pk_proposals")),
    )


def downgrade() -> None:
    # their authors have said yes; nothing would let them out any more
    op.execute("update tips set state = 'published' where state = 'waiting'")
    op.drop_table("proposals")
    op.drop_index("ix_tips_comes_out_at", "tips")
    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.drop_column("comes_out_at")
