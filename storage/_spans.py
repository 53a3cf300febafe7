"""The figures of four weeks that are over, as they may be told."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._acts import Act, Share, Whose, counted, within
from storage._tables import OpenQuestionRow, SolutionRow, ThemeRow, TipRow, TrialRow
from storage._telling import in_fives, parted, split
from storage._themed import OPEN
from storage._touched import untouched_since
from storage.records import (
    LEAST_PEOPLE,
    Answering,
    Part,
    RisingTopic,
    Span,
    Staleness,
    Top,
    TrialOutcome,
    Trials,
    Trying,
)

SPAN = timedelta(weeks=4)
IN_TIME = timedelta(hours=48)
STALE = timedelta(days=180)
TOP = 0.05
LISTED = 5


@dataclass(frozen=True, slots=True)
class SpanTold:
    """All that is told of a span, as it is kept. `themes`: ids, with the people of each.

    What is added to this, or to a record in it, needs a default: it is read as it was kept.
    """

    span: Span
    languages: tuple[Part, ...]
    channels: tuple[Part, ...]
    stale: Staleness | None
    themes: tuple[tuple[str, int], ...]
    rising: tuple[RisingTopic, ...]


def told(
    session: Session,
    whose: Whose,
    start: datetime,
    acts: Sequence[Act],
    shares: Sequence[Share],
    rising: Iterable[RisingTopic],
    *,
    at_least: int,
) -> SpanTold:
    """Of the acts and shares those that are of the span count. `at_least`: so many people are told of it already."""
    end = start + SPAN
    did, shared = within(acts, start, end), within(shares, start, end)
    tips = Counter(one.author_id for one in shared)
    span = Span(
        start=start.date(),
        people=max(at_least, in_fives(len({act.user_id for act in did}))),
        authors=in_fives(len(tips)),
        newcomers=in_fives(len({one.author_id for one in shared if one.began >= start})),
        top=_top(tips),
        questions=_answering(session, whose, start, end),
        trials=_trying(session, whose, start, end),
    )
    return SpanTold(
        span,
        languages=_parts((act.user_id, act.language) for act in did),
        channels=_parts((act.user_id, act.channel_id) for act in did),
        stale=_staleness(session, whose, end),
        themes=_turnouts(session, whose, shared, start, end),
        rising=tuple(rising),
    )


def _top(tips: Counter[str]) -> Top | None:
    """Neither the most active ones nor the others may be fewer than five."""
    people = max(LEAST_PEOPLE, math.ceil(len(tips) * TOP))
    if len(tips) - people < LEAST_PEOPLE:
        return None
    return Top(people, round(100 * sum(count for _, count in tips.most_common(people)) / tips.total()))


def _answering(session: Session, whose: Whose, start: datetime, end: datetime) -> Answering | None:
    """Of questions in public channels: a colleague replied, or a tip that may answer came, within 48 hours.

    A tip that the asker turned down does not answer.
    """
    found = (
        sa.select(sa.func.min(SolutionRow.found_at))
        .where(SolutionRow.team_id == OpenQuestionRow.team_id, SolutionRow.question_id == OpenQuestionRow.id)
        .where(SolutionRow.solved.is_not(False))
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(OpenQuestionRow.asker_id, OpenQuestionRow.opened_at, OpenQuestionRow.replied_at, found).where(
            OpenQuestionRow.team_id == whose.team_id,
            OpenQuestionRow.opened_at >= start,
            OpenQuestionRow.opened_at < end,
            OpenQuestionRow.post_channel_id.in_(sorted(whose.public)),
            OpenQuestionRow.state.not_in(("waiting", "withdrawn")),
        )
    ).all()
    parts: dict[str, list[str | None]] = {"in_time": [], "late": []}
    for asker_id, opened_at, replied_at, found_at in rows:
        came = [at for at in (replied_at, found_at) if at is not None and at < opened_at + IN_TIME]
        parts["in_time" if came else "late"].append(asker_id)
    told = split(parts)
    return Answering(told[0], told[1]["in_time"] if told[1] else None) if told else None


def _trying(session: Session, whose: Whose, start: datetime, end: datetime) -> Trying | None:
    rows = session.execute(
        sa.select(TrialRow.user_id, TrialRow.outcome)
        .join(TipRow, sa.and_(TipRow.team_id == TrialRow.team_id, TipRow.id == TrialRow.tip_id))
        .where(counted(whose), TrialRow.tried_at >= start, TrialRow.tried_at < end)
    ).all()
    parts: dict[TrialOutcome, list[str]] = {"worked": [], "changed": [], "failed": []}
    for user_id, outcome in rows:
        parts[cast("TrialOutcome", outcome)].append(user_id)
    told = split(cast("dict[str, Collection[str | None]]", parts))
    return Trying(told[0], Trials(**told[1]) if told[1] else None) if told else None


def _parts(where: Iterable[tuple[str, str | None]]) -> tuple[Part, ...]:
    """People where they did most: each is in one part."""
    did: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for user_id, place in where:
        did[user_id][place or ""] += 1
    most = Counter(max(sorted(places), key=lambda place: places[place]) for places in did.values())
    elsewhere = most.pop("", 0)
    return tuple(Part(name, people) for name, people in parted(most, elsewhere=elsewhere))


def _staleness(session: Session, whose: Whose, end: datetime) -> Staleness | None:
    """Of the tips that were there at the end of the span."""
    rows = session.execute(
        sa.select(TipRow.author_id, untouched_since(end - STALE)).where(counted(whose), TipRow.published_at < end)
    ).all()
    parts: dict[str, list[str | None]] = {"stale": [], "fresh": []}
    for author_id, is_stale in rows:
        parts["stale" if is_stale else "fresh"].append(author_id)
    told = split(parts)
    return Staleness(told[0], told[1]["stale"] if told[1] else None) if told else None


def _turnouts(
    session: Session, whose: Whose, shared: Sequence[Share], start: datetime, end: datetime
) -> tuple[tuple[str, int], ...]:
    """Themes that were on in the span, the newest first, and who shared under each in it."""
    themes = session.scalars(
        sa.select(ThemeRow.id)
        .where(ThemeRow.team_id == whose.team_id, ThemeRow.channel_id.in_(sorted(whose.public)))
        .where(ThemeRow.started_at < end, sa.or_(ThemeRow.state.in_(OPEN), ThemeRow.closed_at >= start))
        .where(ThemeRow.format != "retro", ThemeRow.merged_into.is_(None))
        .order_by(ThemeRow.started_at.desc(), ThemeRow.id)
        .limit(LISTED)
    ).all()
    people = {theme: {one.author_id for one in shared if one.theme_id == theme} for theme in themes}
    return tuple((theme, in_fives(len(authors))) for theme, authors in people.items())
