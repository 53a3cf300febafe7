"""What is due for themes: reminders, the question whether an idle one goes on, wrap-ups, ends, what posts have to show.

Each thing is keyed by what it is about, so that a process that dies repeats nothing; what fails is due again.
"""

from datetime import datetime
from functools import partial

from bot.circulate.themes import posts, retro, service, wrapup
from bot.jobs.ticking import each
from bot.ports import World
from bot.slack.failures import language_of_reader
from bot.texts.dates import is_daytime
from bot.trust.quiet import is_quiet_for
from storage import deliveries, theme_notes, theme_posts, themes
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
    elif service.place_of(world, theme) is None:
        _end(world, theme, "themes.closed_no_place")
    elif theme.format == "retro":
        _retro(world, theme, now)
    elif theme.owner_id is None or not service.reads(world, theme, theme.owner_id):
        _hand_over(world, theme)
    elif theme.state == "wrapping":
        _wrapping(world, theme, theme.owner_id, now)
    elif theme.idle_asked_at is not None:
        _idle(world, theme, theme.idle_asked_at, now)
    elif not is_quiet_for(world, theme.team_id, theme.owner_id):
        # what is due is asked of the owner first
        _running(world, theme, now)


def _retro(world: World, theme: Theme, now: datetime) -> None:
    """It is summed up when its time is over; one whose channel takes no posts of the bot ends without that."""
    if now >= theme.ends_at + service.DECIDE:
        _end(world, theme, "themes.closed_no_place")
    elif now >= theme.ends_at:
        retro.collect(world, theme, by=None)


def begin_wrap_up(world: World, theme: Theme, *, asked_by: str = "") -> None:
    """The owner is shown what was learned, before anybody else. One who cannot read the channel is shown nothing.

    `asked_by`: the request of who wants to see it; it is shown anew then, with what came since the last time.
    """
    viewer = service.owners_viewer(world, theme)
    if viewer is None:
        return
    so_far = service.gathered(world, theme, viewer)
    if theme.state == "running":
        theme = themes.wrap(world.db, theme.team_id, theme.id, wrapup.by_model(world, theme, so_far.tips))
    elif late := wrapup.of_late(world, theme, so_far.tips, posts.ids_shown(world, theme)):
        theme = themes.learn(world.db, theme.team_id, theme.id, late)
    posts.ask_wrap_up(world, theme, so_far, asked_by=asked_by)


def _wrapping(world: World, theme: Theme, owner_id: str, now: datetime) -> None:
    """An owner who says nothing posts nothing: the theme ends."""
    if now >= (theme.wrapped_at or now) + service.DECIDE:
        _end_unanswered(world, theme)
    elif not theme_posts.has_asked(world.db, theme.team_id, theme.id) and not is_quiet_for(
        world, theme.team_id, owner_id
    ):
        # a process died between the wrap-up and its showing, or the owner is another by now
        begin_wrap_up(world, theme)


def _idle(world: World, theme: Theme, asked_at: datetime, now: datetime) -> None:
    """The owner was asked whether it goes on. What they were told comes true: it does, or it ends on that day."""
    last = themes.last_shared(world.db, theme.team_id, theme.id)
    # of a tip without a name the day alone is known
    if last is not None and last.date() >= asked_at.date():
        themes.go_on(world.db, theme.team_id, theme.id)
        posts.end_owners(world, theme, "themes.went_on")
    elif now >= service.quiet_end(world, theme):
        _end_unanswered(world, theme)


def _running(world: World, theme: Theme, now: datetime) -> None:
    if now >= service.over_at(world, theme):
        begin_wrap_up(world, theme)
    elif not is_daytime(now, posts.zone(world, theme)):
        return
    elif (since := _idle_since(world, theme, now)) is not None:
        posts.ask_idle(world, theme, since)
        themes.idle_asked(world.db, theme.team_id, theme.id)
    elif _may_remind(world, theme, now):
        posts.remind(world, theme)


def _idle_since(world: World, theme: Theme, now: datetime) -> datetime | None:
    """Since when nothing has come, where the owner is to be asked.

    Shortly before the end they are not: it brings them the wrap-up. Where nothing ever came it would only ask again
    what this question does, so that theme closes itself at its end.
    """
    last = themes.last_shared(world.db, theme.team_id, theme.id)
    since = max(filter(None, (theme.started_at, theme.kept_at, last)))
    if now < since + service.IDLE:
        return None
    if last is None:
        return since if now < theme.ends_at - service.LAST_DAYS else None
    return since if now + service.ANSWER <= service.over_at(world, theme) else None


def _may_remind(world: World, theme: Theme, now: datetime) -> bool:
    in_channel = [
        post.posted_at
        for post in theme_posts.of_theme(world.db, theme.team_id, theme.id)
        if post.key == "kickoff" or post.key.startswith("reminder:")
    ]
    last = max(in_channel, default=theme.started_at)
    return now >= last + service.REMIND and now < theme.ends_at - service.LAST_DAYS


def _hand_over(world: World, theme: Theme) -> None:
    """A theme whose owner is gone, or reads its channel no more, goes to somebody who does; else it ends."""
    successor = service.successor(world, theme)
    if successor is None:
        _end(world, theme, "themes.closed_unowned", in_thread=True)
    elif not is_quiet_for(world, theme.team_id, successor):
        language = language_of_reader(world, theme.team_id, successor)
        text = posts.sentence(theme, "themes.handed_over", language)
        world.speaking.direct(deliveries.of_theme(theme.id, f"owner:yours:{successor}"), successor, text)
        take_over(world, theme, successor)


def take_over(world: World, theme: Theme, user_id: str) -> Theme:
    """Somebody else looks after a theme. What its owner was shown goes: nothing would tell it of a withdrawal."""
    posts.end_owners(world, theme, "themes.left_to_others")
    return themes.hand_over(world.db, theme.team_id, theme.id, user_id)


def _end_unanswered(world: World, theme: Theme) -> None:
    posts.end_owners(world, theme, "themes.closed_quietly")
    themes.close(world.db, theme.team_id, theme.id, by=None)


def _end(world: World, theme: Theme, text_key: str, *, in_thread: bool = False) -> None:
    """Ends a theme that cannot go on, and says so to its owner. What could not be posted is kept no longer."""
    if theme.owner_id is not None and is_quiet_for(world, theme.team_id, theme.owner_id):
        return
    posts.tell_owner(world, theme, text_key)
    if in_thread:
        posts.tell_thread(world, theme, text_key)
    for note in theme_notes.hurry(world.db, theme.team_id, theme.id):
        theme_notes.gone(world.db, theme.team_id, note.id)
    themes.close(world.db, theme.team_id, theme.id, by=None)
