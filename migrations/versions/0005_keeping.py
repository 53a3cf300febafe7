"""What is kept and for how long: sources that changed, who looks after tips, the audit trail, retention.

Revision ID: 0005
Revises: 0004

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deletions",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("message_hash", sa.String(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "message_hash", name=op.f("pk_deletions")),
    )
    op.create_table(
        "sources",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("tip_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposal", sa.JSON(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("card_channel_id", sa.String(), nullable=True),
        sa.Column("card_ts", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "tip_id", name=op.f("pk_sources")),
    )
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.create_index("ix_sources_state_checked_at", ["state", "checked_at"], unique=False)

    op.create_table(
        "keepers",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("tip_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "tip_id", name=op.f("pk_keepers")),
    )
    op.create_table(
        "audit",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("record_kind", sa.String(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_team_id_at", ["team_id", "at"], unique=False)
        batch_op.create_index("ix_audit_team_id_record_id", ["team_id", "record_id"], unique=False)

    op.create_table(
        "policy_told",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("person_hash", sa.String(), nullable=False),
        sa.Column("pepper_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "month", "person_hash", name=op.f("pk_policy_told")),
    )
    op.execute(
        "insert into sources (team_id, tip_id, state, checked_at) select team_id, id, 'checked', published_at from tips"
        " where state = 'published' and author_id is not null and source_channel_id is not null"
        " and source_thread_ts is not null"
    )
    op.create_index("ix_tips_team_id_updated_at", "tips", ["team_id", "updated_at"], unique=False)
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retention_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("slack_retention_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("old_sources", sa.String(), nullable=False, server_default="keep"))
        batch_op.add_column(sa.Column("approved_tools", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("policy", sa.String(), nullable=False, server_default=""))
    # the defaults served the rows that were there; new ones say what they mean
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        for name in ("old_sources", "approved_tools", "policy"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("policy")
        batch_op.drop_column("approved_tools")
        batch_op.drop_column("old_sources")
        batch_op.drop_column("slack_retention_days")
        batch_op.drop_column("retention_days")
    op.drop_table("policy_told")
    op.drop_index("ix_tips_team_id_updated_at", "tips")
    op.drop_table("audit")
    op.drop_table("keepers")
    op.drop_table("sources")
    op.drop_table("deletions")
    # nobody would be asked about them any more; nobody deleted what they rest on
    op.execute("update tips set state = 'published' where state = 'hidden'")
