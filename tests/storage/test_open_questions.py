"""Questions that colleagues are asked: opened once, joined, routed within the caps, and nobody's without a name."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storage import conversations, feedback, people, questions, requests, settings, tips
from storage._tables import OpenQuestionRow, RoutingRow
from storage.database import Database
from storage.errors import StorageError
from storage.questions import Opened
from storage.records import KeyedHash, MessageRef, OpenQuestion
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, request, share
from tests.storage.test_at_once import at_once, failures

CHIE, DAN, EVA, FAY = "U0CHIE", "U0DAN", "U0EVA", "U0FAY"
DRAFTS = "契約書の英訳をAIに頼むときの注意は？"
PUBLIC = frozenset({"C1"})


def opened(
    db: Database,
    text: str = DRAFTS,
    *,
    asker: str = AYA,
    named: bool = True,
    channel: str | None = "C1",
    to: tuple[str, ...] = (),
    asked_as: str = "none",
    readable: frozenset[str] = PUBLIC,
    delay: timedelta = timedelta(0),
    id: str | None = None,  # noqa: A002 - what the operation calls it
    team: str = TEAM,
) -> Opened:
    question_id = id or questions.new_id()
    return questions.open_question(
        db,
        team_id=team,
        question_id=question_id,
        asked_as=asked_as,
        text=text,
        language="ja",
        owner=hashed("owner", question_id, asker),
        asker_id=asker if named else None,
        channel_id=channel,
        people=to,
        readable=readable,
        opens_at=db.now() + delay,
        closes_at=db.now() + timedelta(days=30),
    )


def asked(db: Database, text: str = DRAFTS, **how: Any) -> OpenQuestion:
    """A question that stands where it was meant to stand."""
    question = opened(db, text, **how).question
    if question.channel_id:
        questions.posted(db, TEAM, question.id, MessageRef(question.channel_id, f"9.{question.id[:6]}"))
        questions.linked(db, TEAM, question.id, "https://x")
    for one in questions.routings(db, TEAM, question.id):
        questions.put_to(db, TEAM, question.id, one.user_id, MessageRef(f"D{one.user_id}", f"8.{question.id[:6]}"))
    return questions.now_open(db, TEAM, question.id)


def willing(db: Database, *users: str) -> None:
    for user in users:
        settings.change_person(db, TEAM, user, may_be_asked=True)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("議事録の要約、みんなはどうやってる？", "議事録の要約ってどうすればいいですか", True),
        ("契約書の英訳をAIに頼むときの注意は？", "契約書の英訳をAIに頼むとき、注意することはありますか", True),
        ("How do others review SQL migrations?", "how do you review sql migrations", True),
        ("How do others write meeting minutes with AI?", "How does everybody write AI meeting minutes?", True),
        ("SQLのレビュー、みなさんどうしていますか", "How do others review SQL?", True),
        ("議事録の要約、みんなはどうやってる？", "議事録の翻訳、みんなはどうやってる？", False),
        ("How do others review SQL migrations?", "How do others write SQL tests?", False),
        ("契約書の英訳をAIに頼むときの注意は？", "契約書の要約をAIに頼むときの注意は？", False),
        ("How do others translate contracts?", "How do others summarise contracts?", False),
        ("契約書の英訳をAIに頼むときの注意は？", "契約書の英訳をClaudeに頼むときの注意は？", False),
        ("どうしていますか", "How do others do it?", False),
    ],
)
def test_what_is_near_identical(db: Database, one: str, other: str, same: bool) -> None:
    for team, first, second in (("T1", one, other), ("T2", other, one)):
        opened(db, first, team=team)
        assert (questions.similar(db, team, second, readable=PUBLIC) is not None) == same


def test_a_near_identical_open_question_is_joined_where_it_can_be_read(db: Database) -> None:
    first = asked(db)
    again = opened(db, "契約書の英訳をAIに頼むとき、注意することはありますか", asker=BEN)
    assert (again.is_joined, again.question.id) == (True, first.id)
    assert len(questions.of_workspace(db, TEAM)) == 1
    assert not opened(db, asker=BEN, channel="C2", readable=frozenset({"C2"})).is_joined
    questions.close(db, TEAM, first.id, "closed")
    assert not opened(db, asker=BEN).is_joined


def test_a_job_that_goes_on_opens_nothing_twice(db: Database) -> None:
    question_id = questions.new_id()
    first, second = opened(db, id=question_id), opened(db, id=question_id)
    assert first == second
    assert not second.is_joined


def test_of_two_who_ask_the_same_at_once_one_joins_the_other(db: Database) -> None:
    outcomes = at_once(*[lambda user=user: opened(db, asker=user) for user in (AYA, BEN, CHIE)])  # type: ignore[misc] # bound now
    assert failures(outcomes) == []
    assert len(questions.of_workspace(db, TEAM)) == 1


def test_promise_3_without_a_name_nothing_anywhere_says_who_asked(db: Database, clock: FrozenClock) -> None:
    accepted = requests.accept(db, request(user=None), lambda *_: None)
    assert accepted is not None

    def answering() -> None:
        conversations.remember_thread(db, TEAM, "D0AYA", "1.5", "answer")
        conversations.ask(
            db,
            team_id=TEAM,
            question_id=accepted.id,
            asker_id=AYA,
            text=DRAFTS,
            language="ja",
            channel_id="D0AYA",
            thread_ts="1.5",
        )

    answering()
    feedback.give(db, TEAM, accepted.id, AYA, "not_helpful")
    question = asked(db, named=False, asked_as=accepted.id)
    rows = everything(db)
    assert [row for row in rows if DRAFTS in row and not row.startswith("open_questions")] == []
    assert [row for row in rows if AYA in row or "D0AYA" in row] == []
    assert [one.id for one in questions.of_asker(db, TEAM, AYA, owned_by(AYA))] == [question.id]
    assert questions.of_asker(db, TEAM, BEN, owned_by(BEN)) == []
    # the answering job that goes on after a crash brings nothing back
    conversations.note_answer(db, TEAM, accepted.id, "unanswered", [])
    requests.end(db, TEAM, accepted.id, "done")
    clock.advance(minutes=2)
    requests.sweep(db, ended_before=clock.now())
    assert [row for row in everything(db) if row.startswith("questions: ")] == []


def test_the_database_itself_refuses_an_asker_of_a_question_without_a_name(db: Database) -> None:
    question = asked(db, named=False)
    with pytest.raises(StorageError), db.writing() as session:
        session.execute(sa.update(OpenQuestionRow).where(OpenQuestionRow.id == question.id).values(asker_id=AYA))


def test_at_most_three_willing_people_are_asked_and_each_once_a_week(db: Database, clock: FrozenClock) -> None:
    willing(db, CHIE, DAN, EVA, FAY)
    first = asked(db, channel=None, to=(BEN, CHIE, DAN, EVA, FAY))
    assert {one.user_id for one in questions.routings(db, TEAM, first.id)} == {CHIE, DAN, EVA}
    assert questions.free_to_ask(db, TEAM, [BEN, CHIE, FAY], db.now()) == [FAY]
    second = asked(db, "How do others name branches?", channel=None, to=(CHIE, DAN))
    assert questions.routings(db, TEAM, second.id) == []
    clock.advance(days=7, minutes=1)
    assert questions.free_to_ask(db, TEAM, [CHIE, FAY], db.now()) == [CHIE, FAY]


def test_two_questions_at_once_do_not_both_go_to_the_same_person(db: Database) -> None:
    willing(db, CHIE)
    texts = ("How do others name branches?", "契約書の要約", "Excelの関数", "translating manuals", "スライドの作り方")
    outcomes = at_once(*[lambda text=text: opened(db, text, channel=None, to=(CHIE,)) for text in texts])  # type: ignore[misc] # bound now
    assert failures(outcomes) == []
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RoutingRow)) == 1


def test_asking_more_widely_adds_whom_it_did_not_ask_and_repeats_nothing(db: Database, clock: FrozenClock) -> None:
    willing(db, CHIE, DAN)
    question = asked(db, channel=None, to=(CHIE,))
    for _ in range(2):
        assert questions.widen(db, TEAM, question.id, channel_id=None, people=[CHIE, DAN])[1] == 1
    assert questions.due(db, db.now()) == []
    clock.advance(minutes=3)
    assert [one.id for one in questions.due(db, db.now())] == [question.id]
    wider, added = questions.widen(db, TEAM, question.id, channel_id="C1", people=[])
    assert (wider.channel_id, added) == ("C1", 1)


def test_a_question_without_a_name_waits_for_its_moment(db: Database, clock: FrozenClock) -> None:
    question = opened(db, named=False, delay=timedelta(minutes=5)).question
    assert question.state == "waiting"
    assert questions.due(db, db.now()) == []
    assert questions.listed(db, TEAM, readable=PUBLIC, limit=10) == []
    clock.advance(minutes=5)
    assert [one.id for one in questions.due(db, db.now())] == [question.id]


def test_me_too_is_counted_once_and_can_be_taken_back(db: Database) -> None:
    question = asked(db)
    for _ in range(2):
        assert questions.echo(db, TEAM, question.id, BEN, on=True).echoes == 1
    assert questions.echo(db, TEAM, question.id, CHIE, on=True).echoes == 2
    assert questions.echoers(db, TEAM, question.id) == [BEN, CHIE]
    assert questions.echo(db, TEAM, question.id, BEN, on=False).echoes == 1
    assert [one.id for one in questions.stale(db)] == [question.id]
    questions.drawn(db, TEAM, question.id, questions.get(db, TEAM, question.id).revision)
    assert questions.stale(db) == []


def test_many_who_say_me_too_at_once_are_all_counted(db: Database) -> None:
    question = asked(db)
    users = [f"U{number}" for number in range(6)]
    outcomes = at_once(*[lambda user=user: questions.echo(db, TEAM, question.id, user, on=True) for user in users])  # type: ignore[misc] # bound now
    assert failures(outcomes) == []
    assert questions.get(db, TEAM, question.id).echoes == len(users)
    assert questions.get(db, TEAM, question.id).revision == 1 + len(users)


def test_a_question_is_listed_for_who_reads_its_channel(db: Database) -> None:
    here, private = asked(db), asked(db, "給与表の計算", channel="C2", readable=frozenset({"C2"}))
    to_people = asked(db, "How do others name branches?", channel=None)

    def seen(*channels: str) -> set[str]:
        return {one.id for one in questions.listed(db, TEAM, readable=frozenset(channels), limit=10)}

    assert seen("C1") == {here.id, to_people.id}
    assert seen("C1", "C2") == {here.id, to_people.id, private.id}
    assert questions.listed(db, "T2", readable=frozenset({"C1"}), limit=10) == []


def test_a_thread_leads_to_its_question_in_a_channel_and_in_a_dm(db: Database) -> None:
    willing(db, CHIE)
    posted, routed = asked(db), asked(db, "How do others name branches?", channel=None, to=(CHIE,))
    for channel, ts, question in (
        ("C1", f"9.{posted.id[:6]}", posted),
        (f"D{CHIE}", f"8.{routed.id[:6]}", routed),
    ):
        found = questions.of_thread(db, TEAM, channel, ts)
        assert found is not None
        assert found.id == question.id
        assert conversations.role_of(db, TEAM, channel, ts) == "question"
    assert questions.of_thread(db, TEAM, "C1", "7.7") is None


def test_a_named_tip_of_a_reply_is_linked_and_one_without_a_name_never(db: Database) -> None:
    question = asked(db)
    for anonymously in (False, True):
        waiting = draft(db, ts=f"5.{anonymously}", author=BEN, question=question.id)
        tip = share(db, waiting, anonymously=anonymously)
        linked = [one.tip_id for one in questions.solutions(db, TEAM, question.id)]
        assert (tip.id in linked) == (not anonymously)


def test_only_tips_that_were_shared_after_the_question_are_news_and_each_is_told_once(
    db: Database, clock: FrozenClock
) -> None:
    old = share(db, draft(db, ts="1.1"))
    clock.advance(minutes=1)
    question = asked(db)
    assert questions.to_match(db)[0] == []
    new = share(db, draft(db, ts="1.2"))
    for _ in range(2):
        (waiting,), upto = questions.to_match(db)
        assert waiting.id == question.id
        questions.matched(db, waiting, [old.id, new.id], upto)
        assert questions.to_match(db)[0] == []
        assert [tip_id for _, tip_id in questions.untold(db)] == [new.id]
        share(db, draft(db, ts=f"1.3{_}"))
    questions.told(db, TEAM, question.id, new.id)
    assert questions.untold(db) == []


def test_solved_ends_it_and_not_yet_keeps_it_open(db: Database) -> None:
    question, tip = asked(db), share(db, draft(db))
    assert questions.solve(db, TEAM, question.id, tip.id).is_open
    questions.matched(db, question, [tip.id], 1)
    questions.not_yet(db, TEAM, question.id, tip.id)
    assert questions.solutions(db, TEAM, question.id) == []
    assert questions.get(db, TEAM, question.id).is_open
    assert questions.solve(db, TEAM, question.id, tip.id).state == "solved"
    assert questions.close(db, TEAM, question.id, "closed").state == "solved"
    assert questions.get(db, TEAM, question.id).text == DRAFTS


def test_a_question_that_is_taken_back_keeps_no_word(db: Database) -> None:
    question = asked(db)
    assert questions.post_deleted(db, TEAM, "C1", f"9.{question.id[:6]}")
    assert not questions.post_deleted(db, TEAM, "C1", f"9.{question.id[:6]}")
    assert [row for row in everything(db) if "契約書" in row or AYA in row] == []


def test_questions_age(db: Database, clock: FrozenClock) -> None:
    question, replied = asked(db), asked(db, "How do others name branches?")
    questions.replied(db, TEAM, replied.id)
    clock.advance(days=10)
    assert [one.id for one in questions.unanswered(db, opened_before=db.now())] == [question.id]
    questions.reminded(db, TEAM, question.id)
    assert questions.unanswered(db, opened_before=db.now()) == []
    questions.keep(db, TEAM, question.id, db.now() + timedelta(days=30))
    clock.advance(days=21)
    assert [one.id for one in questions.expired(db, db.now())] == [replied.id]


def test_forget_reaches_questions_echoes_and_routings(db: Database) -> None:
    willing(db, CHIE)
    mine, hidden = asked(db, asker=CHIE), asked(db, "給与表の計算", asker=CHIE, named=False)
    other = asked(db, "How do others name branches?", channel=None, to=(CHIE,))
    echoed = asked(db, "translating manuals", asker=BEN)
    questions.echo(db, TEAM, echoed.id, CHIE, on=True)
    gone = people.forget(db, TEAM, CHIE, owned_by(CHIE))
    assert gone.questions == 2
    rows = everything(db)
    assert [row for row in rows if CHIE in row or "給与表" in row or "契約書" in row] == []
    assert {one.id for one in questions.stale(db)} == {mine.id, hidden.id, echoed.id}
    assert questions.get(db, TEAM, other.id).is_open
    assert questions.get(db, TEAM, echoed.id).echoes == 0


def test_tips_of_nobody_are_no_solutions(db: Database) -> None:
    question = asked(db)
    questions.matched(db, question, [tips.new_id()], 5)
    assert questions.untold(db) == []
    assert questions.of_asker(db, TEAM, AYA, lambda _id, _kept: isinstance(_kept, KeyedHash)) != []
