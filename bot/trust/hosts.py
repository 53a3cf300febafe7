"""Who looks after a workspace's know-how: the hosts whom an admin named, and Slack's admins and owners."""

from bot.errors import Refused
from bot.ports import World
from storage import settings


def is_host(world: World, team_id: str, user_id: str) -> bool:
    """Whether somebody is a host or an admin."""
    return user_id in settings.workspace(world.db, team_id).host_ids or world.reading.person(user_id).is_admin


def check_host(world: World, team_id: str, user_id: str) -> None:
    """Raises Refused for anybody but hosts and admins."""
    if not is_host(world, team_id, user_id):
        raise Refused("hosting.refused_not_host")
