"""Company's buttons pressed twice, or by both at once: one press does it, the other says that it is done."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.circulate.company import offering, talking
from bot.errors import Refused
from bot.ports import Job
from storage import requests, talks
from storage.database import Database
from storage.records import MessageRef, Request
from tests.storage.steps import AYA, BEN, TEAM, hashed, owned_by, request
from tests.unit.circulate.test_company_by_the_clock import OWNER, TALKER, Heard, heard, step, texts, world, worry

__all__ = ["heard", "world"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pressed(db: Database, key: str, *, by: str = AYA) -> Request:
    accepted = requests.accept(db, request(key, user=by, talk="t1"), lambda *_: None)
    assert accepted is not None
    return accepted


def at_once(world: Any, job: Job, first: Request, second_job: Job, second: Request) -> None:
    """The second job runs from begin to end right after the first one's first step."""
    refused = []

    def then_the_other(_name: str, do: Callable[[], Any], **_: object) -> Any:
        done = do()
        if not refused:
            refused.append(True)
            with pytest.raises(Refused):
                second_job(world, second, step)
        return done

    job(world, first, then_the_other)
    assert refused


def open_talk(db: Database, *, wrote: str = "") -> None:
    talks.offer(db, TALKER, "t1", worry(db, anonymously=True).id, "", is_owner=owned_by(BEN))
    talks.agree(db, OWNER, "t1", owned_by(AYA), known_by=hashed("owner", "t1", AYA))
    talks.begun(db, TEAM, "t1", talker_thread=MessageRef(f"D{BEN}", "5.0"), owner_ts="6.0")
    if wrote == "owner":
        talks.said(db, TEAM, "t1", "owner", "6.1")
        talks.passed(db, TEAM, talks.lines(db, TEAM, "t1")[0], "5.1")


@pytest.mark.parametrize("anonymously", [True, False])
def test_two_presses_on_yes_begin_one_talk(db: Database, world: Any, heard: Heard, anonymously: bool) -> None:
    talks.offer(db, TALKER, "t1", worry(db, anonymously=anonymously).id, "", is_owner=owned_by(BEN))
    first, second = pressed(db, "1"), pressed(db, "2")
    at_once(world, offering.agreed, first, offering.agreed, second)
    assert len(heard.posted) == 2
    with pytest.raises(Refused):
        offering.agreed(world, second, step)
    assert len(heard.posted) == 2
    talk = talks.get(db, TEAM, "t1")
    assert (talk is not None and talk.owner_ts is not None) == anonymously


def test_a_press_whose_request_failed_leaves_the_answer_to_the_next(db: Database, world: Any, heard: Heard) -> None:
    talks.offer(db, TALKER, "t1", worry(db, anonymously=True).id, "", is_owner=owned_by(BEN))
    first, second = pressed(db, "1"), pressed(db, "2")

    def failing(_name: str, do: Callable[[], Any], **_: object) -> Any:
        do()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        offering.agreed(world, first, failing)
    requests.end(db, TEAM, first.id, "failed")
    offering.agreed(world, second, step)
    assert len(heard.posted) == 2


def test_an_answer_does_not_wait_for_a_request_that_is_about_to_show_the_offer(
    db: Database, world: Any, heard: Heard
) -> None:
    talks.offer(db, TALKER, "t1", worry(db, anonymously=True).id, "", is_owner=owned_by(BEN))
    assert talks.claim(db, TEAM, "t1", pressed(db, "word").id, "offered")
    offering.agreed(world, pressed(db, "1"), step)
    assert len(heard.posted) == 2


def test_two_presses_on_no_tell_the_talker_once(db: Database, world: Any, heard: Heard) -> None:
    talks.offer(db, TALKER, "t1", worry(db, anonymously=True).id, "", is_owner=owned_by(BEN))
    at_once(world, offering.declined, pressed(db, "1"), offering.declined, pressed(db, "2"))
    assert texts(heard, f"D{BEN}").count("would rather not talk now") == 1
    talk = talks.get(db, TEAM, "t1")
    assert talk is not None
    assert talk.state == "declined"


def test_who_says_yes_and_no_at_once_has_said_what_came_first(db: Database, world: Any, heard: Heard) -> None:
    talks.offer(db, TALKER, "t1", worry(db, anonymously=True).id, "", is_owner=owned_by(BEN))
    at_once(world, offering.agreed, pressed(db, "1"), offering.declined, pressed(db, "2"))
    assert "would rather not" not in texts(heard, f"D{BEN}")


@pytest.mark.parametrize("other", [AYA, BEN])
def test_a_talk_that_is_ended_twice_at_once_says_so_once(db: Database, world: Any, heard: Heard, other: str) -> None:
    open_talk(db)
    first, second = pressed(db, "1"), pressed(db, "2", by=other)
    ended = []

    def second_meanwhile(name: str, do: Callable[[], Any], **_: object) -> Any:
        done = do()
        if name == "look" and not ended:
            ended.append(True)
            with pytest.raises(Refused):
                talking.ended(world, second, step)
        return done

    talking.ended(world, first, second_meanwhile)
    assert heard.posted == [f"{first.id}:talker"]


def test_a_name_that_is_given_twice_at_once_introduces_once(db: Database, world: Any, heard: Heard) -> None:
    open_talk(db)
    first, second = pressed(db, "1"), pressed(db, "2")
    at_once(world, offering.lifted, first, offering.lifted, second)
    assert texts(heard, f"D{BEN}").count("You both said yes") == 1
    assert not [key for key in heard.posted if second.id in key]


@pytest.mark.parametrize("by", ["talker", "clock"])
def test_an_owner_whose_talk_was_ended_hears_of_it_once_and_can_make_a_draft_of_their_words(
    db: Database, world: Any, heard: Heard, by: str
) -> None:
    open_talk(db, wrote="owner")
    if by == "talker":
        end = pressed(db, "1", by=BEN)
        talking.ended(world, end, step)
        requests.end(db, TEAM, end.id, "done")
    else:
        talks.end(db, TEAM, "t1")
    assert not texts(heard, f"D{AYA}")
    for key in ("word", "next word"):
        offering.came_by(world, pressed(db, key))
    assert texts(heard, f"D{AYA}").count("This talk is over") == 1
    assert texts(heard, f"D{AYA}").count("may help others too") == 1


def test_who_ends_a_talk_is_offered_a_draft_of_their_words_once(db: Database, world: Any, heard: Heard) -> None:
    open_talk(db, wrote="owner")
    talking.ended(world, pressed(db, "1"), step)
    offering.came_by(world, pressed(db, "word"))
    assert texts(heard, f"D{AYA}").count("may help others too") == 1
