"""Whether the community lives: the figures that may be told, of weeks that are over.

Counted is what every full member may see: tips for the whole workspace, questions in public channels. Who shared
without a name counts as nobody, and worries count in no figure. Only weeks that are over are counted, from Monday to
Monday in UTC and two days after their end: whoever looks twice in between sees the same.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import rising
from storage._kinds import NO_WORRY
from storage._tables import (
    EchoRow,
    FeedbackRow,
    OpenQuestionRow,
    QuestionRow,
    SolutionRow,
    ThanksRow,
    ThemeRow,
    TipRow,
    TrialRow,
)
from storage._telling import in_fives, parted, split
from storage._themed import OPEN
from storage._touched import untouched_since
from storage._visibility import visible_to
from storage.database import Database
from storage.records import (
    LEAST_PEOPLE,
    Answering,
    Insights,
    Part,
    RisingTopic,
    Span,
    Staleness,
    Top,
    TrialOutcome,
    Trials,
    Trying,
    Turnout,
    Viewer,
    Week,
)

WEEK = timedelta(weeks=1)
WEEKS, SPANS = 12, 6
"""How many weeks, and spans of four weeks, are told of."""

SPAN = 4 * WEEK
IN_TIME = timedelta(hours=48)
STALE = timedelta(days=180)
TOP = 0.05

SETTLED = timedelta(days=2)
"""How long after a week's end its figures come: a question of its last minute has had its 48 hours."""

_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
"""A Monday from which spans are counted: they are the same whoever looks, and never overlap."""

_LISTED = 5


@dataclass(frozen=True, slots=True)
class _Act:
    """Something that somebody did under their own name, and where, if that was in a public channel."""

    user_id: str
    at: datetime
    language: str
    channel_id: str | None


def last_week(now: datetime) -> datetime:
    """The end of the last week that is told of."""
    return _FIRST + (now - SETTLED - _FIRST) // WEEK * WEEK


def last_span(now: datetime) -> datetime:
    """The end of the last span of four weeks that is told of."""
    return _FIRST + (now - SETTLED - _FIRST) // SPAN * SPAN


def figures(db: Database, team_id: str, *, public: Collection[str], now: datetime) -> Insights:
    """All figures, as they may be told. `public`: ids of the public channels that the bot is in."""
    everybody = Viewer(team_id, None, is_full_member=True)
    week_end, span_end = last_week(now), last_span(now)
    starts = [span_end - SPAN * back for back in range(SPANS, 0, -1)]
    with db.reading() as session:
        acts = _acts(session, everybody, public, min(starts[0], week_end - WEEK * WEEKS))
        shares = _shares(session, everybody)
        weeks, fewer = _weeks(acts, week_end)
        span = (span_end - SPAN, span_end)
        last = [act for act in acts if span[0] <= act.at < span[1]]
        told = Insights(
            weeks=weeks,
            weeks_fewer=fewer,
            spans=tuple(_span(session, everybody, public, start, acts, shares) for start in starts),
            languages=_parts((act.user_id, act.language) for act in last),
            channels=_parts((act.user_id, act.channel_id) for act in last),
            stale=_staleness(session, everybody, span_end),
            themes=_turnouts(session, everybody, public, week_end),
        )
    topics = rising.topics(db, team_id, before=span[0] - SPAN, since=span[0], until=span_end, limit=_LISTED)
    asked = rising.unanswered(db, team_id, public=public, since=week_end - WEEK * WEEKS, limit=_LISTED)
    return _with(told, topics, asked)


def _with(told: Insights, topics: Sequence[rising.Rising], asked: Sequence[rising.Wanted]) -> Insights:
    return Insights(
        **{name: getattr(told, name) for name in ("weeks", "spans", "languages", "channels", "stale", "themes")},
        rising=tuple(RisingTopic(one.topic, in_fives(one.people)) for one in topics),
        unanswered=tuple(one.text for one in asked),
        weeks_fewer=told.weeks_fewer,
    )


