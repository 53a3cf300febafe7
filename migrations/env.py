"""Runs migrations on the connection it is given (the bot, the tests), or on DATABASE_URL (Alembic's own command)."""

import os

import sqlalchemy as sa
from alembic import context

from migrations.own_tables import include_name
from storage._tables import Base


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    given: sa.Connection | sa.Engine | None = context.config.attributes.get("connection")
    if isinstance(given, sa.Connection):
        run(given)
        return
    engine = given or sa.create_engine(os.environ.get("DATABASE_URL", "sqlite:///var/yoridokoro.db"))
    with engine.connect() as connection:
        run(connection)
        connection.commit()


main()
