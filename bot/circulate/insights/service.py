"""What hosts and admins are shown of how the community lives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.ports import World
from storage import insights
from storage.database import Database
from storage.records import Insights, Part, Span

TYPICAL, GOOD = 27, 38
"""Percent of people who take part: what SWOOP Analytics finds in communities elsewhere, and in good ones."""

AIM = 15
"""Minutes a week that hosts give."""

Minutes = Callable[[Database, str, datetime, datetime], Mapping[date, int]]
"""Minutes that the hosts' queue took, by the Monday of each week between two moments."""

QUEUE: Minutes | None = None
"""Without a queue that knows its minutes there is no such figure."""


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
        return not any(one.people for one in (*self.figures.weeks, *self.figures.spans))

    def name_of(self, part: Part) -> str | None:
        """A channel by its name; None for everywhere else."""
        return part.name and f"#{self.channels.get(part.name, part.name)}"


def shown(world: World, team_id: str) -> Shown:
    public = {channel.id: channel.name for channel in world.reading.own_channels() if not channel.is_private}
    now = world.clock.now()
    end = insights.last_week(now)
    return Shown(
        figures=insights.figures(world.db, team_id, public=public, now=now),
        members=world.reading.full_members(),
        channels=public,
        minutes=QUEUE(world.db, team_id, end - insights.WEEK * insights.WEEKS, end) if QUEUE else {},
    )
