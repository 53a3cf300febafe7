"""Company's section of Home."""

from typing import Any

from bot.circulate.company import service, views
from bot.conversation import Person
from bot.ports import World
from storage.records import Language, Viewer


def section(world: World, viewer: Viewer, person: Person, language: Language) -> list[dict[str, Any]]:  # noqa: ARG001 - as every section's
    found = service.company_of(world, viewer)
    return views.home(found.offers, found.waiting, found.echoes, found.wanting, found.echoed, language)
