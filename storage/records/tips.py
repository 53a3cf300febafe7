"""One piece of know-how, whose it is, and who may see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Language = Literal["ja", "en"]


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=3_000)]


class Kind(StrEnum):
    """What sort of know-how a tip is: successes are not the only welcome ones."""

    PRACTICE = "practice"
    PITFALL = "pitfall"
    EXPERIMENT = "experiment"
    WORRY = "worry"


class TipContent(BaseModel):
    """The words of a tip. Everything but the title may be empty.

    `prompts` stand verbatim as somebody gave them to a model; `prompts_edited` says that the author changed them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: Kind = Kind.PRACTICE
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]
    task: Paragraph = ""
    background: Paragraph = ""
    reasoning: Paragraph = ""
    prompts: tuple[Annotated[str, StringConstraints(min_length=1, max_length=12_000)], ...] = ()
    prompts_edited: bool = False
    tools: tuple[Line, ...] = ()
    models: tuple[Line, ...] = ()
    steps: tuple[Paragraph, ...] = ()
    outcome: Paragraph = ""
    caveats: Paragraph = ""
    topics: tuple[Line, ...] = ()
    language: Language = "ja"


class ImportedTip(TipContent):
    """One line of `import tips`: a tip's content and the id it had elsewhere."""

    external_id: Annotated[str, Field(max_length=200)] | None = None
    made_with: Line = "import"


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who can see a tip: every full member of the workspace, or the members of one channel."""

    channel_id: str | None = None

    @property
    def is_workspace(self) -> bool:
        return self.channel_id is None


WORKSPACE = Visibility()


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person together with the channels they are a member of now; every read of tips takes one.

    `user_id` is None when the viewer is "everybody in this channel". `is_full_member` opens workspace tips, and so does
    `is_let_in`: an admin opened them to guests, or to everybody (bot.trust.viewer decides it).
    """

    team_id: str
    user_id: str | None
    is_full_member: bool
    channel_ids: frozenset[str] = frozenset()
    is_let_in: bool = False

    @property
    def reads_workspace(self) -> bool:
        """Whether tips for the whole workspace are for them."""
        return self.is_full_member or self.is_let_in


SourceKind = Literal["thread", "message", "dm", "form", "import"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a draft came from.

    `message_ts` is the message that was pointed at; `in_public` says whether any full member could read it there.
    """

    kind: SourceKind
    channel_id: str | None = None
    thread_ts: str | None = None
    message_ts: str | None = None
    permalink: str | None = None
    in_public: bool = False


@dataclass(frozen=True, slots=True)
class KeyedHash:
    """HMAC of an identity under a pepper that lies outside the database, with the pepper's version."""

    digest: str
    version: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Field `field` of a draft or tip rests on the message behind `message` (a keyed hash of team, channel and ts).

    `speaker_id` is who wrote it: kept on drafts and named tips, None on anonymous ones.
    """

    field: str
    message: KeyedHash
    speaker_id: str | None = None


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A field of a draft that rests on other speakers' words too: `field` as it was filled, such as `steps.1`.

    It is part of the draft, and of the named tip made of it, once all of them agreed (`is_included`).
    """

    field: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    is_included: bool = False


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message of the bot in Slack."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class Tip:
    """One piece of know-how that was shared. `author_id` and `permalink` are None when it was shared without a name.

    Then its times are days, and until `comes_out_at` nobody but its author sees it.
    `is_hidden`: its source is missing in Slack, and nobody but its owner sees it until they say what becomes of it.
    `is_obsolete`, `is_merged`: it is out of date, or stands behind another one; only its owner sees it then.
    `verified_at`: when somebody last said that it holds, its owner or a host (`verified_by`).
    """

    team_id: str
    id: str
    content: TipContent
    visibility: Visibility
    author_id: str | None
    is_anonymous: bool
    permalink: str | None
    made_with: str
    external_id: str | None
    published_at: datetime
    updated_at: datetime
    comes_out_at: datetime | None = None
    is_hidden: bool = False
    is_obsolete: bool = False
    is_merged: bool = False
    verified_at: datetime | None = None
    verified_by: Literal["owner", "host"] | None = None

    @property
    def is_imported(self) -> bool:
        """Whether it came from elsewhere: nobody here shared it, with a name or without."""
        return self.author_id is None and not self.is_anonymous
