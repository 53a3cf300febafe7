"""Other speakers' words: part of what is shared only while everybody agrees whose words they are."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storage import deliveries, drafts, people, speakers, tips
from storage import settings as stored
from storage.database import Database
from storage.drafts import Capture, NewSpeaker
from storage.errors import NotFound
from storage.records import (
    WORKSPACE,
    Borrowed,
    Draft,
    DraftState,
    Evidence,
    KeyedHash,
    Kind,
    MessageRef,
    Source,
    Tip,
    TipContent,
    Viewer,
)
from tests.conftest import FrozenClock
from tests.storage.steps import AYA, BEN, TEAM, everything, hashed, owned_by, share
from tests.storage.test_at_once import at_once, failures

CHIE, DAI = "U0CHIE", "U0DAI"
OWNER = Viewer(TEAM, AYA, is_full_member=False)
READER = Viewer(TEAM, "U0READER", is_full_member=True)
_number = count(1)


def waiting(
    db: Database,
    borrowed: dict[str, tuple[str, tuple[str, ...]]],
    *,
    agreed: Iterable[str] = (),
    title: str = "用語集を先に渡す",
    **own: object,
) -> Draft:
    """Aya's draft; `borrowed`: a field's words, and the people whose words it rests on."""
    ts = f"{next(_number)}.000001"
    begun, _ = drafts.begin(
        db,
        team_id=TEAM,
        draft_id=hashed("request", ts).digest[:32],
        source=Source("thread", "C1", ts, ts, "https://x.slack.com/archives/C1/p1", in_public=True),
        visibility=WORKSPACE,
        capture=Capture(ts, "U0MIKA", "C1", ts, "bulb"),
        thread=[hashed(TEAM, "C1", ts)],
    )
    who = sorted({one for _, rests_on in borrowed.values() for one in rests_on} - {AYA})
    return drafts.fill(
        db,
        TEAM,
        begun.id,
        author_id=AYA,
        content=TipContent(title=title, **own),  # type: ignore[arg-type] # pydantic takes the words
        evidence=[Evidence("title", message(begun.id, AYA), AYA)],
        made_with="plain",
        prompt_version=None,
        borrowed=[
            Borrowed(field, text, tuple(Evidence(field, message(begun.id, one), one) for one in rests_on))
            for field, (text, rests_on) in borrowed.items()
        ],
        speakers=[NewSpeaker(one, (f"https://x/{one}",), has_agreed=one in agreed) for one in who],
        capturer_id="U0MIKA",
        speakers_due_at=db.now() + timedelta(days=14),
    )


def message(draft_id: str, user_id: str) -> KeyedHash:
    return hashed("message", draft_id, user_id)


def content(db: Database, draft: Draft) -> TipContent:
    found = drafts.get(db, TEAM, draft.id).content
    assert found is not None
    return found


def ask(db: Database, draft: Draft, user_id: str, *, at_most: int = 5) -> speakers.Speaker | None:
    since, due = db.now() - timedelta(days=7), db.now() + timedelta(days=14)
    return speakers.reserve(db, TEAM, draft.id, user_id, since=since, at_most=at_most, due_at=due)


def tip_now(db: Database, tip: Tip) -> Tip | None:
    return tips.get(db, READER, tip.id)


FIELDS = st.dictionaries(
    st.sampled_from(["task", "outcome", "caveats", "steps.0", "steps.1", "steps.2", "prompts.0", "tools.0"]),
    st.sets(st.sampled_from([BEN, CHIE, DAI]), min_size=1).map(sorted).map(tuple),
    min_size=1,
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["ok", "no", "delete", "forget"]), st.sampled_from([BEN, CHIE, DAI])),
        st.tuples(st.sampled_from(["named", "anonymous", "silence"]), st.just("")),
    ),
    max_size=8,
)


@settings(
    max_examples=25, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(rests_on=FIELDS, events=EVENTS, beforehand=st.sets(st.sampled_from([BEN, CHIE, DAI])))
def test_what_is_shared_rests_only_on_the_words_of_people_who_agreed(
    db: Database, rests_on: dict[str, tuple[str, ...]], events: list[tuple[str, str]], beforehand: set[str]
) -> None:
    """The oracle: a field is there while everybody agrees whose words it is, unless somebody ever took theirs out."""
    words = {field: f"words of {field}" for field in rests_on}
    draft = waiting(db, {field: (words[field], who) for field, who in rests_on.items()}, agreed=beforehand)
    tip: Tip | None = None
    agreed, out, frozen = set(beforehand), set[str](), False
    for what, who in events:
        if frozen and what != "named":
            speakers.answer(db, TEAM, draft.id, who, agrees=what == "ok")
            continue
        if what in ("named", "anonymous") and tip is None:
            tip = share(db, drafts.get(db, TEAM, draft.id), anonymously=what == "anonymous")
            frozen = what == "anonymous"
        elif what == "silence":
            for one in speakers.of_draft(db, TEAM, draft.id):
                if one.state == "asked":
                    speakers.expire(db, TEAM, draft.id, one.user_id)
        elif what in ("ok", "no"):
            speakers.answer(db, TEAM, draft.id, who, agrees=what == "ok")
            (agreed if what == "ok" and who not in out else out).add(who)
        elif what == "delete":
            speakers.source_deleted(db, TEAM, [message(draft.id, who)])
            out.add(who)
        elif what == "forget":
            people.forget(db, TEAM, who, lambda *_: False)
            out.add(who)
    shown = tip_now(db, tip).content if tip else content(db, draft)  # type: ignore[union-attr] # it is published
    there = {field for field, text in words.items() if text in shown.model_dump_json()}
    assert there == {field for field, who in rests_on.items() if set(who) <= agreed and not set(who) & out}
    assert list(shown.steps) == [words[f"steps.{n}"] for n in range(3) if f"steps.{n}" in there]


def test_until_they_agree_their_words_are_kept_apart_and_come_in_at_their_place(db: Database) -> None:
    draft = waiting(db, {"steps.0": ("まず集める", (BEN,)), "steps.2": ("直す", (CHIE,))}, steps=("貼る",))
    assert content(db, draft).steps == ("貼る",)
    assert [one.text for one in draft.withheld] == ["まず集める", "直す"]
    speakers.answer(db, TEAM, draft.id, CHIE, agrees=True)
    speakers.answer(db, TEAM, draft.id, BEN, agrees=True)
    assert content(db, draft).steps == ("まず集める", "貼る", "直す")
    assert drafts.get(db, TEAM, draft.id).withheld == ()


def test_an_answer_that_comes_again_changes_nothing(db: Database) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,))})
    for _ in range(2):
        record = speakers.answer(db, TEAM, draft.id, BEN, agrees=True)
        assert record is not None
        assert content(db, draft).outcome == "半分になった"
    for _ in range(2):
        assert speakers.answer(db, TEAM, draft.id, BEN, agrees=False) is not None
        assert content(db, draft).outcome == ""
    assert speakers.answer(db, TEAM, draft.id, BEN, agrees=True) is None
    assert not [row for row in everything(db) if "半分になった" in row]


def test_agreed_after_it_was_shared_it_comes_into_the_tip_and_its_author_may_refuse(db: Database) -> None:
    tip = share(db, draft := waiting(db, {"outcome": ("半分になった", (BEN,))}))
    assert tip.content.outcome == ""
    record = speakers.answer(db, TEAM, draft.id, BEN, agrees=True)
    assert record is not None
    assert record.came == ("半分になった",)
    assert (after := tip_now(db, tip)) is not None
    assert after.content.outcome == "半分になった"
    with pytest.raises(NotFound):
        speakers.refuse(db, Viewer(TEAM, CHIE, is_full_member=True), tip.id, BEN, owned_by(CHIE))
    assert speakers.refuse(db, OWNER, tip.id, BEN, owned_by(AYA)).content.outcome == ""
    assert speakers.answer(db, TEAM, draft.id, BEN, agrees=True) is None
    assert not [row for row in everything(db) if "半分になった" in row]


def test_shared_without_a_name_what_nobody_agreed_to_is_gone_for_good(db: Database) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,)), "caveats": ("固有名詞に注意", (CHIE,))})
    ask(db, draft, BEN)
    speakers.answer(db, TEAM, draft.id, CHIE, agrees=True)
    tip = share(db, draft, anonymously=True)
    assert (tip.content.outcome, tip.content.caveats) == ("", "固有名詞に注意")
    assert speakers.answer(db, TEAM, draft.id, BEN, agrees=True) is None
    [closed] = speakers.closed(db, TEAM)
    speakers.gone(db, TEAM, draft.id, closed.user_id)
    left = everything(db)
    assert not [row for row in left if "半分になった" in row or BEN in row or CHIE in row]
    assert tips.withdraw_resting_on(db, TEAM, [message(draft.id, BEN)]) == 0
    assert tips.withdraw_resting_on(db, TEAM, [message(draft.id, CHIE)]) == 1


@pytest.mark.parametrize("ending", [DraftState.DISCARDED, DraftState.EXPIRED, DraftState.WITHDRAWN])
def test_when_a_draft_ends_nothing_of_others_words_is_kept(db: Database, ending: DraftState) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,)), "task": ("議事録", (CHIE,))})
    ask(db, draft, BEN)
    drafts.close(db, TEAM, draft.id, ending)
    left = everything(db)
    assert not [row for row in left if "半分になった" in row or "議事録" in row or CHIE in row]
    assert [one.user_id for one in speakers.closed(db, TEAM)] == [BEN]
    assert not tips.rests_on(db, TEAM, [message(draft.id, BEN)])


def test_a_tip_that_is_withdrawn_takes_along_what_waited(db: Database) -> None:
    tip = share(db, draft := waiting(db, {"outcome": ("半分になった", (BEN,)), "task": ("議事録", (CHIE,))}))
    ask(db, draft, BEN)
    speakers.answer(db, TEAM, draft.id, CHIE, agrees=True)
    tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
    assert not [row for row in everything(db) if "半分になった" in row or "議事録" in row or CHIE in row]


def test_a_deleted_message_takes_along_what_rests_on_it_and_the_rest_stays(db: Database) -> None:
    tip = share(db, draft := waiting(db, {"outcome": ("半分", (BEN,)), "task": ("議事録", (BEN, CHIE))}))
    for one in (BEN, CHIE):
        speakers.answer(db, TEAM, draft.id, one, agrees=True)
    assert tips.rests_on(db, TEAM, [message(draft.id, CHIE)])
    speakers.source_deleted(db, TEAM, [message(draft.id, CHIE)])
    assert (after := tip_now(db, tip)) is not None
    assert (after.content.outcome, after.content.task) == ("半分", "")


def test_what_a_speaker_says_otherwise_goes_and_what_the_author_edits_does_not(db: Database) -> None:
    fields = {"outcome": ("半分", (BEN,)), "task": ("議事録", (AYA, CHIE)), "caveats": ("固有名詞", (BEN,))}
    draft = waiting(db, fields)
    tip = share(db, draft)
    speakers.answer(db, TEAM, draft.id, CHIE, agrees=True)
    ask(db, draft, BEN)
    bens, chies, ayas = ([message(draft.id, one)] for one in (BEN, CHIE, AYA))
    assert speakers.said_in(db, TEAM, bens) == {draft.id: False}
    assert speakers.said_in(db, TEAM, chies) == {draft.id: True}
    assert speakers.said_in(db, TEAM, ayas) == {}
    speakers.said_otherwise(db, TEAM, draft.id, ayas)
    assert (after := tip_now(db, tip)) is not None
    assert after.content.task == "議事録"
    for _ in range(2):
        record = speakers.said_otherwise(db, TEAM, draft.id, chies)
        assert record is not None
        assert record.tip is not None
        assert record.tip.content.task == ""
    speakers.said_otherwise(db, TEAM, draft.id, bens)
    assert speakers.answer(db, TEAM, draft.id, BEN, agrees=True) is None
    assert not [row for row in everything(db) if "議事録" in row or "半分" in row or "固有名詞" in row]
    assert [one.user_id for one in speakers.closed(db, TEAM)] == [BEN]
    tips.withdraw(db, OWNER, tip.id, owned_by(AYA))
    assert speakers.said_otherwise(db, TEAM, draft.id, bens) is None


def test_forgetting_a_speaker_takes_their_words_out_of_drafts_and_named_tips(db: Database) -> None:
    shared = share(db, first := waiting(db, {"outcome": ("半分になった", (BEN,))}))
    second = waiting(db, {"caveats": ("固有名詞に注意", (BEN,))})
    for draft in (first, second):
        ask(db, draft, BEN)
        speakers.answer(db, TEAM, draft.id, BEN, agrees=True)
    people.forget(db, TEAM, BEN, owned_by(BEN))
    assert (after := tip_now(db, shared)) is not None
    assert after.content.outcome == content(db, second).caveats == ""
    assert not [row for row in everything(db) if BEN in row or "半分になった" in row or "固有名詞に注意" in row]


def test_silence_for_too_long_ends_the_question_and_drops_the_words(db: Database, clock: FrozenClock) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,))})
    ask(db, draft, BEN)
    assert speakers.due(db, TEAM) == []
    clock.advance(days=15)
    [late] = speakers.due(db, TEAM)
    speakers.expire(db, TEAM, draft.id, late.user_id)
    assert drafts.get(db, TEAM, draft.id).withheld == ()
    assert speakers.answer(db, TEAM, draft.id, BEN, agrees=True) is None
    assert [one.user_id for one in speakers.closed(db, TEAM)] == [BEN]


def test_a_week_holds_only_so_many_questions(db: Database, clock: FrozenClock) -> None:
    several = [waiting(db, {"outcome": (f"結果{n}", (BEN,))}) for n in range(3)]
    asked = at_once(*(lambda draft=draft: ask(db, draft, BEN, at_most=2) for draft in several))
    assert failures(asked) == []
    assert sum(one is not None for one in asked) == 2
    assert len([one for one in speakers.queued(db, TEAM) if one.state == "queued"]) == 1
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


def test_the_authors_edit_keeps_what_others_may_still_take_back(db: Database) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,)), "steps.1": ("AIに直させる", (BEN,))}, steps=("貼る",))
    speakers.answer(db, TEAM, draft.id, BEN, agrees=True)
    edited = content(db, draft).model_copy(
        update={"outcome": "時間が半分になりました", "steps": ("まず貼る", "AIに直してもらう")}
    )
    drafts.edit(db, TEAM, draft.id, edited)
    speakers.answer(db, TEAM, draft.id, BEN, agrees=False)
    assert (content(db, draft).outcome, content(db, draft).steps) == ("", ("まず貼る",))


def test_a_worry_holds_no_words_of_others(db: Database) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,)), "task": ("議事録", (CHIE,))})
    speakers.answer(db, TEAM, draft.id, BEN, agrees=True)
    drafts.edit(db, TEAM, draft.id, content(db, draft).model_copy(update={"kind": Kind.WORRY}))
    left = drafts.get(db, TEAM, draft.id)
    assert (left.content and left.content.outcome, left.withheld) == ("", ())
    assert speakers.answer(db, TEAM, draft.id, CHIE, agrees=True) is None


def test_what_somebody_sets_for_always_answers_what_is_open(db: Database) -> None:
    draft = waiting(db, {"outcome": ("半分になった", (BEN,)), "task": ("議事録", (CHIE,))})
    stored.change_person(db, TEAM, BEN, words_ok=True)
    stored.change_person(db, TEAM, CHIE, never_capture=True)
    found = {one.user_id: agrees for one, agrees in speakers.decided_beforehand(db, TEAM)}
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
