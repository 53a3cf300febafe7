"""Whether the community lives: the figures that may be told, of weeks that are over.

Only weeks that are over are counted, from Monday to Monday in UTC and two days after their end, once: what may be told
is kept and read from there ever after. Who is forgotten, withdraws or says something else later changes no figure of
before, so whoever looks twice learns of nobody by the difference.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from storage import _spans, rising
from storage._acts import Act, Whose, acts, shares, within
from storage._spans import LISTED, SPAN, STALE, SpanTold
from storage._tables import FiguresRow, OpenQuestionRow, QuestionRow, ThemeRow, TipRow
from storage._telling import in_fives
from storage._themed import OPEN
from storage.database import Database, insert_if_absent
from storage.records import Insights, RisingTopic, Turnout, Week

__all__ = [
    "SETTLED",
    "SPAN",
    "SPANS",
    "STALE",
    "WEEK",
    "WEEKS",
    "are_kept",
    "figures",
    "keep",
    "last_span",
    "last_week",
    "teams",
    "unanswered",
]

WEEK = timedelta(weeks=1)
WEEKS, SPANS = 12, 6
"""How many weeks, and spans of four weeks, are told of."""

SETTLED = timedelta(days=2)
"""How long after a week's end its figures come: a question of its last minute has had its 48 hours."""

_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
"""A Monday from which spans are counted: they are the same whoever looks, and never overlap."""

_OF_A_WEEK, _OF_A_SPAN = TypeAdapter(Week), TypeAdapter(SpanTold)


def last_week(now: datetime) -> datetime:
    """The end of the last week that is told of."""
    return _FIRST + (now - SETTLED - _FIRST) // WEEK * WEEK


def last_span(now: datetime) -> datetime:
    """The end of the last span of four weeks that is told of."""
    return _FIRST + (now - SETTLED - _FIRST) // SPAN * SPAN


def _starts(now: datetime) -> dict[str, list[datetime]]:
    """When the weeks and spans began that are told of, oldest first."""
    return {
        "week": [last_week(now) - WEEK * back for back in range(WEEKS, 0, -1)],
        "span": [last_span(now) - SPAN * back for back in range(SPANS, 0, -1)],
    }


def teams(db: Database) -> list[str]:
    """The workspaces in which somebody shared or asked something."""
    some: sa.CompoundSelect[str] = sa.union(*(sa.select(row.team_id) for row in (TipRow, QuestionRow, OpenQuestionRow)))
    with db.reading() as session:
        return sorted(session.scalars(some))


def are_kept(db: Database, team_id: str, now: datetime) -> bool:
    """Whether all that is told of by now was counted."""
    with db.reading() as session:
        kept = _kept(session, team_id)
    return all((period, start) in kept for period, starts in _starts(now).items() for start in starts)


def _kept(session: Session, team_id: str) -> dict[tuple[str, datetime], dict[str, Any]]:
    """What was told, by period and when it began."""
    rows = session.scalars(sa.select(FiguresRow).where(FiguresRow.team_id == team_id))
    return {(row.period, datetime.fromisoformat(row.start).replace(tzinfo=UTC)): row.told for row in rows}


def keep(db: Database, team_id: str, *, public: Collection[str], members: Collection[str], now: datetime) -> None:
    """Counts the weeks and spans that were not counted yet, and keeps what may be told; what is kept already stays.

    `public`: ids of the public channels that the bot is in; `members`: of the workspace's full members. What is told
    of no more goes.
    """
    whose = Whose(team_id, frozenset(public), frozenset(members))
    with db.reading() as session:
        told, starts = _kept(session, team_id), _starts(now)
        missing = [
            (period, start) for period, of_it in starts.items() for start in of_it if (period, start) not in told
        ]
        if not missing:
            return
        since = min(start for _, start in missing)
        did, shared = acts(session, whose, since), shares(session, whose, since)
        for period, start in missing:
            if period == "week":
                counted = _OF_A_WEEK.dump_python(_week(did, start), mode="json")
            else:
                rises, least = _rising(db, whose, start), _most_in_a_week(told, start)
                span = _spans.told(session, whose, start, did, shared, rises, at_least=least)
                counted = _OF_A_SPAN.dump_python(span, mode="json")
            told[period, start] = counted
    with db.writing() as session:
        for period, start in missing:
            values = {"team_id": team_id, "period": period, "start": _day(start), "told": told[period, start]}
            insert_if_absent(session, FiguresRow, **values)
        for period, of_it in starts.items():
            over = sa.and_(FiguresRow.period == period, FiguresRow.start < _day(of_it[0]))
            session.execute(sa.delete(FiguresRow).where(FiguresRow.team_id == team_id, over))


def _week(did: Sequence[Act], start: datetime) -> Week:
    return Week(start.date(), in_fives(len({act.user_id for act in within(did, start, start + WEEK)})))


def _most_in_a_week(told: Mapping[tuple[str, datetime], Mapping[str, Any]], start: datetime) -> int:
    """The most people that are told of a week of this span: no fewer took part in it, whoever was forgotten since."""
    weeks = [told.get(("week", start + WEEK * number)) for number in range(SPAN // WEEK)]
    return max((_OF_A_WEEK.validate_python(week).people for week in weeks if week), default=0)


def _rising(db: Database, whose: Whose, start: datetime) -> Iterable[RisingTopic]:
    found = rising.topics(
        db, whose.team_id, before=start - SPAN, since=start, until=start + SPAN, limit=LISTED, of=whose.members
    )
    return (RisingTopic(one.topic, one.people) for one in found)


def figures(db: Database, team_id: str, *, now: datetime) -> Insights:
    """What was kept, and the names of themes that are still there. Raises LookupError unless it `are_kept`."""
    with db.reading() as session:
        kept, starts = _kept(session, team_id), _starts(now)
        weeks = tuple(_OF_A_WEEK.validate_python(kept["week", start]) for start in starts["week"])
        spans = [_OF_A_SPAN.validate_python(kept["span", start]) for start in starts["span"]]
        last = spans[-1]
        return Insights(
            weeks=weeks,
            spans=tuple(one.span for one in spans),
            languages=last.languages,
            channels=last.channels,
            stale=last.stale,
            themes=_named(session, team_id, last.themes),
            rising=last.rising,
        )


def _named(session: Session, team_id: str, themes: Sequence[tuple[str, int]]) -> tuple[Turnout, ...]:
    rows = {theme: session.get(ThemeRow, (team_id, theme)) for theme, _ in themes}
    return tuple(Turnout(row.name, people, row.state in OPEN) for theme, people in themes if (row := rows[theme]))


def unanswered(db: Database, team_id: str, *, public: Collection[str], now: datetime) -> tuple[str, ...]:
    """Open questions of the weeks that are told of, in these public channels, that nobody has replied to, as of now."""
    end = last_week(now)
    found = rising.unanswered(db, team_id, public=public, since=end - WEEK * WEEKS, until=end, limit=LISTED)
    return tuple(one.text for one in found)


def _day(start: datetime) -> str:
    return start.date().isoformat()
