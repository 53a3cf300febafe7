"""The command line. Exit codes: 0 done, 1 failed, 2 wrong usage. Machine output on stdout, the rest on stderr."""

import logging
import sys

import click
from typing_extensions import override

from bot.commands import audit, care, insights, people, pepper, questions, serving, tips
from bot.errors import ExpectedError, SlackUnavailable
from bot.texts import say
from storage.errors import StorageError

_LOG = "%(asctime)s %(levelname)s %(name)s %(message)s"


class Commands(click.Group):
    """Turns expected errors into one sentence and exit code 1."""

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ExpectedError as error:
            click.echo(say("en", error.text_key, **error.values), err=True)
        except SlackUnavailable:
            click.echo(say("en", "errors.slack_unreachable"), err=True)
        except StorageError as error:
            click.echo(str(error), err=True)
        sys.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Yoridokoro, a place to lean on: how do others use AI here."""
    logging.basicConfig(level=logging.WARNING, format=_LOG, stream=sys.stderr)


for command in (
    serving.run,
    serving.web,
    serving.worker,
    care.migrate,
    care.doctor,
    care.jobs,
    care.backup,
    care.restore,
    tips.import_,
    tips.export,
    tips.search,
    tips.reindex,
    tips.ask,
    questions.questions,
    insights.insights,
    people.forget,
    audit.audit,
    pepper.pepper,
):
    main.add_command(command)
