"""Which emoji capture, as the admins of a workspace choose them; none chosen: the operator's.

Revision ID: 0015
Revises: 0014

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("capture_emoji", sa.JSON(), nullable=False, server_default="[]"))
    # who writes a row says it from now on
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.alter_column("capture_emoji", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("capture_emoji")
