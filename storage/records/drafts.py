"""A tip before its author's decision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records.tips import Borrowed, Evidence, MessageRef, Source, TipContent, Visibility


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
class Draft:
    """A tip before its author's decision. `content` is None while it is being prepared.

    `made_with` is the model's name or "plain"; `prompt_version` the version of the prompt that made it. `withheld`:
    what rests on the words of people who have not agreed yet; it is no part of `content`. `question_id`: the
    colleagues' open question that its author replied to. `edited_at`: its author put their own words in place.
    `theme_id`: the theme that it is shared under.
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
    theme_id: str | None = None
