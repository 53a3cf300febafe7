"""Sentences are read while they are written, wherever the pieces end."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.llm.partial import PartialList

SAID = st.fixed_dictionaries(
    {"text": st.text(max_size=30), "cites": st.lists(st.integers(0, 9), max_size=3)},
    optional={"more": st.dictionaries(st.text(max_size=3), st.text(max_size=5), max_size=2)},
)


def read(text: str, cuts: list[int]) -> list[dict[str, Any]]:
    reader, found, at = PartialList("sentences"), [], 0
    for cut in [*sorted(cut % (len(text) + 1) for cut in cuts), len(text)]:
        found += reader.feed(text[at:cut])
        at = cut
    return found


@settings(max_examples=50, deadline=None)
@given(st.lists(SAID, max_size=5), st.lists(st.integers(0, 10_000), max_size=20), st.booleans())
def test_every_sentence_is_found_once_and_in_order(said: list[Any], cuts: list[int], is_ascii: bool) -> None:
    text = json.dumps({"ask_back": None, "sentences": said, "own": ["{", '"sentences": [']}, ensure_ascii=is_ascii)
    assert read(f"```json\n{text}\n```", cuts) == said


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=100), st.lists(st.integers(0, 100), max_size=5))
def test_what_is_no_json_gives_nothing_and_no_error(text: str, cuts: list[int]) -> None:
    assert all(isinstance(found, dict) for found in read(text, cuts))


def test_a_sentence_is_there_as_soon_as_it_is_whole() -> None:
    reader = PartialList("sentences")
    assert reader.feed('{"sentences": [{"text": "a", "cites": [1]') == []
    assert reader.feed("}") == [{"text": "a", "cites": [1]}]
    assert reader.feed(', {"text": "cut o') == []


def test_another_list_is_not_read() -> None:
    assert PartialList("sentences").feed('{"own": [{"text": "a"}], "x": {"sentences": [{"text": "b"}]}}') == []
