"""Company without Slack: introduced where no group DM can be opened, and what the clock ends."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from bot.circulate.company import listeners, offering, service
from bot.conversation import Person
from bot.errors import Refused
from bot.ports import Outgoing
from storage import deliveries, requests, talks, tips
from storage.database import Database
from storage.errors import NotFound
from storage.records import MessageRef, Tip, Viewer
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, hashed, owned_by, request, share

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OWNER, TALKER = (Viewer(TEAM, one, is_full_member=True) for one in (AYA, BEN))


class Heard:
    """What is said, by where it stands; posts are noted as the bot's own speaking notes them."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.said: list[tuple[str, str]] = []
        self.posted: list[str] = []

    def direct_channel(self, user_id: str) -> str:
        return f"D{user_id}"

    def post(self, key: str, channel: str, message: Outgoing, *, thread_ts: str | None = None) -> MessageRef:  # noqa: ARG002 - the port
        self.said.append((channel, message.text))
        self.posted.append(key)
        deliveries.begin(self.db, TEAM, key, channel)
        ref = MessageRef(channel, f"{len(self.said)}.0")
        deliveries.done(self.db, TEAM, key, ref)
        return ref

    def direct(self, key: str, user_id: str, message: Outgoing, *, thread_ts: str | None = None) -> MessageRef:
        return self.post(key, self.direct_channel(user_id), message, thread_ts=thread_ts)

    def edit(self, ref: MessageRef, message: Outgoing) -> None:
        self.said.append((ref.channel_id, message.text))

    def together(self, *_: object) -> MessageRef:
        raise Refused("errors.missing_scope")


def by_day(clock: FrozenClock) -> None:
    """To Wednesday noon, which is no quiet hour, or to the one after it."""
    clock.moment = clock.moment.replace(hour=12)
    clock.advance(days=(2 - clock.moment.weekday()) % 7)


@pytest.fixture
def heard(db: Database) -> Heard:
    return Heard(db)


@pytest.fixture
def world(db: Database, clock: FrozenClock, heard: Heard) -> Any:
    def owns(kept: object, _team: str, tip_id: str, user: str) -> bool:
        return kept == hashed("owner", tip_id, user)

    return SimpleNamespace(
        db=db,
        clock=clock,
        speaking=heard,
        reading=SimpleNamespace(person=lambda user: Person(user, user, "en", is_full_member=True)),
        keys=SimpleNamespace(owns=owns, owner=lambda _team, *parts: hashed("owner", *parts)),
        rules=SimpleNamespace(language="en"),
        redraw_home=lambda *_: None,
    )


def step(_name: str, do: Callable[[], Any], **_: object) -> Any:
    return do()


def worry(db: Database, *, anonymously: bool = False) -> Tip:
    return share(db, draft(db, kind="worry"), anonymously=anonymously)


def texts(heard: Heard, channel: str) -> str:
    return "\n".join(text for where, text in heard.said if where == channel)


def test_without_the_scope_each_is_told_the_others_name_and_nothing_is_kept(
    db: Database, world: Any, heard: Heard
) -> None:
    tip = worry(db)
    talk = talks.offer(db, TALKER, "t1", tip.id, "", is_owner=owned_by(BEN))
    accepted = requests.accept(db, request("yes", user=AYA, talk=talk.id), lambda *_: None)
    assert accepted is not None
    offering.agreed(world, accepted, step)
    assert f"<@{AYA}>" in texts(heard, f"D{BEN}")
    assert f"<@{BEN}>" in texts(heard, f"D{AYA}")
    assert talks.get(db, TEAM, talk.id) is None


def test_promise_7_a_yes_whose_process_dies_before_it_is_noted_begins_the_talk_all_the_same(
    db: Database, world: Any, heard: Heard
) -> None:
    tip = worry(db, anonymously=True)
    talk = talks.offer(db, TALKER, "t1", tip.id, "", is_owner=owned_by(BEN))
    yes = requests.accept(db, request("yes", user=AYA, talk=talk.id), lambda *_: None)
    assert yes is not None

    def dying(_name: str, do: Callable[[], Any], **_: object) -> Any:
        do()
        raise SystemExit

    with pytest.raises(SystemExit):
        offering.agreed(world, yes, dying)
    offering.agreed(world, yes, step)
    begun = talks.get(db, TEAM, talk.id)
    assert begun is not None
    assert begun.talker_thread is not None
    assert len(heard.posted) == 2
    with pytest.raises(Refused):
        offering.agreed(world, yes, step)
    assert len(heard.posted) == 2


