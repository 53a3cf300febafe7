"""python -m playground: a local Slack with a company in it; with the bot, and the main job played once."""

import locale
import os
import signal
import sys
import threading
import time
import webbrowser
from contextlib import ExitStack
from pathlib import Path

import click
from typing_extensions import override

from playground.acting import act_as
from playground.bot_process import BotProcess
from playground.company.load import load_company
from playground.person import Impossible
from playground.running import Failed, findable, manifest
from playground.running import find as find_running
from playground.server import LocalSlack
from playground.story import Language, tell, what_next

_PORT = 8420
_DATA = Path("var/playground")
_POLL_SECONDS = 0.5


class _Commands(click.Group):
    """Turns what went wrong into one sentence and exit code 1."""

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Failed as error:
            click.echo(str(error), err=True)
        except Impossible as error:
            click.echo(f"Slack would not do that: {error}", err=True)
        except ConnectionError:
            click.echo("The local Slack has ended. Start it in another terminal: make run", err=True)
        sys.exit(1)


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--with-bot", is_flag=True, help="Starts the bot against it and plays the main job once.")
@click.option("--once", is_flag=True, help="Ends after the main job was played.")
@click.option("--port", default=_PORT, show_default=True, help="On 127.0.0.1; 0 takes a free one.")
@click.option("--language", type=click.Choice(["ja", "en"]), help="Of the narration; by default the terminal's.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), default=_DATA, show_default=True)
@click.pass_context
def main(
    context: click.Context, port: int, language: Language | None, data: Path, *, with_bot: bool, once: bool
) -> None:
    """A Slack of one's own, on this machine: nothing in it is told to anybody. It begins anew at every start."""
    data = data.resolve()
    if context.invoked_subcommand:
        context.obj = lambda: find_running(data)
        return
    told = language or ("ja" if (locale.getlocale()[0] or "").startswith("ja") else "en")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _serve(port, told, data, with_bot=with_bot, once=once)
    except KeyboardInterrupt:
        click.echo(err=True)


def _serve(port: int, language: Language, data: Path, *, with_bot: bool, once: bool) -> None:
    company = load_company()
    slack = LocalSlack(company, manifest=manifest(), port=port)
    with ExitStack() as stack:
        try:
            stack.enter_context(slack)
        except OSError:
            raise Failed(f"Port {port} is taken: end what runs there, or choose another with --port.") from None
        running = stack.enter_context(findable(slack, data))
        click.echo(f"A local Slack with the company {company.workspace.name}, in the browser: {running.page}")
        if not with_bot:
            click.echo("An app connects to it with:")
            click.echo(
                f"  SLACK_API_URL={slack.api_url} SLACK_BOT_TOKEN={slack.bot_token} SLACK_APP_TOKEN={slack.app_token}"
            )
            threading.Event().wait()
        bot = stack.enter_context(BotProcess(slack, data))
        tell(running, company, slack.ts_of, language)
        if once:
            return
        what_next(running, language)
        _open(running.page)
        while not bot.ended:
            time.sleep(_POLL_SECONDS)
        raise bot.failure()


def _open(page: str) -> None:
    """Opens the page where there is a screen to show it on."""
    if sys.stdout.isatty() and (
        sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        webbrowser.open(page)


main.add_command(act_as)

if __name__ == "__main__":
    main()
