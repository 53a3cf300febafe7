"""Somebody is forgotten: by themselves in Home, or by the operator."""

from bot.errors import Refused, SlackUnavailable
from bot.ports import World
from bot.trust.recognised import owns
from bot.trust.unnamed import names_of, unnamed
from bot.trust.viewer import are_enough
from storage import people
from storage.people import Forgotten
from storage.records import TipContent, Visibility


def forget(world: World, team_id: str, user_id: str, *, keeps_tips: bool, by_operator: bool = False) -> Forgotten:
    """All that is somebody's goes. `keeps_tips`: what they shared stays, with nothing that leads to them.

    Nobody owns such a tip any more, and its words lose their names, as if it had been shared without one. Where only a
    few people can see it, it is withdrawn: they would know whose it was.

    Raises Refused and SlackUnavailable, with nothing done, when tips are to stay and Slack does not say what their
    author is called.
    """
    names = names_of(world.reading.person(user_id).names) if keeps_tips else []
    is_owner = owns(world, team_id, user_id)

    def stays(visibility: Visibility) -> bool:
        try:
            return keeps_tips and are_enough(world, visibility)
        except (Refused, SlackUnavailable):
            return False

    def without_names(content: TipContent) -> TipContent:
        return unnamed(content, names).content

    return people.forget(
        world.db,
        team_id,
        user_id,
        is_owner,
        staying=frozenset(
            tip_id for tip_id, visibility in people.tips_of(world.db, team_id, user_id, is_owner) if stays(visibility)
        ),
        without_names=without_names,
        by_operator=by_operator,
    )
