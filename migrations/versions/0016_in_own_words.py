"""Whether a tip's author put words of their own in place: then nothing made of its conversation takes their place.

Revision ID: 0016
Revises: 0015

Forward only on main: never edit a landed revision. On PostgreSQL a change of a big table takes a lock: set a lock
timeout, add columns as nullable, fill them in batches, and create indexes concurrently.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_sources = sa.table("sources", *(sa.column(name) for name in ("team_id", "tip_id", "in_own_words")))
_drafts = sa.table("drafts", *(sa.column(name) for name in ("team_id", "id", "edited_at")))
_tips = sa.table(
    "tips",
    *(sa.column(name) for name in ("team_id", "id", "draft_id", "is_anonymous", "published_at", "updated_at")),
)


def upgrade() -> None:
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_own_words", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.alter_column("in_own_words", server_default=None)
    # what was changed since it was shared counts as its author's, as it did before
    edited_before = sa.exists().where(
        _drafts.c.team_id == _tips.c.team_id, _drafts.c.id == _tips.c.draft_id, _drafts.c.edited_at.is_not(None)
    )
    in_own_words = sa.exists().where(
        _tips.c.team_id == _sources.c.team_id,
        _tips.c.id == _sources.c.tip_id,
        _tips.c.is_anonymous.is_(sa.false()),
        sa.or_(_tips.c.updated_at != _tips.c.published_at, edited_before),
    )
    op.execute(sa.update(_sources).where(in_own_words).values(in_own_words=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_column("in_own_words")
