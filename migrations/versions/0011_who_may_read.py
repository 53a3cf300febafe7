"""Who may read: guests and other companies, where an admin lets them, and channels shared with another company.

Revision ID: 0011
Revises: 0010

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SWITCHES = ("shared_capture", "shared_answers")


def upgrade() -> None:
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("open_to", sa.String(), nullable=False, server_default="members"))
    with op.batch_alter_table("channels", schema=None) as batch_op:
        for name in _SWITCHES:
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    # who writes a row says these themselves from now on
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.alter_column("open_to", server_default=None)
    with op.batch_alter_table("channels", schema=None) as batch_op:
        for name in _SWITCHES:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("channels", schema=None) as batch_op:
        for name in reversed(_SWITCHES):
            batch_op.drop_column(name)
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("open_to")
