"""pepper: which keys the hashes of anonymous authors stand under, a new one, and the end of those nobody needs."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.app import SystemClock, open_pepper, open_storage
from bot.config import Settings, load_settings
from bot.trust import identity
from storage import peppers
from storage.database import Database, check_migrations


@click.group()
def pepper() -> None:
    """The peppers behind the keyed hashes by which authors are recognised."""


@pepper.command()
def show() -> None:
    """Each pepper's version, and how many hashes still stand under it."""
    settings = load_settings()
    with _storage(settings) as db:
        keys, used = open_pepper(settings, db), peppers.in_use(db)
        for version in sorted(keys.peppers):
            use = used.get(version, peppers.Use(0, 0))
            now = "  newest" if version == keys.newest else ""
            click.echo(f"{version:>4}  {use.people:>8} of people  {use.messages:>8} of messages{now}")


@pepper.command()
def rotate() -> None:
    """Adds a new pepper. Old ones stay until their owners have come by. Then restart every process of the bot.

    Where the file is lost for good, a new one: what was shared without a name until then is nobody's.
    """
    settings = load_settings()
    with _storage(settings) as db:
        version = identity.rotate(settings.pepper_path, used=peppers.in_use(db))
    click.echo(
        f"Pepper {version} is the newest now. Restart every process of the bot, and back {settings.pepper_path} up, "
        "apart from the database.",
        err=True,
    )


@pepper.command()
@click.option(
    "--lose",
    type=int,
    help="Drop this version though hashes stand under it: owners lose control, deletions in Slack miss their tips.",
)
def prune(lose: int | None) -> None:
    """Drops old peppers under which no hash stands any more."""
    settings = load_settings()
    with _storage(settings) as db:
        open_pepper(settings, db)
        kept = {version for version in peppers.in_use(db) if version != lose}
        dropped = identity.prune(settings.pepper_path, keep=kept)
    click.echo(f"Dropped: {', '.join(map(str, dropped)) or 'none'}.", err=True)


@contextmanager
def _storage(settings: Settings) -> Iterator[Database]:
    db = open_storage(settings, SystemClock())
    try:
        check_migrations(db)
        yield db
    finally:
        db.close()
