"""Whether a community goes hollow: what its figures say, and the one who is told of it, once a month at most.

A warning has one of three reasons, each of which hosts can do something about:
- four weeks in a row there were fewer people than the week before;
- fewer than half of the questions were answered within 48 hours, and fewer than in the four weeks before;
- the most active authors shared three quarters of the named tips or more, in two spans of four weeks in a row.
"""

from datetime import timedelta
from functools import partial

from bot.circulate import unasked as when
from bot.circulate.insights import service, views
from bot.circulate.ticking import each
from bot.errors import Refused
from bot.ports import World
from bot.slack.failures import language_of_reader
from storage import deliveries, hollowing, insights, settings, unasked
from storage.records import Answering, HollowingReason, Insights, WorkspaceSettings

WEEKS_FEWER = 4
HALF = 50
CARRIED = 75
"""Percent."""

MONTH = timedelta(days=30)
_WINDOW = timedelta(days=14)
"""How long after a span's figures came a warning by them is still of use."""


def reasons(figures: Insights) -> tuple[HollowingReason, ...]:
    """By what may be told alone; none where it is too little."""
    found: list[HollowingReason] = []
    if figures.weeks_fewer >= WEEKS_FEWER:
        found.append("fewer")
    before, last = figures.spans[-2:]
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
    now = world.clock.now()
    if now - insights.SETTLED - insights.last_span(now) > _WINDOW:
        return
    for rules in settings.workspaces(world.db):
        if rules.host_ids:
            each(partial(_look, world, rules))


def _look(world: World, rules: WorkspaceSettings) -> None:
    """Figures of a span are looked at once, however often the clock ticks."""
    team_id = rules.team_id
    span = (insights.last_span(world.clock.now()) - insights.SPAN).date()
    found = hollowing.found(world.db, team_id, span)
    if found is None:
        figures = service.shown(world, team_id).figures
        found = hollowing.keep(world.db, team_id, span, reasons(figures))
    if not found:
        return
    key, before = span.isoformat(), (span - insights.SPAN).isoformat()
    for host in rules.host_ids:
        each(partial(_warn, world, team_id, host, found, key=key, before=before))


def _warn(world: World, team_id: str, host: str, found: tuple[HollowingReason, ...], *, key: str, before: str) -> None:
    """Within the week's cap, outside quiet hours, and not within a month of the last one."""
    this, last = (deliveries.to_person("hollowing", name, host) for name in (key, before))
    known, earlier = (deliveries.find(world.db, team_id, one) for one in (this, last))
    if known is not None and known.ref is not None:
        return
    if earlier is not None and world.clock.now() - earlier.begun_at < MONTH:
        return
    try:
        person = world.reading.person(host)
    except Refused:
        return
    if when.may_write(world, unasked.rhythm(world.db, team_id, host), person, this):
        world.speaking.direct(this, host, views.warning(found, language_of_reader(world, team_id, host)))
