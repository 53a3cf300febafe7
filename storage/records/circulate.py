"""What comes round to people: when they want to hear of it, what they follow, what is new, thanks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DigestRhythm = Literal["off", "weekly", "two_weeks"]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When somebody wants to hear of what is new. Without a row the defaults hold, and nothing is due.

    `weekday` (Monday is 0), `hour` and quiet hours are in their own time zone; `quiet_from` may be later in the day
    than `quiet_to`, and when both are the same no hour is quiet. `is_muted`: never unasked. `digest_at`, `prompt_at`:
    when the next one is due. `last_prompt`: the number of the last small question they were asked, of all they ever
    were, from 0.
    """

    team_id: str
    user_id: str
    digest: DigestRhythm = "weekly"
    weekday: int = 0
    hour: int = 10
    quiet_from: int = 19
    quiet_to: int = 9
    quiet_weekends: bool = True
    is_muted: bool = False
    prompts: DigestRhythm = "off"
    digest_at: datetime | None = None
    prompt_at: datetime | None = None
    last_digest_at: datetime | None = None
    last_prompt: int = -1
    introduced_at: datetime | None = None
    welcomed_at: datetime | None = None
    noted_month: str = ""


FollowKind = Literal["topic", "tool", "person", "question", "theme"]
FollowRhythm = Literal["at_once", "daily", "weekly"]


@dataclass(frozen=True, slots=True)
class Follow:
    """What somebody follows. `target`: a normalised term or an id; `label`: as people write it."""

    team_id: str
    user_id: str
    kind: FollowKind
    target: str
    label: str
    rhythm: FollowRhythm
    since: datetime


NewsKind = FollowKind | Literal["own_question", "channel"]
"""Why something is news: what is followed, one's own question, or a channel that one is in."""


@dataclass(frozen=True, slots=True)
class News:
    """A tip that is new for somebody. `about`: the label, name or id of what it is news of."""

    team_id: str
    user_id: str
    tip_id: str
    why: NewsKind
    about: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChannelDigest:
    """A channel with a digest of its own, `tz` its time zone; it tells of what came since `since`."""

    team_id: str
    channel_id: str
    tz: str
    since: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody took a tip along and may be asked, from `due_at` on, what came of it."""

    team_id: str
    user_id: str
    tip_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Thanks:
    """Somebody's thanks for a tip. Others read it when both want it (`is_public`)."""

    team_id: str
    tip_id: str
    user_id: str
    reason: str
    may_be_public: bool
    is_public: bool
    given_at: datetime
