"""Themes: time-boxed calls for tips."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.records.tips import Language, MessageRef

ThemeFormat = Literal["tips", "failed", "tool", "before_after", "newcomers", "retro"]
"""Call for tips, What failed?, Tool of the month, Before/after, New joiners' questions, AI retrospective."""

ThemeState = Literal["running", "wrapping", "closed"]
"""A theme's way: running → wrapping (its owner decides on the wrap-up) → closed; or prolonged, and running again."""

NotePart = Literal["helped", "failed", "unused"]
"""Where AI helped, where it failed, where it could have helped and was not used."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A sentence of a wrap-up and the tips it rests on: it goes when one of them does.

    `is_own`: a word of its owner's that says more than these tips.
    """

    text: str
    tip_ids: tuple[str, ...]
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Theme:
    """`purpose`: one line; `question`: what is asked. `owner_id` None: nobody looks after it now.

    `permalink`: of the kick-off, None while it is not posted. `kept_at`: when its owner last said that it goes on.
    `merged_into`: the theme that its tips went to.
    """

    team_id: str
    id: str
    format: ThemeFormat
    name: str
    purpose: str
    question: str
    language: Language
    owner_id: str | None
    channel_id: str
    state: ThemeState
    permalink: str | None
    learned: tuple[Learned, ...]
    started_at: datetime
    ends_at: datetime
    idle_asked_at: datetime | None
    kept_at: datetime | None
    wrapped_at: datetime | None
    closed_at: datetime | None
    merged_into: str | None
    revision: int

    @property
    def is_open(self) -> bool:
        return self.state != "closed"


@dataclass(frozen=True, slots=True)
class ThemePost:
    """A message of the bot about a theme. `key`: kickoff, reminder:N, wrapup, summary:N, or owner, which is in a DM.

    `listed`: ids of the tips and open questions that it lists.
    """

    theme_id: str
    key: str
    ref: MessageRef
    listed: tuple[str, ...]
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class ThemeNote:
    """What somebody said in a retrospective. `author_id` None: without a name. `ref` None: not in the thread yet.

    `text` empty: its author was forgotten.
    """

    team_id: str
    id: str
    theme_id: str
    part: NotePart
    text: str
    author_id: str | None
    ref: MessageRef | None
