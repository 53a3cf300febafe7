"""Meaning, evidence and open questions.

Revision ID: 0002
Revises: 0001

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "author_questions",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tip_id", sa.String(), nullable=False),
        sa.Column("asker_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_author_questions")),
    )
    with op.batch_alter_table("author_questions", schema=None) as batch_op:
        batch_op.create_index("ix_author_questions_team_id_tip_id", ["team_id", "tip_id"], unique=False)

    op.create_table(
        "echoes",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "question_id", "user_id", name=op.f("pk_echoes")),
    )
    op.create_table(
        "embedders",
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("feed_seq", sa.BigInteger(), nullable=False),
        sa.Column("vector_seq", sa.BigInteger(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("embedder", name=op.f("pk_embedders")),
    )
    op.create_table(
        "feedback",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "question_id", "user_id", name=op.f("pk_feedback")),
    )
    op.create_table(
        "open_questions",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_anonymous", sa.Boolean(), nullable=False),
        sa.Column("asker_id", sa.String(), nullable=True),
        sa.Column("owner_hash", sa.String(), nullable=False),
        sa.Column("owner_pepper_version", sa.Integer(), nullable=False),
        sa.Column("post_channel_id", sa.String(), nullable=True),
        sa.Column("post_ts", sa.String(), nullable=True),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feed_seq", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drawn_revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "not is_anonymous or asker_id is null", name=op.f("ck_open_questions_anonymous_has_no_asker")
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name=op.f("pk_open_questions")),
    )
    with op.batch_alter_table("open_questions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_open_questions_team_id_post_channel_id_post_ts", ["team_id", "post_channel_id", "post_ts"], unique=False
        )
        batch_op.create_index(
            "ix_open_questions_team_id_state_opened_at", ["team_id", "state", "opened_at"], unique=False
        )

    op.create_table(
        "routings",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post_channel_id", sa.String(), nullable=True),
        sa.Column("post_ts", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "question_id", "user_id", name=op.f("pk_routings")),
    )
    with op.batch_alter_table("routings", schema=None) as batch_op:
        batch_op.create_index("ix_routings_team_id_user_id_asked_at", ["team_id", "user_id", "asked_at"], unique=False)

    op.create_table(
        "solutions",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("tip_id", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("team_id", "question_id", "tip_id", name=op.f("pk_solutions")),
    )
    op.create_table(
        "trials",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("tip_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "tip_id", "user_id", name=op.f("pk_trials")),
    )
    with op.batch_alter_table("trials", schema=None) as batch_op:
        batch_op.create_index("ix_trials_team_id_user_id", ["team_id", "user_id"], unique=False)

    op.create_table(
        "vectors",
        sa.Column("team_id", sa.String(), nullable=False),
        sa.Column("tip_id", sa.String(), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("words_hash", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "tip_id", "embedder", name=op.f("pk_vectors")),
    )
    with op.batch_alter_table("vectors", schema=None) as batch_op:
        batch_op.create_index("ix_vectors_embedder_seq", ["embedder", "seq"], unique=False)

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("may_be_asked", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own_knowledge", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("questions_channel_id", sa.String(), nullable=True))

    # the default served the rows that were there; new ones say what they mean
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.alter_column("may_be_asked", server_default=None)
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.alter_column("own_knowledge", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_column("questions_channel_id")
        batch_op.drop_column("own_knowledge")

    with op.batch_alter_table("threads", schema=None) as batch_op:
        batch_op.drop_column("stopped_at")

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("may_be_asked")

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("edited_at")
        batch_op.drop_column("question_id")

    with op.batch_alter_table("vectors", schema=None) as batch_op:
        batch_op.drop_index("ix_vectors_embedder_seq")

    op.drop_table("vectors")
    with op.batch_alter_table("trials", schema=None) as batch_op:
        batch_op.drop_index("ix_trials_team_id_user_id")

    op.drop_table("trials")
    op.drop_table("solutions")
    with op.batch_alter_table("routings", schema=None) as batch_op:
        batch_op.drop_index("ix_routings_team_id_user_id_asked_at")

    op.drop_table("routings")
    with op.batch_alter_table("open_questions", schema=None) as batch_op:
        batch_op.drop_index("ix_open_questions_team_id_state_opened_at")
        batch_op.drop_index("ix_open_questions_team_id_post_channel_id_post_ts")

    op.drop_table("open_questions")
    op.drop_table("feedback")
    op.drop_table("embedders")
    op.drop_table("echoes")
    with op.batch_alter_table("author_questions", schema=None) as batch_op:
        batch_op.drop_index("ix_author_questions_team_id_tip_id")

    op.drop_table("author_questions")
