"""Whether the bot kept its rules through the year: told from what Slack recorded, by rules written down here once more.

Nothing here asks the bot, or uses its code. Each broken rule is a sentence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from holidays import country_holidays

from benchmarks.simulate.company import Someone
from benchmarks.simulate.life import Kept, Wish
from benchmarks.simulate.record import Post

CAP = 2
"""Unasked messages a person and week: the default, which nobody changes in this year."""

MOST_ITEMS = 5

CAPPED = frozenset({"digest", "tried", "welcome", "thanks", "month", "prompt", "care", "echo", "hollowing"})
"""What comes unasked to one person, by the word in its key. What is not named here and not below counts, too."""

ASKED_FOR = frozenset({"notice", "turn", "swap"})
"""What somebody wanted to hear of, or takes turns in: outside quiet hours, and not under the cap."""

FOLLOWS_FROM = re.compile(r"^(draft|speaker|tip|question|author_question|theme|talk):")
"""News of what somebody did themselves: their draft, their question, their theme, their talk. Not under the cap."""

HOST_MINUTES = 15
"""Minutes a week that hosts give to their queue, all of them together."""

FEWEST = 5
"""Insights tell of people in such steps, and of no fewer."""

AT_ONCE = re.compile(r"^question:[^:]+:tip:")
"""What somebody waits for, a colleague's tip for their question: it keeps no hours."""

IN_CHANNELS: Mapping[str, tuple[str, ...]] = {
    "C0AITIPS": ("circulate:channel:",),
    "C0GENERAL": ("question:", "theme:"),
}
"""What an admin or host switched on, and where."""

_SATURDAY = 5
_TWO = 2
_TICK = timedelta(minutes=60)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Checked:
    """A person's clock and wishes."""

    someone: Someone
    wishes: Sequence[Wish]

    def wish_at(self, at: float) -> Wish:
        return next((wish for wish in reversed(self.wishes) if wish.since <= at), Wish(0.0))

    def is_closed(self, moment: datetime) -> bool:
        """Whether it is a quiet hour, a quiet weekend or a holiday for them."""
        wish, local = self.wish_at(moment.timestamp()), moment.astimezone(ZoneInfo(self.someone.tz))
        if (wish.quiet_weekends and local.weekday() >= _SATURDAY) or local.date() in _holidays(
            self.someone.locale.partition("-")[2], local.year
        ):
            return True
        start, end, hour = wish.quiet_from, wish.quiet_to, local.hour
        return start <= hour < end if start <= end else hour >= start or hour < end

    def week(self, moment: datetime) -> date:
        day = moment.astimezone(ZoneInfo(self.someone.tz)).date()
        return day - timedelta(days=day.weekday())

    def last_due(self, moment: datetime, weekday: int, hour: int) -> datetime:
        """The last time before, or now, that their clock showed this hour on this weekday."""
        there = ZoneInfo(self.someone.tz)
        day = moment.astimezone(there).date()
        for _ in range(9):
            due = datetime(day.year, day.month, day.day, hour, tzinfo=there).astimezone(UTC)
            if day.weekday() == weekday and due <= moment:
                return due
            day -= timedelta(days=1)
        raise AssertionError("nine days have every weekday")


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year))


