"""Who asks: a person with the channels they are in now, or everybody in a channel.

The database decides what they see.
"""

from itertools import islice

from bot.conversation import Person
from bot.errors import Refused, SlackUnavailable
from bot.ports import World
from storage.feedback import LEAST_PEOPLE
from storage.records import Viewer, Visibility


def viewer_of(world: World, team_id: str, user_id: str) -> Viewer:
    """A person as a viewer. When Slack cannot be asked about their channels, they see nothing of private places."""
    person = world.reading.person(user_id)
    try:
        channels = world.reading.channels_of(user_id)
    except (Refused, SlackUnavailable):
        channels = frozenset()
    return Viewer(team_id, user_id, is_full_member=person.is_full_member, channel_ids=channels)


def viewer_for_channel(world: World, team_id: str, channel_id: str) -> Viewer:
    """Everybody in a channel: workspace tips unless a guest or stranger is present, and the channel's own."""
    return Viewer(
        team_id,
        None,
        is_full_member=all(map(_is_ours, world.reading.people_in(channel_id))),
        channel_ids=frozenset({channel_id}),
    )


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
