"""Who and what may be captured. Each refusal has its sentence."""

from bot.conversation import Channel, Person
from bot.errors import Refused
from bot.ports import World
from storage import settings


def check_capturer(person: Person) -> None:
    """Raises Refused unless the person may point at what others wrote: full members may."""
    if not person.is_full_member:
        raise Refused("capture.refused_guest")


def check_channel(world: World, team_id: str, channel: Channel) -> None:
    """Raises Refused unless threads of this channel may be captured."""
    if channel.is_direct:
        raise Refused("capture.refused_direct")
    if channel.is_shared:
        raise Refused("capture.refused_shared")
    chosen = settings.channel(world.db, team_id, channel.id).capture
    if chosen is False:
        raise Refused("capture.refused_closed")
    if channel.is_private and not chosen and not settings.workspace(world.db, team_id).private_capture:
        raise Refused("capture.refused_private")


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
    """Text of private channels reaches no remote model before its author's yes."""
    return channel is not None and channel.is_private


def takes_questions(channel: Channel) -> bool:
    """Whether open questions may be posted there: the bot is in it, and no other company."""
    return channel.is_member and not (channel.is_shared or channel.is_archived or channel.is_direct)
