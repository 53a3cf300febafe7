"""What people follow, and the tips that are new for somebody."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import synonyms, tips
from storage._feed import position
from storage._tables import ChangeRow, FollowedRow, FollowRow, NewsRow, QuestionRow, SolutionRow, ThemeRow, TipRow
from storage.database import Database, insert_all_absent, insert_if_absent, one_at_a_time
from storage.drafts import day_of
from storage.records import Follow, FollowKind, FollowRhythm, Kind, News, NewsKind, Tip
from storage.terms import target_of

MOST = 50
"""So many things one person follows."""

TERMS: tuple[FollowKind, ...] = ("topic", "tool")

Targets = Callable[[Tip], Collection[tuple[FollowKind, str]]]
"""What a tip is about, as it could be followed."""

NEW = timedelta(days=90)
"""For so long a tip, or that it answers a question, is news; and so long it is known who was told of it."""

NOBODY = ""
"""In the place of a person whom a tip is news for: it is so for nobody any more."""

_LATEST = (FollowRow.since.desc(), FollowRow.kind, FollowRow.target)
_LATE = timedelta(days=30)
"""A draft that waits for its author may come out under a theme that is over: so long its followers hear of it."""

_FEED = 1
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A tip that is new for a follower. `follow` says why."""

    follow: Follow
    tip_id: str


def add(db: Database, follow: Follow) -> Follow | None:
    """Somebody follows something, or hears of it in another rhythm. None: they follow too much already.

    What they follow by another of its names (`subject_of`) stays as it was called.
    """
    names = synonyms.merged(db, follow.team_id)
    with db.writing() as session:
        one_at_a_time(session, "follows", follow.team_id, follow.user_id)
        mine = list(session.scalars(_of(follow.team_id, follow.user_id).with_for_update()))
        same = [row for row in mine if subject_of(_follow(row), names) == subject_of(follow, names)]
        for row in same:
            row.rhythm = follow.rhythm
        if same:
            return _follow(same[0])
        if len({subject_of(_follow(row), names) for row in mine}) >= MOST:
            return None
        insert_if_absent(session, FollowRow, **asdict(follow))
        return follow


def remove(db: Database, follow: Follow) -> Follow | None:
    """Somebody follows it no longer, by whichever name; what was found for it goes too. None: they did not."""
    names = synonyms.merged(db, follow.team_id)
    with db.writing() as session:
        mine = session.scalars(_of(follow.team_id, follow.user_id).with_for_update())
        same = [row for row in mine if subject_of(_follow(row), names) == subject_of(follow, names)]
        for row in same:
            session.execute(
                sa.delete(NewsRow).where(
                    NewsRow.team_id == row.team_id,
                    NewsRow.user_id == row.user_id,
                    NewsRow.why == row.kind,
                    NewsRow.about == row.label,
                    NewsRow.told_at.is_(None),
                )
            )
            session.delete(row)
        return _follow(same[0]) if same else None


def of_person(db: Database, team_id: str, user_id: str) -> list[Follow]:
    """What somebody follows, each once (`subject_of`), the latest first."""
    names = synonyms.merged(db, team_id)
    with db.reading() as session:
        mine = [_follow(row) for row in session.scalars(_of(team_id, user_id))]
    first: dict[tuple[str, str], Follow] = {}
    for one in mine:
        first.setdefault(subject_of(one, names), one)
    return list(first.values())


def subject_of(follow: Follow, merged: Mapping[str, str]) -> tuple[str, str]:
    """What is followed: a topic and a tool of one term are one, and so are names that a workspace's hosts made one."""
    if follow.kind in TERMS:
        return "term", target_of(follow.target, merged)
    return follow.kind, follow.target


def _of(team_id: str, user_id: str) -> sa.Select[FollowRow]:
    mine = sa.select(FollowRow).where(FollowRow.team_id == team_id, FollowRow.user_id == user_id)
    return mine.order_by(*_LATEST)


