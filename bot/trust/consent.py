"""Who and what may be captured, and whose words may be used. Each refusal has its sentence."""

from dataclasses import replace
from typing import Literal

from bot.conversation import Channel, Person, Thread
from bot.errors import Refused
from bot.ports import World
from storage import settings
from storage.records import WORKSPACE, Visibility


def check_capturer(person: Person) -> None:
    """Raises Refused unless the person may point at what others wrote: full members may."""
    if not person.is_full_member:
        raise Refused("capture.refused_guest")


def capture_emoji(world: World, team_id: str) -> tuple[str, ...]:
    """The names of the emoji that capture: those that an admin chose, else the operator's."""
    return settings.workspace(world.db, team_id).capture_emoji or world.rules.emoji


def check_channel(world: World, team_id: str, channel: Channel) -> None:
    """Raises Refused unless threads of this channel may be captured."""
    if channel.is_direct:
        raise Refused("capture.refused_direct")
    chosen = settings.channel(world.db, team_id, channel.id)
    if chosen.capture is False:
        raise Refused("capture.refused_closed")
    if channel.is_shared:
        # an earlier yes for a private channel was none for other companies
        if not chosen.shared_capture:
            raise Refused("capture.refused_shared")
        return
    if channel.is_private and not chosen.capture and not settings.workspace(world.db, team_id).private_capture:
        raise Refused("capture.refused_private")


def check_answers(world: World, team_id: str, channel: Channel) -> None:
    """Raises Refused unless questions may be answered in this channel: with other companies, where an admin said so."""
    if channel.is_shared and not settings.channel(world.db, team_id, channel.id).shared_answers:
        raise Refused("answer.refused_shared")


def readers_of(channel: Channel) -> Visibility:
    """Who sees what comes from there, until its author says otherwise: everybody only where all colleagues can read."""
    return Visibility(channel.id) if channel.is_private or channel.is_shared else WORKSPACE


def check_author(world: World, team_id: str, author_id: str | None) -> str:
    """The author's id. Raises Refused for nobody, for guests and strangers, and for people who never want it."""
    if author_id is None:
        raise Refused("capture.refused_empty")
    if settings.person(world.db, team_id, author_id).never_capture:
        raise Refused("capture.refused_opted_out")
    person = world.reading.person(author_id)
    if person.is_bot:
        raise Refused("capture.refused_bot")
    if not person.is_full_member:
        raise Refused("capture.refused_guest")
    return author_id


def keeps_remote_model_out(channel: Channel | None) -> bool:
    """Text of private channels, and what other companies wrote, reaches no remote model before its author's yes."""
    return channel is not None and (channel.is_private or channel.is_shared)


def heard(world: World, team_id: str, thread: Thread, pointed_at: str) -> Thread:
    """The thread without the messages of people who never want to be captured: nobody reads them into anything.

    Raises Refused when nobody else is left, or the message that was pointed at is theirs.
    """
    spoke = {message.author_id for message in thread if message.author_id}
    never = settings.never_captured(world.db, team_id, spoke)
    if not never:
        return thread
    left = replace(thread, messages=tuple(m for m in thread if m.author_id not in never))
    pointed = thread.message(pointed_at)
    is_theirs = pointed is not None and pointed.author_id in never
    if (is_theirs and pointed_at != thread.root_ts) or not left.people():
        raise Refused("capture.refused_opted_out")
    return left


Standing = Literal["ok", "ask", "no"]


def standing(world: World, team_id: str, channel: Channel, user_id: str) -> Standing:
    """Whether somebody's words may be used in another's tip: as they set beforehand, or they are asked.

    Guests, strangers, bots and people who are gone are not asked, nor is who cannot read the channel any more: what
    they would be shown stands there.
    """
    chosen = settings.person(world.db, team_id, user_id)
    person = world.reading.person(user_id)
    if chosen.never_capture or not person.is_full_member:
        return "no"
    if channel.is_private and channel.id not in world.reading.channels_of(user_id):
        return "no"
    return "ok" if chosen.words_ok else "ask"


def takes_questions(channel: Channel) -> bool:
    """Whether open questions may be posted there: the bot is in it, and no other company."""
    return channel.is_member and not (channel.is_shared or channel.is_archived or channel.is_direct)
