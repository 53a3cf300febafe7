"""forget: what is somebody's goes."""

import click

from bot.app import offline
from bot.commands.tips import WORKSPACE
from bot.config import load_settings
from storage import people


@click.command()
@click.argument("user_id")
@WORKSPACE
@click.confirmation_option(prompt="Withdraw all that is this person's?")
def forget(user_id: str, workspace: str) -> None:
    """Withdraws a person's tips, deletes their drafts, questions and settings."""
    with offline(load_settings(), workspace) as world:

        def owns(tip_id: str, kept: people.KeyedHash) -> bool:
            return world.keys.owns(kept, workspace, tip_id, user_id)

        gone = people.forget(world.db, workspace, user_id, owns)
    click.echo(f"{gone.tips} tips withdrawn, {gone.drafts} drafts and {gone.questions} questions deleted.", err=True)
