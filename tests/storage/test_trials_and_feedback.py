"""Trials, feedback and questions to authors: the last word wins, two at once leave one, and what goes is gone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import author_questions, conversations, deliveries, feedback, people, tips, trials
from storage.database import Database
from storage.deliveries import of_author_question
from storage.errors import NotFound, Own
from storage.records import FeedbackSums, MessageRef, Tip, Trials, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, owned_by, share
from tests.storage.test_at_once import MANY, at_once, failures

READER = Viewer(TEAM, BEN, is_full_member=True)
AUTHOR = Viewer(TEAM, AYA, is_full_member=True)
OUTSIDER = Viewer(TEAM, "U0OUT", is_full_member=False)


@pytest.fixture
def tip(db: Database) -> Tip:
    return share(db, draft(db))


def tried(db: Database, tip: Tip, outcome: str, *, by: Viewer = READER) -> None:
    trials.note(db, by, tip.id, outcome, is_owner=owned_by(str(by.user_id)))  # type: ignore[arg-type] # a test's word


def asked(db: Database, tip: Tip, number: str = "q1", *, by: Viewer = READER) -> str:
    return author_questions.ask(db, by, number, tip.id, "どのモデルですか", is_owner=owned_by(str(by.user_id))).id


def question(db: Database, question_id: str = "a1", asker: str = BEN) -> str:
    place = {"channel_id": "D1", "thread_ts": "1.1"}
    conversations.ask(
        db, team_id=TEAM, question_id=question_id, asker_id=asker, text="議事録は？", language="ja", **place
    )
    return question_id


def test_the_last_trial_wins_and_drops_what_was_said_about_the_one_before(db: Database, tip: Tip) -> None:
    tried(db, tip, "worked")
    trials.describe(db, READER, tip.id, tool="Claude", model=None, note="速い")
    tried(db, tip, "worked")
    assert [row for row in everything(db) if "速い" in row]
    tried(db, tip, "failed")
    assert not [row for row in everything(db) if "速い" in row]
    tried(db, tip, "changed", by=Viewer(TEAM, "U0CHIE", is_full_member=True))
    assert trials.of_tips(db, READER, [tip.id, "none"]) == {tip.id: Trials(changed=1, failed=1)}


def test_many_taps_at_once_are_one_trial(db: Database, tip: Tip) -> None:
    outcomes = ["worked", "changed", "failed"]
    taps = [lambda outcome=outcomes[n % 3]: tried(db, tip, outcome) for n in range(MANY)]
    assert failures(at_once(*taps)) == []
    sums = trials.of_tips(db, READER, [tip.id])[tip.id]
    assert sums.worked + sums.changed + sums.failed == 1


def test_a_withdrawal_at_once_with_trials_leaves_none(db: Database, tip: Tip) -> None:
    def note(number: int) -> None:
        tried(db, tip, "worked", by=Viewer(TEAM, f"U{number}", is_full_member=True))

    at_once(
        *[lambda number=number: note(number) for number in range(MANY)],
        lambda: tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA)),
    )
    assert not [row for row in everything(db) if row.startswith("trials:")]


@pytest.mark.parametrize("anonymously", [False, True])
def test_ones_own_tip_is_neither_tried_nor_asked_about(db: Database, *, anonymously: bool) -> None:
    own = share(db, draft(db), anonymously=anonymously)
    with pytest.raises(Own):
        tried(db, own, "worked", by=AUTHOR)
    with pytest.raises(Own):
        asked(db, own, by=AUTHOR)
    assert not [row for row in everything(db) if row.startswith(("trials:", "author_questions:"))]


def test_who_does_not_see_a_tip_notes_asks_and_learns_nothing(db: Database) -> None:
    secret = share(db, draft(db, visibility=Visibility("C9")))
    member = Viewer(TEAM, BEN, is_full_member=True, channel_ids=frozenset({"C9"}))
    tried(db, secret, "worked", by=member)
    for stranger in (OUTSIDER, READER, Viewer("T2", BEN, is_full_member=True, channel_ids=frozenset({"C9"}))):
        with pytest.raises(NotFound):
            tried(db, secret, "worked", by=stranger)
        with pytest.raises(NotFound):
            asked(db, secret, by=stranger)
        assert trials.of_tips(db, stranger, [secret.id]) == {}
    with pytest.raises(NotFound):
        trials.describe(db, OUTSIDER, secret.id, tool=None, model=None, note="x")


def test_the_last_feedback_wins_and_a_reason_stays_with_its_verdict(db: Database) -> None:
    asked_one = question(db)
    for verdict, reason in (
        ("not_helpful", "wrong"),
        ("not_helpful", None),
        ("helpful", None),
        ("not_helpful", None),
        ("not_helpful", "outdated"),
    ):
        feedback.give(db, TEAM, asked_one, BEN, verdict, reason)  # type: ignore[arg-type] # a test's words
    (row,) = (row for row in everything(db) if row.startswith("feedback:"))
    assert "'not_helpful', 'outdated'" in row
    with pytest.raises(NotFound):
        feedback.give(db, TEAM, "none", BEN, "helpful")


def test_much_feedback_at_once_is_one_row(db: Database) -> None:
    asked_one = question(db)
    taps = [lambda: feedback.give(db, TEAM, asked_one, BEN, "helpful")] * MANY
    assert failures(at_once(*taps)) == []
    assert len([row for row in everything(db) if row.startswith("feedback:")]) == 1


def test_sums_are_told_from_five_people_on_and_in_fives(db: Database, clock: FrozenClock) -> None:
    since = clock.now() - timedelta(days=28)
    asked_ones = [question(db, f"a{number}") for number in range(3)]

    def sums() -> FeedbackSums:
        return feedback.sums(db, TEAM, since=since, until=clock.now() + timedelta(seconds=1))

    for number in range(4):
        feedback.give(db, TEAM, asked_ones[0], f"U{number}", "helpful")
        feedback.give(db, TEAM, asked_ones[1], f"U{number}", "helpful")
    assert sums() == FeedbackSums()
    feedback.give(db, TEAM, asked_ones[0], "U4", "not_helpful", "wrong")
    assert sums() == FeedbackSums(total=5)
    feedback.give(db, TEAM, asked_ones[1], "U4", "helpful")
    for number in range(4):
        feedback.give(db, TEAM, asked_ones[2], f"U{number}", "not_helpful", "outdated")
    assert sums() == FeedbackSums(10, 5, 5)
    feedback.give(db, TEAM, asked_ones[0], "U4", "not_helpful", "outdated")
    assert sums().reasons == (("outdated", 5),)
    before = sums()
    feedback.give(db, TEAM, asked_ones[2], "U5", "not_helpful", "outdated")
    assert sums() == replace(before, total=15)


def test_what_is_said_counts_from_its_time_on_and_before_the_end(db: Database, clock: FrozenClock) -> None:
    asked_one, end = question(db), clock.now()
    for number in range(5):
        feedback.give(db, TEAM, asked_one, f"U{number}", "helpful")
    assert feedback.sums(db, TEAM, since=end - timedelta(days=28), until=end) == FeedbackSums()
    assert feedback.sums(db, TEAM, since=end, until=end + timedelta(days=28)) == FeedbackSums(5, 5, 0)


def test_one_question_an_asker_and_tip_waits_at_a_time(db: Database, tip: Tip) -> None:
    calls = [lambda number=number: asked(db, tip, f"q{number}") for number in range(MANY)]
    outcomes = at_once(*calls)
    assert failures(outcomes) == []
    assert len(set(outcomes)) == 1
    assert author_questions.waits(db, READER, tip.id)
    assert not author_questions.waits(db, OUTSIDER, tip.id)
    author_questions.end(db, TEAM, str(outcomes[0]))
    assert asked(db, tip, "again") == "again"


def test_a_question_to_an_anonymous_author_names_nobody_and_is_found_by_who_comes(db: Database) -> None:
    tip = share(db, draft(db), anonymously=True)
    asked(db, tip)
    assert not [row for row in everything(db) if AYA in row]
    assert author_questions.of_owner(db, READER, owned_by(BEN)) == []
    ((found, about),) = author_questions.of_owner(db, AUTHOR, owned_by(AYA), anonymous_only=True)
    assert (found.text, about.id) == ("どのモデルですか", tip.id)
    deliveries.begin(db, TEAM, of_author_question("q1", "shown"), "D0AYA")
    deliveries.done(db, TEAM, of_author_question("q1", "shown"), MessageRef("D0AYA", "1.1"))
    author_questions.shown(db, TEAM, "q1")
    assert author_questions.of_owner(db, AUTHOR, owned_by(AYA), states=["asked"]) == []
    assert len(author_questions.of_owner(db, AUTHOR, owned_by(AYA))) == 1
    assert not [row for row in everything(db) if "D0AYA" in row]


def test_a_withdrawn_tips_question_loses_its_text_at_once_and_ends(db: Database, tip: Tip, clock: FrozenClock) -> None:
    asked(db, tip)
    deliveries.begin(db, TEAM, of_author_question("q1", "card"), "D0AYA")
    tips.withdraw(db, AUTHOR, tip.id, owned_by(AYA))
    assert not [row for row in everything(db) if "どのモデル" in row]
    long_ago = clock.now() - timedelta(days=30)
    assert [one.state for one in author_questions.due(db, asked_before=long_ago)] == ["withdrawn"]
    author_questions.end(db, TEAM, "q1")
    assert not [row for row in everything(db) if row.startswith(("author_questions:", "deliveries:"))]


def test_a_question_is_due_after_its_time(db: Database, tip: Tip, clock: FrozenClock) -> None:
    asked(db, tip)
    assert author_questions.due(db, asked_before=clock.now()) == []
    clock.advance(days=30, seconds=1)
    assert [one.id for one in author_questions.due(db, asked_before=clock.now() - timedelta(days=30))] == ["q1"]


def test_forgetting_somebody_takes_what_they_tried_said_and_asked(db: Database, tip: Tip) -> None:
    tried(db, tip, "worked")
    tried(db, tip, "worked", by=Viewer(TEAM, "U0CHIE", is_full_member=True))
    feedback.give(db, TEAM, question(db, "theirs", BEN), "U0CHIE", "helpful")
    feedback.give(db, TEAM, question(db, "others", "U0CHIE"), BEN, "helpful")
    feedback.give(db, TEAM, "others", "U0CHIE", "helpful")
    asked(db, tip)
    deliveries.begin(db, TEAM, of_author_question("q1", "receipt"), "D0BEN")
    people.forget(db, TEAM, BEN, owned_by(BEN))
    assert not [row for row in everything(db) if BEN in row or "D0BEN" in row]
    assert trials.of_tips(db, READER, [tip.id]) == {tip.id: Trials(worked=1)}
    assert len([row for row in everything(db) if row.startswith("feedback:")]) == 1
    assert not [row for row in everything(db) if row.startswith("author_questions:")]
