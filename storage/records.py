"""What the bot remembers, as frozen values. Nothing here knows the database."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

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

    `user_id` is None when the viewer is "everybody in this channel". `is_full_member` opens workspace tips.
    """

    team_id: str
    user_id: str | None
    is_full_member: bool
    channel_ids: frozenset[str] = frozenset()


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


class DraftState(StrEnum):
    """A draft's way: preparing → waiting ⇄ later → shared | discarded | expired | withdrawn."""

    PREPARING = "preparing"
    WAITING = "waiting"
    LATER = "later"
    SHARED = "shared"
    DISCARDED = "discarded"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


OPEN_STATES = frozenset({DraftState.PREPARING, DraftState.WAITING, DraftState.LATER})


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message of the bot in Slack."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A tip before its author's decision. `content` is None while it is being prepared.

    `made_with` is the model's name or "plain"; `prompt_version` the version of the prompt that made it. `withheld`:
    what rests on the words of people who have not agreed yet; it is no part of `content`. `question_id`: the
    colleagues' open question that its author replied to. `edited_at`: its author put their own words in place.
    """

    team_id: str
    id: str
    state: DraftState
    author_id: str | None
    source: Source
    visibility: Visibility
    content: TipContent | None
    made_with: str
    prompt_version: str | None
    evidence: tuple[Evidence, ...]
    card: MessageRef | None
    created_at: datetime
    card_at: datetime | None
    due_at: datetime | None
    reminded_at: datetime | None
    decided_at: datetime | None
    withheld: tuple[Borrowed, ...] = ()
    question_id: str | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tip:
    """One piece of know-how that was shared. `author_id` and `permalink` are None when it was shared without a name.

    Then its times are days, and until `comes_out_at` nobody but its author sees it.
    `is_hidden`: its source is missing in Slack, and nobody but its owner sees it until they say what becomes of it.
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


@dataclass(frozen=True, slots=True)
class Trials:
    """How often a tip was tried, by what came of it: it worked, it worked with changes, it failed."""

    worked: int = 0
    changed: int = 0
    failed: int = 0


TrialOutcome = Literal["worked", "changed", "failed"]

Verdict = Literal["helpful", "not_helpful"]
FeedbackReason = Literal["off_topic", "outdated", "wrong", "unclear", "tool_not_allowed"]
"""Why an answer did not help: not about the question, out of date, wrong, too long or unclear, a tool that one may not
use."""


@dataclass(frozen=True, slots=True)
class FeedbackSums:
    """How often answers helped. A figure with too few people behind it is None, a reason with too few is left out."""

    total: int | None = None
    helpful: int | None = None
    not_helpful: int | None = None
    reasons: tuple[tuple[FeedbackReason, int], ...] = ()


AuthorQuestionState = Literal["asked", "shown", "withdrawn"]


@dataclass(frozen=True, slots=True)
class AuthorQuestion:
    """What somebody asks a tip's author. `shown`: the author of an anonymous tip came by and saw it.

    `withdrawn`: its tip went, and its text with it; its asker is still to be told.
    """

    team_id: str
    id: str
    tip_id: str
    asker_id: str
    text: str
    state: AuthorQuestionState
    asked_at: datetime


