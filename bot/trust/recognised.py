"""Somebody came by: what is theirs without their name is known by the newest pepper from now on."""

from bot.ports import World
from storage import peppers
from storage.records import KeyedHash


def rekey(world: World, team_id: str, user_id: str) -> int:
    """Gives how many hashes were renewed; nothing is looked at while there is one pepper alone."""
    newest = world.keys.newest
    if newest == world.keys.oldest:
        return 0

    def rekeyed(record_id: str, kept: KeyedHash) -> KeyedHash | None:
        is_theirs = world.keys.owns(kept, team_id, record_id, user_id)
        return world.keys.owner(team_id, record_id, user_id) if is_theirs else None

    return peppers.rekey(world.db, team_id, newest, rekeyed)
