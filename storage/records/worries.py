"""Company for worries: offers to talk, talks through the bot, and their messages without a word of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.records.tips import MessageRef

TalkState = Literal["offered", "shown", "declined", "open", "ending", "ended", "told"]
"""`shown`: the owner has seen the offer. `ending`: it is over, and has to be told where it stood. `ended`: it was told,
but to an owner without a name, who hears of it when they come by; `told`: they have heard of it, too.
"""

Side = Literal["owner", "talker"]

LineState = Literal["waiting", "passed", "stale", "gone"]
"""`stale`: it was edited or deleted after it was passed on, and the copy has to follow. `gone`: the copy has to go."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Somebody's offer to talk about a worry, or the talk that came of it. `tip_id` None: there is no worry any more.

    `at`: when something last happened in it. `talker_thread`: where it stands in the talker's DM; `owner_ts`: its
    thread in the owner's DM, which only they know.
    """

    team_id: str
    id: str
    tip_id: str | None
    talker_id: str | None
    line: str
    state: TalkState
    at: datetime
    talker_thread: MessageRef | None
    owner_ts: str | None


@dataclass(frozen=True, slots=True)
class TalkLine:
    """One message of a talk: its ts in its writer's DM, and that of its copy in the other's."""

    talk_id: str
    side: Side
    ts: str
    state: LineState
    copy_ts: str | None


@dataclass(frozen=True, slots=True)
class TalkCopy:
    """A line's copy in the talker's DM."""

    team_id: str
    line: TalkLine
    ref: MessageRef
