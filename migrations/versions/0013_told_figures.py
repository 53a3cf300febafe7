"""Figures as they were told, of weeks and spans that are over. What was found in them follows from them alone.

Revision ID: 0013
Revises: 0012

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told_figures",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("start", sa.String(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "period", "start", name=op.f("pk_told_figures")),
    )
    op.drop_table("hollowings")


def downgrade() -> None:
    op.create_table(
        "hollowings",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "span", name=op.f("pk_hollowings")),
    )
    op.drop_table("told_figures")
