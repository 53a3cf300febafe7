"""Tips: shared once, owned by their author, gone when they are withdrawn."""

import pytest

from storage import drafts, imports, people, settings, tips
from storage.database import Database
from storage.errors import NotFound
from storage.records import DraftState, ImportedTip, TipContent, Viewer, Visibility
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, share

READER = Viewer(TEAM, "U0READER", is_full_member=True)
AUTHOR = Viewer(TEAM, AYA, is_full_member=True)


def test_sharing_twice_publishes_once(db: Database) -> None:
    waiting = draft(db)
    tip_id, owner = tips.new_id(), hashed("owner")
    for _ in range(2):
        tips.publish_named(
            db, team_id=TEAM, draft_id=waiting.id, tip_id=tip_id, owner=owner, visibility=waiting.visibility
        )
    assert [tip.id for tip in tips.export(db, READER)] == [tip_id]
    with pytest.raises(NotFound):
        share(db, waiting)


def test_a_named_tip_shows_its_author_and_its_source(db: Database) -> None:
    tip = share(db, draft(db))
    assert (tip.author_id, tip.permalink) == (AYA, "https://x.slack.com/archives/C1/p1")
    assert tips.of_thread(db, READER, "C1", "1.000001") == [tip]


def test_an_anonymous_tip_stores_nothing_of_its_author(db: Database) -> None:
    tip = share(db, draft(db), anonymously=True)
    assert (tip.author_id, tip.permalink, tip.is_anonymous) == (None, None, True)
    assert not [row for row in everything(db) if AYA in row or "x.slack.com" in row]
    assert tips.of_thread(db, READER, "C1", "1.000001") == []


def test_the_author_of_an_anonymous_tip_is_recognised_when_they_come(db: Database) -> None:
    tip = share(db, draft(db), anonymously=True)
    assert [one.id for one in tips.of_owner(db, AUTHOR, owned_by(AYA))] == [tip.id]
    assert tips.of_owner(db, Viewer(TEAM, BEN, is_full_member=True), owned_by(BEN)) == []


@pytest.mark.parametrize("anonymously", [False, True])
def test_only_the_owner_edits_and_withdraws(db: Database, *, anonymously: bool) -> None:
    tip = share(db, draft(db), anonymously=anonymously)
    new = TipContent(title="用語集は先に渡す")
    stranger = Viewer(TEAM, BEN, is_full_member=True)
    with pytest.raises(NotFound):
        tips.edit(db, stranger, tip.id, new, owned_by(BEN))
    with pytest.raises(NotFound):
        tips.withdraw(db, stranger, tip.id, owned_by(BEN))
    assert tips.edit(db, AUTHOR, tip.id, new, owned_by(AYA)).content == new
    tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))
    assert tips.get(db, AUTHOR, tip.id) is None
    left = everything(db)
    assert not [row for row in left if "用語集" in row]
    # the trail says who decided on a tip with a name, and nothing else does
    assert not [row for row in left if AYA in row and not row.startswith("audit:")]
    with pytest.raises(NotFound):
        tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))


@pytest.mark.parametrize("anonymously", [False, True])
def test_a_deleted_message_takes_the_tips_along_that_rest_on_it(db: Database, *, anonymously: bool) -> None:
    tip = share(db, draft(db, ts="1.1"), anonymously=anonymously)
    other = share(db, draft(db, ts="1.2"))
    message = [hashed(TEAM, "C1", "1.1")]
    assert tips.rests_on(db, TEAM, message)
    assert tips.withdraw_resting_on(db, TEAM, message) == 1
    assert not tips.rests_on(db, TEAM, message)
    assert tips.get(db, READER, tip.id) is None
    assert tips.get(db, READER, other.id) is not None


def test_importing_again_updates_in_place_and_says_so(db: Database) -> None:
    def imported(*lines: ImportedTip) -> imports.Imported:
        return list(imports.add_imported(db, TEAM, lines, visibility=Visibility()))[-1]

    first = ImportedTip(external_id="a", title="議事録")
    assert imported(first, ImportedTip(external_id="b", title="SQL")) == imports.Imported(added=2)
    assert imported(first) == imports.Imported(unchanged=1)
    assert imported(ImportedTip(external_id="a", title="議事録の要約")) == imports.Imported(updated=1)
    assert sorted(tip.content.title for tip in tips.export(db, READER)) == ["SQL", "議事録の要約"]


def test_many_tips_come_in_and_out_page_by_page(db: Database) -> None:
    lines = [ImportedTip(external_id=str(number), title=f"tip {number}") for number in range(1_203)]
    sums = list(imports.add_imported(db, TEAM, lines, visibility=Visibility()))
    assert sums[-1].added == len(lines)
    assert len(sums) > 1
    assert len({tip.id for tip in tips.export(db, READER)}) == len(lines)


def test_forgetting_somebody_leaves_nothing_of_them_and_all_of_the_others(db: Database) -> None:
    share(db, draft(db, ts="1.1"))
    share(db, draft(db, ts="1.2"), anonymously=True)
    waiting = draft(db, ts="1.3")
    kept = share(db, draft(db, ts="1.4", author=BEN))
    settings.change_person(db, TEAM, AYA, language="ja")
    elsewhere = share(db, draft(db, ts="1.5", team="T2"), team="T2")
    gone = people.forget(db, TEAM, AYA, owned_by(AYA))
    assert (gone.tips, gone.drafts) == (2, 1)
    assert drafts.get(db, TEAM, waiting.id).state is DraftState.DISCARDED
    assert [row for row in everything(db) if AYA in row and "T2" not in row] == []
    assert [tip.id for tip in tips.export(db, READER)] == [kept.id]
    assert tips.get(db, Viewer("T2", AYA, is_full_member=True), elsewhere.id) is not None


def test_who_never_wants_to_be_captured_still_is_not_after_being_forgotten(db: Database) -> None:
    settings.change_person(db, TEAM, AYA, never_capture=True, language="ja")
    people.forget(db, TEAM, AYA, owned_by(AYA))
    kept = settings.person(db, TEAM, AYA)
    assert (kept.never_capture, kept.language) == (True, None)
