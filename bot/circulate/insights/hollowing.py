"""Whether a community goes hollow: what its figures say, and the one who is told of it, once a month at most.

A warning has one of three reasons, each of which hosts can do something about:
- fewer people over four weeks: in none of them more than the week before, and in the end clearly fewer;
- fewer than half of the questions were answered within 48 hours, and fewer than in the four weeks before;
- the most active authors shared three quarters of the named tips or more, in two spans of four weeks in a row.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from bot.circulate import unasked as when
from bot.circulate.insights import views
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import World
from bot.slack.failures import language_of_reader
from storage import deliveries, insights, settings, unasked
from storage.records import Answering, HollowingReason, Insights, Span, Week, WorkspaceSettings

WEEKS_FEWER = 4
PEOPLE_FEWER = 10
"""As told, in fives: one step of five may be a single person."""
HALF = 50
CARRIED = 75
"""Percent."""

MONTH = timedelta(days=30)
_WINDOW = timedelta(days=14)
"""How long after a span's figures came a warning by them is still of use; one by weeks is until the next week's."""


def reasons(figures: Insights) -> tuple[HollowingReason, ...]:
    """By what is told alone; none where it is too little."""
    return (*_of_weeks(figures.weeks), *_of_spans(figures.spans))


def _of_weeks(weeks: Sequence[Week]) -> tuple[HollowingReason, ...]:
    people = [week.people for week in weeks[-1 - WEEKS_FEWER :]]
    never_more = all(later <= before for before, later in pairwise(people))
    return ("fewer",) if never_more and people[0] - people[-1] >= PEOPLE_FEWER else ()


def _of_spans(spans: Sequence[Span]) -> tuple[HollowingReason, ...]:
    found: list[HollowingReason] = []
    before, last = spans[-2:]
    was, now = _in_time(before.questions), _in_time(last.questions)
    if now is not None and now < HALF and was is not None and now < was:
        found.append("unanswered")
    if all(span.top and span.top.percent >= CARRIED for span in (before, last)):
        found.append("few_carry")
    return tuple(found)


def _in_time(questions: Answering | None) -> float | None:
    """Percent of the questions that were answered in time."""
    if questions is None or questions.in_time is None or not questions.asked:
        return None
    return 100 * questions.in_time / questions.asked


def tick(world: World) -> None:
    for rules in settings.workspaces(world.db):
        if rules.host_ids and insights.are_kept(world.db, rules.team_id, world.clock.now()):
            each(partial(_look, world, rules))


def _look(world: World, rules: WorkspaceSettings) -> None:
    """At each week's figures, which stay as they are: however often the clock ticks, it finds the same."""
    now = world.clock.now()
    figures = insights.figures(world.db, rules.team_id, now=now)
    is_span_new = now - insights.SETTLED - insights.last_span(now) <= _WINDOW
    found = reasons(figures) if is_span_new else _of_weeks(figures.weeks)
    if found:
        for host in rules.host_ids:
            each(partial(_warn, world, rules.team_id, host, found))


def _warn(world: World, team_id: str, host: str, found: tuple[HollowingReason, ...]) -> None:
    """Within the week's cap, outside quiet hours, and not within a month of the last one."""
    now = world.clock.now()
    this, *earlier = _keys(host, now)
    known = deliveries.find(world.db, team_id, this)
    if known is not None and known.ref is not None:
        return
    if any(one and now - one.begun_at < MONTH for one in (deliveries.find(world.db, team_id, key) for key in earlier)):
        return
    try:
        person = world.reading.person(host)
    except Refused:
        return
    if when.may_write(world, unasked.rhythm(world.db, team_id, host), person, this):
        world.speaking.direct(this, host, views.warning(found, language_of_reader(world, team_id, host)))


def _keys(host: str, now: datetime) -> list[str]:
    """Of a warning by the figures of four weeks up to now, and of those that may have come within a month."""
    begun = insights.last_week(now) - insights.SPAN
    back = range((MONTH + _WINDOW) // insights.WEEK + 1)
    return [deliveries.to_person("hollowing", f"{begun - insights.WEEK * one:%Y-%m-%d}", host) for one in back]
