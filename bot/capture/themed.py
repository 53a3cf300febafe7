"""What is shared under a theme: what is marked in its thread or its channel; form and card offer a choice.

In its thread each message is a contribution of its own; elsewhere in its channel a thread is one, as ever.
"""

from bot.conversation import Thread
from bot.errors import Refused
from bot.ports import World
from bot.trust.viewer import are_enough, readable_by
from storage import theme_notes, theme_posts, themes
from storage.errors import NotFound
from storage.records import Theme, ThemeNote, Visibility


def part_of(world: World, team_id: str, thread: Thread, pointed_at: str) -> tuple[Thread, str | None]:
    """In a theme's thread the message alone that was pointed at, and the theme; any other thread whole.

    Raises Refused for the theme's own post.
    """
    theme = theme_posts.of_thread(world.db, team_id, thread.channel_id, thread.root_ts)
    if theme is None:
        return thread, None
    message = thread.message(pointed_at)
    if message is None or pointed_at == thread.root_ts:
        raise Refused("themes.refused_root")
    return Thread(thread.channel_id, message.ts, (message,), partial=thread.partial), theme.id


def of_channel(world: World, team_id: str, channel_id: str) -> str | None:
    """The theme that what is marked anywhere in a channel goes under; None where none runs, or the author chooses."""
    here = running_in(world, team_id, channel_id)
    return here[0].id if len(here) == 1 else None


def running_in(world: World, team_id: str, channel_id: str | None) -> list[Theme]:
    """The themes that run in a channel, and take tips."""
    return themes.running(world.db, team_id, {channel_id}) if channel_id else []


def read_again(world: World, team_id: str, channel_id: str, ts: str) -> Thread:
    """The thread that a draft or tip was made of, as it is now."""
    return part_of(world, team_id, world.reading.thread(channel_id, ts), ts)[0]


def choices(world: World, team_id: str, user_id: str) -> list[Theme]:
    """The themes that somebody may share under: those that run where they read."""
    if not themes.open_ones(world.db, team_id):
        return []
    return themes.running(world.db, team_id, readable_by(world, user_id))


def check_choice(world: World, team_id: str, user_id: str, theme_id: str) -> None:
    """Raises Refused for a theme that has ended, or that runs where this person does not read."""
    if theme_id not in {theme.id for theme in choices(world, team_id, user_id)}:
        raise Refused("themes.refused_over")


def own_note(world: World, team_id: str, note_id: str, user_id: str) -> ThemeNote:
    """What somebody said with their name in a retrospective. Raises Refused for anybody else."""
    note = theme_notes.own(world.db, team_id, note_id, user_id)
    if note is None:
        raise Refused("themes.refused_note")
    return note


def named(world: World, team_id: str, theme_id: str | None) -> Theme | None:
    try:
        return themes.get(world.db, team_id, theme_id) if theme_id else None
    except NotFound:
        return None


def tells_nothing(world: World, team_id: str, theme_id: str | None) -> bool:
    """Whether so many people read a theme's channel that a tip without a name may be known as shared under it."""
    theme = named(world, team_id, theme_id)
    try:
        return theme is not None and are_enough(world, Visibility(theme.channel_id))
    except Refused:
        return False