def _acts(session: Session, everybody: Viewer, public: Collection[str], since: datetime) -> list[_Act]:
    """What anybody did under their name: asked, shared, tried, thanked, judged an answer, had a question too."""
    team_id = everybody.team_id
    language, place = TipRow.content["language"].as_string(), TipRow.source_channel_id
    tips = sa.select(TipRow.author_id, TipRow.published_at, language, place).where(
        _counted(everybody), TipRow.author_id.is_not(None), TipRow.published_at >= since
    )
    of_tips = [
        sa.select(row.user_id, at, language, place)
        .join(TipRow, sa.and_(TipRow.team_id == row.team_id, TipRow.id == row.tip_id))
        .where(_counted(everybody), at >= since)
        for row, at in ((TrialRow, TrialRow.tried_at), (ThanksRow, ThanksRow.given_at))
    ]
    asked = sa.select(QuestionRow.asker_id, QuestionRow.asked_at, QuestionRow.language, QuestionRow.channel_id).where(
        QuestionRow.team_id == team_id, QuestionRow.asker_id.is_not(None), QuestionRow.asked_at >= since
    )
    judged = (
        sa.select(FeedbackRow.user_id, FeedbackRow.given_at, QuestionRow.language, QuestionRow.channel_id)
        .join(
            QuestionRow, sa.and_(QuestionRow.team_id == FeedbackRow.team_id, QuestionRow.id == FeedbackRow.question_id)
        )
        .where(FeedbackRow.team_id == team_id, FeedbackRow.given_at >= since)
    )
    opened = (OpenQuestionRow.language, OpenQuestionRow.post_channel_id)
    to_colleagues = sa.select(OpenQuestionRow.asker_id, OpenQuestionRow.opened_at, *opened).where(
        OpenQuestionRow.team_id == team_id, OpenQuestionRow.asker_id.is_not(None), OpenQuestionRow.opened_at >= since
    )
    echoed = (
        sa.select(EchoRow.user_id, EchoRow.since, *opened)
        .join(
            OpenQuestionRow,
            sa.and_(OpenQuestionRow.team_id == EchoRow.team_id, OpenQuestionRow.id == EchoRow.question_id),
        )
        .where(EchoRow.team_id == team_id, EchoRow.since >= since)
    )
    return [
        _Act(user_id, at, language, channel_id if channel_id in public else None)
        for chosen in (tips, *of_tips, asked, judged, to_colleagues, echoed)
        for user_id, at, language, channel_id in session.execute(chosen)
    ]


def _counted(everybody: Viewer) -> sa.ColumnElement[bool]:
    return sa.and_(visible_to(everybody), NO_WORRY)


def _shares(session: Session, everybody: Viewer) -> list[tuple[str, datetime]]:
    """Who shared under their name, and when; the first ones too."""
    chosen = sa.select(TipRow.author_id, TipRow.published_at).where(_counted(everybody), TipRow.author_id.is_not(None))
    return [(cast("str", author_id), at) for author_id, at in session.execute(chosen)]


def _weeks(acts: Sequence[_Act], end: datetime) -> tuple[tuple[Week, ...], int]:
    starts = [end - WEEK * back for back in range(WEEKS, 0, -1)]
    people = [len({act.user_id for act in acts if start <= act.at < start + WEEK}) for start in starts]
    fewer = 0
    while fewer + 1 < WEEKS and people[-1 - fewer] < people[-2 - fewer] and people[-2 - fewer] >= LEAST_PEOPLE:
        fewer += 1
    told = (Week(start.date(), in_fives(count)) for start, count in zip(starts, people, strict=True))
    return tuple(told), fewer


def _span(
    session: Session,
    everybody: Viewer,
    public: Collection[str],
    start: datetime,
    acts: Sequence[_Act],
    shares: Sequence[tuple[str, datetime]],
) -> Span:
    end = start + SPAN
    first: dict[str, datetime] = {}
    for author_id, at in shares:
        first[author_id] = min(at, first.get(author_id, at))
    shared = Counter(author_id for author_id, at in shares if start <= at < end)
    return Span(
        start=start.date(),
        people=in_fives(len({act.user_id for act in acts if start <= act.at < end})),
        authors=in_fives(len(shared)),
        newcomers=in_fives(sum(1 for at in first.values() if start <= at < end)),
        top=_top(shared),
        questions=_answering(session, everybody.team_id, public, start, end),
        trials=_trying(session, everybody, start, end),
    )


