"""What a theme may be about: open questions and topics of late, counted over what every full member may see."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import synonyms, terms
from storage._kinds import NO_WORRY
from storage._tables import EchoRow, OpenQuestionRow, TipRow
from storage._telling import in_fives
from storage._visibility import visible_to
from storage.database import Database
from storage.records import LEAST_PEOPLE, Viewer


@dataclass(frozen=True, slots=True)
class Wanted:
    """An open question that nobody has answered. `people`: how many have it, in fives, None for fewer than five."""

    question_id: str
    text: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Rising:
    """A topic that more people share about than before, and how many of them did so with their name, in fives."""

    topic: str
    people: int


def unanswered(
    db: Database, team_id: str, *, public: Collection[str], since: datetime, limit: int, until: datetime | None = None
) -> list[Wanted]:
    """Open questions of public channels (their ids) that nobody replied to, those that most people have first."""
    echoes = (
        sa.select(sa.func.count())
        .where(EchoRow.team_id == OpenQuestionRow.team_id, EchoRow.question_id == OpenQuestionRow.id)
        .scalar_subquery()
    )
    chosen = sa.select(OpenQuestionRow.id, OpenQuestionRow.text, echoes.label("echoes")).where(
        OpenQuestionRow.team_id == team_id,
        OpenQuestionRow.state == "open",
        OpenQuestionRow.opened_at >= since,
        OpenQuestionRow.replied_at.is_(None),
        OpenQuestionRow.post_channel_id.in_(sorted(public)),
        OpenQuestionRow.post_ts.is_not(None),
    )
    if until is not None:
        chosen = chosen.where(OpenQuestionRow.opened_at < until)
    chosen = chosen.order_by(sa.desc("echoes"), OpenQuestionRow.opened_at.desc(), OpenQuestionRow.id).limit(limit)
    with db.reading() as session:
        rows = session.execute(chosen).all()
    return [Wanted(row.id, row.text, in_fives(row.echoes + 1) or None) for row in rows]


def topics(
    db: Database,
    team_id: str,
    *,
    before: datetime,
    since: datetime,
    limit: int,
    until: datetime | None = None,
    of: Collection[str] | None = None,
) -> list[Rising]:
    """Topics of tips that the whole workspace may see: people who shared since then, if more than `before` to then.

    Names that are one (`storage.terms`, and what hosts merged) are one. Who shared without a name counts for nobody,
    and worries do not count. `of`: ids of the people who count, all without it.
    """
    everybody, merged = Viewer(team_id, None, is_full_member=True), synonyms.merged(db, team_id)
    chosen = sa.select(TipRow.content, TipRow.author_id, TipRow.published_at).where(
        visible_to(everybody), NO_WORRY, TipRow.published_at >= before, TipRow.author_id.is_not(None)
    )
    if until is not None:
        chosen = chosen.where(TipRow.published_at < until)
    with db.reading() as session:
        rows = session.execute(chosen).all()
    called: dict[str, str] = {}
    now, then = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for content, author_id, at in rows:
        if of is not None and author_id not in of:
            continue
        for topic in (content or {}).get("topics", ()):
            key = terms.target_of(topic, merged)
            called.setdefault(key, topic)
            (now if at >= since else then)[key].add(author_id)
    rising = [
        Rising(called[key], in_fives(len(people)))
        for key, people in now.items()
        if key and len(people) >= LEAST_PEOPLE and len(people) > len(then[key])
    ]
    return sorted(rising, key=lambda one: (-one.people, one.topic))[:limit]


def open_in(db: Database, team_id: str, channel_id: str, *, since: datetime, limit: int) -> list[str]:
    """Ids of the open questions that were asked in a channel since then and that are not solved, oldest first."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(OpenQuestionRow.id)
            .where(
                OpenQuestionRow.team_id == team_id,
                OpenQuestionRow.state == "open",
                OpenQuestionRow.opened_at >= since,
                OpenQuestionRow.post_channel_id == channel_id,
                OpenQuestionRow.post_ts.is_not(None),
            )
            .order_by(OpenQuestionRow.opened_at, OpenQuestionRow.id)
            .limit(limit)
        )
        return list(rows)


def still_open(db: Database, team_id: str, ids: Sequence[str]) -> list[str]:
    """Texts of those of these questions that are open, oldest first."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(OpenQuestionRow.text)
            .where(OpenQuestionRow.team_id == team_id, OpenQuestionRow.id.in_(list(ids)))
            .where(OpenQuestionRow.state == "open")
            .order_by(OpenQuestionRow.opened_at, OpenQuestionRow.id)
        )
        return list(rows)