def look(db: Database, targets: Targets) -> tuple[list[Found], int]:
    """The tips of the change feed that are new for somebody, and how far the feed was looked through.

    A tip is new when it was shared after the follow began (`is_new`). What was shared long ago comes no second time
    because somebody edits or verifies it.
    """
    oldest = db.now() - NEW
    with db.writing() as session:
        _, last = position(session)
        insert_if_absent(session, FollowedRow, id=_FEED, seq=last)
        seen = session.get_one(FollowedRow, _FEED).seq
        changes = list(
            session.scalars(sa.select(ChangeRow).where(ChangeRow.seq > seen).order_by(ChangeRow.seq).limit(_BATCH))
        )
        upto = changes[-1].seq if changes else last
        found: list[Found] = []
        for team_id, tip_id in dict.fromkeys((one.team_id, one.tip_id) for one in changes):
            row = session.get(TipRow, (team_id, tip_id))
            if row is None or row.state != "published" or row.published_at < oldest:
                continue
            if session.get(NewsRow, (team_id, NOBODY, tip_id)) is not None:
                continue
            tip = tips.tip_of(row)
            about = {*targets(tip), *_under(row, tip)}
            new = (one for one in _followers(session, tip, about) if is_new(tip, one.since))
            found += [Found(follow, tip_id) for follow in new]
        return found + _solutions(session, oldest), upto


def _under(row: TipRow, tip: Tip) -> list[tuple[FollowKind, str]]:
    """The theme that a tip was shared under. Worries are not told of as what came of a theme."""
    return [("theme", row.theme_id)] if row.theme_id and tip.content.kind is not Kind.WORRY else []


def _followers(session: Session, tip: Tip, about: Collection[tuple[FollowKind, str]]) -> Iterable[Follow]:
    """A topic or tool is followed by its term, whichever of the two it was called.

    A theme comes last: who has another reason to hear of the tip has it wherever the theme runs.
    """
    wanted = {(kind, target) for kind, target in about if kind not in TERMS}
    wanted |= {(kind, target) for _kind, target in about if _kind in TERMS for kind in TERMS}
    if not wanted:
        return []
    named = sa.or_(*(sa.and_(FollowRow.kind == kind, FollowRow.target == target) for kind, target in sorted(wanted)))
    rows = session.scalars(sa.select(FollowRow).where(FollowRow.team_id == tip.team_id, named).order_by(*_LATEST))
    found = [_follow(row) for row in rows if row.user_id != tip.author_id]
    return sorted(found, key=lambda one: one.kind == "theme")


def _solutions(session: Session, oldest: datetime) -> list[Found]:
    """Tips that were found since then for an open question that somebody follows."""
    pairs = session.execute(
        sa.select(FollowRow, SolutionRow.tip_id)
        .join(
            SolutionRow, sa.and_(SolutionRow.team_id == FollowRow.team_id, SolutionRow.question_id == FollowRow.target)
        )
        .outerjoin(
            NewsRow,
            sa.and_(
                NewsRow.team_id == FollowRow.team_id,
                NewsRow.user_id.in_((FollowRow.user_id, NOBODY)),
                NewsRow.tip_id == SolutionRow.tip_id,
            ),
        )
        .where(FollowRow.kind == "question", NewsRow.tip_id.is_(None))
        .where(SolutionRow.found_at >= FollowRow.since, SolutionRow.found_at >= oldest)
        .limit(_BATCH)
    )
    return [Found(_follow(row), tip_id) for row, tip_id in pairs]


def is_new(tip: Tip, since: datetime) -> bool:
    """Whether a tip was shared since then: of one without a name the day alone is known."""
    return tip.published_at >= (day_of(since) if tip.is_anonymous else since)


