"""By whose words a field rests: the oracle is one line."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Message, Thread
from bot.ports import FilledTip
from bot.trust.borrowing import alone, split, titled_by_author
from storage.records import TipContent

PEOPLE = ("aya", "ben", "chie", "dan")
STANDING: dict[str, Any] = {"ben": "ask", "chie": "ok", "dan": "no"}
FIELDS = ("task", "outcome", "caveats", "prompts.0", "prompts.1", "prompts.2", "steps.0", "steps.1")
THREAD = Thread("C1", "0", tuple(Message(str(n), who, who, f"{who} said this.") for n, who in enumerate(PEOPLE * 2)))
RESTS_ON = st.sets(st.integers(0, 7), min_size=1).map(sorted).map(tuple)


def content() -> TipContent:
    return TipContent(
        title="title",
        task="words of task",
        outcome="words of outcome",
        caveats="words of caveats",
        prompts=tuple(f"words of prompts.{n}" for n in range(3)),
        steps=tuple(f"words of steps.{n}" for n in range(2)),
    )


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, RESTS_ON)), st.sets(st.integers(0, 7)))
def test_a_field_is_its_authors_or_waits_for_all_others_or_is_nowhere(
    evidence: dict[str, tuple[int, ...]], gone: set[int]
) -> None:
    parted = split(
        content(), {"title": (0,), **evidence}, THREAD, "aya", STANDING.__getitem__, is_gone=gone.__contains__
    )
    for field, rests_on in evidence.items():
        others = {PEOPLE[index % 4] for index in rests_on} - {"aya"}
        is_own = f"words of {field}" in parted.content.model_dump_json()
        waits = field in parted.borrowed
        assert is_own == (not others)
        assert waits == (bool(others) and "dan" not in others and not gone & set(rests_on))
        assert not others or not waits or others <= set(parted.speakers)
    assert set(parted.speakers.values()) <= {"ask", "ok"}
    for place, text in enumerate(parted.content.prompts):
        assert parted.evidence[f"prompts.{place}"] == evidence[text.removeprefix("words of ")]


@given(st.fixed_dictionaries(dict.fromkeys((*FIELDS, "title"), RESTS_ON)))
def test_alone_is_what_rests_on_the_authors_messages_and_nothing_else(evidence: dict[str, tuple[int, ...]]) -> None:
    filled = alone(FilledTip(content(), evidence, "m", "1"), THREAD, "aya", "en")
    own = {field for field, rests_on in evidence.items() if set(rests_on) <= {0, 4}}
    assert (filled is None) == (not own)
    if filled is not None:
        told = filled.content.model_dump_json()
        assert {field for field in FIELDS if f"words of {field}" in told} == own - {"title"}
        assert all(set(rests_on) <= {0, 4} for rests_on in filled.evidence.values())
        for place, text in enumerate(filled.content.prompts):
            assert filled.evidence[f"prompts.{place}"] == evidence[text.removeprefix("words of ")]


def test_the_title_is_of_the_authors_own_words() -> None:
    filled = FilledTip(TipContent(title="ben's title", task="x"), {"title": (1,), "task": (0,)}, "m", "1")
    titled = titled_by_author(filled, THREAD, "aya", "en")
    assert titled is not None
    assert titled.content.title == "aya said this"
    assert set(titled.evidence["title"]) <= {0, 4}


def test_where_nothing_is_the_authors_there_is_no_tip_of_theirs() -> None:
    filled = FilledTip(TipContent(title="ben's title", task="x"), {"title": (1,), "task": (0, 1)}, "m", "1")
    assert titled_by_author(filled, THREAD, "aya", "en") is None
