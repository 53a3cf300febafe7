"""All that a bot keeps, logs and shows to others, as lines that are equal when nothing tells whose words they were."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from bot.app import Bot
from playground.person import Person, eventually
from storage.database import Database

_CHANCE = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\b[0-9a-fA-F]{16,64}\b"), "<random>"),
    (re.compile(r"'block_id': '[0-9a-f]{6}'"), "'block_id': '<random>'"),
    (re.compile(r"\bp1[0-9]{15}\b"), "p<ts>"),
    (re.compile(r"\b1[0-9]{9}\.[0-9]{6}\b"), "<ts>"),
    (re.compile(r"\b1[0-9]{12}\b"), "<ms>"),
    (re.compile(r"\b1[0-9]{9}\.[0-9]+\b"), "<seconds>"),
)
"""Random identifiers, keyed hashes, and the local Slack's and the job engine's own clocks."""

_JOBS = "dbos-executor-"
"""The job engine's threads, by their names."""

_UNORDERED = ".managed.json"
_STAMP = re.compile(r'"opstamp": [0-9]+')
"""How often the index was written to, which depends on when it looked."""


def wait_for_others() -> None:
    """Until jobs of earlier tests, whose bots end without waiting for them, say nothing into this one's log."""

    def ended() -> bool:
        return not any(thread.name.startswith(_JOBS) for thread in threading.enumerate())

    with suppress(TimeoutError):
        eventually(ended)


def lines(found: Iterable[str], names: dict[str, str]) -> Counter[str]:
    """Each line without what chance made of it. `names`: what stands for what, such as a DM's id for whose it is."""
    every: Counter[str] = Counter()
    for line in found:
        told = line
        for what, name in names.items():
            told = told.replace(what, name)
        every[_without_chance(told)] += 1
    return every


def _without_chance(text: str) -> str:
    for pattern, name in _CHANCE:
        text = pattern.sub(name, text)
    return text


def tables(db: Database) -> dict[str, list[str]]:
    """Every row of every table, the job engine's too, with the names of its columns."""
    found: dict[str, list[str]] = {}
    with db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for schema in [None] if db.is_sqlite else ["public", "dbos"]:
            for name in inspector.get_table_names(schema=schema):
                table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection)
                rows = connection.execute(sa.select(table)).mappings()
                found[name] = [f"{name}: {dict(row)}" for row in rows]
    return found


def files(bot: Bot) -> list[str]:
    """The names of all files of the data folder; what is in them is looked at by `raw`."""
    folder = bot.settings.data_dir
    return [f"file: {path.relative_to(folder)}" for path in sorted(folder.rglob("*")) if path.is_file()]


def index(bot: Bot) -> Counter[tuple[str, bytes]]:
    """The search index's files, byte for byte, up to the random names of its segments."""
    folder = bot.settings.data_dir / "index"
    every: Counter[tuple[str, bytes]] = Counter()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".json":
                told = _STAMP.sub("", _without_chance(content.decode()))
                content = str(sorted(json.loads(told)) if path.name == _UNORDERED else told).encode()
            every[_without_chance(str(path.relative_to(folder))), content] += 1
    return every


def raw(bot: Bot) -> bytes:
    """The bytes of every file: the database's with its log, the index, all else in the data folder."""
    every = [path for path in bot.settings.data_dir.rglob("*") if path.is_file()]
    if (file := bot.world.db.file) is not None:
        every += [path for path in file.parent.glob(f"{file.name}*") if path.is_file()]
    return b"\0".join(path.read_bytes() for path in every)


def shown(person: Person, channels: Iterable[str]) -> list[str]:
    """What the bot shows this person in these channels with their threads."""
    found = []
    for channel in channels:
        for message in person.messages(channel):
            thread = person.thread(channel, message["ts"]) if message.get("reply_count") else [message]
            found += [f"{channel}: {_told(one)}" for one in thread if _of_bot(one)]
    return found


def told(person: Person) -> list[str]:
    """What the bot tells this person in their DM and in their Home."""
    home = person.home()
    return [
        *(f"{person.handle} dm: {_told(message)}" for message in person.dm() if _of_bot(message)),
        f"{person.handle} home: {home['blocks'] if home else None}",
    ]


def _of_bot(message: dict[str, Any]) -> bool:
    return bool(message.get("bot_id"))


def _told(message: dict[str, Any]) -> dict[str, Any]:
    kept = {key: message[key] for key in ("text", "blocks", "metadata") if key in message}
    return {**kept, "edited": "edited" in message, "replies": message.get("reply_count", 0)}
