"""What becomes of tips when their source is edited or missing, and of drafts when it is deleted meanwhile."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import audit, care, drafts, keepers, sources, tips
from storage._tables import DraftRow, SourceRow
from storage.database import Database
from storage.drafts import Capture
from storage.errors import NotFound
from storage.records import WORKSPACE, DraftState, Evidence, MessageRef, Source, Tip, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, share, take_name_off

READER = Viewer(TEAM, "U0READER", is_full_member=True)
AUTHOR = Viewer(TEAM, AYA, is_full_member=True)
NEW = TipContent(title="用語集は会議の前に渡す")
PLACE = MessageRef("D0AYA", "5.000001")


def asked(db: Database, clock: FrozenClock) -> Tip:
    """A tip whose source is missing, and whose author was asked."""
    tip = share(db, draft(db))
    clock.advance(days=8)
    [rest] = sources.due(db, checked_before=clock.now() - timedelta(days=7), limit=5)
    assert (rest.channel_id, rest.thread_ts) == ("C1", "1.000001")
    assert {one.digest for one in rest.messages} == {hashed(TEAM, "C1", "1.000001").digest}
    sources.hide(db, TEAM, tip.id)
    assert [(user_id, one.tip.id) for user_id, one in sources.unasked(db)] == [(AYA, tip.id)]
    sources.card_posted(db, TEAM, tip.id, PLACE)
    return tip


def preparing(db: Database) -> str:
    begun, _ = drafts.begin(
        db,
        team_id=TEAM,
        draft_id="r" * 32,
        source=Source("thread", "C1", "1.1", "1.1", None, in_public=True),
        visibility=WORKSPACE,
        capture=Capture("k", BEN, "C1", "1.1"),
        thread=[hashed(TEAM, "C1", "1.1")],
    )
    return begun.id


def filled(db: Database, draft_id: str) -> DraftState:
    return drafts.fill(
        db,
        TEAM,
        draft_id,
        author_id=AYA,
        content=NEW,
        evidence=[Evidence("title", hashed(TEAM, "C1", "1.2"), AYA)],
        made_with="plain",
        prompt_version=None,
    ).state


def test_promise_8_a_deletion_that_comes_before_the_record_keeps_the_draft_from_being_filled(db: Database) -> None:
    draft_id = preparing(db)
    assert drafts.is_preparing(db, TEAM, "C1")
    assert not drafts.is_preparing(db, TEAM, "C2")
    drafts.deleted_meanwhile(db, TEAM, "C1", hashed(TEAM, "C1", "1.2"))
    with pytest.raises(NotFound):
        filled(db, draft_id)
    assert not [row for row in everything(db) if NEW.title in row]


def test_a_deletion_of_another_message_keeps_nothing_from_being_filled(db: Database, clock: FrozenClock) -> None:
    draft_id = preparing(db)
    drafts.deleted_meanwhile(db, TEAM, "C1", hashed(TEAM, "C1", "1.3"))
    assert filled(db, draft_id) is DraftState.WAITING
    clock.advance(days=2)
    drafts.forget_deletions(db, before=clock.now() - timedelta(days=1))
    assert not [row for row in everything(db) if row.startswith("deletions:")]


def test_an_update_waits_for_the_author_and_then_stands(db: Database) -> None:
    tip = share(db, draft(db))
    assert sources.offer(db, TEAM, tip.id, NEW, read_until=db.now()) is None
    assert sources.card_posted(db, TEAM, tip.id, PLACE)
    assert sources.offer(db, TEAM, tip.id, NEW, read_until=db.now()) == PLACE
    assert tips.get(db, READER, tip.id) == tip
    with pytest.raises(NotFound):
        sources.take(db, Viewer(TEAM, BEN, is_full_member=True), tip.id, NEW, owned_by(BEN))
    with pytest.raises(NotFound):
        sources.proposal(db, Viewer(TEAM, BEN, is_full_member=True), tip.id, owned_by(BEN))
    assert sources.proposal(db, AUTHOR, tip.id, owned_by(AYA)) == NEW
    assert sources.take(db, AUTHOR, tip.id, NEW, owned_by(AYA)).content == NEW
    assert sources.proposal(db, AUTHOR, tip.id, owned_by(AYA)) is None
    other = TipContent(title="もう一度")
    assert sources.take(db, AUTHOR, tip.id, other, owned_by(AYA)).content == NEW


def test_until_when_a_thread_was_read_is_known_of_a_named_tip_alone(db: Database, clock: FrozenClock) -> None:
    def read_until(tip: Tip) -> datetime | None:
        [rest] = sources.named_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.1")])
        assert rest.tip.id == tip.id
        return rest.read_until

    read = clock.now()
    clock.advance(hours=1)
    tip = share(db, draft(db, ts="1.1", read_until=read))
    assert read_until(tip) == read
    clock.advance(hours=1)
    tips.edit(db, AUTHOR, tip.id, NEW, owned_by(AYA))
    assert read_until(tip) == clock.now(), "its author knew what stands there when they edited it"
    later = clock.now() + timedelta(minutes=5)
    sources.offer(db, TEAM, tip.id, None, read_until=later)
    sources.settle(db, AUTHOR, tip.id, owned_by(AYA))
    assert read_until(tip) == later
    share(db, draft(db, ts="1.2", read_until=read), anonymously=True)
    take_name_off(db, AUTHOR, tip.id, owned_by(AYA))
    drafts.close(db, TEAM, draft(db, ts="1.3", read_until=read).id, DraftState.DISCARDED)
    with db.reading() as session:
        assert set(session.scalars(sa.select(DraftRow.read_until))) == {None}
        assert session.scalars(sa.select(SourceRow.tip_id)).all() == []


def test_a_tip_is_in_its_authors_own_words_from_their_edit_until_they_take_the_conversations(
    db: Database, clock: FrozenClock
) -> None:
    def in_own_words() -> bool:
        [rest] = sources.named_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.1")])
        return rest.in_own_words

    tip = share(db, draft(db, ts="1.1"))
    clock.advance(hours=1)
    care.verify(db, AUTHOR, tip.id, owned_by(AYA))
    care.mark_obsolete(db, AUTHOR, tip.id, owned_by(AYA))
    clock.advance(hours=1)
    care.bring_back(db, AUTHOR, tip.id, owned_by(AYA))
    assert not in_own_words(), "its owner said that it holds, and changed nothing"
    tips.edit(db, AUTHOR, tip.id, NEW, owned_by(AYA))
    assert in_own_words()
    proposal = TipContent(title="もう一度")
    sources.offer(db, TEAM, tip.id, proposal, read_until=db.now())
    assert in_own_words()
    sources.take(db, AUTHOR, tip.id, proposal, owned_by(AYA))
    assert not in_own_words()


def test_words_that_an_author_put_into_the_draft_are_their_own_in_the_tip(db: Database) -> None:
    before = draft(db, ts="1.1")
    drafts.edit(db, TEAM, before.id, NEW)
    share(db, before)
    [rest] = sources.named_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.1")])
    assert rest.in_own_words


@pytest.mark.parametrize("end", ["withdraw", "make_anonymous", "settle"])
def test_an_update_goes_with_its_tip_with_its_name_and_with_a_no(db: Database, end: str) -> None:
    tip = share(db, draft(db))
    sources.offer(db, TEAM, tip.id, NEW, read_until=db.now())
    sources.card_posted(db, TEAM, tip.id, PLACE)
    act = {"withdraw": tips.withdraw, "make_anonymous": take_name_off, "settle": sources.settle}[end]
    act(db, AUTHOR, tip.id, owned_by(AYA))  # type: ignore[operator] # each takes the owner
    assert not [row for row in everything(db) if NEW.title in row or PLACE.channel_id in row]


def test_promise_3_of_an_anonymous_tip_it_is_kept_only_that_its_source_was_edited(
    db: Database, clock: FrozenClock
) -> None:
    tip = share(db, draft(db), anonymously=True)
    message = [hashed(TEAM, "C1", "1.000001")]
    clock.advance(days=3)
    assert sources.named_resting_on(db, TEAM, message) == []
    for _ in range(2):
        sources.note_anonymous_edits(db, TEAM, message)
    [row] = [row for row in everything(db) if row.startswith("sources:")]
    assert row == f"sources: {(TEAM, tip.id, 'edited', None, None, None, None, None, False)}"
    assert sources.edited_tips(db, AUTHOR) == {tip.id}
    assert sources.due(db, checked_before=clock.now(), limit=5) == []


def test_promise_8_a_tip_whose_source_is_missing_is_seen_by_its_owner_alone_until_they_keep_it(
    db: Database, clock: FrozenClock
) -> None:
    tip = asked(db, clock)
    assert tips.get(db, READER, tip.id) is None
    [mine] = tips.of_owner(db, AUTHOR, owned_by(AYA))
    assert mine.is_hidden
    with pytest.raises(NotFound):
        sources.keep(db, Viewer(TEAM, BEN, is_full_member=True), tip.id, owned_by(BEN))
    for _ in range(2):
        assert sources.keep(db, AUTHOR, tip.id, owned_by(AYA)).permalink is None
    kept = tips.get(db, READER, tip.id)
    assert kept is not None
    assert not kept.is_hidden
    clock.advance(days=30)
    assert sources.due(db, checked_before=clock.now(), limit=5) == []
    assert not [row for row in everything(db) if PLACE.channel_id in row]


def test_who_looks_after_a_tip_is_asked_about_its_missing_source(db: Database) -> None:
    tip = share(db, draft(db))
    keepers.left(db, TEAM, AYA)
    keepers.take_over(db, Viewer(TEAM, BEN, is_full_member=True), tip.id)
    sources.hide(db, TEAM, tip.id)
    assert [(user_id, one.tip.id) for user_id, one in sources.unasked(db)] == [(BEN, tip.id)]


def test_a_hidden_tip_is_withdrawn_by_its_owner_and_by_a_deletion(db: Database, clock: FrozenClock) -> None:
    tip = asked(db, clock)
    assert tips.withdraw_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.000001")]) == 1
    assert tips.of_owner(db, AUTHOR, owned_by(AYA)) == []
    assert not [row for row in everything(db) if PLACE.channel_id in row and tip.id in row]


def test_a_source_that_was_looked_at_is_left_alone_for_a_while(db: Database, clock: FrozenClock) -> None:
    tip = share(db, draft(db))
    week = timedelta(days=7)
    assert sources.due(db, checked_before=clock.now() - week, limit=5) == []
    clock.advance(days=8)
    sources.checked(db, TEAM, tip.id)
    assert sources.due(db, checked_before=clock.now() - week, limit=5) == []
    clock.advance(days=8)
    assert len(sources.due(db, checked_before=clock.now() - week, limit=5)) == 1


def test_the_admins_rule_for_old_sources(db: Database, clock: FrozenClock) -> None:
    stays, goes = share(db, draft(db, ts="1.1")), share(db, draft(db, ts="1.2"))
    sources.gone(db, TEAM, stays.id)
    sources.withdraw(db, TEAM, goes.id)
    kept = tips.get(db, READER, stays.id)
    assert kept is not None
    assert kept.permalink is None
    assert tips.get(db, READER, goes.id) is None
    clock.advance(days=30)
    assert sources.due(db, checked_before=clock.now(), limit=5) == []


def test_promise_3_a_hidden_tip_that_loses_its_name_is_shown_again_and_leaves_no_trail(
    db: Database, clock: FrozenClock
) -> None:
    tip = asked(db, clock)
    take_name_off(db, AUTHOR, tip.id, owned_by(AYA))
    shown = tips.get(db, READER, tip.id)
    assert shown is not None
    assert not shown.is_hidden
    sources.keep(db, AUTHOR, tip.id, owned_by(AYA))
    for late in (sources.hide, sources.gone, sources.withdraw):
        late(db, TEAM, tip.id)
    assert tips.get(db, READER, tip.id) == shown
    assert list(audit.entries(db, TEAM)) == []
    assert not [row for row in everything(db) if row.startswith("sources:")]
