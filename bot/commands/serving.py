"""run, web, worker: the bot at work."""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

import click
from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress.server import create_server

from bot.app import Bot, SystemClock, build, migrate_all, open_storage, until_told_to_stop
from bot.config import Settings, load_settings
from bot.errors import SetupError
from storage.errors import StorageError

log = logging.getLogger(__name__)

_THREADS = 16
_LEAST = dict.fromkeys(("slack_bolt", "slack_sdk", "openai"), logging.INFO) | dict.fromkeys(
    ("httpx", "httpcore", "sqlalchemy", "dbos", "alembic"), logging.WARNING
)
"""Below these, libraries tell messages, prompts, tokens and every statement of the database."""


@click.command()
def run() -> None:
    """Everything in one process: listens over Socket Mode, does the jobs. Migrates a SQLite file first."""
    settings = _settings()
    if settings.database_url.startswith("sqlite"):
        db = open_storage(settings, SystemClock())
        migrate_all(db)
        db.close()
    bot = build(settings)
    with bot.serving():
        click.echo("Yoridokoro is listening. Ctrl+C ends it.", err=True)
        until_told_to_stop()
        click.echo("Yoridokoro is finishing its running jobs…", err=True)


@click.command()
def web() -> None:
    """HTTP mode: takes requests on at PORT for workers to do. Needs PostgreSQL and SLACK_SIGNING_SECRET."""
    settings = _settings()
    _needs_postgresql(settings)
    if settings.slack_signing_secret is None:
        raise SetupError("errors.no_signing_secret")
    bot = build(settings)
    with bot.serving(listen=False, work=False):
        server: Any = create_server(_http(bot), host="0.0.0.0", port=settings.port, threads=_THREADS)  # noqa: S104 - Slack comes from outside
        threading.Thread(target=server.run, name="yoridokoro-http", daemon=True).start()
        click.echo(f"Yoridokoro takes requests on at port {settings.port}.", err=True)
        until_told_to_stop()
        server.close()


@click.command()
def worker() -> None:
    """Does the jobs that `web` took on. Needs PostgreSQL."""
    settings = _settings()
    _needs_postgresql(settings)
    bot = build(settings)
    with bot.serving(listen=False):
        click.echo("Yoridokoro is working.", err=True)
        until_told_to_stop()
        click.echo("Yoridokoro is finishing its running jobs…", err=True)


def _http(bot: Bot) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Slack's requests at /slack/events, and /healthz for the host."""
    slack = SlackRequestHandler(bot.slack_app, path="/slack/events")

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/healthz":
            return _health(bot, start)
        return slack(environ, start)

    return serve


def _health(bot: Bot, start: Callable[..., Any]) -> list[bytes]:
    try:
        bot.world.db.check()
        status, body = "200 OK", {"ok": True}
    except StorageError:
        status, body = "503 Service Unavailable", {"ok": False}
    start(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]


def _settings() -> Settings:
    settings = load_settings()
    set_log_level(settings.log_level)
    return settings


def set_log_level(level: str) -> None:
    """The level of our own lines; libraries stay above what they must not tell."""
    logging.getLogger().setLevel(level)
    for library, least in _LEAST.items():
        logging.getLogger(library).setLevel(max(least, logging.getLevelNamesMapping()[level]))


def _needs_postgresql(settings: Settings) -> None:
    if settings.database_url.startswith("sqlite"):
        raise SetupError("errors.needs_postgresql")
