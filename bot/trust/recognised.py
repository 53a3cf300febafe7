"""Somebody came by: what is theirs without their name is recognised, and known by the newest pepper from now on."""

from collections.abc import Callable

from bot.ports import World
from storage import peppers
from storage.records import KeyedHash


def owns(world: World, team_id: str, user_id: str) -> Callable[[str, KeyedHash], bool]:
    """Whether a record without a name is this person's, by its id and the hash kept with it."""

    def is_owner(record_id: str, kept: KeyedHash) -> bool:
        return world.keys.owns(kept, team_id, record_id, user_id)

    return is_owner


def rekey(world: World, team_id: str, user_id: str) -> int:
    """Gives how many hashes were renewed; nothing is looked at while there is one pepper alone."""
    newest = world.keys.newest
    if newest == world.keys.oldest:
        return 0

    is_owner = owns(world, team_id, user_id)

    def rekeyed(record_id: str, kept: KeyedHash) -> KeyedHash | None:
        return world.keys.owner(team_id, record_id, user_id) if is_owner(record_id, kept) else None

    return peppers.rekey(world.db, team_id, newest, rekeyed)
