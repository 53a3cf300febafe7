"""What comes round, without Slack: people with their clocks, and what was posted to them, each key once as in Slack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from bot.circulate.digest import sending
from bot.circulate.follows import service as following
from bot.circulate.follows.service import Wanted
from bot.conversation import Channel, Person
from bot.errors import Refused
from bot.ports import Outgoing
from storage import deliveries, drafts
from storage.database import Database
from storage.records import FollowKind, FollowRhythm, MessageRef, Tip, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import TEAM, draft, hashed, share

AYA, BEN, CHIE = "U0AYA", "U0BEN", "U0CHIE"

TUESDAY_NOON, MONDAY = datetime(2026, 11, 24, 3, 0, tzinfo=UTC), datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
"""In Tokyo; and when the next digest is due there, at ten."""


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Rounds:
    """A workspace of three who all work in Tokyo; `posts` are (to whom or where, text), in order.

    `own`: the channels that the bot is in. `members`: the full members, the three without it.
    """

    db: Database
    channels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    posts: list[tuple[str, Outgoing]] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    dies_after_posting: bool = False
    homes: list[str] = field(default_factory=list)
    own: tuple[Channel, ...] = ()
    members: frozenset[str] | None = None

    def __post_init__(self) -> None:
        for user_id in (AYA, BEN, CHIE):
            self.people[user_id] = Person(
                user_id, user_id.lower(), "en", is_full_member=True, tz="Asia/Tokyo", locale="ja-JP"
            )

    def world(self, index: Any = None) -> Any:
        return SimpleNamespace(
            db=self.db,
            index=index,
            clock=SimpleNamespace(now=self.db.now),
            reading=SimpleNamespace(
                person=self._person,
                channels_of=lambda user_id: self.channels.get(user_id, frozenset()),
                channel=lambda channel_id: Channel(channel_id, "c", False, False, True),
                people_in=lambda channel_id: [
                    self.people[one] for one, theirs in self.channels.items() if channel_id in theirs
                ],
                own_channels=lambda: self.own,
                full_members=lambda: frozenset(self.people) if self.members is None else self.members,
            ),
            speaking=SimpleNamespace(direct=self._direct, post=self._post),
            keys=SimpleNamespace(owns=_owns, newest=1, oldest=1),
            embedder=SimpleNamespace(key=None),
            rules=SimpleNamespace(language="en", emoji=("bulb",), anonymous_delay_minutes=240),
            redraw_home=lambda _team, user_id: self.homes.append(user_id),
        )

    def change(self, user_id: str, **changes: Any) -> None:
        self.people[user_id] = replace(self.people[user_id], **changes)

    def to(self, user_id: str) -> list[str]:
        """The texts of what somebody got, in order."""
        return [message.text for to, message in self.posts if to == user_id]

    def blocks(self, user_id: str) -> str:
        return str([message.blocks for to, message in self.posts if to == user_id])

    def _person(self, user_id: str) -> Person:
        if user_id not in self.people:
            raise Refused("errors.person_not_found")
        return self.people[user_id]

    def _direct(self, key: str, user_id: str, message: Outgoing) -> MessageRef:
        return self._post(key, user_id, message, in_dm=True)

    def _post(self, key: str, to: str, message: Outgoing, *, in_dm: bool = False, **_: Any) -> MessageRef:
        """As bot.slack.speaking: remembered before it is sent, and found again after a crash."""
        place = f"D{to}" if in_dm else to
        known = deliveries.begin(self.db, TEAM, key, place)
        if known.ref is not None:
            return known.ref
        self.posts.append((to, message))
        ref = MessageRef(place, f"{len(self.posts)}.0")
        deliveries.done(self.db, TEAM, key, ref)
        if self.dies_after_posting:
            raise Crash
        return ref


def _owns(kept: Any, _team: str, tip_id: str, user_id: str) -> bool:
    return bool(kept == hashed("owner", tip_id, user_id))


def shared(
    db: Database,
    ts: str,
    *,
    title: str = "議事録は用語集つきで",
    by: str = AYA,
    channel: str = "C1",
    private: bool = False,
    anonymously: bool = False,
    topics: Sequence[str] = (),
    tools: Sequence[str] = (),
) -> Tip:
    """A tip, shared now, on these topics."""
    visibility = Visibility(channel) if private else Visibility()
    waiting = draft(db, ts=ts, author=by, channel=channel, visibility=visibility, title=title)
    assert waiting.content is not None
    content = waiting.content.model_copy(update={"topics": tuple(topics), "tools": tuple(tools)})
    drafts.edit(db, TEAM, waiting.id, content)
    return share(db, drafts.get(db, TEAM, waiting.id), anonymously=anonymously)


def begun(db: Database, clock: FrozenClock, channels: Mapping[str, frozenset[str]]) -> Rounds:
    """On Tuesday at noon, when the clock has ticked once."""
    clock.moment = TUESDAY_NOON
    made = Rounds(db, channels)
    sending.tick(made.world())
    return made


def follow(rounds: Rounds, user: str, name: str, rhythm: FollowRhythm = "weekly", kind: FollowKind = "topic") -> None:
    following.follow(rounds.world(), TEAM, user, [Wanted(kind, name)], rhythm)


def tick(rounds: Rounds, clock: FrozenClock, moment: datetime | None = None) -> None:
    if moment is not None:
        clock.moment = moment
    sending.tick(rounds.world())
