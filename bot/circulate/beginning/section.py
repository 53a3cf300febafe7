"""Beginning's sections of Home."""

from typing import Any

from bot.circulate.beginning import service, views
from bot.conversation import Person
from bot.ports import World
from bot.trust import consent, hosts
from storage import settings
from storage.records import Language, Viewer


def begin(world: World, viewer: Viewer, person: Person, language: Language) -> list[dict[str, Any]]:
    """How to begin, for hosts and admins, while there is hardly a tip."""
    if not hosts.is_host(world, viewer.team_id, person.id) or not service.is_new(world, viewer):
        return []
    purpose = settings.workspace(world.db, viewer.team_id).purpose
    emoji = consent.capture_emoji(world, viewer.team_id)[0]
    return views.begin(language, purpose, emoji, needs_theme=service.needs_theme(world, viewer.team_id))


def own_threads(world: World, viewer: Viewer, person: Person, language: Language) -> list[dict[str, Any]]:  # noqa: ARG001 - as every section's
    return views.offer(language)
