"""Filters in a question: what is read, what is left, and what is said about values nobody understands."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.filters import Parsed, parse, written
from bot.errors import Refused
from bot.texts import say
from storage.records import Kind, Language

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("minutes tool:Claude", Parsed("minutes", tools=("Claude",))),
        ("tool:Claude tool:ChatGPT minutes", Parsed("minutes", tools=("Claude", "ChatGPT"))),
        ("議事録 ツール：Claude", Parsed("議事録", tools=("Claude",))),
        (
            "議事録 ツール:クロード 種類:うまくいかなかったこと",
            Parsed("議事録", tools=("クロード",), kinds=(Kind.PITFALL,)),
        ),
        ("kind:pitfall", Parsed("", kinds=(Kind.PITFALL,))),
        ("KIND:Pitfall translation", Parsed("translation", kinds=(Kind.PITFALL,))),
        ("from:#ai-tips review", Parsed("review", channels=("ai-tips",))),
        ("from:<#C123|ai-tips> review", Parsed("review", channels=("C123",))),
        ("チャンネル：#営業 見積もり", Parsed("見積もり", channels=("営業",))),
        ('theme:"meeting notes" short', Parsed("short", themes=("meeting notes",))),
        ("テーマ:「会議 メモ」 短く", Parsed("短く", themes=("会議 メモ",))),
        ("since:2026-10 excel", Parsed("excel", since=date(2026, 10, 1))),
        ("以降:2026年10月5日 excel", Parsed("excel", since=date(2026, 10, 5))),
        ("since:2w excel", Parsed("excel", since=TODAY - timedelta(days=14))),
        ("期間:2週間 excel", Parsed("excel", since=TODAY - timedelta(days=14))),
        ("期間:３か月以内 excel", Parsed("excel", since=TODAY - timedelta(days=90))),
        ("since:1y since:2w x", Parsed("x", since=TODAY - timedelta(days=14))),
        ("from: header in mails?", Parsed("from: header in mails?")),
        ("Error: KeyError in mytool:Claude", Parsed("Error: KeyError in mytool:Claude")),
        ("how do others do this?", Parsed("how do others do this?")),
    ],
)
def test_filters_are_read_and_the_question_is_left(text: str, parsed: Parsed) -> None:
    assert parse(text, TODAY) == parsed


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("kind:success", "filters.unknown_kind"),
        ("種類:すごい", "filters.unknown_kind"),
        ("since:soon", "filters.unknown_date"),
        ("since:2026-13", "filters.unknown_date"),
        ("以降:きのう", "filters.unknown_date"),
    ],
)
def test_a_value_nobody_understands_ends_in_a_sentence(text: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(f"{text} excel", TODAY)
    assert refused.value.text_key == key
    for language in ("ja", "en"):
        assert refused.value.values["value"] in say(language, key, **refused.value.values)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("議事録 テーマ:会議 ツール：Claude", ("テーマ:会議", "ツール：Claude")),
        ('theme:"meeting notes" short', ('theme:"meeting notes"',)),
        ("from: header in mails?", ()),
    ],
)
def test_filters_are_named_as_they_were_written(text: str, filters: tuple[str, ...]) -> None:
    assert written(text) == filters


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parsed = parse(text, TODAY)
    except Refused:
        return
    assert len(parsed.text) <= len(text)
    assert parsed.since is None or parsed.since <= TODAY or parsed.since.year <= 9999


names = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd")), min_size=1, max_size=12)


@given(names, names, st.sampled_from(["tool", "ツール", "Tool"]), st.sampled_from([":", "："]))
def test_a_tool_is_read_wherever_it_stands(tool: str, word: str, name: str, colon: str) -> None:
    for text in (f"{name}{colon}{tool} {word}", f"{word} {name}{colon}{tool}", f'{word} {name}{colon}"{tool}"'):
        assert parse(text, TODAY) == Parsed(word, tools=(tool,))


@given(st.integers(0, 9999), st.sampled_from(["d", "w", "m", "y", "日", "週間", "か月", "年"]))
def test_any_span_is_a_day_not_after_today(count: int, unit: str) -> None:
    since = parse(f"since:{count}{unit} x", TODAY).since
    assert since is not None
    assert date(1, 1, 1) <= since <= TODAY


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", get_args(Language))
def test_the_names_that_people_see_on_cards_are_understood(kind: Kind, language: Language) -> None:
    name = say(language, f"capture.kind_{kind.value}")
    assert parse(f'kind:"{name}" 議事録', TODAY) == Parsed("議事録", kinds=(kind,))
