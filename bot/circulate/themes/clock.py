"""What is due for themes: reminders, the question whether an idle one goes on, wrap-ups, ends, what posts have to show.

Each thing is keyed by what it is about, so that a process that dies repeats nothing; what fails is due again.
"""

from datetime import datetime
from functools import partial

from bot.circulate.themes import posts, retro, service, wrapup
from bot.circulate.ticking import each
from bot.errors import Refused
from bot.ports import Outgoing, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import plain
from bot.texts import say
from bot.texts.dates import is_daytime
from bot.trust.quiet import is_quiet_for
from storage import deliveries, theme_posts, themes
from storage.records import Theme


def tick(world: World) -> None:
    retro.tick(world)
    for theme in themes.open_ones(world.db):
        each(partial(_look_at, world, theme))
    for theme in theme_posts.stale(world.db):
        each(partial(posts.redraw, world, theme))


def _look_at(world: World, theme: Theme) -> None:
    """The one thing that is due for an open theme, if any."""
    now = world.clock.now()
    if theme.permalink is None:
        # its job is at it, or it broke off
        if now >= theme.started_at + service.ANSWER:
            themes.close(world.db, theme.team_id, theme.id, by=None)
        return
    if theme.owner_id is None or _is_gone(world, theme.owner_id):
        _hand_over(world, theme)
    elif is_quiet_for(world, theme.team_id, theme.owner_id) and theme.format != "retro":
        # what is due is asked of the owner first
        return
    elif theme.format == "retro":
        _retro(world, theme, now)
    elif theme.state == "wrapping":
        _wrapping(world, theme, now)
    elif now >= theme.ends_at:
        begin_wrap_up(world, theme)
    elif not is_daytime(now, posts.zone(world, theme)):
        return
    else:
        _running(world, theme, now)


def _retro(world: World, theme: Theme, now: datetime) -> None:
    """It is summed up when its time is over; one whose channel takes no posts any more ends without that."""
    if now >= theme.ends_at + service.DECIDE:
        themes.close(world.db, theme.team_id, theme.id, by=None)
    elif now >= theme.ends_at:
        retro.collect(world, theme, by=None)


def begin_wrap_up(world: World, theme: Theme) -> None:
    """The owner is shown what was learned, before anybody else; again, when they ask for it."""
    if theme.state == "running":
        so_far = service.gathered(world, theme)
        theme = themes.wrap(world.db, theme.team_id, theme.id, wrapup.by_model(world, theme, so_far.tips))
    posts.ask_wrap_up(world, theme)


def _wrapping(world: World, theme: Theme, now: datetime) -> None:
    """An owner who says nothing posts nothing: the theme ends quietly."""
    begun = theme.wrapped_at or now
    if now >= begun + service.DECIDE:
        themes.close(world.db, theme.team_id, theme.id, by=None)
        posts.end_owners(world, theme, "themes.closed_quietly")
    elif not theme_posts.has_asked(world.db, theme.team_id, theme.id):
        # a process died between the wrap-up and its showing, or the owner is another by now
        posts.ask_wrap_up(world, theme)


def _running(world: World, theme: Theme, now: datetime) -> None:
    last = themes.last_shared(world.db, theme.team_id, theme.id)
    alive = max(filter(None, (theme.started_at, theme.kept_at, last)))
    if theme.idle_asked_at is not None:
        # of a tip without a name the day alone is known
        if last is not None and last.date() >= theme.idle_asked_at.date():
            themes.go_on(world.db, theme.team_id, theme.id)
            posts.end_owners(world, theme, "themes.went_on")
        elif now >= theme.idle_asked_at + service.ANSWER:
            themes.close(world.db, theme.team_id, theme.id, by=None)
            posts.end_owners(world, theme, "themes.closed_quietly")
        return
    if now >= alive + service.IDLE:
        posts.ask_idle(world, theme, alive)
        themes.idle_asked(world.db, theme.team_id, theme.id)
    elif _may_remind(world, theme, now):
        posts.remind(world, theme)


def _may_remind(world: World, theme: Theme, now: datetime) -> bool:
    in_channel = [
        post.posted_at
        for post in theme_posts.of_theme(world.db, theme.team_id, theme.id)
        if post.key == "kickoff" or post.key.startswith("reminder:")
    ]
    last = max(in_channel, default=theme.started_at)
    return now >= last + service.REMIND and now < theme.ends_at - service.LAST_DAYS


def _is_gone(world: World, user_id: str) -> bool:
    try:
        return world.reading.person(user_id).is_gone
    except Refused:
        return True


def _hand_over(world: World, theme: Theme) -> None:
    """A theme without an owner goes to a host or an admin, who is told; where there is none it ends."""
    successor = service.successor(world, theme)
    if successor is None:
        themes.close(world.db, theme.team_id, theme.id, by=None)
        return
    if is_quiet_for(world, theme.team_id, successor):
        return
    language = language_of_reader(world, theme.team_id, successor)
    text = Outgoing(say(language, "themes.handed_over", name=plain(theme.name), channel=f"<#{theme.channel_id}>"))
    world.speaking.direct(deliveries.of_theme(theme.id, f"owner:yours:{successor}"), successor, text)
    themes.hand_over(world.db, theme.team_id, theme.id, successor)
