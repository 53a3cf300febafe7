"""What caused what: each act of a person, with the deliveries and Web API calls that followed.

An app does not say for whose sake it calls. A call that carries a trigger id or a response URL names its act; any other
is put to the newest act that spoke of the same thread, else of the same conversation, else to the newest of all.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from playground.server.conversation import Json

SECONDS = 300.0
"""How long after an act a call may still be its consequence."""
_MOST_ACTS = 200
_RESPONSE_KEY = re.compile(r"/(?:commands|actions|app)/[^/]+/\d+/([\w-]+)$")

act_now: ContextVar[int | None] = ContextVar("act_now", default=None)
"""The number of the act in whose course something happens."""


@dataclass
class Act:
    """One thing that a person did. `places` are the conversations and people, `threads` the ts that it spoke of."""

    number: int
    at: float
    user_id: str
    verb: str
    arguments: Mapping[str, Any]
    places: set[str] = field(default_factory=set)
    threads: set[str] = field(default_factory=set)


class Ledger:
    """The last acts, oldest first."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._acts: deque[Act] = deque(maxlen=_MOST_ACTS)
        self._triggers: dict[str, int] = {}
        self._count = 0

    def __iter__(self) -> Iterator[Act]:
        return iter(self._acts)

    @contextmanager
    def acting(self, user_id: str, verb: str, arguments: Mapping[str, Any]) -> Iterator[Act]:
        """What happens inside is this act's doing."""
        self._count += 1
        act = Act(self._count, self._now(), user_id, verb, arguments, {user_id})
        self._acts.append(act)
        token = act_now.set(act.number)
        try:
            yield act
        finally:
            act_now.reset(token)

    @contextmanager
    def continuing(self, number: int | None) -> Iterator[None]:
        """What happens inside goes on from an earlier act."""
        token = act_now.set(number)
        try:
            yield
        finally:
            act_now.reset(token)

    def told(self, said: Json) -> None:
        """Notes what the app is told in the course of this act: trigger id, response URL, conversation and thread."""
        act = self._by_number(act_now.get())
        if act is None:
            return
        for word in (said.get("trigger_id"), _response_key(str(said.get("response_url", "")))):
            if word:
                self._triggers[str(word)] = act.number
        places, threads = spoken_of(said)
        act.places |= places
        act.threads |= threads

    def cause_of(self, arguments: Mapping[str, Any], url: str = "") -> int | None:
        """The number of the act that a call follows from; None when nothing was done lately."""
        for word in (arguments.get("trigger_id"), _response_key(url)):
            if word and str(word) in self._triggers:
                return self._triggers[str(word)]
        recent = [act for act in reversed(self._acts) if self._now() - act.at < SECONDS]
        places, threads = spoken_of(arguments)
        for thread_counts, place_counts in ((True, True), (False, True), (False, False)):
            for act in recent:
                same_place, same_thread = bool(act.places & places), bool(act.threads & threads)
                if same_place >= place_counts and same_thread >= thread_counts:
                    act.places |= places
                    act.threads |= threads
                    return act.number
        return None

    def of_message(self, channel: str, ts: str) -> list[Act]:
        """The acts that spoke of one message."""
        return [act for act in self._acts if channel in act.places and ts in act.threads]

    def forget(self) -> None:
        self._acts.clear()
        self._triggers.clear()

    def _by_number(self, number: int | None) -> Act | None:
        return next((act for act in reversed(self._acts) if act.number == number), None)


def spoken_of(said: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The conversations (or people) and the ts that an event, an interaction or a call's arguments name."""
    channel, item, container = said.get("channel"), said.get("item"), said.get("container")
    parts = [said, *(each for each in (item, container, said.get("message")) if isinstance(each, dict))]
    named = [part.get(key) for part in parts for key in ("channel", "channel_id", "user_id", "users")]
    named += [channel.get("id")] if isinstance(channel, dict) else []
    places = {str(each) for each in named if isinstance(each, str) and each}
    keys = ("ts", "thread_ts", "message_ts")
    return places, {str(part[key]) for part in parts for key in keys if part.get(key)}


def _response_key(url: str) -> str:
    found = _RESPONSE_KEY.search(url)
    return found[1] if found else ""
