"""A workspace while it runs: people, conversations and files, in memory, and who may see which."""

import itertools
import secrets
from dataclasses import dataclass, field

from playground.company.model import Company, Role, Workspace
from playground.server.app import APP_HANDLE, App
from playground.server.clock import Clock
from playground.server.conversation import Conversation, Json
from playground.server.delivery import Outbox
from playground.server.errors import Impossible, SlackError
from playground.server.ledger import Ledger
from playground.server.newsroom import Newsroom
from playground.server.screens import Screens


@dataclass
class User:
    """A person or bot, with what they may change about themselves."""

    id: str
    handle: str
    real_name: str
    display_name: str
    locale: str
    tz: str
    role: Role
    deactivated: bool
    team_id: str
    title: str = ""
    email: str = ""
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    updated: int = 0

    @property
    def is_guest(self) -> bool:
        return self.role in ("guest", "single_channel_guest")

    @property
    def is_full_member(self) -> bool:
        """Whether they may look into every public channel."""
        return self.role in ("member", "admin", "owner")


@dataclass
class ResponseUrl:
    """Where an answer goes: a channel, the person who asked, and the message that was clicked on, if any."""

    kind: str
    channel_id: str
    user_id: str
    at: float
    message_ts: str | None = None
    uses: int = 0


@dataclass
class File:
    """A file in Slack; `channels`: the ids of where it was shared, `words`: what a screen reader says of a picture."""

    id: str
    name: str
    title: str
    mimetype: str
    content: bytes
    user: str
    created: int
    channels: list[str] = field(default_factory=list)
    words: str = ""


@dataclass
class Upload:
    """A file that the app is handing in: it was promised these many bytes, and is nobody's before it is completed."""

    file: File
    length: int
    key: str
    is_here: bool = False


@dataclass(frozen=True)
class Lines:
    """What leads out of a workspace: to the app, to people's open clients, and to the record of what caused what."""

    outbox: Outbox
    newsroom: Newsroom
    ledger: Ledger


