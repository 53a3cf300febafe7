"""audit: who decided what on which record, and who looked."""

import json
from datetime import UTC, datetime
from typing import Any

import click

from bot.app import offline
from bot.commands.tips import WORKSPACE
from bot.config import load_settings
from bot.trust import hosts
from storage import audit as trail
from storage.audit import Entry


@click.command()
@WORKSPACE
@click.option("--as", "user_id", help="The admin who asks for it, U…: their look-up is noted under their name.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from this day on (UTC).")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def audit(workspace: str, user_id: str | None, since: datetime | None, form: str) -> None:
    """The trail of decisions, oldest first: no content, nothing about anonymous tips. This look-up is part of it."""
    with offline(load_settings(), workspace) as world:
        if user_id is not None:
            hosts.check_admin(world, user_id)
        trail.looked(world.db, workspace, "audit.read", actor=user_id)
        found = trail.entries(world.db, workspace, since=since.replace(tzinfo=UTC) if since else None)
        for entry in found:
            click.echo(json.dumps(_row(entry)) if form == "json" else _line(entry))


def _row(entry: Entry) -> dict[str, Any]:
    record = {"kind": entry.record_kind, "id": entry.record_id} if entry.record_id else None
    who = {"kind": entry.actor_kind, "id": entry.actor_id}
    return {"at": entry.at.isoformat(), "who": who, "action": entry.action, "record": record}


def _line(entry: Entry) -> str:
    who = entry.actor_id or (entry.actor_kind if entry.actor_kind != "person" else "(not kept)")
    record = f"{entry.record_kind} {entry.record_id}" if entry.record_id else ""
    return f"{entry.at:%Y-%m-%d %H:%M:%S}  {who:<14}  {entry.action:<20}  {record}".rstrip()
