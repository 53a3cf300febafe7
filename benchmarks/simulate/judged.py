"""All posts of a year beside what people did and had chosen: what every rule looks at."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from holidays import country_holidays

from benchmarks.simulate.company import Someone
from benchmarks.simulate.kept import Kept, Shared, Wish
from benchmarks.simulate.record import Post

CAP = 2
"""Unasked messages a person and week: the default, which nobody changes in this year."""

TICK = timedelta(minutes=60)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

ASKED_FOR = frozenset({"notice", "turn", "swap"})
"""What somebody wanted to hear of, or takes turns in: outside quiet hours, and not under the cap."""

FOLLOWS_FROM = ("draft:", "speaker:", "tip:", "question:", "author_question:", "theme:", "talk:")
"""News of what somebody did themselves: their draft, their question, their theme, their talk. Not under the cap."""

_SATURDAY = 5
_LOOK_AHEAD = timedelta(days=28)


@dataclass(frozen=True)
class Checked:
    """A person's clock and wishes."""

    someone: Someone
    wishes: Sequence[Wish]

    def wish_at(self, at: float) -> Wish:
        return next((wish for wish in reversed(self.wishes) if wish.since <= at), Wish(0.0))

    def spans(self, ends: datetime) -> Iterator[tuple[Wish, datetime, datetime]]:
        """Each wish with the time from which and until which it held."""
        until = [*(moment_of(wish.since) for wish in self.wishes[1:]), ends]
        return ((wish, moment_of(wish.since), end) for wish, end in zip(self.wishes, until, strict=False))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.someone.tz))

    def is_working_day(self, day: date) -> bool:
        """Whether it is neither a weekend nor a public holiday where they are."""
        return day.weekday() < _SATURDAY and not self._is_holiday(day)

    def is_closed(self, moment: datetime) -> bool:
        """Whether it is a quiet hour, a quiet weekend or a holiday for them."""
        wish, local = self.wish_at(moment.timestamp()), self.local(moment)
        if (wish.quiet_weekends and local.weekday() >= _SATURDAY) or self._is_holiday(local.date()):
            return True
        start, end, hour = wish.quiet_from, wish.quiet_to, local.hour
        return start <= hour < end if start <= end else hour >= start or hour < end

    def opens(self, moment: datetime) -> datetime:
        """The first moment from then on that is not closed, by half hours; four weeks later where all are."""
        last, found = moment + _LOOK_AHEAD, moment
        while found < last and self.is_closed(found):
            found = found.replace(minute=found.minute // 30 * 30, second=0, microsecond=0) + timedelta(minutes=30)
        return found

    def week(self, moment: datetime) -> date:
        day = self.local(moment).date()
        return day - timedelta(days=day.weekday())

    def at(self, day: date, hour: int) -> datetime:
        """When their clock shows this hour on this day."""
        return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(self.someone.tz)).astimezone(UTC)

    def last_due(self, moment: datetime, weekday: int, hour: int) -> datetime:
        """The last time before, or now, that their clock showed this hour on this weekday."""
        day = self.local(moment).date()
        for _ in range(9):
            due = self.at(day, hour)
            if day.weekday() == weekday and due <= moment:
                return due
            day -= DAY
        raise AssertionError("nine days have every weekday")

    def dues(self, since: datetime, until: datetime, weekday: int, hour: int) -> Iterator[datetime]:
        """Every time in between that their clock shows this hour on this weekday, `since` not counted."""
        day = self.local(since).date()
        while (due := self.at(day, hour)) < until:
            if day.weekday() == weekday and due > since:
                yield due
            day += DAY

    def _is_holiday(self, day: date) -> bool:
        return day in _holidays(self.someone.locale.partition("-")[2], day.year)