def test_promise_4_who_offers_hears_of_it_also_when_the_owner_has_seen_it_before_that(
    db: Database, world: Any, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offering, "viewer_of", lambda *_: TALKER)
    monkeypatch.setattr(service, "viewer_of", lambda *_: TALKER)
    tip = worry(db, anonymously=True)
    asked = requests.accept(db, request("offer", user=BEN, tip=tip.id, line=""), lambda *_: None)
    assert asked is not None

    def seen_meanwhile(_name: str, do: Callable[[], Any], **_: object) -> Any:
        do()
        talks.shown(db, TEAM, asked.id)

    offering.offered(world, asked, seen_meanwhile)
    assert heard.posted == [deliveries.of_talk(asked.id, "receipt")]


@pytest.mark.parametrize("how", ["withdrawn", "silent"])
def test_the_talker_is_told_of_the_end_in_the_same_words_whatever_it_was(
    db: Database, world: Any, heard: Heard, clock: FrozenClock, how: str
) -> None:
    tip = worry(db, anonymously=True)
    offer = talks.offer(db, TALKER, "t1", tip.id, "", is_owner=owned_by(BEN))
    ref = heard.direct(deliveries.of_talk(offer.id, "receipt"), BEN, Outgoing("…"))
    assert ref.channel_id == f"D{BEN}"
    if how == "withdrawn":
        tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
    else:
        clock.advance(days=31)
    by_day(clock)
    for _ in range(2):
        listeners.tick(world)
    over = [text for where, text in heard.said if "is over" in text and where == f"D{BEN}"]
    assert len(over) == 2
    assert len(set(over)) == 1
    assert talks.get(db, TEAM, offer.id) is None
    assert deliveries.find(db, TEAM, deliveries.of_talk(offer.id, "receipt")) is None


def test_a_silent_talk_ends_and_offers_the_talker_a_draft_of_their_own_words(
    db: Database, world: Any, heard: Heard, clock: FrozenClock
) -> None:
    tip = worry(db, anonymously=True)
    talks.offer(db, TALKER, "t1", tip.id, "", is_owner=owned_by(BEN))
    talks.agree(db, OWNER, "t1", owned_by(AYA), known_by=hashed("owner", "t1", AYA))
    talks.begun(db, TEAM, "t1", talker_thread=MessageRef(f"D{BEN}", "5.0"), owner_ts="6.0")
    talks.said(db, TEAM, "t1", "talker", "5.1")
    clock.advance(days=13)
    listeners.tick(world)
    assert heard.said == []
    clock.advance(days=2)
    by_day(clock)
    for _ in range(2):
        listeners.tick(world)
    assert texts(heard, f"D{BEN}").count("This talk is over") == 2
    assert texts(heard, f"D{BEN}").count("may help others too") == 1
    assert not texts(heard, f"D{AYA}")
    left = talks.get(db, TEAM, "t1")
    assert left is not None
    assert (left.state, left.tip_id) == ("ended", None)
    assert talks.lines(db, TEAM, "t1") == []
    clock.advance(days=service.FOLLOWED_DAYS)
    listeners.tick(world)
    assert talks.get(db, TEAM, "t1") is None


def test_an_end_by_the_clock_is_told_when_it_is_not_quiet_where_the_talker_is(
    db: Database, world: Any, heard: Heard, clock: FrozenClock
) -> None:
    tip = worry(db, anonymously=True)
    talks.offer(db, TALKER, "t1", tip.id, "", is_owner=owned_by(BEN))
    talks.agree(db, OWNER, "t1", owned_by(AYA), known_by=hashed("owner", "t1", AYA))
    talks.begun(db, TEAM, "t1", talker_thread=MessageRef(f"D{BEN}", "5.0"), owner_ts="6.0")
    clock.advance(days=15)
    by_day(clock)
    for hour in (20, 3):
        clock.moment = clock.moment.replace(hour=hour)
        listeners.tick(world)
    assert heard.posted == []
    assert texts(heard, f"D{BEN}").count("This talk is over") == 1
    assert talks.in_thread(db, TEAM, f"D{BEN}", "5.0") is not None
    with pytest.raises(NotFound):
        talks.said(db, TEAM, "t1", "talker", "5.2")
    clock.moment = clock.moment.replace(hour=10)
    listeners.tick(world)
    assert texts(heard, f"D{BEN}").count("This talk is over") == 2
    assert len(heard.posted) == 1
