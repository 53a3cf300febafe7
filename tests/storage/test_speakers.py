"""Other speakers' words: part of what is shared only while everybody agrees whose words they are."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storage import drafts, people, speakers, tips
from storage.database import Database
from storage.errors import NotFound
from storage.records import (
    DraftState,
    Kind,
    Tip,
    Viewer,
)
from tests.storage.speaker_steps import CHIE, DAI, OWNER, ask, content, message, tip_now, waiting
from tests.storage.steps import AYA, BEN, TEAM, everything, owned_by, share

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
    [closed] = speakers.closed(db)
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
    assert [one.user_id for one in speakers.closed(db)] == [BEN]
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
    assert [one.user_id for one in speakers.closed(db)] == [BEN]
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
