"""Drafts: one thread is one draft, and what ends without a yes leaves nothing behind."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage import deliveries, drafts, settings
from storage.database import Database
from storage.errors import NotFound
from storage.records import DraftState, MessageRef, TipContent, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, share

MEMBER = Viewer(TEAM, "U0READER", is_full_member=True)


def test_a_thread_captured_twice_is_one_draft(db: Database) -> None:
    first = draft(db, by=BEN)
    second = draft(db, by="U0CHIE")
    assert second.id == first.id
    assert {capture.user_id for capture in drafts.captures(db, TEAM, first.id)} == {BEN, "U0CHIE"}


def test_a_thread_captured_by_many_at_once_is_one_draft(db: Database) -> None:
    together = threading.Barrier(6)

    def capture(number: int) -> str:
        together.wait()
        return draft(db, by=f"U{number}").id

    with ThreadPoolExecutor(6) as pool:
        ids = set(pool.map(capture, range(6)))
    assert len(ids) == 1
    assert len(drafts.captures(db, TEAM, ids.pop())) == 6


def test_the_same_thread_of_another_workspace_is_another_draft(db: Database) -> None:
    assert draft(db).id != draft(db, team="T2").id


def test_a_job_that_goes_on_begins_no_second_draft(db: Database) -> None:
    first = draft(db, request="a" * 32)
    again = draft(db, request="a" * 32)
    assert again.id == first.id
    assert len(drafts.waiting(db, TEAM)) == 1


def test_the_last_emoji_taken_away_withdraws_and_the_thread_may_be_captured_again(db: Database) -> None:
    first = draft(db, by=BEN, key="emoji:ben")
    draft(db, by="U0CHIE", key="emoji:chie")
    assert drafts.uncapture(db, TEAM, "emoji:ben") is None
    ended = drafts.uncapture(db, TEAM, "emoji:chie")
    assert ended is not None
    assert ended.id == first.id
    assert drafts.get(db, TEAM, first.id).state is DraftState.WITHDRAWN
    assert draft(db, by=BEN, request="b" * 32).id == "b" * 32


def test_an_emoji_taken_away_after_the_decision_changes_nothing(db: Database) -> None:
    waiting = draft(db, key="emoji:ben")
    share(db, waiting)
    assert drafts.uncapture(db, TEAM, "emoji:ben") is None
    assert drafts.get(db, TEAM, waiting.id).state is DraftState.SHARED


def test_a_discarded_thread_is_not_captured_again(db: Database) -> None:
    waiting = draft(db)
    drafts.close(db, TEAM, waiting.id, DraftState.DISCARDED)
    again = draft(db, by="U0CHIE", request="c" * 32)
    assert (again.id, again.state) == (waiting.id, DraftState.DISCARDED)


@pytest.mark.parametrize("end", [DraftState.DISCARDED, DraftState.EXPIRED, DraftState.WITHDRAWN])
def test_a_draft_that_ends_without_a_yes_leaves_neither_words_nor_people(db: Database, end: DraftState) -> None:
    waiting = draft(db)
    key = deliveries.of_draft(waiting.id, "card")
    deliveries.begin(db, TEAM, key, "D0AYA")
    drafts.card_posted(db, TEAM, waiting.id, MessageRef("D0AYA", "2.2"), due_at=db.now())
    drafts.close(db, TEAM, waiting.id, end)
    left = "\n".join(everything(db))
    assert not any(trace in left for trace in (AYA, BEN, "D0AYA", "用語集", "x.slack.com"))


def test_a_card_that_comes_after_the_end_is_not_noted(db: Database) -> None:
    waiting = draft(db)
    drafts.close(db, TEAM, waiting.id, DraftState.WITHDRAWN)
    state = drafts.card_posted(db, TEAM, waiting.id, MessageRef("D0AYA", "2.2"), due_at=db.now())
    assert state is DraftState.WITHDRAWN
    assert drafts.get(db, TEAM, waiting.id).card is None


def test_words_that_come_after_the_end_are_dropped(db: Database) -> None:
    waiting = draft(db)
    drafts.close(db, TEAM, waiting.id, DraftState.DISCARDED)
    content = TipContent(title="遅れて届いた")
    drafts.fill(
        db, TEAM, waiting.id, author_id=AYA, content=content, evidence=[], made_with="plain", prompt_version=None
    )
    drafts.edit(db, TEAM, waiting.id, content)
    assert drafts.get(db, TEAM, waiting.id).content is None


def test_later_waits_longer_and_stays_open(db: Database, clock: FrozenClock) -> None:
    waiting = draft(db)
    clock.advance(days=3)
    drafts.postpone(db, TEAM, waiting.id, clock.now(), later=True)
    after = drafts.get(db, TEAM, waiting.id)
    assert (after.state, after.due_at) == (DraftState.LATER, clock.now())
    assert [one.id for one in drafts.of_author(db, TEAM, AYA)] == [waiting.id]


def test_pointers_are_for_full_members_and_only_to_public_successes(db: Database, clock: FrozenClock) -> None:
    public = draft(db, ts="1.1")
    others = [
        draft(db, ts="1.2", kind="worry"),
        draft(db, ts="1.3", kind="pitfall"),
        draft(db, ts="1.4", visibility=Visibility("C1")),
    ]
    for one in (public, *others):
        drafts.card_posted(db, TEAM, one.id, MessageRef("D0AYA", one.id), due_at=clock.now())
    clock.advance(days=3)
    assert [one.id for one in drafts.pointers(db, MEMBER, card_before=clock.now())] == [public.id]
    guest = Viewer(TEAM, "U0DAN", is_full_member=False, channel_ids=frozenset({"C1"}))
    assert drafts.pointers(db, guest, card_before=clock.now()) == []
    drafts.close(db, TEAM, public.id, DraftState.EXPIRED)
    assert drafts.pointers(db, MEMBER, card_before=clock.now()) == []


def test_nothing_points_at_somebody_who_opted_out_meanwhile(db: Database, clock: FrozenClock) -> None:
    waiting = draft(db)
    drafts.card_posted(db, TEAM, waiting.id, MessageRef("D0AYA", "2.2"), due_at=clock.now())
    clock.advance(days=3)
    assert drafts.pointers(db, MEMBER, card_before=clock.now())
    settings.change_person(db, TEAM, AYA, never_capture=True)
    assert drafts.pointers(db, MEMBER, card_before=clock.now()) == []


def test_a_draft_is_found_by_the_messages_it_rests_on(db: Database) -> None:
    waiting = draft(db, ts="1.1")
    draft(db, ts="1.2")
    assert [one.id for one in drafts.resting_on(db, TEAM, [hashed(TEAM, "C1", "1.1")])] == [waiting.id]
    assert drafts.resting_on(db, "T2", [hashed(TEAM, "C1", "1.1")]) == []


def test_a_draft_of_another_workspace_is_not_there(db: Database) -> None:
    waiting = draft(db)
    with pytest.raises(NotFound):
        drafts.get(db, "T2", waiting.id)
