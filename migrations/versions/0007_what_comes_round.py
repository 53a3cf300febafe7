"""What comes round: when people may be written to, what they follow, what is new for them, thanks.

Revision ID: 0007
Revises: 0006

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _word(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "rhythms",
        _word("team_id"),
        _word("user_id"),
        _word("digest"),
        _number("weekday"),
        _number("hour"),
        _number("quiet_from"),
        _number("quiet_to"),
        _truth("quiet_weekends"),
        _truth("is_muted"),
        _word("prompts"),
        _moment("digest_at", nullable=True),
        _moment("prompt_at", nullable=True),
        _moment("last_digest_at", nullable=True),
        _number("last_prompt"),
        _moment("introduced_at", nullable=True),
        _moment("welcomed_at", nullable=True),
        _word("noted_month"),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_rhythms")),
    )
    op.create_index("ix_rhythms_digest_at", "rhythms", ["digest_at"], unique=False)
    op.create_index("ix_rhythms_prompt_at", "rhythms", ["prompt_at"], unique=False)
    op.create_table(
        "unasked",
        _word("team_id"),
        _word("user_id"),
        _word("week"),
        _number("slot"),
        _word("key"),
        _moment("booked_at"),
        sa.PrimaryKeyConstraint("team_id", "user_id", "week", "slot", name=op.f("pk_unasked")),
        sa.UniqueConstraint("team_id", "key", name=op.f("uq_unasked_team_id_key")),
    )
    op.create_index("ix_unasked_booked_at", "unasked", ["booked_at"], unique=False)
    op.create_table(
        "follows",
        _word("team_id"),
        _word("user_id"),
        _word("kind"),
        _word("target"),
        _word("label"),
        _word("rhythm"),
        _moment("since"),
        sa.PrimaryKeyConstraint("team_id", "user_id", "kind", "target", name=op.f("pk_follows")),
    )
    op.create_index("ix_follows_team_id_kind_target", "follows", ["team_id", "kind", "target"], unique=False)
    op.create_table(
        "news",
        _word("team_id"),
        _word("user_id"),
        _word("tip_id"),
        _word("why"),
        _word("about"),
        _moment("found_at"),
        _moment("due_at", nullable=True),
        _moment("told_at", nullable=True),
        sa.PrimaryKeyConstraint("team_id", "user_id", "tip_id", name=op.f("pk_news")),
    )
    op.create_index("ix_news_due_at", "news", ["due_at"], unique=False)
    op.create_index("ix_news_team_id_tip_id", "news", ["team_id", "tip_id"], unique=False)
    op.create_table(
        "digests",
        _word("team_id"),
        _word("user_id"),
        _word("kind"),
        _word("name"),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", "kind", name=op.f("pk_digests")),
    )
    op.create_table(
        "followed_feed",
        _number("id"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followed_feed")),
    )
    op.create_table(
        "channel_digests",
        _word("team_id"),
        _word("channel_id"),
        _word("tz"),
        _moment("since"),
        _moment("next_at"),
        sa.PrimaryKeyConstraint("team_id", "channel_id", name=op.f("pk_channel_digests")),
    )
    op.create_table(
        "tries",
        _word("team_id"),
        _word("user_id"),
        _word("tip_id"),
        _moment("due_at"),
        _moment("asked_at", nullable=True),
        sa.PrimaryKeyConstraint("team_id", "user_id", "tip_id", name=op.f("pk_tries")),
    )
    op.create_index("ix_tries_due_at", "tries", ["due_at"], unique=False)
    op.create_table(
        "thanks",
        _word("team_id"),
        _word("tip_id"),
        _word("user_id"),
        _word("reason"),
        _truth("may_be_public"),
        _truth("is_public"),
        _moment("given_at"),
        _moment("told_at", nullable=True),
        sa.PrimaryKeyConstraint("team_id", "tip_id", "user_id", name=op.f("pk_thanks")),
    )
    op.create_index("ix_thanks_team_id_user_id_given_at", "thanks", ["team_id", "user_id", "given_at"], unique=False)
    op.create_index("ix_thanks_told_at", "thanks", ["told_at"], unique=False)
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unasked_a_week", sa.Integer(), nullable=False, server_default="2"))
    # the default served the rows that were there; new ones say what they mean
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.alter_column("unasked_a_week", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("unasked_a_week")
    for table in (
        "thanks",
        "tries",
        "channel_digests",
        "followed_feed",
        "digests",
        "news",
        "follows",
        "unasked",
        "rhythms",
    ):
        op.drop_table(table)
