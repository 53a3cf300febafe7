"""A process that dies when it has decided and before it says so, and the next one, which goes on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from bot.jobs.work import do
from bot.ports import Speaking, Step, World

_WORDS = frozenset({"amend", "delete", "direct", "edit", "post", "together", "whisper"})


class Dies(BaseException):
    """The process, here."""


class Mute:
    """Whoever wants to say something dies."""

    def __init__(self, speaking: Speaking) -> None:
        self._speaking = speaking

    def __getattr__(self, name: str) -> Any:
        return _die if name in _WORDS else getattr(self._speaking, name)


def goes_on(request_id: str, step: Step, *, world: World, **how: Any) -> bool:
    """Does a job that dies before its first word, and does it again; its finished steps stay. Whether it died."""
    finished: dict[str, Any] = {}

    def kept(name: str, work: Callable[[], Any]) -> Any:
        if name not in finished:
            finished[name] = step(name, work)
        return finished[name]

    has_died = False
    try:
        do(request_id, kept, world=replace(world, speaking=cast("Speaking", Mute(world.speaking))), **how)
    except Dies:
        has_died = True
    do(request_id, kept, world=world, **how)
    return has_died


def _die(*_: Any, **__: Any) -> None:
    raise Dies
