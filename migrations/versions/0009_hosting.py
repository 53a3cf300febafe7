"""What hosts look after: verified and obsolete tips, merges, reports, the queue, turns, retired models, names.

Revision ID: 0009
Revises: 0008

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _table(name: str, key: tuple[str, ...], *columns: sa.Column[object]) -> None:
    words = [_word(one) for one in ("team_id", *key)]
    op.create_table(name, *words, *columns, sa.PrimaryKeyConstraint("team_id", *key, name=op.f(f"pk_{name}")))


def upgrade() -> None:
    _table("care", ("tip_id",), *map(_word, ("what", "about")), _moment("since"), _moment("told_at", nullable=True))
    op.create_index("ix_care_told_at", "care", ["told_at"], unique=False)
    _table("merges", ("tip_id",), _word("into_id"))
    op.create_index("ix_merges_team_id_into_id", "merges", ["team_id", "into_id"], unique=False)
    _table("reports", ("tip_id", "user_id"), _word("reason"), _moment("reported_at"))
    _table(
        "queue_items",
        ("kind", "key"),
        _word("tip_id", nullable=True),
        _word("other_id", nullable=True),
        _word("about"),
        _number("weight"),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        _moment("until", nullable=True),
        _moment("found_at"),
    )
    op.create_index("ix_queue_items_team_id_tip_id", "queue_items", ["team_id", "tip_id"], unique=False)
    op.create_index("ix_queue_items_team_id_other_id", "queue_items", ["team_id", "other_id"], unique=False)
    _table("queue_looks", (), _moment("looked_at"))
    _table("host_minutes", ("week", "kind"), _number("items"), _number("minutes"))
    _table("volunteers", ("user_id",), _moment("since"), _word("last_week"))
    _table(
        "turns",
        ("week",),
        _word("user_id"),
        _moment("told_at", nullable=True),
        _moment("swap_at", nullable=True),
        _number("swaps"),
    )
    _table("retired", ("key",), _word("label"), _word("day"))
    _table("synonyms", ("key",), _word("label"), _word("into"), _moment("merged_at"))
    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.add_column(_moment("verified_at", nullable=True))
        batch_op.add_column(_word("verified_by", nullable=True))


def downgrade() -> None:
    # what is out of date or stands behind another is its author's still, and no older version knows these states
    op.execute("update tips set state = 'published' where state in ('obsolete', 'merged')")
    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.drop_column("verified_by")
        batch_op.drop_column("verified_at")
    for table in (
        "synonyms",
        "retired",
        "turns",
        "volunteers",
        "host_minutes",
        "queue_looks",
        "queue_items",
        "reports",
        "merges",
        "care",
    ):
        op.drop_table(table)
