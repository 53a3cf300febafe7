"""Sections of Home that other subjects draw. Each is given the person whose Home it is and asks for itself."""

from collections.abc import Callable
from typing import Any

from bot.circulate.admins import listeners as admins
from bot.circulate.beginning import section as beginning
from bot.circulate.company.section import section as company
from bot.circulate.hosting.home import section as hosting
from bot.circulate.insights import home as insights
from bot.conversation import Person
from bot.ports import World
from storage.records import Language, Viewer

Section = Callable[[World, Viewer, Person, Language], list[dict[str, Any]]]
"""Blocks for a full member's Home, none when there is nothing to show: its divider and heading first."""

SECTIONS: tuple[Section, ...] = (
    beginning.begin,
    company,
    hosting,
    insights.section,
    beginning.own_threads,
    admins.section,
)
"""In the order in which they stand, between what waits for the person and what they shared."""


def drawn(world: World, viewer: Viewer, person: Person, language: Language) -> list[dict[str, Any]]:
    return [block for section in SECTIONS for block in section(world, viewer, person, language)]
