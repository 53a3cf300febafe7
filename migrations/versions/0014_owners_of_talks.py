"""The owner of a talk without a name is known by a keyed hash of the talk's own, also when the worry is gone.

Revision ID: 0014
Revises: 0013

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_hash", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("owner_pepper_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    # code of before knows no talk whose owner has heard of its end, and forgets lines with it
    op.execute("delete from talk_lines where talk_id in (select id from talks where state in ('ended', 'told'))")
    op.execute("update talks set state = 'ended' where state = 'told'")
    op.execute("update talks set talker_id = null, talker_channel_id = null where state = 'ended'")
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.drop_column("owner_pepper_version")
        batch_op.drop_column("owner_hash")
