"""What the clock does about what is kept: tips without anybody to look after them, and what has grown old."""

import zlib
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from bot.errors import Refused, SlackUnavailable
from bot.ports import World
from storage import deliveries, keepers, retention, settings, tips
from storage.database import Database
from storage.errors import NotFound
from storage.records import Tip, Viewer

ORPHANS = 3
"""Tips of people who left that Home shows at a time."""

_HOURS = 24

_REMEMBERED = timedelta(days=90)
"""For so long it is known which messages came round: longer than anything looks back, and no longer."""

_looked: WeakKeyDictionary[Database, datetime] = WeakKeyDictionary()
"""The hour whose people this process has looked for."""


def tick(world: World) -> None:
    """Looks for authors and keepers who have left, each once a day, and lets go what the workspace keeps no longer."""
    _look_for_people(world)
    deliveries.tidy(world.db, before=world.clock.now() - _REMEMBERED)
    for rules in settings.workspaces(world.db):
        if rules.retention_days is not None:
            before = world.clock.now() - timedelta(days=rules.retention_days)
            retention.sweep(world.db, rules.team_id, before=before)


def _look_for_people(world: World) -> None:
    """Each of them has an hour of the day of their own, so that never all are asked for at once."""
    begun = world.clock.now().replace(minute=0, second=0, microsecond=0)
    if _looked.get(world.db) == begun:
        return
    hour = begun.hour
    for team_id, user_id in keepers.people(world.db):
        if zlib.crc32(user_id.encode()) % _HOURS != hour:
            continue
        try:
            is_gone = world.reading.person(user_id).is_gone
        except SlackUnavailable:
            return
        except Refused:
            # somebody of an import, or of another workspace: nothing is known of them
            continue
        change = keepers.left if is_gone else keepers.back
        change(world.db, team_id, user_id)
    _looked[world.db] = begun


def orphans(world: World, viewer: Viewer) -> tuple[Tip, ...]:
    """Tips whose author has left and that nobody looks after, for a host or admin who can see them."""
    return tuple(tips.many(world.db, viewer, keepers.orphans(world.db, viewer)))


def take_over(world: World, viewer: Viewer, tip_id: str) -> Tip:
    """The viewer looks after a tip from now on. Raises Refused when it is not to be had."""
    try:
        keepers.take_over(world.db, viewer, tip_id)
    except NotFound:
        raise Refused("keeping.not_to_be_had") from None
    return tips.many(world.db, viewer, [tip_id])[0]
