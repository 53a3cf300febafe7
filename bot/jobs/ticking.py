"""What the clock does with what fails or has to wait: it is due again, and holds nobody else up."""

import logging
from collections.abc import Callable, Sequence
from typing import Protocol
from weakref import WeakKeyDictionary

from bot.errors import Refused, SlackUnavailable, new_reference
from storage.database import Database
from storage.errors import Locked

log = logging.getLogger(__name__)

Waiting = tuple[str, str]
"""Workspace and id of somebody for whom something is due."""

A_TICK = 100
"""So many of those for whom one thing is due are looked at in one tick."""

_FIRST: Waiting = ("", "")
_reached: WeakKeyDictionary[Database, dict[str, Waiting]] = WeakKeyDictionary()
"""Where the last tick of this process stopped, by what was due."""


class Page(Protocol):
    """Those who wait, in order: at most `limit` who come after somebody."""

    def __call__(self, *, after: Waiting, limit: int) -> Sequence[Waiting]: ...


def in_turn(db: Database, what: str, page: Page) -> Sequence[Waiting]:
    """Who is looked at in this tick, from where the last one stopped, and from the first again after the last.

    So who cannot be written to for long, because they are away, have left or used the week's slots, holds up nobody.
    """
    reached = _reached.setdefault(db, {})
    found = page(after=reached.get(what, _FIRST), limit=A_TICK)
    reached[what] = found[-1] if len(found) == A_TICK else _FIRST
    return found


def each(do: Callable[[], object]) -> None:
    """One thing that is due. Whatever becomes of it, the next one is done, and it is due again at the next tick."""
    try:
        do()
    except (Refused, SlackUnavailable, Locked) as error:
        log.warning("what comes round waits: %s", type(error).__name__)
    except Exception:
        log.exception("what comes round failed, reference %s", new_reference())
