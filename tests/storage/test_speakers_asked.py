"""Other speakers are asked once, not too often, and answer at any moment."""

from datetime import timedelta

from storage import deliveries, drafts, speakers, tips
from storage import settings as stored
from storage.database import Database
from storage.drafts import NewSpeaker
from storage.errors import NotFound
from storage.records import (
    Borrowed,
    DraftState,
    Evidence,
    MessageRef,
    Tip,
    TipContent,
)
from tests.conftest import FrozenClock
from tests.storage.speaker_steps import CHIE, DAI, OWNER, ask, message, tip_now, waiting
from tests.storage.steps import AYA, BEN, TEAM, everything, owned_by, share
from tests.storage.test_at_once import at_once, failures


def test_silence_for_too_long_ends_the_question_and_drops_the_words(db: Database, clock: FrozenClock) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,))})
    ask(db, draft, BEN)
    assert speakers.due(db) == []
    clock.advance(days=15)
    [late] = speakers.due(db)
    speakers.expire(db, TEAM, draft.id, late.user_id)
    assert drafts.get(db, TEAM, draft.id).withheld == ()
    assert speakers.answer(db, TEAM, draft.id, BEN, agrees=True) is None
    assert [one.user_id for one in speakers.closed(db)] == [BEN]


def test_a_week_holds_only_so_many_questions(db: Database, clock: FrozenClock) -> None:
    several = [waiting(db, {"outcome": (f"結果{n}", (BEN,))}) for n in range(3)]
    asked = at_once(*(lambda draft=draft: ask(db, draft, BEN, at_most=2) for draft in several))
    assert failures(asked) == []
    assert sum(one is not None for one in asked) == 2
    assert len([one for one in speakers.queued(db) if one.state == "queued"]) == 1
    clock.advance(days=8)
    assert [ask(db, draft, BEN, at_most=2) is not None for draft in several].count(True) == 1


def test_who_was_asked_is_asked_no_second_time_when_the_draft_is_made_anew(db: Database) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,)), "task": ("議事録", (CHIE,))})
    for one in (BEN, CHIE):
        ask(db, draft, one)
        speakers.posted(db, TEAM, draft.id, one, MessageRef(f"D{one}", "1.1"))
    speakers.answer(db, TEAM, draft.id, CHIE, agrees=False)
    drafts.start_over(db, TEAM, draft.id)
    drafts.fill(
        db,
        TEAM,
        draft.id,
        author_id=DAI,
        content=TipContent(title="別の題"),
        evidence=[],
        made_with="plain",
        prompt_version=None,
        borrowed=[
            Borrowed("outcome", "一割減った", (Evidence("outcome", message(draft.id, BEN), BEN),)),
            Borrowed("task", "別の議事録", (Evidence("task", message(draft.id, CHIE), CHIE),)),
        ],
        speakers=[NewSpeaker(BEN), NewSpeaker(CHIE)],
        speakers_due_at=db.now() + timedelta(days=14),
    )
    again = ask(db, draft, BEN, at_most=0)
    assert again is not None
    assert again.ref == MessageRef(f"D{BEN}", "1.1")
    assert ask(db, draft, CHIE) is None
    assert [one.text for one in drafts.get(db, TEAM, draft.id).withheld] == ["一割減った"]


def test_what_somebody_sets_for_always_answers_what_is_open(db: Database) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,)), "task": ("議事録", (CHIE,))})
    stored.change_person(db, TEAM, BEN, words_ok=True)
    stored.change_person(db, TEAM, CHIE, never_capture=True)
    found = {one.user_id: agrees for one, agrees in speakers.decided_beforehand(db)}
    assert found == {BEN: True, CHIE: False}
    assert stored.never_captured(db, TEAM, {BEN, CHIE, DAI}) == {CHIE}
    assert draft.withheld


def test_two_speakers_answer_at_once_while_the_author_decides(db: Database) -> None:
    for anonymously in (False, True):
        draft = waiting(db, {"outcome": ("半分", (BEN, CHIE)), "task": ("議事録", (BEN,)), "caveats": ("注意", (DAI,))})
        outcomes = at_once(
            lambda draft=draft: speakers.answer(db, TEAM, draft.id, BEN, agrees=True),
            lambda draft=draft: speakers.answer(db, TEAM, draft.id, CHIE, agrees=True),
            lambda draft=draft: speakers.answer(db, TEAM, draft.id, DAI, agrees=False),
            lambda draft=draft, how=anonymously: share(db, draft, anonymously=how),
        )
        tip = next((one for one in outcomes if isinstance(one, Tip)), None)
        if anonymously and tip is None:
            # an answer came between what the author was shown and their yes: they look again
            assert [type(one) for one in failures(outcomes)] == [NotFound]
            tip = share(db, draft, anonymously=True)
        else:
            assert failures(outcomes) == []
        assert tip is not None
        now = tip_now(db, tip)
        assert now is not None
        assert now.content.caveats == ""
        if not anonymously:
            assert (now.content.outcome, now.content.task) == ("半分", "議事録")
        elif now.content.outcome:
            assert now.content.task


def test_an_answer_and_a_withdrawal_at_once_leave_nothing(db: Database) -> None:
    tip = share(db, draft := waiting(db, {"outcome": ("半分になった", (BEN,))}))
    outcomes = at_once(
        lambda: speakers.answer(db, TEAM, draft.id, BEN, agrees=True),
        lambda: tips.withdraw(db, OWNER, tip.id, owned_by(AYA)),
    )
    assert failures(outcomes) == []
    assert tip_now(db, tip) is None
    assert not [row for row in everything(db) if "半分になった" in row]


def test_the_place_of_the_one_question_is_forgotten_with_it(db: Database) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,))})
    ask(db, draft, BEN)
    key = deliveries.to_speaker(draft.id, BEN)
    deliveries.begin(db, TEAM, key, "D1")
    drafts.close(db, TEAM, draft.id, DraftState.DISCARDED)
    assert deliveries.find(db, TEAM, key) is not None
    speakers.gone(db, TEAM, draft.id, BEN)
    assert deliveries.find(db, TEAM, key) is None
    assert speakers.of_draft(db, TEAM, draft.id) == []