class Team:
    """One workspace with one app installed. Everything happens on one asyncio loop, so nothing is locked."""

    def __init__(self, company: Company, app: App, clock: Clock, lines: Lines, url: str) -> None:
        self.workspace: Workspace = company.workspace
        self.second_workspace = company.second_workspace
        self.app = app
        self.clock = clock
        self.outbox = lines.outbox
        self.newsroom = lines.newsroom
        self.ledger = lines.ledger
        self.url = url
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self.files: dict[str, File] = {}
        self.uploads: dict[str, Upload] = {}
        self.direct: dict[frozenset[str], str] = {}
        self.screens = Screens(clock)
        self.response_urls: dict[str, ResponseUrl] = {}
        self.tickets: set[str] = set()
        self.seed_ts: dict[str, str] = {}
        self.began = clock.now()
        self.read_marks: dict[tuple[str, str], str] = {}
        self._numbers = itertools.count(1)

    def new_socket_url(self) -> str:
        """Where one WebSocket may connect, once."""
        ticket = secrets.token_hex(16)
        self.tickets.add(ticket)
        return f"ws{self.url.removeprefix('http')}/link/?ticket={ticket}&app_id={self.app.id}"

    @property
    def app_user(self) -> User:
        return self.users[self.app.bot_user_id]

    def new_id(self, kind: str) -> str:
        """An id as Slack makes them: a letter for the kind, then capitals and digits."""
        return f"{kind}0{next(self._numbers):08X}"

    def by_handle(self, handle: str) -> User:
        """Raises Impossible for nobody's handle."""
        wanted = handle.removeprefix("@")
        found = self.users.get(wanted) or next((user for user in self.users.values() if user.handle == wanted), None)
        if found is not None:
            return found
        raise Impossible("user_not_found", handle)

    def direct_conversation(self, *user_ids: str) -> Conversation:
        """The direct message of these people; it comes into being when it is first asked for."""
        members = frozenset(user_ids)
        if members in self.direct:
            return self.conversations[self.direct[members]]
        kind, letter = ("im", "D") if len(members) == 2 else ("mpim", "C")  # noqa: PLR2004 - two people make an im
        name = "" if kind == "im" else "mpdm-" + "--".join(self.users[user].handle for user in sorted(members)) + "-1"
        conversation = Conversation(
            id=self.new_id(letter),
            name=name,
            kind="im" if kind == "im" else "mpim",
            created=self.clock.seconds(),
            creator=self.app.bot_user_id,
            members=dict.fromkeys(sorted(members)),
        )
        self.conversations[conversation.id] = conversation
        self.direct[members] = conversation.id
        return conversation

    def dm_with_app(self, user: User) -> Conversation:
        return self.direct_conversation(user.id, self.app.bot_user_id)

    def groups_in_direct(self) -> dict[str, tuple[str, ...]]:
        """By the id of each group message that the app is in, the people in it, in the order of their ids."""
        app = self.app.bot_user_id
        return {
            id_: tuple(sorted(members - {app}))
            for members, id_ in self.direct.items()
            if app in members and len(members) > 2  # noqa: PLR2004
        }

    def people_in_direct(self) -> dict[str, str]:
        """By the id of each direct message with the app, who it is with."""
        app = self.app.bot_user_id
        pairs = ((next(iter(members - {app})), id_) for members, id_ in self.direct.items() if app in members)
        return {id_: person for person, id_ in pairs if len(self.conversations[id_].members) == 2}  # noqa: PLR2004

    def all_messages(self) -> list[tuple[str, Json]]:
        """Every message that stands anywhere, with its conversation's id, also what one person alone sees."""
        return [
            (id_, message)
            for id_, each in self.conversations.items()
            for several in (each.messages.values(), *each.ephemerals.values())
            for message in several
        ]

    def app_is_in(self, conversation: Conversation) -> bool:
        return self.app.bot_user_id in conversation.members

    def seen_by_app(self, channel_id: str) -> Conversation:
        """A conversation that the app knows to exist. Raises SlackError(channel_not_found)."""
        conversation = self.conversations.get(channel_id)
        if conversation is None or (conversation.is_private and not self.app_is_in(conversation)):
            raise SlackError("channel_not_found")
        return conversation

    def with_app_in(self, channel_id: str) -> Conversation:
        """A conversation that the app is a member of. Raises SlackError."""
        conversation = self.seen_by_app(channel_id)
        if not self.app_is_in(conversation):
            raise SlackError("not_in_channel")
        return conversation

    def seen_by(self, user: User, channel: str) -> Conversation:
        """What a person means by "#name", an id, or "@handle" for a direct message. Raises Impossible."""
        if channel.startswith("@"):
            other = self.app_user if channel == f"@{APP_HANDLE}" else self.by_handle(channel)
            return self.direct_conversation(user.id, other.id)
        wanted = channel.removeprefix("#")
        found = self.conversations.get(wanted) or next(
            (each for each in self.conversations.values() if each.name == wanted), None
        )
        if found is not None and self.may_see(user, found):
            return found
        raise Impossible("channel_not_found", channel)

    def may_see(self, user: User, conversation: Conversation) -> bool:
        """Members see it; a full member of the workspace may also look into any public channel."""
        return user.id in conversation.members or (conversation.kind == "channel" and user.is_full_member)

    def read_up_to(self, user: User, conversation: Conversation) -> str:
        """The ts up to which somebody has read; all that was there at the beginning counts as read."""
        return self.read_marks.get((user.id, conversation.id), f"{self.began:.6f}")

    def permalink(self, conversation: Conversation, message: Json) -> str:
        """See https://docs.slack.dev/reference/methods/chat.getPermalink."""
        ts, thread_ts = str(message["ts"]), message.get("thread_ts")
        link = f"https://{self.workspace.domain}.slack.com/archives/{conversation.id}/p{ts.replace('.', '')}"
        if thread_ts in (None, ts):
            return link
        return f"{link}?thread_ts={thread_ts}&cid={conversation.id}"
