"""Whether the bot kept its rules through the year: told from what Slack recorded, by rules written down here once more.

Nothing here, in rhythms.py or in programme.py asks the bot, or uses its code. Each broken rule is a sentence.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime

from benchmarks.simulate import programme, rhythms
from benchmarks.simulate.judged import CAP, FOLLOWS_FROM, WEEK, Judged, items_of, kind_of, values_of
from benchmarks.simulate.record import Post

HOST_MINUTES = 15
"""Minutes a week that hosts give to their queue, all of them together."""

FEWEST = 5
"""Insights tell of people in such steps, and of no fewer."""

AT_ONCE = re.compile(r"^question:[^:]+:tip:")
"""What somebody waits for, a colleague's tip for their question: it keeps no hours."""

_TWO = 2


class Check(Judged):
    """A year that is judged."""

    def broken(self) -> list[str]:
        """Every rule that was broken, and where."""
        return [f"{rule.__name__}: {said}" for rule in RULES for said in rule(self)]


def twice(year: Judged) -> Iterator[str]:
    """Nothing is posted twice."""
    for key, count in Counter(post.key for post in year.posts if post.key).items():
        # who takes a tip along again weeks later is asked again: rhythms.tried looks at that
        if count > 1 and not key.startswith("circulate:tried:"):
            yield f"{key} was posted {count} times"
    # two tips may have one title: what is pressed tells them apart
    for (to, day, said, _), count in Counter(
        (post.to, post.moment.date(), post.words, str(values_of(post))) for post in year.unasked
    ).items():
        if count > 1:
            yield f"{to} got the same {count} times on {day}: {said[:60]!r}"


def told_twice(year: Judged) -> Iterator[str]:
    """A tip is told of once, to a person and in a channel."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for post in year.by_clock:
        if kind_of(post) in ("digest", "notice", "channel"):
            told[post.to or post.channel].update(items_of(post))
    for to, tips in told.items():
        for tip, count in tips.items():
            if count > 1:
                yield f"{to} was told {count} times of tip {tip}"


def quiet(year: Judged) -> Iterator[str]:
    """Nothing comes by the clock in anybody's quiet hours, on their weekend or on their holiday."""
    for post in year.by_clock:
        if post.to and not AT_ONCE.match(post.key) and year.persons[post.to].is_closed(post.moment):
            yield year.where(post)


def muted(year: Judged) -> Iterator[str]:
    """Nothing unasked comes to who muted it."""
    for post in year.by_clock:
        if post.to and not post.key.startswith(FOLLOWS_FROM) and year.persons[post.to].wish_at(post.at).is_muted:
            yield year.where(post)


def cap(year: Judged) -> Iterator[str]:
    """No more unasked messages than the cap come to one person in a week of theirs."""
    for (to, week), count in year.taken.items():
        if count > CAP:
            yield f"{to} got {count} in the week of {week}"


def places(year: Judged) -> Iterator[str]:
    """A channel hears only what was switched on there; whoever acts is answered in a thread that they wrote in."""
    for post in year.posts:
        who = year.ids.get(year.kept.moments[post.at].who, "")
        is_fine = (
            _is_direct(post)
            or (post.ephemeral and post.to == who)
            or _is_switched_on(year, post)
            or year.kept.threads.get((post.channel, post.thread_ts), {}).get(who, post.at + 1) <= post.at
            or (len(post.among) == _TWO and who in post.among)
        )
        if not is_fine:
            yield f"{post.key} in {post.channel} at {post.moment}"


def _is_direct(post: Post) -> bool:
    return bool(post.to) and not post.ephemeral


def _is_switched_on(year: Judged, post: Post) -> bool:
    return any(
        one.channel == post.channel and post.key.startswith(one.kind) and one.since <= post.at
        for one in year.kept.switched_on
    )


def host_minutes(year: Judged) -> Iterator[str]:
    """Hosts together give no more time to a week's queue."""
    for week, minutes in year.kept.queue_minutes.items():
        if minutes > HOST_MINUTES:
            yield f"hosts gave {minutes} minutes to their queue in the week of {week}"


def insights(year: Judged) -> Iterator[str]:
    """They tell of nobody, and of no more people than did anything at all."""
    for week in year.kept.insights.get("weeks", ()):
        start = date.fromisoformat(str(week["start"])[:10])
        begins = datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()
        did = {who for at, who in year.kept.acts if 0 <= at - begins < WEEK.total_seconds()}
        if week["people"] % FEWEST or week["people"] > len(did):
            yield f"{week['people']} people in the week of {start}, of {len(did)} who did anything"


RULES: Sequence[Callable[[Judged], Iterator[str]]] = (
    twice,
    told_twice,
    quiet,
    muted,
    cap,
    places,
    rhythms.digests,
    rhythms.missing_digests,
    rhythms.prompts,
    rhythms.missing_prompts,
    rhythms.tried,
    rhythms.missing_tried,
    rhythms.months,
    programme.channel_digests,
    programme.theme_reminders,
    programme.theme_ends,
    programme.turns,
    host_minutes,
    insights,
)
"""A new one is a function and a line here."""


def differing(
    one: Sequence[tuple[str, str, str]], other: Sequence[tuple[str, str, str]]
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """What stands in only one of two years."""
    first, second = Counter(one), Counter(other)
    return sorted((first - second).elements()), sorted((second - first).elements())
