"""What colleagues shared about a question, for one viewer: the one way from a question to tips."""

from bot.ports import World
from storage import search
from storage.records import Hit, Viewer

TIPS = 5
"""Tips that an answer rests on at the most."""


def find(
    world: World,
    viewer: Viewer,
    question: str,
    *,
    limit: int = TIPS,
    thread: tuple[str, str] | None = None,
    patience: float | None = None,  # noqa: ARG001 - words alone are at once
) -> list[Hit]:
    """The tips that answer a question, best first. `thread` (channel, ts): where it is asked, which is no source.

    `patience`: seconds to wait for the question's meaning before it is searched by words alone; None waits.
    """
    return search.search(world.db, world.index, viewer, question, limit, exclude_thread=thread)
