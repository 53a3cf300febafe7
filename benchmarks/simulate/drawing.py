"""What the bot draws at random, drawn alike in years that are compared: by the request and the place in the code.

Ties in a search fall by tips' ids, and who shares without a name is hidden by a random while. With other ids every
year, two years would differ by themselves, and say nothing of crashes. A job that goes on after a crash draws what it
drew before.
"""

import hashlib
import secrets
import sys
import threading
from collections import Counter
from collections.abc import Callable
from types import FrameType

from bot.app import Bot
from storage import requests
from storage.database import Database
from storage.records import NewRequest

_AT_ONCE = 100
"""More than are taken on in one moment of the year."""


class _Drawn(threading.local):
    """Whose job runs in this thread, and how often it drew at each place."""

    request_id = ""
    places: "Counter[str]"


_drawn = _Drawn()


def draw_alike(now: Callable[[], float]) -> None:
    """From now on this process draws by requests. What no request draws stays random. `now`: the year's clock."""
    do, really = Bot.work, secrets.token_hex

    def work(bot: Bot, request_id: str, step: object) -> None:
        _drawn.request_id, _drawn.places = request_id, Counter()
        try:
            do(bot, request_id, step)
        finally:
            _drawn.request_id = ""

    def token_hex(nbytes: int = 32) -> str:
        drawn = _digest(sys._getframe(1), now)  # noqa: SLF001 - who asks is all that tells two draws apart
        return drawn.hex()[: 2 * nbytes] if drawn else really(nbytes)

    def randbelow(exclusive_upper_bound: int) -> int:
        drawn = _digest(sys._getframe(1), now)  # noqa: SLF001 - as above
        return int.from_bytes(drawn or secrets.token_bytes(32)) % exclusive_upper_bound

    Bot.work = work  # type: ignore[method-assign]
    secrets.token_hex, secrets.randbelow = token_hex, randbelow


def _digest(asking: FrameType, now: Callable[[], float]) -> bytes | None:
    """32 bytes for this draw; None where no request draws."""
    new = asking.f_locals.get("new")
    if isinstance(new, NewRequest):
        # its key is hashed with what the year drew; but people act one after the other, each at a second of their own
        return _hashed(f"{new.kind}:{new.user_id}:{now()}", _taken_on(asking.f_locals["db"], new))
    if not _drawn.request_id:
        return None
    place = f"{_drawn.request_id}:{asking.f_code.co_filename}:{asking.f_code.co_name}"
    return _nth(place, _drawn.places)


def _taken_on(db: Database, new: NewRequest) -> int:
    """How many of this kind this person has asked for in this moment, also of a process that has died since."""
    newest = requests.recent(db, team_id=new.team_id, limit=_AT_ONCE)
    asked = [one for one in newest if (one.kind, one.user_id, one.accepted_at) == (new.kind, new.user_id, db.now())]
    return len(asked)


def _nth(what: str, counted: "Counter[str]") -> bytes:
    counted[what] += 1
    return _hashed(what, counted[what])


def _hashed(what: str, number: int) -> bytes:
    return hashlib.sha256(f"{what}:{number}".encode()).digest()
