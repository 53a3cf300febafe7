"""What hosts and admins are shown of how the community lives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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
    own = world.reading.own_channels()
    public = {channel.id: channel.name for channel in own if not (channel.is_private or channel.is_shared)}
    now = world.clock.now()
    return Shown(
        figures=insights.figures(world.db, team_id, public=public, now=now),
        members=world.reading.full_members(),
        channels=public,
        minutes=minutes(world.db, team_id, insights.last_week(now).date()),
    )


def minutes(db: Database, team_id: str, end: date) -> dict[date, int]:
    """By week, 0 where nobody spent any; empty when no host ever did. The queue's figure, of no person."""
    since = end - insights.WEEK * insights.WEEKS
    spent = host_queue.minutes_by_week(db, team_id, since=since.isoformat())
    found = {date.fromisoformat(week): sum(on.values()) for week, on in spent.items()}
    weeks = [since + insights.WEEK * number for number in range(insights.WEEKS)]
    return {week: found.get(week, 0) for week in weeks} if any(found.get(week) for week in weeks) else {}