Strength = Literal["strong", "weak"]
"""Whether a tip is likely to answer the question, or merely near it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A tip that was found, best first. `rank` starts at 1; raw scores never leave storage.

    `folded`: ids of near-duplicates that stand behind it.
    """

    tip: Tip
    rank: int
    strength: Strength = "strong"
    trials: Trials = Trials()
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """A text's place in the space of one embedder (its model and version): int8 components, one byte each."""

    embedder: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to. Several values of one kind are alternatives; all kinds have to fit.

    `channel_ids`: tips that came from there, or are for there; only channels that the viewer may know of.
    """

    tools: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    channel_ids: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    since: date | None = None

    def __bool__(self) -> bool:
        return self != Filters()


RequestState = Literal["accepted", "done", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class NewRequest:
    """Something Slack brought that the bot promises to answer.

    `key` is what Slack cannot repeat (channel and ts of a message; an interaction's own id); `earlier_keys`: what it
    was kept as before. `payload` is JSON without unredacted text; it is swept when the job has ended. `queue` names the
    pool the job runs in.
    """

    team_id: str
    kind: str
    key: str
    queue: str
    user_id: str | None
    payload: dict[str, Any] = field(default_factory=dict)
    earlier_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """An accepted request; `id` is random and is the job's id too."""

    team_id: str
    id: str
    kind: str
    key: str
    queue: str
    user_id: str | None
    payload: dict[str, Any]
    state: RequestState
    reference: str | None
    accepted_at: datetime
    ended_at: datetime | None

    def person(self) -> str:
        """Who asked for it. Raises LookupError for a request that nobody made."""
        if self.user_id is None:
            raise LookupError("a request without a person")
        return self.user_id


QuestionState = Literal["asked", "asked_back", "answered", "unanswered"]


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked the bot. `asked_back`: which reading they mean.

    Without asker and text: it went on without a name, as an open question.
    """

    team_id: str
    id: str
    asker_id: str | None
    text: str
    language: Language
    channel_id: str
    thread_ts: str
    state: QuestionState
    asked_at: datetime


OpenState = Literal["waiting", "open", "solved", "closed", "withdrawn"]
"""An open question's way: waiting for its moment → open → solved | closed by age or a host | withdrawn by its asker."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that colleagues are asked. `asker_id` None: without a name, and `owner` alone recognises the asker.

    `channel_id` is where it is asked, None when only people are; `post` and `permalink` where it stands there. `echoes`
    counts those who have it too. `revision` counts what readers of its posts have to see.
    """

    team_id: str
    id: str
    text: str
    language: Language
    state: OpenState
    is_anonymous: bool
    asker_id: str | None
    owner: KeyedHash
    channel_id: str | None
    post: MessageRef | None
    permalink: str | None
    opened_at: datetime
    closes_at: datetime
    replied_at: datetime | None
    reminded_at: datetime | None
    closed_at: datetime | None
    echoes: int
    revision: int

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "open")


@dataclass(frozen=True, slots=True)
class Routing:
    """Somebody who is asked an open question because they are likely to know. `post`: where they were."""

    question_id: str
    user_id: str
    post: MessageRef | None


@dataclass(frozen=True, slots=True)
class Solution:
    """A tip that may answer an open question. `solved`: what the asker said of it, None so far."""

    question_id: str
    tip_id: str
    solved: bool | None


ThreadRole = Literal["answer", "card", "question"]


@dataclass(frozen=True, slots=True)
class PersonSettings:
    """What a person chose. Without a row the defaults hold. `may_be_asked`: colleagues' open questions, in a DM.

    `never_capture`: nothing they write is read into a draft. `words_ok`: it may be used without asking them.
    """

    team_id: str
    user_id: str
    language: Language | None = None
    never_capture: bool = False
    may_be_asked: bool = False
    emoji_confirmed_at: datetime | None = None
    words_ok: bool = False


OldSources = Literal["keep", "ask", "withdraw"]
"""The admin's rule for a tip whose source is older than what Slack keeps: it stays, its author is asked, or it goes."""


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What the admins chose. `purpose`: one line, for whom and to learn what, at most 150 characters.

    `own_knowledge`: the model may answer from what it knows itself, marked apart. `questions_channel_id`: where
    colleagues are asked. `retention_days`: what is older goes; None: nothing goes by age. `slack_retention_days`: how
    long Slack keeps messages, None if for ever; `old_sources`: what becomes of a tip whose source is older and gone.
    `approved_tools`: none means that there is no list; `policy`: in plain words, what may not be entered, and the
    approved way.
    """

    team_id: str
    purpose: str = ""
    purpose_asked_at: datetime | None = None
    private_capture: bool = False
    pointers: bool = True
    own_knowledge: bool = False
    questions_channel_id: str | None = None
    host_ids: tuple[str, ...] = ()
    retention_days: int | None = None
    slack_retention_days: int | None = None
    old_sources: OldSources = "keep"
    approved_tools: tuple[str, ...] = ()
    policy: str = ""


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What an admin chose for one channel. `capture` None: the workspace's rule holds."""

    team_id: str
    channel_id: str
    capture: bool | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A post of the bot, remembered before it is sent so that it is never sent twice.

    `ref` is None while its outcome is unknown.
    """

    team_id: str
    key: str
    channel_id: str
    ref: MessageRef | None
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and money that calls of one task cost in one month (YYYY-MM)."""

    month: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
