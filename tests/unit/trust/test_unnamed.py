"""Without a name: words are taken out, never put in, and everything that was taken out is told."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Detail, DetailKind
from bot.trust.redaction.kinds import PLACEHOLDER
from bot.trust.unnamed import KINDS, names_of, stands_in, unnamed
from storage.records import TipContent


def without(text: str, *details: Detail, language: str = "ja") -> str:
    return unnamed(TipContent(title="題", task=text, language=language), details).content.task  # type: ignore[arg-type] # pydantic takes the word


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("#general と @ben に聞きました", "‹チャンネル 1› と ‹ユーザー名 1› に聞きました"),
        ("#general#random と @ben@elsewhere", "‹チャンネル 1› と ‹ユーザー名 1›"),
        ("https://wiki.example/x?y=1。続き", "‹リンク 1›。続き"),
        ("# 見出し\n#1 と C# と a@b", "# 見出し\n#1 と C# と a@b"),
        ("田中様へ", "‹名前 1›様へ"),
    ],
)
def test_what_follows_a_pattern_goes_by_itself(said: str, left: str) -> None:
    assert without(said) == left


def test_what_somebody_points_at_goes_wherever_it_stands_and_gets_one_mark() -> None:
    content = TipContent(title="東都物産の件", task="東都物産と営業三課", prompts=("東都物産へ",), topics=("東都物産",))
    found = unnamed(content, [Detail("東都物産", "customer"), Detail("営業三課", "team")])
    assert found.content.title == "‹取引先 1›の件"
    assert found.content.task == "‹取引先 1›と‹部署 1›"
    assert (found.content.prompts, found.content.topics) == (("‹取引先 1›へ",), ("‹取引先 1›",))
    assert found.content.prompts_edited
    assert {(one.placeholder, one.value) for one in found.taken} == {
        ("‹取引先 1›", "東都物産"),
        ("‹部署 1›", "営業三課"),
    }


def test_a_prompt_that_did_not_change_is_not_marked_as_edited() -> None:
    content = TipContent(title="Ben's way", prompts=("Summarise in three lines.",), language="en")
    found = unnamed(content, names_of(["Ben Fischer"]))
    assert found.content.title == "‹name 1›'s way"
    assert not found.content.prompts_edited


def test_a_name_goes_whole_before_its_parts_and_never_out_of_a_longer_word() -> None:
    names = names_of(["Ben Fischer", "佐藤 彩"])
    assert {name.text for name in names} == {"Ben Fischer", "Ben", "Fischer", "佐藤 彩", "佐藤"}
    assert without("Ben Fischer asked Ben; Benchmark", *names, language="en") == "‹name 1› asked ‹name 2›; Benchmark"


def test_a_tool_keeps_its_name_though_a_colleague_has_it_too() -> None:
    content = TipContent(title="Claude で要約", tools=("Claude",))
    assert unnamed(content, names_of(["Claude"])).content.title == "Claude で要約"


def test_what_was_taken_out_before_stays_and_numbers_go_on() -> None:
    assert without("‹取引先 1›と東都物産", Detail("東都物産", "customer")) == "‹取引先 1›と‹取引先 2›"
    assert without("‹名前 1›", Detail("名前", "detail")) == "‹名前 1›"


def test_a_title_stays_within_its_limit() -> None:
    content = TipContent(title="甲社" * 75)
    assert len(unnamed(content, [Detail("甲社", "customer")]).content.title) <= 150


def test_whether_words_stand_in_it() -> None:
    content = TipContent(title="題", task="‹名前 1›と東都物産")
    assert stands_in(content, "東都物産")
    assert not stands_in(content, "名前")


def test_every_kind_that_a_model_may_name_has_a_placeholder() -> None:
    assert set(get_args(DetailKind)) == set(KINDS)


words = st.text(st.sampled_from("東都物産営業三課 aBen@#‹›1."), min_size=1, max_size=30)


@given(words.filter(str.strip), words, st.lists(words.filter(str.strip), max_size=4))
def test_nothing_but_placeholders_is_put_in_and_twice_is_once(title: str, task: str, details: list[str]) -> None:
    content = TipContent(title=title, task=task)
    found = unnamed(content, [Detail(one.strip(), "detail") for one in details])
    left = PLACEHOLDER.sub("", found.content.task)
    it = iter(task)
    assert all(sign in it for sign in left)
    again = unnamed(found.content, [Detail(one.strip(), "detail") for one in details])
    assert again.content == found.content
