"""What the storage tests share: how a draft, a tip and a request come about, and all that a database holds."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import changing, drafts, proposals, tips
from storage.database import Database
from storage.drafts import Capture
from storage.errors import NotFound
from storage.records import (
    WORKSPACE,
    Draft,
    Evidence,
    KeyedHash,
    NewRequest,
    Source,
    Tip,
    TipContent,
    Viewer,
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
    read_until: datetime | None = None,
) -> Draft:
    """A thread that was captured and filled, and waits for its author."""
    begun, is_new = drafts.begin(
        db,
        team_id=team,
        draft_id=request or hashed("request", team, channel, ts, by).digest[:32],
        source=Source("thread", channel, ts, ts, f"https://x.slack.com/archives/{channel}/p1", visibility.is_workspace),
        visibility=visibility,
        capture=Capture(key or f"emoji:{by}:{channel}:{ts}", by, channel, ts, "bulb"),
        thread=[hashed(team, channel, ts)],
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
        read_until=read_until,
    )


def share(db: Database, waiting: Draft, *, anonymously: bool = False, team: str = TEAM) -> Tip:
    tip_id = tips.new_id()
    how: dict[str, Any] = {
        "team_id": team,
        "draft_id": waiting.id,
        "tip_id": tip_id,
        "owner": hashed("owner", tip_id, str(waiting.author_id)),
        "visibility": waiting.visibility,
    }
    return publish(db, how, anonymously=anonymously)


def publish(db: Database, how: dict[str, Any], *, anonymously: bool) -> Tip:
    """Shares at once: one without a name comes out in the same moment."""
    if not anonymously:
        return tips.publish_named(db, **how)
    words = drafts.get(db, how["team_id"], how["draft_id"]).content
    if words is None:
        raise NotFound("a draft without words")
    digest = proposals.propose(db, how["team_id"], "draft", how["draft_id"], words, words)
    tip = tips.publish_anonymously(db, **how, comes_out_at=db.now(), digest=digest)
    tips.come_out(db)
    return replace(tip, comes_out_at=None)


def take_name_off(db: Database, viewer: Viewer, tip_id: str, is_owner: tips.IsOwner) -> Tip:
    """Its owner saw its words as they are, and said yes to them."""
    tip = tips.own(db, viewer, tip_id, is_owner)
    digest = proposals.propose(db, viewer.team_id, "tip", tip_id, tip.content, tip.content) if tip else ""
    return changing.make_anonymous(db, viewer, tip_id, is_owner, digest=digest)


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


def as_host(db: Database, do: Callable[..., None], *given: Any) -> None:
    """A part of what a host's tap does, in a transaction of its own."""
    with db.writing() as session:
        do(db, session, *given)
