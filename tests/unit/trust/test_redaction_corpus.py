"""How much is found, and how little is taken wrongly, on the labelled corpus (`python -m benchmarks.redaction`)."""

import time
from collections.abc import Iterable

import pytest

from benchmarks.redaction import PARTS, Line, finds, harmless, ours, score

ALIKE = 0.8


def test_the_corpus_is_as_large_as_promised() -> None:
    positives = [line for part in PARTS for line in finds(part)]
    assert sum(len(line.marked) for line in positives) >= 300
    assert len({line.kind for line in positives}) >= 40
    assert sum(len(harmless(part)) for part in PARTS) >= 1_000
    assert {line.language for line in positives} == {"ja", "en"}


@pytest.mark.parametrize("part", PARTS, ids=["in sight", "held out"])
def test_secrets_are_found_and_what_is_found_had_to_go(part: str) -> None:
    positives = finds(part)
    secrets = [line for line in positives if line.class_ == "secret"]
    assert score(secrets, ours).recall >= 0.98
    assert score([*positives, *harmless(part)], ours).precision >= 0.95


@pytest.mark.parametrize("class_", ["personal", "name"])
def test_personal_data_and_names_are_found(class_: str) -> None:
    lines = [line for part in PARTS for line in finds(part) if line.class_ == class_]
    assert score(lines, ours).recall >= 0.95


@pytest.mark.parametrize("language", ["ja", "en"])
def test_both_languages_are_equals(language: str) -> None:
    lines = [line for part in PARTS for line in [*finds(part), *harmless(part)] if line.language == language]
    result = score(lines, ours)
    assert result.recall >= 0.95
    assert result.precision >= 0.95


def test_the_lines_differ_from_one_another() -> None:
    """No line is another with a number changed; at most one in fifty is close to one before it."""
    lines = [line for part in PARTS for line in [*finds(part), *harmless(part)]]
    assert len({line.text for line in lines}) == len(lines)
    assert len(list(_alike(lines))) <= len(lines) // 50


def _alike(lines: Iterable[Line]) -> Iterable[Line]:
    before: list[frozenset[str]] = []
    for line in lines:
        letters = "".join(char for char in line.text.casefold() if char.isalpha())
        grams = frozenset(letters[i : i + 3] for i in range(len(letters) - 2))
        if grams and any(len(grams & other) > ALIKE * len(grams | other) for other in before):
            yield line
        before.append(grams)


def test_a_score_that_misses_or_takes_too_much_is_lower() -> None:
    """The measure itself can fail."""
    lines = finds()[:20]
    assert score(lines, lambda _: []).recall == 0
    assert score(lines, lambda text: [(0, len(text))]).precision < 0.5


def test_twice_the_text_takes_about_twice_the_time() -> None:
    """A ratio within one run, not a time: whatever grows faster than the text shows."""
    text = "\n".join(line.text for line in [*finds(), *harmless()])
    ours(text)
    once, four_times = _best(text), _best(text * 4)
    assert four_times < once * 10


def _best(text: str) -> float:
    times = []
    for _ in range(2):
        began = time.process_time()
        ours(text)
        times.append(time.process_time() - began)
    return min(times)
