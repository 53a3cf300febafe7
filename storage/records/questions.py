"""Questions: of the bot, of an author, of colleagues."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.records.tips import KeyedHash, Language, MessageRef

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


ThreadRole = Literal["answer", "card", "question", "prompt"]