def _top(shared: Counter[str]) -> Top | None:
    """Neither the most active ones nor the others may be fewer than five."""
    people = max(LEAST_PEOPLE, math.ceil(len(shared) * TOP))
    if len(shared) - people < LEAST_PEOPLE:
        return None
    return Top(people, round(100 * sum(count for _, count in shared.most_common(people)) / shared.total()))


def _answering(
    session: Session, team_id: str, public: Collection[str], start: datetime, end: datetime
) -> Answering | None:
    """Of questions in public channels: a colleague replied, or a tip that may answer came, within 48 hours."""
    found = (
        sa.select(sa.func.min(SolutionRow.found_at))
        .where(SolutionRow.team_id == OpenQuestionRow.team_id, SolutionRow.question_id == OpenQuestionRow.id)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(OpenQuestionRow.asker_id, OpenQuestionRow.opened_at, OpenQuestionRow.replied_at, found).where(
            OpenQuestionRow.team_id == team_id,
            OpenQuestionRow.opened_at >= start,
            OpenQuestionRow.opened_at < end,
            OpenQuestionRow.post_channel_id.in_(sorted(public)),
            OpenQuestionRow.state.not_in(("waiting", "withdrawn")),
        )
    ).all()
    parts: dict[str, list[str | None]] = {"in_time": [], "late": []}
    for asker_id, opened_at, replied_at, found_at in rows:
        came = [at for at in (replied_at, found_at) if at is not None and at < opened_at + IN_TIME]
        parts["in_time" if came else "late"].append(asker_id)
    told = split(parts)
    return Answering(told[0], told[1]["in_time"] if told[1] else None) if told else None


def _trying(session: Session, everybody: Viewer, start: datetime, end: datetime) -> Trying | None:
    rows = session.execute(
        sa.select(TrialRow.user_id, TrialRow.outcome)
        .join(TipRow, sa.and_(TipRow.team_id == TrialRow.team_id, TipRow.id == TrialRow.tip_id))
        .where(_counted(everybody), TrialRow.tried_at >= start, TrialRow.tried_at < end)
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


def _staleness(session: Session, everybody: Viewer, end: datetime) -> Staleness | None:
    """Of the tips that were there at the end of a span."""
    rows = session.execute(
        sa.select(TipRow.author_id, untouched_since(end - STALE)).where(_counted(everybody), TipRow.published_at < end)
    ).all()
    parts: dict[str, list[str | None]] = {"stale": [], "fresh": []}
    for author_id, is_stale in rows:
        parts["stale" if is_stale else "fresh"].append(author_id)
    told = split(parts)
    return Staleness(told[0], told[1]["stale"] if told[1] else None) if told else None


def _turnouts(session: Session, everybody: Viewer, public: Collection[str], end: datetime) -> tuple[Turnout, ...]:
    """Themes that are on, or ended in the weeks that are told of, the newest first."""
    ended = sa.or_(ThemeRow.state.in_(OPEN), ThemeRow.closed_at >= end - WEEK * WEEKS)
    themes = session.scalars(
        sa.select(ThemeRow)
        .where(ThemeRow.team_id == everybody.team_id, ThemeRow.channel_id.in_(sorted(public)))
        .where(ThemeRow.started_at < end, ended, ThemeRow.format != "retro", ThemeRow.merged_into.is_(None))
        .order_by(ThemeRow.started_at.desc(), ThemeRow.id)
        .limit(_LISTED)
    ).all()
    rows = session.execute(
        sa.select(TipRow.theme_id, TipRow.author_id).where(
            _counted(everybody),
            TipRow.theme_id.in_([theme.id for theme in themes]),
            TipRow.author_id.is_not(None),
            TipRow.published_at < end,
        )
    ).all()
    people = {theme.id: {author for theme_id, author in rows if theme_id == theme.id} for theme in themes}
    return tuple(Turnout(theme.name, in_fives(len(people[theme.id])), theme.state in OPEN) for theme in themes)
