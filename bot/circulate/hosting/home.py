"""The hosts' section of Home."""

from typing import Any

from bot.circulate.hosting import service, turns, views
from bot.conversation import Person
from bot.ports import World
from bot.trust.hosts import is_host
from storage import turns as kept
from storage.records import Language, Viewer


def section(world: World, viewer: Viewer, person: Person, language: Language) -> list[dict[str, Any]]:
    """This week's queue, for hosts and admins; nothing for anybody else."""
    if not is_host(world, viewer.team_id, person.id):
        return []
    return views.home(
        service.queue_for(world, viewer),
        turns.this_week(world, viewer.team_id, person.id),
        language,
        person.tz,
        world.clock.now(),
        reader=person.id,
        takes_turns=person.id in kept.volunteers(world.db, viewer.team_id),
    )
