"""The outside world as services see it. Each port has one real implementation and one for tests.

Clock: bot/app.py · Slack: bot/slack · Model: bot/llm · Keys: bot/trust/identity.py
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from bot.conversation import Channel, Permalink, Person, Posted, Thread
from storage.database import Database
from storage.records import KeyedHash, Language, Meaning, MessageRef, NewRequest, Request, Tip, TipContent
from storage.search import Index

T = TypeVar("T")
Blocks = Sequence[Mapping[str, Any]]


class Clock(Protocol):
    def now(self) -> datetime:
        """The time now, with time zone UTC."""
        ...


class Step(Protocol):
    """Runs a named part of a job once.

    Its result (JSON, redacted) is kept, so that a job that goes on after a crash does not repeat it.
    `retries`: how often an unexpected failure is tried again, with growing waits, before the job fails.
    """

    def __call__(self, name: str, do: Callable[[], T], *, retries: int = 5) -> T: ...


class Reading(Protocol):
    """Reads Slack.

    Every method raises `Refused` for what Slack says no to (channel_not_visible, message_not_found, not_in_channel,
    person_not_found) and `SlackUnavailable` when it does not answer.
    """

    def thread(self, channel_id: str, ts: str) -> Thread:
        """The whole thread around a message (all pages); of one message when it has no replies."""
        ...

    def recent(self, channel_id: str, *, since: datetime, pages: int) -> list[Posted]:
        """What stands in a channel since then, newest first, without what stands in threads: at most so many pages."""
        ...

    def person(self, user_id: str) -> Person: ...

    def channel(self, channel_id: str) -> Channel: ...

    def people_in(self, channel_id: str) -> Iterator[Person]:
        """Everybody who is in a channel now, bots too."""
        ...

    def full_members(self) -> frozenset[str]:
        """Ids of the workspace's full members; read once a day."""
        ...

    def known_members(self) -> int | None:
        """How many full members there are, about; None while Slack would have to be asked."""
        ...

    def channels_of(self, user_id: str) -> frozenset[str]:
        """Ids of the channels, seen by the bot, that a person is in now; cached for less than a minute."""
        ...

    def permalink(self, channel_id: str, ts: str) -> str: ...

    def has_reaction(self, channel_id: str, ts: str, emoji: str, user_id: str) -> bool:
        """Whether somebody's emoji still stands on a message."""
        ...

    def own_channels(self) -> tuple[Channel, ...]:
        """The channels the bot is in, by name; cached for less than a minute."""
        ...

    def forget(self, *, user_id: str | None = None, channel_id: str | None = None) -> None:
        """Drops what is cached about somebody or some channel, when Slack says that it changed."""
        ...

    def parse_permalink(self, text: str) -> Permalink | None:
        """The permalink of this workspace that `text` is, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What the bot says: `text` is the notification and the fallback, `blocks` what people see."""

    text: str
    blocks: Blocks = ()


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to hand to people. `alt_text`: what a screen reader says of a picture, at most 1,000 characters."""

    name: str
    content: bytes
    title: str
    alt_text: str = ""


class Files(Protocol):
    """Hands files to people, never twice: `key` names the file's message for ever.

    `comment` (mrkdwn, harmless) stands above the file. Raises `Refused` (errors.missing_scope, errors.files_refused)
    and `SlackUnavailable` when it could not be settled whether it stands.
    """

    def direct(self, key: str, user_id: str, file: NewFile, comment: str) -> MessageRef:
        """Shares a file in the person's DM with the bot."""
        ...


class Stream(Protocol):
    """One message that is written while people read. It ends as what `end` says, whatever became of the stream."""

    def show(self, text: str) -> None:
        """Shows the whole text so far (Markdown, harmless). Never raises: what cannot be shown now, `end` shows."""
        ...

    def end(self, message: Outgoing, text: str) -> MessageRef:
        """The finished message: `text` (Markdown) and below it the message's blocks. Raises like `post`."""
        ...


