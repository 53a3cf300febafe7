"""An AI retrospective: what people say is kept until it is collected; without a name it has nobody in it."""

import secrets
from datetime import timedelta
from functools import partial

from bot.circulate.themes import posts, retro_views, service
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import Step, World
from bot.slack.failures import language_of_reader
from bot.trust.viewer import are_enough
from storage import deliveries, theme_notes, theme_posts, themes
from storage.records import NotePart, Theme, ThemeNote, Visibility

MIX = timedelta(minutes=3)
"""What is said without a name comes within so long, at a moment that is drawn: several people's mix."""


def check_on(theme: Theme) -> None:
    """Raises Refused when the retrospective is over."""
    if theme.state != "running" or theme.format != "retro":
        raise Refused("themes.refused_over")


def may_be_unnamed(world: World, theme: Theme) -> bool:
    return are_enough(world, Visibility(theme.channel_id))


def say_it(world: World, step: Step, theme: Theme, part: NotePart, text: str, author_id: str | None) -> None:
    """Keeps what somebody said, and posts it: with a name at once, without one at its moment.

    The note's id and moment are drawn and not its request's.
    """
    note_id: str = step("note_id", lambda: secrets.token_hex(16))
    wait = 0 if author_id else step("wait", lambda: secrets.randbelow(int(MIX.total_seconds())))
    post_at = min(world.clock.now() + timedelta(seconds=wait), max(theme.ends_at, world.clock.now()))
    theme_notes.say(
        world.db,
        team_id=theme.team_id,
        note_id=note_id,
        theme_id=theme.id,
        part=part,
        text=text,
        author_id=author_id,
        post_at=post_at,
    )
    if author_id and (note := theme_notes.own(world.db, theme.team_id, note_id, author_id)):
        post(world, theme, note)


def post(world: World, theme: Theme, note: ThemeNote) -> None:
    """Puts what somebody said into the theme's thread, once."""
    opened = theme_posts.one(world.db, theme.team_id, theme.id, "kickoff")
    if opened is None:
        return
    message = retro_views.said(note, theme.language)
    key = deliveries.of_theme(theme.id, f"note:{note.id}")
    ref = world.speaking.post(key, theme.channel_id, message, thread_ts=opened.ref.ts)
    theme_notes.posted(world.db, theme.team_id, note.id, ref)


def collect(world: World, theme: Theme, by: str | None) -> None:
    """The time is over: what was said stands in a summary, and who spoke with their name is offered a draft."""
    for note in theme_notes.hurry(world.db, theme.team_id, theme.id):
        post(world, theme, note)
    posts.summarise(world, theme)
    notes = theme_notes.of_theme(world.db, theme.team_id, theme.id)
    for author_id in sorted({note.author_id for note in notes if note.author_id}):
        language = language_of_reader(world, theme.team_id, author_id)
        offer = retro_views.offer(theme, [note for note in notes if note.author_id == author_id], language)
        try:
            world.speaking.direct(deliveries.of_theme(theme.id, f"offer:{author_id}"), author_id, offer)
        except Refused:
            continue
    themes.close(world.db, theme.team_id, theme.id, by=by)


def tick(world: World) -> None:
    """Posts what is due, and takes out what was said by people who were forgotten."""
    for note in theme_notes.due(world.db, world.clock.now()):
        each(partial(_post_due, world, note))
    for note in theme_notes.forgotten(world.db):
        each(partial(_take_out, world, note))


def _post_due(world: World, note: ThemeNote) -> None:
    post(world, service.found(world, note.team_id, note.theme_id), note)


def _take_out(world: World, note: ThemeNote) -> None:
    if note.ref is not None:
        world.speaking.delete(note.ref)
    theme_notes.gone(world.db, note.team_id, note.id)
