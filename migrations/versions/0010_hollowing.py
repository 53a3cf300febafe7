"""Whether a community goes hollow: what was found of each span of four weeks. Nobody is in it.

Revision ID: 0010
Revises: 0009

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hollowings",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("span", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "span", name=op.f("pk_hollowings")),
    )


def downgrade() -> None:
    op.drop_table("hollowings")