class Speaking(Protocol):
    """Says things in Slack, never twice: `key` names the post for ever."""

    def post(self, key: str, channel_id: str, message: Outgoing, *, thread_ts: str | None = None) -> MessageRef: ...

    def direct(self, key: str, user_id: str, message: Outgoing, *, thread_ts: str | None = None) -> MessageRef:
        """Posts into the person's DM with the bot."""
        ...

    def direct_channel(self, user_id: str) -> str:
        """The id of the person's DM with the bot."""
        ...

    def together(self, key: str, user_ids: Sequence[str], message: Outgoing) -> None:
        """Posts into a group DM of these people and the bot, at most once: it does not read there, nor look it up.

        Raises Refused also where the app may not open one.
        """
        ...

    def whisper(
        self, key: str, channel_id: str, user_id: str, message: Outgoing, *, thread_ts: str | None = None
    ) -> None:
        """Shows an ephemeral message, at most once: it cannot be looked up."""
        ...

    def edit(self, ref: MessageRef, message: Outgoing) -> None: ...

    def amend(self, ref: MessageRef, *, behind: str, about: str, blocks: Blocks) -> bool:
        """Puts blocks into a message of the bot that stands: behind the block of that id, in place of those about it.

        `about` is what the ids of such blocks begin with. False when the message is gone or takes no more.
        """
        ...

    def delete(self, ref: MessageRef) -> None: ...

    def stream(self, key: str, channel_id: str, *, thread_ts: str, user_id: str) -> "Stream":
        """A message that grows while it is made. `user_id`: whom it answers. Nothing is sent before its first words."""
        ...

    def status(self, channel_id: str, text: str, *, thread_ts: str, can_stop: bool = False) -> None:
        """Shows that the bot works, beside everything else and as well as the workspace's plan allows."""
        ...

    def working(self, key: str, channel_id: str, text: str, *, thread_ts: str) -> MessageRef | None:
        """Shows at once that the bot works: as a status (None), or as a plain message to be deleted with the answer."""
        ...

    def update_view(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Shows something else in a modal that is open; nothing when it was closed."""
        ...

    def publish_home(self, user_id: str, blocks: Blocks) -> None: ...

    def close(self) -> None:
        """Nothing is said any more."""
        ...


@dataclass(frozen=True, slots=True)
class FilledTip:
    """A tip's fields as a model filled them from a thread.

    `evidence` maps each field's name to the indexes (in `Thread.messages`) of the messages it rests on; prompts and
    steps as "prompts.0", "steps.1". Only fields that passed the checks are here: verbatim prompts, existing messages.
    """

    content: TipContent
    evidence: Mapping[str, tuple[int, ...]]
    made_with: str
    prompt_version: str


DetailKind = Literal["name", "handle", "team", "customer", "project", "place", "channel", "link", "detail"]


@dataclass(frozen=True, slots=True)
class Detail:
    """Words in a tip that tell who wrote it or for whom, exactly as they stand there."""

    text: str
    kind: DetailKind


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer and the numbers (from 1) of the tips it rests on."""

    text: str
    cites: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AskBack:
    """A question that the model asks back, and two to four readings to choose from."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as a model gave it, checked: each sentence cites tips of the given set. Empty: nothing relevant.

    `own`: sentences of the model's own knowledge, where that was allowed; `dropped`: how many sentences failed the
    checks. `end`: "stopped" by who listened, "broken" when the model failed after some sentences.
    """

    sentences: tuple[Sentence, ...]
    made_with: str
    prompt_version: str
    ask_back: AskBack | None = None
    own: tuple[str, ...] = ()
    dropped: int = 0
    end: Literal["whole", "stopped", "broken"] = "whole"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation, and the titles of the tips that were shown."""

    question: str
    shown: tuple[str, ...] = ()


class Model(Protocol):
    """The language model. Every method raises `ModelUnavailable`; texts passed in are data and redacted already."""

    def fill_tip(self, thread: Thread, *, pointed_at: str | None, language: Language) -> FilledTip: ...

    def answer(
        self,
        question: str,
        tips: Sequence[Tip],
        *,
        language: Language,
        earlier: Sequence[Turn] = (),
        may_ask_back: bool = False,
        own_knowledge: bool = False,
        tell: Callable[[Sentence], None] | None = None,
        go_on: Callable[[], bool] | None = None,
    ) -> Answered:
        """An answer from these tips alone. `tell` hears each sentence as soon as it is whole and checked.

        `go_on` is asked while the model writes; False ends it, and what was told stands.
        """
        ...

    def search_words(self, question: str, *, earlier: Sequence[Turn]) -> str:
        """A follow-up question as one that stands alone, for the search."""
        ...

    def find_details(self, texts: Sequence[str], *, language: Language) -> list[Detail]:
        """What has to go before these texts are shared without a name; each stands in one of them."""
        ...

    @property
    def is_on(self) -> bool: ...


class Embedder(Protocol):
    """Turns texts into places in the space of one model. Texts passed in are redacted already."""

    @property
    def key(self) -> str | None:
        """The model and its version, "name/version"; None: there is no embedder, words alone are searched."""
        ...

    def question(self, text: str, key: str | None = None) -> Meaning | None:
        """A question's meaning; None when it is not to be had now.

        `key`: by the embedder of this key, which served before, if it can still be opened.
        """
        ...

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """Vectors of tips, one each, as int8. Raises `ModelUnavailable`."""
        ...


class Keys(Protocol):
    """Keyed hashes of identities, under a pepper outside the database; `newest` and `oldest` are versions of it."""

    @property
    def newest(self) -> int: ...

    @property
    def oldest(self) -> int: ...

    def owner(self, team_id: str, tip_id: str, user_id: str) -> KeyedHash: ...

    def message(self, team_id: str, channel_id: str, ts: str) -> KeyedHash: ...

    def requests(self, team_id: str, key: str) -> tuple[KeyedHash, ...]:
        """What a request's key is kept as: a message's own key would tell for ever in whose DM it was written.

        Under every pepper, the newest first, so that a redelivery after a rotation is known.
        """
        ...

    def owns(self, kept: KeyedHash, team_id: str, tip_id: str, user_id: str) -> bool:
        """Whether `kept` is the owner's hash of this person, under the pepper of its version, in constant time."""
        ...

    def messages(self, team_id: str, channel_id: str, ts: str) -> tuple[KeyedHash, ...]:
        """The message's hash under every pepper still kept, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decided, as services need it. Times are working days.

    `emoji`: the names of those that capture where no admin chose others.
    A tip without a name comes out at a random moment within `anonymous_delay_minutes`.
    `model`, `embedder`: which models words are sent to, and where they are, to be told to people; None without one.
    Above `monthly_budget_usd` no model is asked; None: whatever it costs.
    """

    emoji: tuple[str, ...]
    language: Language
    card_working_days: int
    reminder_working_days: int
    pointer_working_days: int
    anonymous_delay_minutes: int
    model: str | None = None
    embedder: str | None = None
    monthly_budget_usd: float | None = None


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside, joined once in bot/app.py and handed to every service and job.

    `redraw_home(team_id, user_id)` brings somebody's Home up to date, from whichever room something of it changed in.
    """

    db: Database
    index: Index
    clock: Clock
    reading: Reading
    speaking: Speaking
    files: Files
    model: Model
    embedder: Embedder
    keys: Keys
    rules: Rules
    redraw_home: Callable[[str, str], None]


Accept = Callable[[NewRequest], Request | None]
"""Takes a request on, durably: the row and its job in one transaction. None: it is known already."""

Job = Callable[[World, Request, Step], None]
"""What is done about a request. May be run again after a crash: only its steps are not repeated."""
