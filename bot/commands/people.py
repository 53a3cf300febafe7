"""forget: what is somebody's goes."""

import click

from bot.app import offline
from bot.commands.tips import WORKSPACE
from bot.config import load_settings
from bot.trust import forgetting


@click.command()
@click.argument("user_id")
@WORKSPACE
@click.option("--keep-tips", is_flag=True, help="What they shared stays, without a name and without an owner.")
@click.confirmation_option(prompt="Forget all that is this person's?")
def forget(user_id: str, workspace: str, *, keep_tips: bool) -> None:
    """Withdraws a person's tips (or takes their name off), deletes their drafts, questions and settings."""
    with offline(load_settings(), workspace) as world:
        gone = forgetting.forget(world, workspace, user_id, keeps_tips=keep_tips, by_operator=True)
    left = f", {gone.staying} left without a name" if keep_tips else ""
    said = f"{gone.tips} tips withdrawn{left}, {gone.drafts} drafts and {gone.questions} questions deleted."
    click.echo(said, err=True)
