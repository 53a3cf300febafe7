"""Tips get their vectors, in small batches beside everything else; what is left is seen from the database."""

import logging

from bot.errors import ModelUnavailable
from bot.ports import World
from storage import meanings

log = logging.getLogger(__name__)

BATCH = 8
"""Few enough to be done within the seconds that a stop waits."""


def embed_some(world: World, batch: int = BATCH) -> bool:
    """Embeds the next tips; whether it did anything. Raises ModelUnavailable."""
    key = world.embedder.key
    if key is None:
        return False
    meanings.begin(world.db, key)
    todo = meanings.missing(world.db, key, batch)
    if todo.feed_seq is None:
        return False
    vectors = world.embedder.passages([one.text for one in todo.passages]) if todo.passages else []
    meanings.store(world.db, key, list(zip(todo.passages, vectors, strict=True)), todo.feed_seq)
    return True


def embed_or_wait(world: World) -> bool:
    """The same as a chore: an embedder that is not to be had now is asked again at the next turn."""
    try:
        return embed_some(world)
    except ModelUnavailable as unavailable:
        log.warning("tips cannot be embedded now (%s): it will be tried again", unavailable.reason)
        return False
