"""The bot as a process of its own, beside a database of its own."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from playground.server import LocalSlack
from tests.postgres import programs, throwaway

ROOT = Path(__file__).parent.parent
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


@contextmanager
def databases(kind: str) -> Iterator[str]:
    """The URL of an empty database: kind sqlite or postgresql."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="yoridokoro-") as folder:
            yield f"sqlite:///{folder}/yoridokoro.db"
        return
    binaries = programs()
    if binaries is None:
        sys.exit("PostgreSQL was not found: install it (initdb, pg_ctl), or say --database sqlite.")
    with throwaway(binaries) as server:
        name = f"b{secrets.token_hex(4)}"
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"create database {name}")
        engine.dispose()
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def environment(slack: LocalSlack, database_url: str, folder: Path, **more: str) -> dict[str, str]:
    """What a bot is started with, so that it works in this Slack on this database."""
    return {name: value for name, value in os.environ.items() if name in _KEPT} | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "YORIDOKORO_DATA_DIR": str(folder),
        "YORIDOKORO_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def command(env: Mapping[str, str], *arguments: str) -> str:
    """Runs one command of the bot to its end; gives what it said on stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"bot {arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def start(env: Mapping[str, str], log: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Starts the bot; what it logs is appended to a file."""
    with log.open("ab") as file:
        return subprocess.Popen([sys.executable, "-m", "bot", *arguments], cwd=ROOT, env=env, stdout=file, stderr=file)
