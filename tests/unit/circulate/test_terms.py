"""Topics and tools are one however they are written, so that follows hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import terms
from storage.records import TipContent
from storage.terms import key_of, label_of, named, target_of, targets_of


@pytest.mark.parametrize(
    "names",
    [
        ("議事録", "meeting minutes", "Meeting Minutes", "minutes", "ミーティングメモ"),
        ("エクセル", "Excel", "ＥＸＣＥＬ", "ms excel", "Microsoft-Excel", "ｴｸｾﾙ"),
        ("ChatGPT", "chat gpt", "Chat-GPT", "チャットGPT"),
        ("コードレビュー", "code review", "Code reviews"),
        ("家計簿アプリ", "家計簿 アプリ"),
    ],
)
def test_names_of_one_thing_are_one(names: tuple[str, ...]) -> None:
    assert len({target_of(name) for name in names}) == 1


def test_different_things_stay_different() -> None:
    assert len({target_of(name) for name in ("Excel", "Word", "要約", "翻訳", "Copilot", "GitHub Copilot")}) == 6


def test_no_name_of_the_table_stands_for_two_things() -> None:
    for target, names in terms._table().items():
        assert target == key_of(target)
        for name in (*names["ja"], *names["en"]):
            assert target_of(name) == target, name


@given(st.text(max_size=30))
def test_what_stands_for_a_name_stands_for_itself(name: str) -> None:
    assert target_of(target_of(name)) == target_of(name)


def test_hosts_merge_names_of_their_own_workspace_also_for_what_is_followed_already() -> None:
    merged = {key_of("社内AI"): "ChatGPT", key_of("Excel"): "表計算"}
    assert target_of("社内 AI", merged) == "chatgpt"
    assert target_of("エクセル", merged) == target_of("Spreadsheet", merged) == "spreadsheets"
    about = targets_of(TipContent(title="x", tools=("Spreadsheets",), topics=("!!",)), merged)
    assert {"spreadsheets", "excel"} == about


def test_a_tips_topics_and_tools_each_once_as_people_read_them() -> None:
    content = TipContent(title="x", topics=("議事録", "Minutes", "…"), tools=("エクセル", "内製ツール"))
    assert named(content) == [("topic", "議事録"), ("tool", "エクセル"), ("tool", "内製ツール")]
    assert label_of("minutes", "議事録", "en") == "Meeting minutes"
    assert label_of("excel", "エクセル", "ja") == "Excel"
    assert label_of("内製ツール", "内製ツール", "en") == "内製ツール"
