"""questions: what colleagues are asked and nobody has answered yet."""

import json
from typing import Any

import click

from bot.app import offline
from bot.commands.tips import WORKSPACE
from bot.config import load_settings
from storage import audit
from storage import questions as asked
from storage.records import OpenQuestion

STATES = ("waiting", "open", "solved", "closed", "withdrawn")


@click.command()
@WORKSPACE
@click.option("--state", type=click.Choice([*STATES, "all"]), default="open", show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def questions(workspace: str, state: str, form: str) -> None:
    """The questions that colleagues are asked, the newest first; who asked only where it was asked with a name."""
    with offline(load_settings(), workspace) as world:
        audit.looked(world.db, workspace, "questions.read")
        chosen = None if state == "all" else state
        found = asked.of_workspace(world.db, workspace, chosen)  # type: ignore[arg-type] # one of STATES
    if form == "json":
        click.echo(json.dumps([_row(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        who = "without a name" if one.is_anonymous else one.asker_id or "-"
        where = one.channel_id or "people"
        words = " ".join(one.text.split())
        click.echo(f"{one.opened_at:%Y-%m-%d}  {one.state:<9}  {one.echoes:>3}  {where:<12}  {who:<14}  {words}")
    if not found:
        click.echo("No such question.", err=True)


def _row(one: OpenQuestion) -> dict[str, Any]:
    """No asker, and no hash of one, where it was asked without a name."""
    return {
        "id": one.id,
        "state": one.state,
        "text": one.text,
        "language": one.language,
        "asker": one.asker_id,
        "channel": one.channel_id,
        "permalink": one.permalink,
        "me_too": one.echoes,
        "opened_at": one.opened_at.isoformat(),
        "closes_at": one.closes_at.isoformat(),
        "replied_at": one.replied_at.isoformat() if one.replied_at else None,
        "closed_at": one.closed_at.isoformat() if one.closed_at else None,
    }
