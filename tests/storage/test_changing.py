"""A shared tip changes its name or its readers: what was there before is nowhere any more."""

import pytest
import sqlalchemy as sa

from storage import author_questions, changing, deliveries, drafts, people, proposals, questions, shown, speakers, tips
from storage._tables import DraftRow, SolutionRow
from storage.database import Database
from storage.errors import NotFound
from storage.proposals import Of
from storage.records import WORKSPACE, MessageRef, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.speaker_steps import message, waiting
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, share, take_name_off
from tests.storage.test_at_once import at_once, failures
from tests.storage.test_open_questions import asked

OWNER = Viewer(TEAM, AYA, is_full_member=False)
READER = Viewer(TEAM, "U0READER", is_full_member=True)
ANSWER = MessageRef("D0READER", "9.000001")


def test_a_name_that_is_taken_off_is_nowhere_any_more_and_its_owner_is_still_known(db: Database) -> None:
    tip = share(db, draft(db))
    take_name_off(db, OWNER, tip.id, owned_by(AYA))
    take_name_off(db, OWNER, tip.id, owned_by(AYA))
    left = everything(db)
    assert not [row for row in left if AYA in row or "archives/C1" in row]
    assert not [row for row in left if row.startswith("tips:") and "C1" in row]
    assert tips.rests_on(db, TEAM, [hashed(TEAM, "C1", "1.000001")])
    [own] = tips.of_owner(db, OWNER, owned_by(AYA))
    assert (own.is_anonymous, own.author_id, own.permalink) == (True, None, None)
    assert [one.author_id for one in tips.export(db, READER)] == [None]


def test_promise_2_what_came_from_a_channel_that_became_private_follows_it(db: Database) -> None:
    here, elsewhere = share(db, draft(db, ts="1.1")), share(db, draft(db, ts="1.2", channel="C2"))
    nameless = share(db, draft(db, ts="1.3"), anonymously=True)
    waits = draft(db, ts="1.4")
    shown.note(db, TEAM, ANSWER, [here.id], "ja")
    for _ in range(2):
        assert changing.follow_channel(db, TEAM, "C1") == [waits.id]
    assert {one.id for one in tips.export(db, READER)} == {elsewhere.id, nameless.id}
    inside = Viewer(TEAM, "U0INSIDE", is_full_member=True, channel_ids=frozenset({"C1"}))
    assert here.id in {one.id for one in tips.export(db, inside)}
    followed = drafts.get(db, TEAM, waits.id)
    assert (followed.visibility, followed.source.in_public) == (Visibility("C1"), False)
    assert [one.ref for one in shown.outdated(db, TEAM)] == [ANSWER]
    changing.set_visibility(db, OWNER, here.id, WORKSPACE, owned_by(AYA))
    assert here.id in {one.id for one in tips.export(db, READER)}


def test_only_its_owner_changes_a_tip(db: Database) -> None:
    named, nameless = share(db, draft(db)), share(db, draft(db, ts="2.1"), anonymously=True)
    other = Viewer(TEAM, BEN, is_full_member=True)
    for change in (take_name_off, changing.make_named):
        for tip in (named, nameless):
            with pytest.raises(NotFound):
                change(db, other, tip.id, owned_by(BEN))
            with pytest.raises(NotFound):
                changing.set_visibility(db, other, tip.id, Visibility("C9"), owned_by(BEN))
    with pytest.raises(NotFound):
        changing.make_named(db, Viewer(TEAM, None, is_full_member=True), nameless.id, owned_by(BEN))


def test_a_name_comes_on_again_without_the_way_to_the_source(db: Database) -> None:
    tip = share(db, draft(db), anonymously=True)
    named = changing.make_named(db, OWNER, tip.id, owned_by(AYA))
    assert (named.is_anonymous, named.author_id, named.permalink) == (False, AYA, None)


