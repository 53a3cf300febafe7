"""What is on people's screens besides messages: modals, Home, toasts, the app's status; and what opens them."""

import secrets
from dataclasses import dataclass, field

from playground.server.clock import Clock
from playground.server.conversation import Json


@dataclass
class View:
    """A modal or Home. `content` is the view as Slack returns it but for `state`; `values` stands in its inputs."""

    id: str
    user_id: str
    content: Json
    values: dict[str, dict[str, Json]] = field(default_factory=dict)
    options: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Trigger:
    """The right to open one modal, within 3 s, for whoever clicked; `view_id` is the modal it came from."""

    user_id: str
    at: float
    view_id: str | None
    used: bool = False


@dataclass
class Session:
    """What the app shows about its work in one thread; the status line vanishes at `until`, in seconds since 1970."""

    status: str = ""
    loading_messages: tuple[str, ...] = ()
    until: float = 0.0
    agent_status: str = ""
    title: str = ""


@dataclass
class Streaming:
    """A message that is still being written: since when nothing was added (seconds since 1970), and how tasks stand."""

    ts: str
    chunks: list[Json]
    touched: float
    as_plan: bool = False


class Screens:
    """Everything that is open for anybody."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        self.homes: dict[str, View] = {}
        self.toasts: dict[str, list[str]] = {}
        self.prompts: dict[str, Json] = {}
        self.sessions: dict[tuple[str, str], Session] = {}
        self.streams: dict[tuple[str, str], Streaming] = {}
        self.message_values: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = {}
        self.message_options: dict[tuple[str, str, str, str], list[Json]] = {}
        self.opened: set[tuple[str, str]] = set()
        self.triggers: dict[str, Trigger] = {}

    def new_trigger(self, user_id: str, view_id: str | None = None) -> str:
        trigger_id = f"{self._clock.seconds()}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(user_id, self._clock.now(), view_id)
        return trigger_id

    def session(self, channel_id: str, thread_ts: str) -> Session:
        return self.sessions.setdefault((channel_id, thread_ts), Session())

    def toast(self, user_id: str, what: str) -> None:
        """Shows a short notice, as Slack's client does when an app does not answer."""
        self.toasts.setdefault(user_id, []).append(what)

    def view(self, view_id: str) -> View | None:
        """An open modal or a Home."""
        if view_id in self.views:
            return self.views[view_id]
        return next((home for home in self.homes.values() if home.id == view_id), None)
