"""Insights in the Home of hosts and admins."""

from typing import Any

from bot.circulate.insights import views
from bot.conversation import Person
from bot.ports import World
from storage import settings
from storage.records import Language, Viewer


def section(world: World, viewer: Viewer, person: Person, language: Language) -> list[dict[str, Any]]:
    cares = person.is_admin or person.id in settings.workspace(world.db, viewer.team_id).host_ids
    return views.home(language) if cares else []
