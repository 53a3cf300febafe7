"""What a sentence says beyond the tips it cites is noticed, in both languages; what they say passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.llm.support import Fault, fault_of, figures, normal

JA = (
    "議事録の要約は用語集つきで頼む\n会議の議事録をまとめる\n次の用語集を必ず使って議事録を要約してください。\n"
    "ChatGPT\n誤変換が半分になりました。修正が30分から5分に。\n用語集が古いと逆効果です。3割は直しが要りました。"
)
EN = (
    "Do not let it run SQL unread\nReviewing SQL migrations\nReview this SQL for missing indexes.\nClaude, GPT-4o\n"
    "It dropped a column that was still read. The review took twice as long, about 30 minutes for 1,200 lines."
)
NAMES = ("ChatGPT", "Claude", "GPT-4o", "サイボウズ")


@pytest.mark.parametrize(
    "said",
    [
        "用語集つきで頼みます。",
        "誤変換が半分になりました。",
        "修正は３０分から５分になりました。",
        "30 minutes became 5 minutes with ChatGPT.",
        "A glossary helps with minutes.",
        "チャットGPTに用語集を渡して議事録を要約します。",
        "「用語集を必ず使って議事録を要約」と頼みます。",
        "直しが要るのは30%ほどの議事録でした。",
        "用語集が古いと、十分な効果はありません。",
    ],
)
def test_what_a_japanese_tip_says_passes(said: str) -> None:
    assert fault_of(said, [JA], names=NAMES) is None


@pytest.mark.parametrize(
    "said",
    [
        "It dropped a column that was still read.",
        "Reviewing SQL took two times as long.",
        "GPT 4o reviewed the migrations.",
        "Claude dropped a column.",
        "Reviewing 1200 lines took 30 min.",
        "Ask it to “review this SQL for missing indexes”.".replace("review", "Review"),
        "SQLの移行をClaudeで確かめると30分かかりました。",
    ],
)
def test_what_an_english_tip_says_passes(said: str) -> None:
    assert fault_of(said, [EN], names=NAMES) is None


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("「用語集を全部使って議事録を要約」と頼みます。", "quote"),
        ("議事録の修正が40分で済みました。", "figure"),
        ("議事録の修正が30秒で済みました。", "figure"),
        ("議事録の要約が三倍速くなりました。", "figure"),
        ("Claudeで議事録を要約します。", "name"),
        ("クロードで議事録を要約します。", "name"),
        ("サイボウズで議事録を要約します。", "name"),
        ("月は緑のチーズでできています。", "words"),
        ("そうです。", "empty"),
    ],
)
def test_what_a_japanese_tip_does_not_say_is_noticed(said: str, fault: Fault) -> None:
    assert fault_of(said, [JA], names=NAMES) == fault


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("It dropped a “column nobody read any more”.", "quote"),
        ("Reviewing SQL took 40 minutes.", "figure"),
        ("Reviewing SQL took 30 seconds.", "figure"),
        ("Three columns were dropped in the review.", "figure"),
        ("ChatGPT reviewed the SQL migrations.", "name"),
        ("The SQL review worked in Copilot too.", "name"),
        ("The moon is made of green cheese.", "words"),
    ],
)
def test_what_an_english_tip_does_not_say_is_noticed(said: str, fault: Fault) -> None:
    assert fault_of(said, [EN], names=NAMES) == fault


def test_a_quotation_has_to_stand_in_one_tip() -> None:
    sources = ["用語集を必ず使って", "議事録を要約してください"]
    assert fault_of("「用語集を必ず使って議事録を要約してください」と頼みます。", sources) == "quote"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3割", [(30.0, "%")]),
        ("半分", []),
        ("十分な", []),
        ("二十分間", [(20.0, "minute")]),
        ("5万円", [(50_000.0, "yen")]),
        ("1,200 lines", [(1_200.0, None)]),
        ("twice", [(2.0, "times")]),
        ("2.5 hours", [(2.5, "hour")]),
    ],
)
def test_figures_have_one_form(text: str, expected: list[tuple[float, str | None]]) -> None:
    assert figures(normal(text)) == expected


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3))
def test_any_text_is_judged(said: str, sources: list[str]) -> None:
    assert fault_of(said, sources) in (None, "empty", "quote", "figure", "name", "words")


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="用語集を先に渡すと誤変換が減ります。 ChatGPT 30分3割", min_size=1, max_size=60))
def test_a_tips_own_words_are_never_a_lie(said: str) -> None:
    assert fault_of(said, [f"{said}"], names=("ChatGPT",)) in (None, "empty")
