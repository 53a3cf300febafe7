"""Where news of the workspace goes: to people's open clients."""

from collections.abc import Callable

from playground.server.conversation import Json

Reader = Callable[[str], bool]
"""Whether the person of this user id may hear it."""


class Newsroom:
    """Who listens. It outlives a workspace that is brought back as it was."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Json, Reader], None]] = []

    def tell(self, news: Json, reader: Reader) -> None:
        for listener in self.listeners:
            listener(news, reader)
