"""A channel or direct message: its members, and its messages by time and by thread."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.server.clock import micros, ts_of

Json = dict[str, Any]
Kind = Literal["channel", "group", "im", "mpim"]
"""Slack's channel_type: public channel, private channel, direct message, direct message of several."""

_SHOWN_REPLIERS = 5


@dataclass
class Conversation:
    """`timeline` holds what stands at top level, `threads` the replies by their root; both in µs, oldest first."""

    id: str
    name: str
    kind: Kind
    created: int
    creator: str
    members: dict[str, None] = field(default_factory=dict)
    shared: bool = False
    archived: bool = False
    topic: str = ""
    purpose: str = ""
    previous_names: list[str] = field(default_factory=list)
    messages: dict[str, Json] = field(default_factory=dict)
    timeline: list[int] = field(default_factory=list)
    threads: dict[str, list[int]] = field(default_factory=dict)
    repliers: dict[str, Counter[str]] = field(default_factory=dict)
    ephemerals: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        return self.kind != "channel"

    @property
    def is_direct(self) -> bool:
        return self.kind in ("im", "mpim")

    def place(self, message: Json) -> None:
        """Files a message under its time and thread, and counts it on its root."""
        ts, root_ts = str(message["ts"]), message.get("thread_ts")
        self.messages[ts] = message
        if root_ts in (None, ts):
            insort(self.timeline, micros(ts))
            return
        insort(self.threads.setdefault(root_ts, []), micros(ts))
        self.repliers.setdefault(root_ts, Counter())[_author(message)] += 1
        if message.get("subtype") == "thread_broadcast":
            insort(self.timeline, micros(ts))
        self._count(root_ts)

    def remove(self, ts: str) -> Json:
        """Takes a message away, and off its root's count."""
        message = self.messages.pop(ts)
        _drop(self.timeline, micros(ts))
        root_ts = message.get("thread_ts")
        if root_ts not in (None, ts):
            _drop(self.threads[root_ts], micros(ts))
            self.repliers[root_ts] -= Counter([_author(message)])
            self._count(root_ts)
        return message

    def replies(self, root_ts: str) -> Iterator[Json]:
        return (self.messages[ts_of(moment)] for moment in self.threads.get(root_ts, ()))

    def _count(self, root_ts: str) -> None:
        """Writes on a thread's root what Slack shows below it."""
        root = self.messages.get(root_ts)
        replies, repliers = self.threads[root_ts], self.repliers[root_ts]
        if root is None:
            return
        if not replies:
            for key in ("thread_ts", *_COUNTS):
                root.pop(key, None)
            return
        shown = [user for user, _ in zip(repliers, range(_SHOWN_REPLIERS), strict=False)]
        counts = (len(replies), len(repliers), ts_of(replies[-1]), shown, False, False)
        root.update({"thread_ts": root_ts, **dict(zip(_COUNTS, counts, strict=True))})


_COUNTS = ("reply_count", "reply_users_count", "latest_reply", "reply_users", "is_locked", "subscribed")


def _author(message: Json) -> str:
    return str(message.get("user") or message.get("bot_id"))


def _drop(moments: list[int], moment: int) -> None:
    at = bisect_left(moments, moment)
    if at < len(moments) and moments[at] == moment:
        del moments[at]
