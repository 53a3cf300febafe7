"""Whose week it is: turns go round among hosts who take part; each week begins where its host is."""

from datetime import date, timedelta
from functools import partial

from bot.circulate import unasked as when
from bot.circulate.hosting import service, turn_views
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import World
from bot.slack.failures import language_of_reader
from bot.trust import hosts
from bot.trust.viewer import viewer_of
from storage import deliveries, turns, unasked
from storage.errors import NotFound
from storage.records import Turn

_KEPT = timedelta(days=60)


def volunteer(world: World, team_id: str, user_id: str, *, on: bool) -> None:
    """Raises Refused for anybody but hosts and admins; leaving is everybody's."""
    if on:
        hosts.check_host(world, team_id, user_id)
    turns.volunteer(world.db, team_id, user_id, on=on)


def this_week(world: World, team_id: str, user_id: str) -> Turn | None:
    """Whose week it is where this host is."""
    return turns.of_week(world.db, team_id, when.week_of(world.clock.now(), world.reading.person(user_id).tz))


def want_swap(world: World, team_id: str, user_id: str, week: str) -> None:
    """The others are asked to take a week: at once, or by the clock. Raises Refused when it is not theirs."""
    others = [one for one in turns.volunteers(world.db, team_id) if one != user_id]
    if not others:
        raise Refused("hosting.refused_alone")
    try:
        turn = turns.want_swap(world.db, team_id, week, user_id)
    except NotFound:
        raise Refused("hosting.refused_week") from None
    _ask_others(world, turn, others)


def _ask_others(world: World, turn: Turn, others: list[str]) -> None:
    for other in others:
        if turn.wants_swap and other != turn.user_id:
            each(partial(_ask, world, turn, other))


def _ask(world: World, turn: Turn, user_id: str) -> None:
    """Who takes turns has agreed to be asked, once; a time that is quiet for them stays so, and Home asks them, too."""
    key = deliveries.to_person("swap", f"{turn.week}:{turn.swaps}", user_id)
    asked = deliveries.find(world.db, turn.team_id, key)
    rhythm, person = unasked.rhythm(world.db, turn.team_id, user_id), world.reading.person(user_id)
    is_over = when.week_of(world.clock.now(), person.tz) > turn.week
    if (asked and asked.ref) or is_over or not when.may_tell(rhythm, person, world.clock.now()):
        return
    language = language_of_reader(world, turn.team_id, user_id)
    world.speaking.direct(key, user_id, turn_views.swap(turn, language))


def take(world: World, team_id: str, user_id: str, week: str) -> Turn:
    """The first yes takes a week. Raises Refused when it is not to be had any more, and for anybody but hosts."""
    hosts.check_host(world, team_id, user_id)
    try:
        return turns.take(world.db, team_id, week, user_id)
    except NotFound:
        raise Refused("hosting.refused_taken") from None


def tick(world: World) -> None:
    for team_id in turns.teams(world.db):
        each(partial(_of_team, world, team_id))


def _of_team(world: World, team_id: str) -> None:
    """The next host's week begins when it is Monday where they are; they are told once it is not quiet there.

    Where it is Sunday still, the week before may still ask for somebody.
    """
    now = world.clock.now()
    waiting = [one for one in turns.volunteers(world.db, team_id) if _is_there(world, one, team_id)]
    if not waiting:
        return
    weeks = {when.week_of(now, world.reading.person(one).tz) for one in waiting}
    latest = max(weeks)
    turn = turns.of_week(world.db, team_id, latest) or _next(world, team_id, waiting)
    if turn is not None and not turn.is_told:
        _tell(world, turn)
    for week in sorted(weeks):
        if (asking := turns.of_week(world.db, team_id, week)) is not None:
            _ask_others(world, asking, waiting)
    turns.tidy(world.db, team_id, before=(date.fromisoformat(latest) - _KEPT).isoformat())


def _next(world: World, team_id: str, waiting: list[str]) -> Turn | None:
    """The first who is there takes the week that has begun for them, if it is nobody's yet."""
    now = world.clock.now()
    for user_id in waiting:
        person = world.reading.person(user_id)
        if not person.is_gone and not person.is_away:
            return turns.assign(world.db, team_id, when.week_of(now, person.tz), user_id)
    return None


def _is_there(world: World, user_id: str, team_id: str) -> bool:
    """Who is gone, or no host any more, takes no turns."""
    try:
        is_there = not world.reading.person(user_id).is_gone and hosts.is_host(world, team_id, user_id)
    except Refused:
        is_there = False
    if not is_there:
        turns.volunteer(world.db, team_id, user_id, on=False)
    return is_there


def _tell(world: World, turn: Turn) -> None:
    """They asked for their turn: it takes no slot; quiet hours hold."""
    rhythm, person = unasked.rhythm(world.db, turn.team_id, turn.user_id), world.reading.person(turn.user_id)
    if not when.may_tell(rhythm, person, world.clock.now()):
        return
    queue = service.queue_for(world, viewer_of(world, turn.team_id, turn.user_id))
    message = turn_views.week(turn, queue, language_of_reader(world, turn.team_id, turn.user_id))
    world.speaking.direct(deliveries.to_person("turn", turn.week, turn.user_id), turn.user_id, message)
    turns.told(world.db, turn)
    for user_id in turns.volunteers(world.db, turn.team_id):
        world.redraw_home(turn.team_id, user_id)
