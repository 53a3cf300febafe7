"""Which tables are ours: on SQLite the job engine's share the file."""

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


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    if kind == "table":
        return name not in JOB_ENGINE_TABLES and not (name or "").startswith("dbos")
    return True
