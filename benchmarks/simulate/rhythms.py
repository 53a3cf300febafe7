"""Rules for what comes to one person at an hour of theirs: none comes at another, and none is missing."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks.simulate.judged import DAY, TICK, WEEK, Checked, Judged, items_of, kind_of, moment_of, next_tick
from benchmarks.simulate.kept import Shared, Wish
from benchmarks.simulate.record import Post

MOST_ITEMS = 5

MONTHS_FIRST_DAYS = 14
"""In these a note of the month before may come; later it is no news any more."""

_ASKED_AFTER = DAY
"""So long after somebody took a prompt along they are asked what came of it."""

_REST = DAY
"""What came late, so shortly before its next hour, does not come again at that hour."""


def digests(year: Judged) -> Iterator[str]:
    """A digest has one item to five, was wanted, and comes at its hour, or as soon as it can."""
    last: dict[str, Post] = {}
    for post in year.of("digest"):
        wish = year.persons[post.to].wish_at(post.at)
        if not 1 <= len(items_of(post)) <= MOST_ITEMS:
            yield f"{len(items_of(post))} items: {year.where(post)}"
        if wish.digest == "off":
            yield f"switched off: {year.where(post)}"
        if late := year.late(post, wish.weekday, wish.hour):
            yield late
        before = last.get(post.to)
        least = timedelta(days=8) if wish.digest == "two_weeks" else DAY
        if before and post.moment - before.moment < least and wish.since < before.at:
            yield f"{post.moment - before.moment} after the one before: {year.where(post)}"
        last[post.to] = post


def missing_digests(year: Judged) -> Iterator[str]:
    """Who wants one goes without, although something was new for them by its hour, and a slot was free."""
    news = _News(year)
    came = year.came("digest")
    for to, person in year.persons.items():
        for wish, since, until in person.spans(year.ends):
            if wish.digest == "off" or wish.is_muted:
                continue
            every = WEEK if wish.digest == "weekly" else 2 * WEEK
            for due in person.dues(since + every, until, wish.weekday, wish.hour):
                last = person.opens(due) + every
                if last > until or year.is_full_between(to, due - every, last):
                    continue
                if any(due - every < one < last for one in came[to]):
                    continue
                if new := news.for_somebody(to, max(since, due - every), due):
                    yield f"{to} got no digest from {due} on, although {new.title!r} was new for them"


class _News:
    """What was shared, and who was told of it."""

    def __init__(self, year: Judged) -> None:
        self._year = year
        self._told: dict[str, list[Post]] = defaultdict(list)
        for post in year.by_clock:
            if kind_of(post) in ("digest", "notice"):
                self._told[post.to].append(post)

    def for_somebody(self, to: str, since: datetime, until: datetime) -> Shared | None:
        """Something that a colleague shared in this time with their name, and that they were not told of by then."""
        handle = self._year.persons[to].someone.handle
        follows = [(at, name) for at, who, name in self._year.kept.follows if who == handle]
        for one in self._year.shared:
            if not since.timestamp() < one.at < until.timestamp() or one.who == handle:
                continue
            is_followed = any(at < one.at and name in one.title for at, name in follows)
            if (one.channel or is_followed) and not any(one.title in post.words for post in self._told[to]):
                return one
        return None


def prompts(year: Judged) -> Iterator[str]:
    """A small question was wanted, and comes at its hour, or as soon as it can."""
    for post in year.of("prompt"):
        wish = year.persons[post.to].wish_at(post.at)
        if wish.prompts == "off":
            yield f"switched off: {year.where(post)}"
        if late := year.late(post, *_hour_of_prompts(wish)):
            yield late


def missing_prompts(year: Judged) -> Iterator[str]:
    """Who wants a small question gets one from each of its hours to the next, unless the slots went to others."""
    came = year.came("prompt")
    for to, person in year.persons.items():
        for wish, since, until in person.spans(year.ends):
            if wish.prompts == "off" or wish.is_muted:
                continue
            every = WEEK if wish.prompts == "weekly" else 2 * WEEK
            for due in person.dues(since + every, until, *_hour_of_prompts(wish)):
                # every two weeks: which of the weeks it is depends on the one before
                first = due - (_REST if wish.prompts == "weekly" else WEEK)
                last = max(due + every, person.opens(due) + TICK)
                if last > until or year.is_full_between(to, first, last):
                    continue
                if not any(first < one < last for one in came[to]):
                    yield f"{to} got no small question from {due} to {last}"


def _hour_of_prompts(wish: Wish) -> tuple[int, int]:
    return (wish.weekday + 2) % 7, wish.hour


def tried(year: Judged) -> Iterator[str]:
    """Who took a prompt along is asked a day later what came of it, or as soon as they can be; nobody else is."""
    copied: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for one in year.kept.copied:
        copied[year.ids[one.who], one.tip].append(moment_of(one.at))
    asked: dict[tuple[str, str], datetime] = {}
    for post in year.of("tried"):
        about = post.to, post.key.split(":")[2]
        took = [one for one in copied[about] if asked.get(about, one) <= one <= post.moment]
        asked[about] = post.moment
        if not took:
            yield f"took nothing along since they were asked: {year.where(post)}"
        elif post.moment < took[0] + _ASKED_AFTER:
            yield f"{post.moment - took[0]} after they took it along: {year.where(post)}"
        elif not any(_is_in_time(year, post, one + _ASKED_AFTER) for one in took):
            yield f"due at {took[0] + _ASKED_AFTER}, and free: {year.where(post)}"


def _is_in_time(year: Judged, post: Post, due: datetime) -> bool:
    person = year.persons[post.to]
    # where there are ticks at half hours, it may come before the next full hour
    free = person.opens(next_tick(due)), person.opens(due)
    return any(abs(post.moment - one) < TICK for one in free) or _was_held_up(year, person, post, due)


def _was_held_up(year: Judged, person: Checked, post: Post, due: datetime) -> bool:
    """Whether the week's slots had gone to others, or other hours held when it was due."""
    return year.is_full_between(post.to, due, post.moment - WEEK) or person.wish_at(post.at).since > due.timestamp()


def missing_tried(year: Judged) -> Iterator[str]:
    """Who took a colleague's prompt along is asked, unless they said so before, muted it, or had no slot left."""
    asked = {(post.to, post.key.split(":")[2]) for post in year.of("tried")}
    for one in year.kept.copied:
        to, due = year.ids[one.who], moment_of(one.at) + _ASKED_AFTER
        last = year.persons[to].opens(due) + TICK
        is_own = one.by in ("", to)
        is_muted = any(year.persons[to].wish_at(at).is_muted for at in (one.at, due.timestamp(), last.timestamp()))
        if is_own or is_muted or last > year.ends or year.is_full_between(to, due, last):
            continue
        if (to, one.tip) not in asked:
            yield f"{to} was not asked from {due} on what came of {one.tip}"


def months(year: Judged) -> Iterator[str]:
    """A note of a month comes in the first days of the next one, where its reader is."""
    for post in year.of("month"):
        local = year.persons[post.to].local(post.moment)
        before = local.replace(day=1) - DAY
        if local.day > MONTHS_FIRST_DAYS or post.key.split(":")[2] != f"{before:%Y-%m}":
            yield f"of {post.key.split(':')[2]}: {year.where(post)}"