@dataclass(frozen=True)
class Check:
    """All posts of a year beside what people had chosen."""

    people: Sequence[Someone]
    kept: Kept
    posts: Sequence[Post]
    ends: datetime

    @cached_property
    def persons(self) -> dict[str, Checked]:
        return {one.id: Checked(one, self.kept.wishes.get(one.handle, ())) for one in self.people}

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
            if post.to and kind_of(post) not in ASKED_FOR and not FOLLOWS_FROM.match(post.key)
        ]

    def broken(self) -> list[str]:
        """Every rule that was broken, and where."""
        rules = (
            self._twice,
            self._told_twice,
            self._quiet,
            self._muted,
            self._cap,
            self._places,
            self._digests,
            self._prompts,
            self._missing_prompts,
            self._turns,
            self._host_minutes,
            self._insights,
        )
        return [f"{rule.__name__.removeprefix('_')}: {said}" for rule in rules for said in rule()]

    def _twice(self) -> Iterator[str]:
        for key, count in Counter(post.key for post in self.posts if post.key).items():
            if count > 1:
                yield f"{key} was posted {count} times"
        # two tips may have one title: what is pressed tells them apart
        for (to, day, said, _), count in Counter(
            (post.to, post.moment.date(), post.words, str(values_of(post))) for post in self.unasked
        ).items():
            if count > 1:
                yield f"{to} got the same {count} times on {day}: {said[:60]!r}"

    def _told_twice(self) -> Iterator[str]:
        """A tip is told of once."""
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for post in self.by_clock:
            if kind_of(post) in ("digest", "notice"):
                told[post.to].update(items_of(post))
        for to, tips in told.items():
            for tip, count in tips.items():
                if count > 1:
                    yield f"{to} was told {count} times of tip {tip}"

    def _quiet(self) -> Iterator[str]:
        for post in self.by_clock:
            if post.to and not AT_ONCE.match(post.key) and self.persons[post.to].is_closed(post.moment):
                yield self._where(post)

    def _muted(self) -> Iterator[str]:
        for post in self.by_clock:
            if post.to and not FOLLOWS_FROM.match(post.key) and self.persons[post.to].wish_at(post.at).is_muted:
                yield self._where(post)

    def _cap(self) -> Iterator[str]:
        weeks = Counter((post.to, self.persons[post.to].week(post.moment)) for post in self.unasked)
        for (to, week), count in weeks.items():
            if count > CAP:
                yield f"{to} got {count} in the week of {week}"

    def _places(self) -> Iterator[str]:
        """A channel hears only what was switched on there; what answers somebody stands in their thread or group."""
        for post in self.posts:
            if post.to or post.ephemeral or self._brings_together(post):
                continue
            asked_there = bool(self.kept.moments[post.at].who) and post.in_thread
            if not asked_there and not post.key.startswith(IN_CHANNELS.get(post.channel, ("-",))):
                theme_by_host = post.channel == "C0GENERAL" and bool(self.kept.moments[post.at].who)
                if not theme_by_host:
                    yield f"{post.key} in {post.channel} at {post.moment}"

    def _brings_together(self, post: Post) -> bool:
        """Whether it is said to two people, as one of them has said yes to the other."""
        who = self.kept.moments[post.at].who
        return len(post.among) == _TWO and any(self.persons[one].someone.handle == who for one in post.among)

    def _digests(self) -> Iterator[str]:
        last: dict[str, Post] = {}
        for post in self._of("digest"):
            person, wish = self.persons[post.to], self.persons[post.to].wish_at(post.at)
            if not 1 <= len(items_of(post)) <= MOST_ITEMS:
                yield f"{len(items_of(post))} items: {self._where(post)}"
            if wish.digest == "off":
                yield f"switched off: {self._where(post)}"
            if late := self._late(post, person, wish.weekday, wish.hour):
                yield late
            before = last.get(post.to)
            least = timedelta(days=8) if wish.digest == "two_weeks" else timedelta(days=1)
            if before and post.moment - before.moment < least and wish.since < before.at:
                yield f"{post.moment - before.moment} after the one before: {self._where(post)}"
            last[post.to] = post

    def _prompts(self) -> Iterator[str]:
        for post in self._of("prompt"):
            person, wish = self.persons[post.to], self.persons[post.to].wish_at(post.at)
            if wish.prompts == "off":
                yield f"switched off: {self._where(post)}"
            if late := self._late(post, person, (wish.weekday + 2) % 7, wish.hour):
                yield late

    def _late(self, post: Post, person: Checked, weekday: int, hour: int) -> str | None:
        """Not at its hour, although nothing spoke against it then, or later than the first moment that was free."""
        due = person.last_due(post.moment, weekday, hour)
        if post.moment - due < _TICK:
            return None
        full = self._is_full(post.to, person.week(due)) or self._is_full(post.to, person.week(post.moment) - _WEEK)
        changed = person.wish_at(post.at).since > due.timestamp()
        if not (person.is_closed(due) or full or changed):
            return f"due at {due}, and free: {self._where(post)}"
        if not (person.is_closed(post.moment - _TICK) or changed):
            return f"later than it could have come: {self._where(post)}"
        return None

    def _is_full(self, to: str, week: date) -> bool:
        person = self.persons[to]
        return sum(post.to == to and person.week(post.moment) == week for post in self.unasked) >= CAP

    def _missing_prompts(self) -> Iterator[str]:
        """Who wants a small question a week gets one in each whole week, unless the week's slots went to others."""
        got: dict[str, set[date]] = defaultdict(set)
        for post in self._of("prompt"):
            got[post.to].add(self.persons[post.to].week(post.moment))
        for to, person in self.persons.items():
            for wish, until in zip(person.wishes, [*(w.since for w in person.wishes[1:]), None], strict=False):
                if wish.prompts != "weekly" or wish.is_muted:
                    continue
                week = person.week(datetime.fromtimestamp(wish.since, UTC)) + _WEEK
                end = person.week(datetime.fromtimestamp(until, UTC) if until else self.ends)
                # one that a holiday or a full week moved comes in the next week, and the next one a week later
                while week + _WEEK < end:
                    if not {week, week + _WEEK, week - _WEEK} & got[to] and not self._is_full(to, week):
                        yield f"{to} got none in the week of {week}, nor in those beside it"
                    week += _WEEK

    def _turns(self) -> Iterator[str]:
        """A week is one host's, who hears of it in that week, and no week is nobody's once they take turns."""
        of_week: dict[str, str] = {}
        for post in self._of("turn"):
            week = post.key.split(":")[2]
            if of_week.setdefault(week, post.to) != post.to:
                yield f"the week of {week} is that of {of_week[week]} and of {post.to}"
            if self.persons[post.to].week(post.moment).isoformat() != week:
                yield f"of the week of {week}: {self._where(post)}"
        if of_week:
            monday = date.fromisoformat(min(of_week))
            while (monday := monday + _WEEK) + _WEEK < self.ends.date():
                if monday.isoformat() not in of_week and not self._is_muted_host(monday):
                    yield f"the week of {monday} was nobody's"

    def _is_muted_host(self, monday: date) -> bool:
        """Whether some host wants to hear nothing then."""
        begins = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
        hosts = [one for one in self.persons.values() if one.someone.is_host]
        return any(one.wish_at(at.timestamp()).is_muted for at in (begins, begins + _WEEK) for one in hosts)

    def _host_minutes(self) -> Iterator[str]:
        for week, minutes in self.kept.queue_minutes.items():
            if minutes > HOST_MINUTES:
                yield f"hosts gave {minutes} minutes to their queue in the week of {week}"

    def _insights(self) -> Iterator[str]:
        """They tell of nobody, and of no more people than did anything at all."""
        for week in self.kept.insights.get("weeks", ()):
            start = date.fromisoformat(str(week["start"])[:10])
            begins = datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()
            did = {who for at, who in self.kept.acts if 0 <= at - begins < _WEEK.total_seconds()}
            if week["people"] % FEWEST or week["people"] > len(did):
                yield f"{week['people']} people in the week of {start}, of {len(did)} who did anything"

    def _of(self, kind: str) -> list[Post]:
        return [post for post in self.by_clock if post.to and kind_of(post) == kind]

    def _where(self, post: Post) -> str:
        local = post.moment.astimezone(ZoneInfo(self.persons[post.to].someone.tz))
        return f"{kind_of(post) or post.key} to {post.to} at {local:%a %Y-%m-%d %H:%M %Z}"


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


def differing(
    one: Sequence[tuple[str, str, str]], other: Sequence[tuple[str, str, str]]
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """What stands in only one of two years."""
    first, second = Counter(one), Counter(other)
    return sorted((first - second).elements()), sorted((second - first).elements())
