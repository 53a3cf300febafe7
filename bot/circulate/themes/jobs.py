"""What is done about themes, after the ack."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.circulate.themes import clock, owner_views, posts, retro, service, wrapup
from bot.errors import Refused
from bot.ports import Job, Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import plain
from bot.texts import say
from bot.texts.dates import day
from bot.trust import hosts
from storage import themes
from storage.records import Request, Theme

_SAID = {
    "post": ("themes.answered_post", "themes.done_post"),
    "close": ("themes.answered_close", "themes.done_close"),
    "go_on": ("themes.answered_go_on", "themes.done_go_on"),
}
"""In the place of what the owner was asked, and to who decided."""


def asked_for(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Somebody wrote "theme": who may start one gets the button that opens the form."""
    place, user_id = request.payload["reply_to"], request.person()
    hosts.check_host(world, request.team_id, user_id)
    offer = owner_views.open_form(language_of_reader(world, request.team_id, user_id))
    world.speaking.post(f"{request.id}:theme", place["channel"], offer, thread_ts=place["thread_ts"])


def start(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The theme, its kick-off in the channel, and a word to its owner."""
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    hosts.check_host(world, team_id, user_id)
    channel = service.check_place(world, team_id, payload["channel"], payload["owner"])
    now = world.clock.now()
    lasts = service.RETRO if payload["format"] == "retro" else timedelta(weeks=int(payload["weeks"]))
    theme = themes.start(
        world.db,
        team_id=team_id,
        theme_id=request.id,
        format=payload["format"],
        name=payload["name"],
        purpose=payload["purpose"],
        question=payload["question"],
        language=payload["language"],
        owner_id=payload["owner"],
        channel_id=channel.id,
        ends_at=now + lasts,
        by=user_id,
    )
    try:
        theme = posts.kickoff(world, theme)
    except Refused:
        themes.unstarted(world.db, team_id, theme.id)
        raise
    has_guests = theme.format != "retro" and not service.viewer(world, theme).is_full_member
    for person in dict.fromkeys((user_id, payload["owner"])):
        key = "themes.started" if person == user_id else "themes.yours"
        language = language_of_reader(world, team_id, person)
        told = say(language, key, name=plain(theme.name), channel=f"<#{channel.id}>", permalink=theme.permalink)
        if has_guests:
            told = f"{told}\n{say(language, 'themes.guests')}"
        world.speaking.direct(f"{request.id}:started:{person}", person, Outgoing(told))
    world.redraw_home(team_id, user_id)


def decided(world: World, request: Request, step: Step) -> None:
    """What its owner, a host or an admin decides about a theme; in the place of what the owner was asked."""
    user_id, team_id, what = request.person(), request.team_id, str(request.payload["what"])
    theme = service.managed(world, team_id, str(request.payload["theme"]), user_id)
    is_open: bool = step("open", lambda: theme.is_open)
    if not is_open:
        raise Refused("themes.refused_over")
    language = language_of_reader(world, team_id, user_id)
    if what == "wrap":
        if theme.owner_id is None or not service.reads(world, theme, theme.owner_id):
            theme = clock.take_over(world, theme, user_id)
        clock.begin_wrap_up(world, theme, asked_by=request.id)
        # its owner has it before them
        text = "" if theme.owner_id == user_id else say(language, "themes.wrap_is_shown", name=plain(theme.name))
    else:
        text = _decide(world, step, theme, user_id, what, str(request.payload.get("more") or ""))
        posts.redraw(world, theme)
    if text:
        world.speaking.direct(f"{request.id}:decided", user_id, Outgoing(text))
    world.redraw_home(team_id, user_id)


def _decide(world: World, step: Step, theme: Theme, user_id: str, what: str, more: str) -> str:
    """Does it and gives the sentence for who decided."""
    db, team_id = world.db, theme.team_id
    language = language_of_reader(world, team_id, user_id)
    name = plain(theme.name)
    if what == "not_now":
        until = (theme.wrapped_at or world.clock.now()) + service.DECIDE
        return say(language, "themes.later", date=day(until, language, world.reading.person(user_id).tz))
    if what == "post":
        # a job that goes on has posted it, and perhaps closed the theme
        if theme.state == "running":
            raise Refused("themes.refused_running")
        posts.wrap_up(world, theme)
        themes.close(db, team_id, theme.id, by=user_id)
    elif what == "close":
        themes.close(db, team_id, theme.id, by=user_id)
    elif what == "merge":
        other = service.found(world, team_id, more)
        # a job that goes on has merged it
        if theme.merged_into != more:
            service.merge(world, theme, more, user_id)
        posts.end_owners(world, theme, "themes.answered_merge")
        return say(language, "themes.merged", name=name, other=plain(other.name))
    elif what == "prolong":
        until = datetime.fromisoformat(step("until", lambda: _until(world, theme, int(more))))
        themes.go_on(db, team_id, theme.id, until=until)
        posts.end_owners(world, theme, "themes.answered_prolong")
        date = day(until, language, world.reading.person(user_id).tz)
        return say(language, "themes.prolonged", name=name, date=date)
    else:
        themes.go_on(db, team_id, theme.id)
    answered, done = _SAID[what]
    posts.end_owners(world, theme, answered)
    return say(language, done, name=name)


def _until(world: World, theme: Theme, weeks: int) -> str:
    """From its end on, or from now where that is past."""
    return (max(theme.ends_at, world.clock.now()) + timedelta(weeks=weeks)).isoformat()


def edited(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The owner's words for the wrap-up; what they are shown follows."""
    user_id, team_id = request.person(), request.team_id
    theme = service.managed(world, team_id, str(request.payload["theme"]), user_id)
    if theme.state != "wrapping":
        raise Refused("themes.refused_over")
    told = wrapup.by_owner(world, theme, str(request.payload["text"]), posts.tips_shown(world, theme))
    posts.redraw(world, themes.edit(world.db, team_id, theme.id, told.lines))
    answer = owner_views.edited(told, language_of_reader(world, team_id, user_id))
    world.speaking.direct(f"{request.id}:edited", user_id, answer)


def said(world: World, request: Request, step: Step) -> None:
    """A contribution to a retrospective. Without a name the request has nobody in it either."""
    theme = service.found(world, request.team_id, str(request.payload["theme"]))
    retro.check_on(theme)
    retro.say_it(world, step, theme, request.payload["part"], request.payload["text"], request.user_id)


def collected(world: World, request: Request, step: Step) -> None:
    """Who looks after a retrospective ends it before its time is over."""
    user_id, team_id = request.person(), request.team_id
    theme = service.managed(world, team_id, str(request.payload["theme"]), user_id)
    is_open: bool = step("open", lambda: theme.is_open)
    if not is_open:
        raise Refused("themes.refused_over")
    retro.collect(world, theme, by=user_id)
    posts.redraw(world, theme)
    world.redraw_home(team_id, user_id)


JOBS: Mapping[str, Job] = {
    "circulate.theme_asked": asked_for,
    "circulate.theme_start": start,
    "circulate.theme_decided": decided,
    "circulate.theme_edited": edited,
    "circulate.theme_note": said,
    "circulate.theme_collect": collected,
}
