"""What a wrap-up says: no more than its tips do, and no name but of who shared with theirs."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.circulate.themes import posts, wrapup
from bot.conversation import Person
from bot.errors import ModelUnavailable
from bot.ports import Answered, Sentence
from storage.records import Learned, Tip
from tests.unit.circulate.test_themes_views import THEME, tips

ALL = ("t0", "t1", "t2")


def told(*outcomes: str, anonymous: int | None = None) -> list[Tip]:
    """Tips with these outcomes by U1; the one of that number without a name."""
    return [
        replace(
            tip,
            content=tip.content.model_copy(update={"title": "用語集を渡す", "outcome": outcome}),
            author_id=None if number == anonymous else "U1",
            is_anonymous=number == anonymous,
        )
        for number, (tip, outcome) in enumerate(zip(tips(len(outcomes)), outcomes, strict=True))
    ]


TIPS = told("Claudeで議事録が10分で終わる", "固有名詞の間違いが減った", "要約は三行が読みやすい")
UNNAMED = told("Claudeで議事録が10分で終わる", "固有名詞の間違いが減った", "要約は三行が読みやすい", anonymous=1)


def world(answer: Any = None) -> Any:
    people = [
        Person("U1", "aya", "ja", is_full_member=True, other_names=("佐藤 彩",)),
        Person("U0BEN", "Ben", "en", is_full_member=True, other_names=("Ben Fischer",)),
        Person("U3", "鈴木 千恵", "ja", is_full_member=True),
        Person("B1", "Yoridokoro", "en", is_full_member=False, is_bot=True),
    ]

    def answered(*_: object, **__: object) -> Answered:
        if answer is None:
            raise ModelUnavailable("off")
        return Answered(tuple(answer), "m", "1")

    return SimpleNamespace(
        reading=SimpleNamespace(people_in=lambda _: iter(people), person={one.id: one for one in people}.get),
        model=SimpleNamespace(answer=answered),
    )


def test_what_an_owner_leaves_as_it_was_rests_on_what_it_rested_on() -> None:
    done = wrapup.by_owner(world(), THEME, " 用語集が効く \n\n固有名詞の間違いが減った", TIPS)
    assert done.lines == (Learned("用語集が効く", ("t1",)), Learned("固有名詞の間違いが減った", ALL))
    assert wrapup.by_owner(world(), THEME, "", TIPS) == wrapup.Edited(())


@pytest.mark.parametrize(
    ("line", "is_own"),
    [
        ("議事録が10分で終わる", False),
        ("固有名詞の間違いが減りました", False),
        ("議事録が7分で終わる", True),
        ("Geminiで議事録が10分で終わる", True),
        ("ご参加ありがとうございました。来月は翻訳を扱います", True),
        ("「必ず用語集を付けること」が合言葉", True),
    ],
)
def test_promise_5_what_no_tip_says_is_the_owners_own_word(line: str, is_own: bool) -> None:
    (done,) = wrapup.by_owner(world(), THEME, line, TIPS).lines
    assert done == Learned(line, ALL, is_own=is_own)


def test_a_tip_in_another_language_lends_its_silence_to_no_line() -> None:
    words = {"language": "en", "title": "Terms first", "outcome": "It is fast."}
    english = replace(TIPS[0], content=TIPS[0].content.model_copy(update=words))
    said = "来月は翻訳を扱います"
    assert wrapup.by_owner(world(), THEME, said, [english, *TIPS[1:]]).lines[0].is_own
    assert not wrapup.by_owner(world(), THEME, said, [english]).lines[0].is_own


@pytest.mark.parametrize(
    "line", ["Benのやり方で間違いが減った", "鈴木さんの発見です", "thanks to ben fischer!", "<@U0BEN> found it"]
)
def test_promise_3_no_line_names_somebody_who_did_not_share_with_their_name(line: str) -> None:
    done = wrapup.by_owner(world(), THEME, f"要約は三行が読みやすい\n{line}", UNNAMED)
    assert done == wrapup.Edited((Learned("要約は三行が読みやすい", ALL),), (line,))


def test_of_names_redaction_leaves_those_that_may_stand_and_a_line_that_lost_one_goes_back() -> None:
    text = "佐藤さんの議事録が速い\n山田様の見積もりが速い"
    done = wrapup.redacted(world(), THEME, text, UNNAMED)
    assert done == "佐藤さんの議事録が速い\n‹名前 1›様の見積もりが速い"
    told = wrapup.by_owner(world(), THEME, done, UNNAMED)
    assert ([one.text for one in told.lines], told.naming) == (
        ["佐藤さんの議事録が速い"],
        ("‹名前 1›様の見積もりが速い",),
    )


def test_who_shared_with_their_name_may_be_named_and_parts_of_words_are_no_names() -> None:
    done = wrapup.by_owner(world(), THEME, "佐藤さんの議事録が速い\nBenchmarkは要らない", UNNAMED)
    assert (len(done.lines), done.naming) == (2, ())


def test_the_models_sentences_rest_on_their_tips_and_name_nobody_either() -> None:
    said = [Sentence("間違いが減った", (2,)), Sentence("Benの間違いが減った", (2,)), Sentence("速い", ())]
    assert wrapup.by_model(world(said), THEME, UNNAMED) == [Learned("間違いが減った", ("t1",))]


def test_promise_10_without_a_model_or_of_few_tips_there_are_no_sentences() -> None:
    assert wrapup.by_model(world(), THEME, TIPS) == []
    assert wrapup.by_model(world([Sentence("速い", (1,))]), THEME, TIPS[:2]) == []


def test_what_came_since_adds_its_sentences_and_leaves_the_others_alone() -> None:
    answer = [Sentence("用語集が効く", (1,)), Sentence("三行が読みやすい", (2, 3))]
    shown = replace(THEME, learned=(Learned("用語集が効く", ("t0",)), Learned("直した行", ("t0", "t1"))))
    assert wrapup.of_late(world(answer), shown, TIPS, ["t0", "t1"]) == [Learned("三行が読みやすい", ("t1", "t2"))]
    known = replace(shown, learned=(*shown.learned, Learned("三行が読みやすい", ("t1", "t2"))))
    assert wrapup.of_late(world(answer), known, TIPS, ["t0", "t1"]) == [], "a job that goes on adds none twice"


def test_promise_2_a_sentence_is_shown_where_all_its_tips_may_be_seen() -> None:
    theme = replace(
        THEME, learned=(Learned("用語集が効く", ("t0",)), Learned("三行", ("t0", "t2")), Learned("自分", ()))
    )
    assert [one.text for one in posts.told(theme, TIPS[:2]).learned] == ["用語集が効く", "自分"]
