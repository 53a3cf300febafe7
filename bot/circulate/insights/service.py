"""What hosts and admins are shown of how the community lives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from weakref import WeakKeyDictionary

from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import World
from storage import host_queue, insights
from storage.database import Database
from storage.records import Insights, Part, Span

TYPICAL, GOOD = 27, 38
"""Percent of people who take part: what SWOOP Analytics finds in communities elsewhere, and in good ones."""

AIM = 15
"""Minutes a week that hosts give."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Figures with what names them. `members`: full members of the workspace, None when Slack does not say."""

    figures: Insights
    members: int | None
    channels: Mapping[str, str] = field(default_factory=dict)
    minutes: Mapping[date, int] = field(default_factory=dict)

    @property
    def last(self) -> Span:
        return self.figures.spans[-1]

    @property
    def percent(self) -> int | None:
        """Of all members, how many took part in the last span, at least; None where that cannot be said."""
        if not self.members or not self.last.people:
            return None
        return min(100, 100 * self.last.people // self.members)

    @property
    def is_empty(self) -> bool:
        weeks, spans = self.figures.weeks, self.figures.spans
        return not (any(week.people for week in weeks) or any(span.people for span in spans))

    def name_of(self, part: Part) -> str | None:
        """A channel by its name; None for everywhere else."""
        return part.name and f"#{self.channels.get(part.name, part.name)}"


def shown(world: World, team_id: str) -> Shown:
    now, public = world.clock.now(), _public(world)
    settle(world, team_id, now)
    kept = insights.figures(world.db, team_id, now=now)
    names = {**public, **_left(world, kept.channels, public)}
    return Shown(
        figures=replace(
            kept,
            channels=_where_all_read(kept.channels, names),
            unanswered=insights.unanswered(world.db, team_id, public=public, now=now),
        ),
        members=len(world.reading.full_members()),
        channels=names,
        minutes=minutes(world.db, team_id, insights.last_week(now).date()),
    )


def settle(world: World, team_id: str, now: datetime) -> None:
    """Counts the weeks and spans that are over and were not counted yet, once for ever."""
    if not insights.are_kept(world.db, team_id, now):
        members = world.reading.full_members()
        insights.keep(world.db, team_id, public=_public(world), members=members, now=now)


_settled: WeakKeyDictionary[Database, datetime] = WeakKeyDictionary()
"""The end of the last week that this process has counted."""


def tick(world: World) -> None:
    """Counts what is over in each workspace, also when nobody looks: what is deleted later changes no figure."""
    now = world.clock.now()
    week = insights.last_week(now)
    if _settled.get(world.db) == week:
        return
    teams = insights.teams(world.db)
    for team_id in teams:
        each(partial(settle, world, team_id, now))
    if all(insights.are_kept(world.db, team_id, now) for team_id in teams):
        _settled[world.db] = week


def _public(world: World) -> dict[str, str]:
    """Names of the public channels that the bot is in, by id."""
    own = world.reading.own_channels()
    return {channel.id: channel.name for channel in own if not (channel.is_private or channel.is_shared)}


def _left(world: World, parts: Sequence[Part], public: Mapping[str, str]) -> dict[str, str]:
    """Names of channels that the bot is in no more and that everybody can still read, by id."""
    found = {}
    for part in parts:
        if part.name is None or part.name in public:
            continue
        try:
            channel = world.reading.channel(part.name)
        except Refused:
            continue
        if not channel.is_private:
            found[channel.id] = channel.name
    return found


def _where_all_read(parts: Sequence[Part], names: Mapping[str, str]) -> tuple[Part, ...]:
    """Channels that are private by now are told with everywhere else: a sum of fives is in fives."""
    told = [part for part in parts if part.name in names]
    left = sum(part.people for part in parts if part.name not in names)
    return (*told, Part(None, left)) if left else tuple(told)


def minutes(db: Database, team_id: str, end: date) -> dict[date, int]:
    """By week, 0 where nobody spent any; empty when no host ever did. The queue's figure, of no person."""
    since = end - insights.WEEK * insights.WEEKS
    spent = host_queue.minutes_by_week(db, team_id, since=since.isoformat())
    found = {date.fromisoformat(week): sum(on.values()) for week, on in spent.items()}
    weeks = [since + insights.WEEK * number for number in range(insights.WEEKS)]
    return {week: found.get(week, 0) for week in weeks} if any(found.get(week) for week in weeks) else {}
