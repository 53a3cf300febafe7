"""Runs migrations on the connection it is given (the bot, the tests), or on DATABASE_URL (Alembic's own command)."""

import os

import sqlalchemy as sa
from alembic import context

from storage._tables import Base

JOB_ENGINE_TABLES = frozenset(
    {
        "application_versions",
        "datasource_outputs",
        "dbos_migrations",
        "event_dispatch_kv",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)
"""On SQLite the job engine's tables share the file; they are not ours."""


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    if kind == "table":
        return name not in JOB_ENGINE_TABLES and not (name or "").startswith("dbos")
    return True


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
