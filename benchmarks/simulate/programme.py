"""Rules for what hosts and admins set going: channels' digests, themes, and hosts' turns."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from benchmarks.simulate.judged import DAY, TICK, WEEK, Checked, Judged, items_of, moment_of, next_tick
from benchmarks.simulate.kept import Started, SwitchedOn
from benchmarks.simulate.record import Post
from benchmarks.simulate.rhythms import MOST_ITEMS

CHANNEL_DIGEST = "circulate:channel:"

_MONDAY, _FRIDAY, _TEN = 0, 4, 10
_FIRST_HOUR, _LAST_HOUR = 9, 19
_COMES_OUT = timedelta(minutes=2)
"""So long a tip without a name takes in the year (its settings), and a wrap-up waits for those shared in time."""


def channel_digests(year: Judged) -> Iterator[str]:
    """A channel's digest comes on Mondays at ten where the admin is, after a holiday on the next working day."""
    for chosen in year.kept.switched_on:
        if chosen.kind == CHANNEL_DIGEST:
            yield from _of_channel(year, chosen)


def _of_channel(year: Judged, chosen: SwitchedOn) -> Iterator[str]:
    there = year.persons[year.ids[chosen.by]]
    came = [one for one in year.posts if one.channel == chosen.channel and one.key.startswith(CHANNEL_DIGEST)]
    for post in came:
        if not timedelta(0) <= post.moment - _due(there, there.week(post.moment)) < TICK:
            yield f"in {post.channel} at {there.local(post.moment):%a %Y-%m-%d %H:%M %Z}"
        if not 1 <= len(items_of(post)) <= MOST_ITEMS:
            yield f"{len(items_of(post))} items in {post.channel} at {post.moment}"
    for monday in there.dues(moment_of(chosen.since) + WEEK, year.ends - WEEK, _MONDAY, _TEN):
        due = _due(there, there.week(monday))
        new = [
            one for one in year.shared if one.channel == chosen.channel and _is_between(one.at, monday - WEEK, monday)
        ]
        if new and not any(timedelta(0) <= post.moment - due < TICK for post in came):
            yield f"none in {chosen.channel} at {due}, although {new[0].title!r} was new there"


def _due(there: Checked, monday: date) -> datetime:
    day = monday
    while not there.is_working_day(day):
        day += DAY
    return there.at(day, _TEN)


def _is_between(at: float, since: datetime, until: datetime) -> bool:
    return since.timestamp() <= at < until.timestamp()


def theme_reminders(year: Judged) -> Iterator[str]:
    """A theme's channel is reminded of it once a week at most, on working days, where its owner is."""
    for theme, posts in _themes(year).items():
        last = next((post for post in posts if _what(post) == "kickoff"), None)
        owner = _owner(year, last)
        for post in posts:
            if _what(post) != "reminder":
                continue
            if last and post.moment - last.moment < WEEK:
                yield f"{post.moment - last.moment} after the one before: {theme} at {post.moment}"
            local = owner.local(post.moment) if owner else post.moment
            if local.weekday() > _FRIDAY or not _FIRST_HOUR <= local.hour < _LAST_HOUR:
                yield f"{theme} at {local:%a %Y-%m-%d %H:%M %Z}"
            last = post


def theme_ends(year: Judged) -> Iterator[str]:
    """An owner is shown the wrap-up when their theme's weeks are over, or as soon as they can be."""
    for theme, posts in _themes(year).items():
        started = next((_started(year, post) for post in posts if _what(post) == "kickoff"), None)
        if started is None or not started.weeks:
            continue
        owner = year.persons[year.ids[started.who]]
        end = moment_of(started.at) + started.weeks * WEEK + _COMES_OUT
        due = owner.opens(next_tick(end))
        asked = [post for post in posts if post.key.split(":")[2:4] == ["owner", "wrap"]]
        for post in asked[:1]:
            if post.moment < end:
                yield f"{end - post.moment} before its end: {year.where(post)}"
            elif post.moment - due >= TICK:
                yield f"due at {due}: {year.where(post)}"
        # one that nobody shared under may have ended before
        is_idle = any(post.key.split(":")[2:4] == ["owner", "idle"] for post in posts)
        if not asked and not is_idle and due + TICK < year.ends:
            yield f"{theme} should have ended at {end}"


def _themes(year: Judged) -> dict[str, list[Post]]:
    """A theme's posts, oldest first."""
    found: dict[str, list[Post]] = defaultdict(list)
    for post in year.posts:
        if post.key.startswith("theme:"):
            found[post.key.split(":")[1]].append(post)
    return found


def _what(post: Post) -> str:
    return post.key.split(":")[2]


def _started(year: Judged, kickoff: Post) -> Started | None:
    return next((one for one in year.kept.themes if one.at == kickoff.at), None)


def _owner(year: Judged, kickoff: Post | None) -> Checked | None:
    started = _started(year, kickoff) if kickoff else None
    return year.persons[year.ids[started.who]] if started else None


def turns(year: Judged) -> Iterator[str]:
    """A week is one host's, who hears of it in that week, and no week is nobody's once they take turns."""
    of_week: dict[str, str] = {}
    for post in year.of("turn"):
        week = post.key.split(":")[2]
        if of_week.setdefault(week, post.to) != post.to:
            yield f"the week of {week} is that of {of_week[week]} and of {post.to}"
        if year.persons[post.to].week(post.moment).isoformat() != week:
            yield f"of the week of {week}: {year.where(post)}"
    if of_week:
        monday = date.fromisoformat(min(of_week))
        while (monday := monday + WEEK) + WEEK < year.ends.date():
            if monday.isoformat() not in of_week and not _is_muted_host(year, monday):
                yield f"the week of {monday} was nobody's"


def _is_muted_host(year: Judged, monday: date) -> bool:
    """Whether some host wants to hear nothing then."""
    begins = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    hosts = [one for one in year.persons.values() if one.someone.is_host]
    return any(one.wish_at(at.timestamp()).is_muted for at in (begins, begins + WEEK) for one in hosts)