@pytest.mark.parametrize("shared_before", [True, False])
def test_without_a_name_and_shown_to_new_readers_nothing_of_others_is_left(db: Database, shared_before: bool) -> None:
    waits = waiting(db, {"outcome": ("半分になった", (BEN,))}, agreed=(BEN,))
    with db.writing() as session:
        session.execute(sa.update(DraftRow).values(visible_channel_id="C1"))
    few = drafts.get(db, TEAM, waits.id)
    assert few.content is not None
    assert few.content.outcome == "半分になった"
    of: Of = "tip" if shared_before else "draft"
    record_id = share(db, few).id if shared_before else few.id
    left = speakers.without_others(db, TEAM, of, record_id, few.content)
    assert left.outcome == ""
    digest = proposals.propose(db, TEAM, of, record_id, few.content, left)
    if shared_before:
        changing.make_anonymous(db, OWNER, record_id, owned_by(AYA), digest=digest, visibility=WORKSPACE)
    else:
        tip_id = tips.new_id()
        tips.publish_anonymously(
            db,
            team_id=TEAM,
            draft_id=record_id,
            tip_id=tip_id,
            owner=hashed("owner", tip_id, AYA),
            visibility=WORKSPACE,
            comes_out_at=db.now(),
            digest=digest,
        )
        tips.come_out(db)
    [tip] = tips.export(db, READER)
    assert (tip.is_anonymous, tip.content.outcome) == (True, "")
    assert not [row for row in everything(db) if "半分になった" in row or BEN in row]
    assert not tips.rests_on(db, TEAM, [message(waits.id, BEN)])


def test_without_its_name_a_tip_takes_in_nothing_of_others_any_more(db: Database) -> None:
    waits = waiting(db, {"outcome": ("半分になった", (BEN,)), "task": ("議事録", ("U0CHIE",))})
    tip = share(db, waits)
    speakers.answer(db, TEAM, waits.id, "U0CHIE", agrees=True)
    nameless = take_name_off(db, OWNER, tip.id, owned_by(AYA))
    assert (nameless.content.task, nameless.content.outcome) == ("議事録", "")
    assert speakers.answer(db, TEAM, waits.id, BEN, agrees=True) is None
    assert not [row for row in everything(db) if "U0CHIE" in row or BEN in row or "半分になった" in row]
    assert tips.withdraw_resting_on(db, TEAM, [message(waits.id, "U0CHIE")]) == 1


def test_who_agreed_for_a_channel_did_not_agree_for_everybody(db: Database) -> None:
    waits = waiting(db, {"outcome": ("半分になった", (BEN,))})
    tip = share(db, waits)
    speakers.answer(db, TEAM, waits.id, BEN, agrees=True)
    narrowed = changing.set_visibility(db, OWNER, tip.id, Visibility("C1"), owned_by(AYA))
    assert narrowed.content.outcome == "半分になった"
    assert tips.get(db, READER, tip.id) is None
    widened = changing.set_visibility(db, OWNER, tip.id, Visibility(None), owned_by(AYA))
    assert widened.content.outcome == ""
    assert tips.get(db, READER, tip.id) is not None
    assert speakers.answer(db, TEAM, waits.id, BEN, agrees=True) is None


@pytest.mark.parametrize("how", ["withdraw", "anonymous", "narrow", "forget", "deleted"])
def test_messages_that_show_a_tip_follow_it_once(db: Database, how: str) -> None:
    tip, other = share(db, draft(db)), share(db, draft(db, ts="2.1", author=BEN))
    shown.note(db, TEAM, ANSWER, [tip.id, other.id], "en")
    shown.note(db, TEAM, ANSWER, [tip.id, other.id], "en")
    assert shown.outdated(db, TEAM) == []
    match how:
        case "withdraw":
            tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
        case "anonymous":
            take_name_off(db, OWNER, tip.id, owned_by(AYA))
        case "narrow":
            changing.set_visibility(db, OWNER, tip.id, Visibility("C1"), owned_by(AYA))
        case "forget":
            people.forget(db, TEAM, AYA, owned_by(AYA))
        case _:
            tips.withdraw_resting_on(db, TEAM, [hashed(TEAM, "C1", "1.000001")])
    [outdated] = shown.outdated(db, TEAM)
    assert outdated.ref == ANSWER
    assert outdated.why == ("changed" if how in ("anonymous", "narrow") else "withdrawn")
    shown.gone(db, TEAM, ANSWER)
    assert shown.outdated(db, TEAM) == []
    assert not [row for row in everything(db) if row.startswith("shown_tips")]


