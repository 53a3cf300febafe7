"""Somebody is forgotten: by themselves in Home, or by the operator."""

from bot.errors import Refused, SlackUnavailable
from bot.ports import World
from storage import people
from storage.feedback import LEAST_PEOPLE
from storage.people import Forgotten
from storage.records import KeyedHash, Visibility


def forget(world: World, team_id: str, user_id: str, *, keeps_tips: bool, by_operator: bool = False) -> Forgotten:
    """All that is somebody's goes. `keeps_tips`: what they shared stays, with nothing that leads to them.

    Nobody owns such a tip any more. Where only a few people can see it, it is withdrawn: they would know whose it was.
    """

    def owns(record_id: str, kept: KeyedHash) -> bool:
        return world.keys.owns(kept, team_id, record_id, user_id)

    def stays(visibility: Visibility) -> bool:
        return keeps_tips and _are_enough(world, visibility)

    return people.forget(
        world.db,
        team_id,
        user_id,
        owns,
        staying=frozenset(
            tip_id for tip_id, visibility in people.tips_of(world.db, team_id, user_id, owns) if stays(visibility)
        ),
        by_operator=by_operator,
    )


def _are_enough(world: World, visibility: Visibility) -> bool:
    if visibility.channel_id is None:
        return True
    try:
        readers = sum(1 for person in world.reading.people_in(visibility.channel_id) if not person.is_bot)
    except (Refused, SlackUnavailable):
        return False
    return readers >= LEAST_PEOPLE
