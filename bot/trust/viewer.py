"""Who asks: a person with the channels they are in now, or everybody in a channel.

The database decides what they see.
"""

from collections.abc import Sequence
from itertools import islice

from bot.conversation import Person
from bot.errors import Refused, SlackUnavailable
from bot.ports import World
from storage import settings
from storage.records import LEAST_PEOPLE, Viewer, Visibility


def viewer_of(world: World, team_id: str, user_id: str) -> Viewer:
    """A person as a viewer. When Slack cannot be asked about their channels, they see nothing of private places.

    Somebody of another company sees what is for a channel that they share only where an admin switched answers on.
    """
    person = world.reading.person(user_id)
    try:
        channels = world.reading.channels_of(user_id)
    except (Refused, SlackUnavailable):
        channels = frozenset()
    if not (person.is_full_member or person.is_guest):
        channels &= settings.answers_shared(world.db, team_id)
    return Viewer(team_id, user_id, person.is_full_member, channels, _is_let_in(world, team_id, person))


def viewer_for_channel(world: World, team_id: str, channel_id: str) -> Viewer:
    """Everybody in a channel: its own tips, and workspace tips while all who are there may read them.

    In one that is shared with another company, more of its people may come at any time: there an admin has to have
    opened workspace tips to everybody.
    """
    people = list(world.reading.people_in(channel_id))
    is_full = all(map(_is_ours, people)) and not world.reading.channel(channel_id).is_shared
    is_let_in = not is_full and _are_let_in(world, team_id, channel_id, people)
    return Viewer(team_id, None, is_full, frozenset({channel_id}), is_let_in)


def both(one: Viewer, other: Viewer) -> Viewer:
    """What two viewers may each see."""
    return Viewer(
        one.team_id,
        None,
        is_full_member=one.is_full_member and other.is_full_member,
        channel_ids=one.channel_ids & other.channel_ids,
        is_let_in=one.reads_workspace and other.reads_workspace,
    )


def _are_let_in(world: World, team_id: str, channel_id: str, people: Sequence[Person]) -> bool:
    if world.reading.channel(channel_id).is_shared:
        return settings.workspace(world.db, team_id).open_to == "everybody"
    return all(_is_ours(person) or _is_let_in(world, team_id, person) for person in people)


def _is_let_in(world: World, team_id: str, person: Person) -> bool:
    """Whether an admin opened workspace tips to somebody who is no full member."""
    if _is_ours(person):
        return False
    open_to = settings.workspace(world.db, team_id).open_to
    return open_to == "everybody" or (open_to == "guests" and person.is_guest)


def readable_by(world: World, user_id: str) -> frozenset[str]:
    """The channels that a full member can read: their own, and the public ones that the bot is in."""
    public = frozenset(channel.id for channel in world.reading.own_channels() if not channel.is_private)
    return public | world.reading.channels_of(user_id)


def are_enough(world: World, visibility: Visibility) -> bool:
    """Whether so many people see it that nobody can guess who, of them, it is by."""
    if visibility.channel_id is None:
        return True
    people = (person for person in world.reading.people_in(visibility.channel_id) if not person.is_bot)
    return sum(1 for _ in islice(people, LEAST_PEOPLE)) == LEAST_PEOPLE


def _is_ours(person: Person) -> bool:
    """Bots read nothing that people do not, deactivated people nothing; everybody else has to be a full member."""
    return person.is_full_member or person.is_bot or person.is_gone