def test_a_message_that_was_posted_while_its_tip_was_withdrawn_follows_too(db: Database) -> None:
    tip, other = share(db, draft(db)), share(db, draft(db, ts="2.1"))
    tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
    shown.note(db, TEAM, ANSWER, [other.id], "ja")
    assert shown.outdated(db, TEAM) == []
    shown.note(db, TEAM, ANSWER, [tip.id, other.id], "ja")
    assert [(one.ref, one.why) for one in shown.outdated(db, TEAM)] == [(ANSWER, "withdrawn")]


def test_of_a_post_and_a_withdrawal_at_once_none_is_missed(db: Database) -> None:
    tip = share(db, draft(db))
    outcomes = at_once(
        lambda: shown.note(db, TEAM, ANSWER, [tip.id], "ja"),
        lambda: tips.withdraw(db, OWNER, tip.id, owned_by(AYA)),
    )
    assert failures(outcomes) == []
    assert [one.ref for one in shown.outdated(db, TEAM)] == [ANSWER]


def test_without_its_name_nothing_leads_from_a_question_about_it_to_its_author(db: Database) -> None:
    tip = share(db, draft(db))
    question = author_questions.ask(db, READER, "q1", tip.id, "どのモデルで？", is_owner=owned_by("U0READER"))
    for what, place in (("card", "D0AYA"), ("receipt", "D0READER")):
        key = deliveries.of_author_question(question.id, what)
        deliveries.begin(db, TEAM, key, place)
        deliveries.done(db, TEAM, key, MessageRef(place, "9.1"))
    take_name_off(db, OWNER, tip.id, owned_by(AYA))
    assert not [row for row in everything(db) if "D0AYA" in row]
    assert [row for row in everything(db) if "D0READER" in row]
    [(waits, _)] = author_questions.of_owner(db, OWNER, owned_by(AYA), anonymous_only=True)
    assert waits.id == "q1"


def test_without_its_name_a_tip_is_no_more_known_as_what_came_of_a_reply(db: Database, clock: FrozenClock) -> None:
    question = asked(db)
    tip = share(db, draft(db, question=question.id))
    assert [one.tip_id for one in questions.solutions(db, TEAM, question.id)] == [tip.id]
    clock.advance(minutes=5)
    take_name_off(db, OWNER, tip.id, owned_by(AYA))
    with db.reading() as session:
        [found] = session.scalars(sa.select(SolutionRow))
        assert found.found_at == db.now().replace(hour=0, minute=0)
    assert not [row for row in everything(db) if row.startswith("drafts") and (AYA in row or question.id in row)]


def test_who_is_forgotten_leaves_no_place_where_tips_were_shown_to_them(db: Database) -> None:
    tip = share(db, draft(db))
    question = author_questions.ask(db, READER, "q1", tip.id, "どのモデルで？", is_owner=owned_by("U0READER"))
    key = deliveries.of_author_question(question.id, "receipt")
    deliveries.begin(db, TEAM, key, ANSWER.channel_id)
    deliveries.done(db, TEAM, key, ANSWER)
    shown.note(db, TEAM, ANSWER, [tip.id], "en")
    shown.note(db, TEAM, MessageRef("C1", "9.2"), [tip.id], "en")
    people.forget(db, TEAM, "U0READER", owned_by("U0READER"))
    assert not [row for row in everything(db) if ANSWER.channel_id in row]
    assert [row for row in everything(db) if row.startswith("shown_tips")]


def test_a_name_taken_off_while_a_speaker_agrees_leaves_no_name(db: Database) -> None:
    waits = waiting(db, {"outcome": ("半分になった", (BEN,))})
    tip = share(db, waits)
    outcomes = at_once(
        lambda: speakers.answer(db, TEAM, waits.id, BEN, agrees=True),
        lambda: take_name_off(db, OWNER, tip.id, owned_by(AYA)),
    )
    if failures(outcomes):
        # Ben's words came first: what Aya was shown is not what it says any more, so she looks again
        assert [type(one) for one in failures(outcomes)] == [NotFound]
        take_name_off(db, OWNER, tip.id, owned_by(AYA))
    assert not [row for row in everything(db) if AYA in row or BEN in row]
