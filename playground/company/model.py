"""A company as plain values: what the local Slack is filled with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

Role = Literal["member", "admin", "owner", "guest", "single_channel_guest", "stranger", "bot"]


@dataclass(frozen=True)
class Workspace:
    """A Slack workspace; `domain` is what stands before .slack.com."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True)
class Member:
    """A person or bot of a workspace.

    `handle` is the name that posts, channels and tests use; a guest is Slack's multi-channel guest
    (is_restricted), a single_channel_guest its is_ultra_restricted, a stranger somebody of another workspace
    met in a shared channel (is_stranger; `team_id` then names that workspace). An empty `team_id` is the company's own.
    """

    id: str
    handle: str
    real_name: str
    display_name: str = ""
    locale: str = "en-US"
    tz: str = "Asia/Tokyo"
    role: Role = "member"
    deactivated: bool = False
    team_id: str = ""
    title: str = ""
    email: str = ""


@dataclass(frozen=True)
class Channel:
    """A channel: `name` without "#", `members` as handles, `shared` with another workspace (Slack Connect)."""

    id: str
    name: str
    private: bool = False
    shared: bool = False
    archived: bool = False
    topic: str = ""
    purpose: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file that was posted with a message."""

    name: str
    mimetype: str
    content: bytes
    title: str = ""


@dataclass(frozen=True)
class Post:
    """One message: `channel` is a channel's name, `author` a handle, `thread` the `key` of the root it replies to.

    `ago` is how long before the start of the local Slack it was written, `reactions` are (emoji, handles).
    """

    channel: str
    author: str
    text: str
    key: str | None = None
    thread: str | None = None
    ago: timedelta = timedelta()
    edited: bool = False
    files: tuple[Attachment, ...] = ()
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    blocks: tuple[dict[str, Any], ...] | None = None
    broadcast: bool = False


@dataclass(frozen=True)
class Company:
    """Everything that a local Slack holds when it starts."""

    workspace: Workspace
    second_workspace: Workspace | None
    members: tuple[Member, ...]
    channels: tuple[Channel, ...]
    posts: tuple[Post, ...]
