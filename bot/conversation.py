"""What was said in Slack, as plain values: no client, no payload, no markup."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from storage.records import Language

_EMOJI = re.compile(r":[a-z0-9_+'-]+:")


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a person would read it.

    `text` is readable plain text: rich text, code fences (```), quotes, attachments, forwarded messages and text files
    are in it; mentions and channels are names; entities are decoded. `ts` is Slack's id of the message in its channel.
    """

    ts: str
    author_id: str | None
    author_name: str
    text: str
    is_bot: bool = False
    edited: bool = False

    def with_text(self, text: str) -> "Message":
        return replace(self, text=text)

    @property
    def written_at(self) -> datetime:
        """Slack's `ts` is in seconds since 1970, to the microsecond."""
        return datetime.fromtimestamp(float(self.ts), UTC)


@dataclass(frozen=True, slots=True)
class Thread:
    """A root message and its replies, oldest first. A message without replies is a thread of one.

    `partial` says that only some messages could be read (a shortcut in a channel the bot is not in).
    """

    channel_id: str
    root_ts: str
    messages: tuple[Message, ...]
    partial: bool = False

    def __iter__(self) -> Iterator[Message]:
        return iter(self.messages)

    def message(self, ts: str) -> Message | None:
        return next((message for message in self.messages if message.ts == ts), None)

    def people(self) -> tuple["Message", ...]:
        """The messages that people wrote, without those of bots and those without a word."""
        return tuple(m for m in self.messages if not m.is_bot and m.author_id and has_words(m.text))


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of a channel as its list shows it: what was said, who replied, who reacted.

    Mentions in `message` are ids. Slack names a few of those who replied; `has_more_repliers`: there are others.
    `reactions`: the people behind each emoji.
    """

    message: "Message"
    repliers: tuple[str, ...] = ()
    has_more_repliers: bool = False
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def has_words(text: str) -> bool:
    """Whether anything is said besides emoji and punctuation."""
    return any(char.isalnum() for char in _EMOJI.sub("", text))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack. `is_full_member`: of this workspace, neither guest, stranger, bot nor deactivated.

    `is_guest`: of this workspace, limited to some channels; who is neither, nor bot nor gone, is of another company.
    `is_gone`: deactivated; they read nothing any more. `other_names`: what Slack calls them besides `name`. `locale`:
    as Slack has it, such as ja-JP.
    """

    id: str
    name: str
    language: Language
    is_full_member: bool
    is_admin: bool = False
    is_bot: bool = False
    is_gone: bool = False
    tz: str = "UTC"
    is_away: bool = False
    other_names: tuple[str, ...] = ()
    locale: str = ""
    is_guest: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which colleagues may call them."""
        return (self.name, *self.other_names)


@dataclass(frozen=True, slots=True)
class Channel:
    """Where something was said. `is_shared`: with another company, or about to be."""

    id: str
    name: str
    is_private: bool
    is_shared: bool
    is_member: bool
    is_direct: bool = False
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Permalink:
    """A link to one message: `https://<domain>.slack.com/archives/C…/p…`."""

    domain: str
    channel_id: str
    ts: str
    thread_ts: str | None = None
