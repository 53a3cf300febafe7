"""What the storage tests share: how a draft, a tip and a request come about, and all that a database holds."""

import hashlib
from typing import Any

import sqlalchemy as sa

from storage import drafts, tips
from storage.database import Database
from storage.drafts import Capture
from storage.records import (
    WORKSPACE,
    Draft,
    Evidence,
    KeyedHash,
    NewRequest,
    Source,
    Tip,
    TipContent,
    Visibility,
)

TEAM = "T1"
AYA, BEN = "U0AYA", "U0BEN"
DUE = 10


def hashed(*parts: str) -> KeyedHash:
    """A keyed hash as trust would make it, with a key that everybody knows."""
    return KeyedHash(hashlib.sha256("|".join(parts).encode()).hexdigest(), 1)


def draft(
    db: Database,
    *,
    author: str = AYA,
    ts: str = "1.000001",
    channel: str = "C1",
    by: str = BEN,
    key: str | None = None,
    request: str | None = None,
    team: str = TEAM,
    visibility: Visibility = WORKSPACE,
    title: str = "議事録は用語集つきで",
    kind: str = "practice",
    question: str | None = None,
) -> Draft:
    """A thread that was captured and filled, and waits for its author."""
    begun, is_new = drafts.begin(
        db,
        team_id=team,
        draft_id=request or hashed("request", team, channel, ts, by).digest[:32],
        source=Source("thread", channel, ts, ts, f"https://x.slack.com/archives/{channel}/p1", visibility.is_workspace),
        visibility=visibility,
        capture=Capture(key or f"emoji:{by}:{channel}:{ts}", by, channel, ts, "bulb"),
        thread=hashed(team, channel, ts),
        question_id=question,
        author_id=author if question else None,
    )
    if not is_new:
        return begun
    return drafts.fill(
        db,
        team,
        begun.id,
        author_id=author,
        content=TipContent(title=title, kind=kind),  # type: ignore[arg-type] # pydantic takes the word
        evidence=[Evidence("title", hashed(team, channel, ts), author)],
        made_with="plain",
        prompt_version=None,
    )


def share(db: Database, waiting: Draft, *, anonymously: bool = False, team: str = TEAM) -> Tip:
    tip_id = tips.new_id()
    publish = tips.publish_anonymously if anonymously else tips.publish_named
    return publish(
        db,
        team_id=team,
        draft_id=waiting.id,
        tip_id=tip_id,
        owner=hashed("owner", tip_id, str(waiting.author_id)),
        visibility=waiting.visibility,
    )


def owned_by(user_id: str) -> tips.IsOwner:
    def is_owner(tip_id: str, kept: KeyedHash) -> bool:
        return kept == hashed("owner", tip_id, user_id)

    return is_owner


def request(key: str = "event:1", *, team: str = TEAM, user: str | None = BEN, **payload: Any) -> NewRequest:
    return NewRequest(team_id=team, kind="capture.emoji", key=key, queue="capture", user_id=user, payload=payload)


def everything(db: Database) -> list[str]:
    """Every row of every table, the job engine's too, as text that can be searched."""
    rows = []
    with db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for schema in [None] if db.is_sqlite else ["public", "dbos"]:
            for name in inspector.get_table_names(schema=schema):
                table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection)
                rows += [f"{name}: {tuple(row)}" for row in connection.execute(sa.select(table))]
    return rows
