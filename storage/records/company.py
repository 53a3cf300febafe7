"""What a workspace, a person and a channel chose."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.records.tips import Language


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


OpenTo = Literal["members", "guests", "everybody"]
"""Who reads tips for the whole workspace: its full members alone, its guests too, or also people of other companies."""


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """What the admins chose. `purpose`: one line, for whom and to learn what, at most 150 characters.

    `own_knowledge`: the model may answer from what it knows itself, marked apart. `questions_channel_id`: where
    colleagues are asked. `retention_days`: what is older goes; None: nothing goes by age. `slack_retention_days`: how
    long Slack keeps messages, None if for ever; `old_sources`: what becomes of a tip whose source is older and gone.
    `approved_tools`: none means that there is no list; `policy`: in plain words, what may not be entered, and the
    approved way. `unasked_a_week`: how often at most one person is written to unasked in a week. `open_to`: who reads
    tips for the whole workspace. `capture_emoji`: names of those that capture; none: the operator's.
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
    unasked_a_week: int = 2
    open_to: OpenTo = "members"
    capture_emoji: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What an admin chose for one channel. `capture` None: the workspace's rule holds.

    `shared_capture`, `shared_answers`: what may be done there although, or while, other companies read along.
    """

    team_id: str
    channel_id: str
    capture: bool | None = None
    shared_capture: bool = False
    shared_answers: bool = False
