"""Work that was accepted, and what was sent and spent for it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from storage.records.tips import MessageRef

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


@dataclass(frozen=True, slots=True)
class Delivery:
    """A post of the bot, remembered before it is sent so that it is never sent twice.

    `ref` is None while its outcome is unknown. `is_new`: nobody began it before.
    """

    team_id: str
    key: str
    channel_id: str
    ref: MessageRef | None
    begun_at: datetime
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a workspace's people still wait for, and how much failed; `references` are the newest failures' numbers."""

    waiting: int
    failed: int
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and money that calls of one task cost in one month (YYYY-MM)."""

    month: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
