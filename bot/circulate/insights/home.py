"""Insights in the Home of hosts and admins."""

from typing import Any

from bot.circulate.insights import views
from bot.conversation import Person
from bot.ports import World
from bot.trust.hosts import is_host
from storage.records import Language, Viewer


def section(world: World, viewer: Viewer, person: Person, language: Language) -> list[dict[str, Any]]:
    return views.home(language) if is_host(world, viewer.team_id, person.id) else []