def note_news(db: Database, news: Iterable[News], *, upto: int | None = None) -> None:
    """Keeps what is new for whom, each tip once a person, and how far the feed was looked through."""
    with db.writing() as session:
        by_team: dict[str, list[News]] = {}
        for one in news:
            by_team.setdefault(one.team_id, []).append(one)
        for team_id, found in sorted(by_team.items()):
            for one in _still_news(session, team_id, found):
                insert_if_absent(session, NewsRow, **asdict(one), found_at=db.now())
        if upto is not None:
            session.execute(
                sa.update(FollowedRow).where(FollowedRow.id == _FEED, FollowedRow.seq < upto).values(seq=upto)
            )


def _still_news(session: Session, team_id: str, news: Iterable[News]) -> list[News]:
    """Those that are news still, for the same reason: meanwhile an author's name may have been taken off."""
    news = sorted(news, key=lambda one: one.tip_id)
    ids = {one.tip_id for one in news}
    # held in one order, so that two who tell do not wait for each other
    held = (
        sa.select(TipRow.id, TipRow.author_id).where(TipRow.team_id == team_id, TipRow.id.in_(ids)).order_by(TipRow.id)
    )
    authors = {row.id: row.author_id for row in session.execute(held.with_for_update(read=True))}
    nobodys = sa.select(NewsRow.tip_id).where(
        NewsRow.team_id == team_id, NewsRow.user_id == NOBODY, NewsRow.tip_id.in_(ids)
    )
    there = authors.keys() - set(session.scalars(nobodys))
    return [one for one in news if one.tip_id in there and (one.why != "person" or authors[one.tip_id] == one.about)]


def name_taken_off(db: Database, session: Session, team_id: str, tip_id: str) -> None:
    """A tip has no author any more, and who it was found for goes: that it was new for all but one tells who that is.

    Where somebody was told of it, it is news for nobody from now on: they would be told twice, and could compare; who
    is not told again and who is would say as much as those rows. For storage's own modules.
    """
    about = sa.and_(NewsRow.team_id == team_id, NewsRow.tip_id == tip_id)
    was_told = session.scalar(sa.select(NewsRow.user_id).where(about, NewsRow.told_at.is_not(None)).limit(1))
    session.execute(sa.delete(NewsRow).where(about))
    if was_told is not None:
        day = day_of(db.now())
        over = NewsRow(team_id=team_id, user_id=NOBODY, tip_id=tip_id, why="topic", about="", found_at=day, told_at=day)
        session.add(over)


def due(db: Database, now: datetime, *, limit: int = 500) -> dict[tuple[str, str], list[News]]:
    """News that may be told by itself now, by workspace and person."""
    chosen = sa.select(NewsRow).where(NewsRow.due_at <= now, NewsRow.told_at.is_(None)).order_by(NewsRow.due_at)
    found: dict[tuple[str, str], list[News]] = {}
    with db.reading() as session:
        for row in session.scalars(chosen.limit(limit)):
            found.setdefault((row.team_id, row.user_id), []).append(_news(row))
    return found


def untold(db: Database, team_id: str, user_id: str, *, limit: int = 50) -> list[News]:
    """What was found for somebody and not told yet, the newest first."""
    return _newest(db, team_id, user_id, NewsRow.told_at.is_(None), limit)


def latest(db: Database, team_id: str, user_id: str, *, since: datetime, limit: int) -> list[News]:
    """What was found for somebody since then, told or not, the newest first."""
    return _newest(db, team_id, user_id, NewsRow.found_at >= since, limit)


def _newest(db: Database, team_id: str, user_id: str, chosen: sa.ColumnElement[bool], limit: int) -> list[News]:
    rows = (
        sa.select(NewsRow)
        .where(NewsRow.team_id == team_id, NewsRow.user_id == user_id, chosen)
        .order_by(NewsRow.found_at.desc(), NewsRow.tip_id)
        .limit(limit)
    )
    with db.reading() as session:
        return [_news(row) for row in session.scalars(rows)]


def told_of(db: Database, team_id: str, user_id: str, tip_ids: Collection[str]) -> set[str]:
    """Those of these tips that somebody was told of, or that are news for nobody any more."""
    chosen = sa.select(NewsRow.tip_id).where(
        NewsRow.team_id == team_id,
        NewsRow.user_id.in_((user_id, NOBODY)),
        NewsRow.told_at.is_not(None),
        NewsRow.tip_id.in_(sorted(tip_ids)),
    )
    with db.reading() as session:
        return set(session.scalars(chosen))