@dataclass(frozen=True)
class Judged:
    """What the local Slack recorded in a year, and what the year itself knows."""

    people: Sequence[Someone]
    kept: Kept
    posts: Sequence[Post]
    ends: datetime

    @cached_property
    def persons(self) -> dict[str, Checked]:
        return {one.id: Checked(one, self.kept.wishes.get(one.handle, ())) for one in self.people}

    @cached_property
    def ids(self) -> dict[str, str]:
        """People's ids by their handles."""
        return {one.handle: one.id for one in self.people}

    @cached_property
    def by_clock(self) -> list[Post]:
        """What came without anybody doing anything then, or comes round to others than who did."""
        return [post for post in self.posts if self._came_by_itself(post)]

    def _came_by_itself(self, post: Post) -> bool:
        who = self.kept.moments[post.at].who
        return not who or (bool(kind_of(post) and post.to) and self.persons[post.to].someone.handle != who)

    @cached_property
    def unasked(self) -> list[Post]:
        """What came by the clock to one person, and counts against the week's cap."""
        return [
            post
            for post in self.by_clock
            if post.to and kind_of(post) not in ASKED_FOR and not post.key.startswith(FOLLOWS_FROM)
        ]

    @cached_property
    def shared(self) -> list[Shared]:
        """What came to be known with a name and is told of in digests."""
        return [one for one in self.kept.shared if not one.is_worry]

    @cached_property
    def taken(self) -> Counter[tuple[str, date]]:
        """How many slots of a person's week were taken."""
        return Counter((post.to, self.persons[post.to].week(post.moment)) for post in self.unasked)

    def of(self, kind: str) -> list[Post]:
        """What came by the clock to one person, of this kind."""
        return [post for post in self.by_clock if post.to and kind_of(post) == kind]

    def came(self, kind: str) -> dict[str, list[datetime]]:
        """When that came, by person."""
        found: dict[str, list[datetime]] = {to: [] for to in self.persons}
        for post in self.of(kind):
            found[post.to].append(post.moment)
        return found

    def is_full(self, to: str, week: date) -> bool:
        return self.taken[to, week] >= CAP

    def is_full_between(self, to: str, since: datetime, until: datetime) -> bool:
        """Whether a week that has a part in this time had no slot left."""
        week, last = self.persons[to].week(since), self.persons[to].week(until)
        while week <= last:
            if self.is_full(to, week):
                return True
            week += WEEK
        return False

    def late(self, post: Post, weekday: int, hour: int) -> str | None:
        """Not at its hour, although nothing spoke against it then, or later than the first moment that was free."""
        person = self.persons[post.to]
        due = person.last_due(post.moment, weekday, hour)
        if post.moment - due < TICK:
            return None
        full = self.is_full(post.to, person.week(due)) or self.is_full(post.to, person.week(post.moment) - WEEK)
        changed = person.wish_at(post.at).since > due.timestamp()
        if not (person.is_closed(due) or full or changed):
            return f"due at {due}, and free: {self.where(post)}"
        if not (person.is_closed(post.moment - TICK) or changed):
            return f"later than it could have come: {self.where(post)}"
        return None

    def where(self, post: Post) -> str:
        local = self.persons[post.to].local(post.moment)
        return f"{kind_of(post) or post.key} to {post.to} at {local:%a %Y-%m-%d %H:%M %Z}"


def next_tick(due: datetime) -> datetime:
    """When what is due between two ticks is found; at some half hours it may be earlier."""
    return moment_of(-(-due.timestamp() // TICK.total_seconds()) * TICK.total_seconds())


def moment_of(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def kind_of(post: Post) -> str:
    """What comes round: digest, notice, tried …; empty for anything else."""
    start, _, rest = post.key.partition(":")
    return rest.partition(":")[0] if start == "circulate" else ""


def items_of(post: Post) -> list[str]:
    """Ids of the tips that a digest or a notice tells of."""
    return values_of(post, "digest.read")


def values_of(post: Post, action_id: str = "") -> list[str]:
    """What the post's buttons are about, or only those of an action."""
    return [
        str(element.get("value"))
        for block in post.blocks
        for element in block.get("elements") or []
        if "action_id" in element and action_id in ("", element["action_id"])
    ]


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year))
