"""Who somebody is as a viewer: full member, guest or of another company, by what an admin opened."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.conversation import Channel, Person
from bot.errors import SlackUnavailable
from bot.trust.viewer import both, viewer_for_channel, viewer_of
from storage import settings
from storage.database import Database
from storage.records import OpenTo, Viewer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEAM, HERE, ELSEWHERE = "T1", "C1", "C2"
MEMBER = Person("U1", "Aya", "ja", is_full_member=True)
GUEST = Person("U2", "Dan", "en", is_full_member=False, is_guest=True)
STRANGER = Person("U3", "Eva", "en", is_full_member=False)
BOT = Person("U4", "Bot", "en", is_full_member=False, is_bot=True)
GONE = Person("U5", "Old", "en", is_full_member=False, is_gone=True)
PEOPLE = {one.id: one for one in (MEMBER, GUEST, STRANGER, BOT, GONE)}


def world_of(db: Database, *here: Person, is_shared: bool = False, slack_is_down: bool = False) -> Any:
    def channels_of(_user_id: str) -> frozenset[str]:
        if slack_is_down:
            raise SlackUnavailable
        return frozenset({HERE, ELSEWHERE})

    reading = SimpleNamespace(
        person=PEOPLE.__getitem__,
        channels_of=channels_of,
        people_in=lambda _channel: iter(here),
        channel=lambda one: Channel(one, "x", is_private=False, is_shared=is_shared, is_member=True),
    )
    return SimpleNamespace(db=db, reading=reading)


def open_to(db: Database, whom: OpenTo) -> None:
    settings.change_workspace(db, TEAM, open_to=whom)


@pytest.mark.parametrize(
    ("whom", "readers"),
    [
        (None, {"U1"}),
        ("members", {"U1"}),
        ("guests", {"U1", "U2"}),
        ("everybody", {"U1", "U2", "U3"}),
    ],
)
def test_promise_2_workspace_tips_are_for_members_and_for_whom_an_admin_let_in(
    db: Database, whom: OpenTo | None, readers: set[str]
) -> None:
    if whom is not None:
        open_to(db, whom)
    world = world_of(db)
    assert {one for one in PEOPLE if viewer_of(world, TEAM, one).reads_workspace} == readers
    assert {one for one in PEOPLE if viewer_of(world, TEAM, one).is_full_member} == {"U1"}


def test_promise_2_another_company_sees_a_channels_tips_only_where_answers_are_switched_on(db: Database) -> None:
    world = world_of(db)
    assert viewer_of(world, TEAM, GUEST.id).channel_ids == {HERE, ELSEWHERE}
    assert viewer_of(world, TEAM, STRANGER.id).channel_ids == frozenset()
    settings.change_channel(db, TEAM, HERE, shared_answers=True)
    assert viewer_of(world, TEAM, STRANGER.id).channel_ids == {HERE}
    settings.change_channel(db, TEAM, HERE, shared_answers=False)
    assert viewer_of(world, TEAM, STRANGER.id).channel_ids == frozenset()


def test_promise_2_while_slack_cannot_be_asked_nobody_sees_anything_private(db: Database) -> None:
    assert viewer_of(world_of(db, slack_is_down=True), TEAM, MEMBER.id).channel_ids == frozenset()


@pytest.mark.parametrize(
    ("whom", "here", "is_shared", "reads"),
    [
        ("members", (MEMBER, BOT, GONE), False, True),
        ("members", (MEMBER, GUEST), False, False),
        ("guests", (MEMBER, GUEST, BOT), False, True),
        ("guests", (MEMBER, GUEST, STRANGER), True, False),
        # nobody of the other company has come yet, and they will read what stands there
        ("members", (MEMBER,), True, False),
        ("guests", (MEMBER, GUEST), True, False),
        ("everybody", (MEMBER, GUEST, STRANGER), True, True),
    ],
)
def test_promise_2_a_channel_reads_what_everybody_there_may_read(
    db: Database, whom: OpenTo, here: tuple[Person, ...], *, is_shared: bool, reads: bool
) -> None:
    open_to(db, whom)
    viewer = viewer_for_channel(world_of(db, *here, is_shared=is_shared), TEAM, HERE)
    assert viewer.reads_workspace is reads
    assert viewer.channel_ids == {HERE}


def test_promise_2_what_two_viewers_may_each_see_is_no_more_than_either_sees(db: Database) -> None:
    world = world_of(db, MEMBER, GUEST)
    here, member, guest = (
        viewer_for_channel(world, TEAM, HERE),
        viewer_of(world, TEAM, "U1"),
        viewer_of(world, TEAM, "U2"),
    )
    assert both(here, member) == Viewer(TEAM, None, is_full_member=False, channel_ids=frozenset({HERE}))
    open_to(db, "guests")
    assert both(viewer_for_channel(world, TEAM, HERE), member).reads_workspace
    assert not both(viewer_for_channel(world, TEAM, HERE), guest).reads_workspace, "they were read before it was opened"