def told(session: Session, team_id: str, user_id: str, news: Iterable[News], now: datetime) -> None:
    """Somebody was told of these tips: they come no second time. For storage's own modules."""
    told = _still_news(session, team_id, news)
    insert_all_absent(session, NewsRow, [asdict(one) | {"found_at": now} for one in told])
    session.execute(
        sa.update(NewsRow)
        .where(NewsRow.team_id == team_id, NewsRow.user_id == user_id, NewsRow.tip_id.in_([one.tip_id for one in told]))
        .values(due_at=None, told_at=sa.func.coalesce(NewsRow.told_at, sa.literal(now, NewsRow.told_at.type)))
    )


def postpone(db: Database, news: Sequence[News], until: datetime | None) -> None:
    """These wait until then, or (None) for the next digest."""
    with db.writing() as session:
        for one in news:
            row = session.get(NewsRow, (one.team_id, one.user_id, one.tip_id))
            if row is not None and row.told_at is None:
                row.due_at = until


def tidy(db: Database) -> None:
    """Lets go what is news no more, and the follows of themes that were over long ago."""
    over = sa.and_(ThemeRow.closed_at.is_not(None), ThemeRow.closed_at < db.now() - _LATE)
    there = sa.select(ThemeRow.id).where(ThemeRow.team_id == FollowRow.team_id, ThemeRow.id == FollowRow.target, ~over)
    with db.writing() as session:
        session.execute(sa.delete(NewsRow).where(NewsRow.found_at < db.now() - NEW))
        session.execute(sa.delete(FollowRow).where(FollowRow.kind == "theme", ~there.exists()))


def merged_into(session: Session, team_id: str, theme_id: str, into: str) -> None:
    """Who follows a theme follows from now on the one that it was merged into. For storage's own modules."""
    theirs = sa.select(FollowRow).where(
        FollowRow.team_id == team_id, FollowRow.kind == "theme", FollowRow.target == theme_id
    )
    for row in session.scalars(theirs.order_by(FollowRow.user_id).with_for_update()).all():
        goes_on = replace(_follow(row), target=into, label=into)
        insert_if_absent(session, FollowRow, **asdict(goes_on))
        session.delete(row)


def recent_tips(db: Database, team_id: str, asker_id: str, *, since: datetime) -> list[str]:
    """Ids of the tips that somebody's latest questions were answered with, once for each question."""
    chosen = (
        sa.select(QuestionRow.tip_ids)
        .where(QuestionRow.team_id == team_id, QuestionRow.asker_id == asker_id, QuestionRow.asked_at >= since)
        .order_by(QuestionRow.asked_at.desc())
        .limit(30)
    )
    with db.reading() as session:
        return [tip_id for tip_ids in session.scalars(chosen) for tip_id in tip_ids]


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes what somebody follows, what was new for them, and that others follow them. For storage's own modules."""
    session.execute(
        sa.delete(FollowRow).where(
            FollowRow.team_id == team_id,
            sa.or_(FollowRow.user_id == user_id, sa.and_(FollowRow.kind == "person", FollowRow.target == user_id)),
        )
    )
    session.execute(
        sa.delete(NewsRow).where(
            NewsRow.team_id == team_id,
            sa.or_(NewsRow.user_id == user_id, sa.and_(NewsRow.why == "person", NewsRow.about == user_id)),
        )
    )


def _follow(row: FollowRow) -> Follow:
    return Follow(
        row.team_id,
        row.user_id,
        cast("FollowKind", row.kind),
        row.target,
        row.label,
        cast("FollowRhythm", row.rhythm),
        row.since,
    )


def _news(row: NewsRow) -> News:
    return News(row.team_id, row.user_id, row.tip_id, cast("NewsKind", row.why), row.about, row.due_at)
