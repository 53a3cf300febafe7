"""The cases are many, of many sorts, in both languages, unlike one another, and can be fulfilled."""

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest

from benchmarks.evaluate.cases import (
    AnswerCase,
    CaptureCase,
    Cases,
    CasesWrong,
    DetailCase,
    load,
    plain,
    says,
    words_of,
)
from benchmarks.evaluate.judging import judge_answer, judge_capture, judge_details
from bot.ports import Answered, Detail, DetailKind, FilledTip, Sentence
from bot.trust.language import language_of
from storage.records import Kind, TipContent

CASES = load()
ATTACKS = {
    "injection",
    "fake citation",
    "contradiction",
    "pitfall",
    "prompt as instruction",
    "exact number",
    "near miss",
}


def test_there_are_as_many_as_were_promised() -> None:
    assert len(CASES.capture) >= 60
    assert len(CASES.answer) >= 80
    assert 3 * sum(not case.answerable for case in CASES.answer) >= len(CASES.answer)
    assert {case.adversarial for case in CASES.answer} == ATTACKS | {None}
    assert sum(case.adversarial not in (None, "pitfall", "exact number") for case in CASES.answer) >= 12
    assert sum(case.adversarial is not None for case in CASES.capture) >= 8
    assert len(CASES.details) >= 40
    assert 4 * sum(not case.find for case in CASES.details) >= len(CASES.details)
    assert sum(case.adversarial is not None for case in CASES.details) >= 10


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_leads_to_people_is_of_every_kind_in_both_languages(language: str) -> None:
    kinds = {kind for case in CASES.details if case.language == language for kind in case.find.values()}
    assert {one for kind in kinds for one in kind.split("|")} == set(get_args(DetailKind))


@pytest.mark.parametrize("sort", ["capture", "answer", "details"])
def test_half_are_japanese_and_half_english(sort: str) -> None:
    languages = Counter(case.language for case in getattr(CASES, sort))
    assert abs(languages["ja"] - languages["en"]) <= 0.1 * languages.total()


def test_some_go_across_languages() -> None:
    across = [
        case
        for case in CASES.answer
        if any(CASES.contents[name.split("|")[0]].language != case.language for name in case.must_cite)
    ]
    assert {case.language for case in across} == {"ja", "en"}
    assert len(across) >= 6
    foreign = [case for case in CASES.capture for p in case.prompts if language_of(p) != case.language]
    assert foreign


def test_ids_name_one_case_each_and_every_tip_is_used() -> None:
    ids = Counter(case.id for case in (*CASES.capture, *CASES.answer, *CASES.details))
    assert [name for name, count in ids.items() if count > 1] == []
    assert set(CASES.contents) == {name for case in CASES.answer for name in case.tips}


def grams(text: str) -> set[str]:
    bare = plain(text)
    return {bare[at : at + 5] for at in range(len(bare) - 4)}


def test_no_two_are_near_copies() -> None:
    sorts = (
        {case.id: grams(case.thread) for case in CASES.capture},
        {case.id: grams(case.question) for case in CASES.answer},
        {name: grams(words_of(content)) for name, content in CASES.contents.items()},
        {case.id: grams("".join(case.texts)) for case in CASES.details},
    )
    alike = [
        (one, other)
        for texts in sorts
        for one, other in combinations(texts, 2)
        if len(texts[one] & texts[other]) > 0.4 * min(len(texts[one]), len(texts[other]))
    ]
    assert alike == []


def test_threads_are_in_the_language_of_their_file() -> None:
    for case in CASES.capture:
        said = "\n".join(message.text for message in case.messages if not message.is_bot)
        assert language_of(said) == case.language, case.id
        assert language_of(case.thread, case.language) == case.language, case.id
    for question in CASES.answer:
        assert language_of(question.question, question.language) == question.language, question.id
    for tip in CASES.details:
        assert {language_of(text, tip.language) for text in tip.texts} == {tip.language}, tip.id


@pytest.mark.parametrize("case", CASES.capture, ids=lambda case: case.id)
def test_what_has_to_be_quoted_stands_in_the_thread_and_can_be_judged_right(case: CaptureCase) -> None:
    own = [n for n, message in enumerate(case.messages) if message.author_id == case.author]
    assert all(any(prompt.strip() in case.messages[n].text for n in own) for prompt in case.prompts)
    if "💡" in case.thread:
        assert next(m for m in case.messages if m.ts == case.marked).author_id == case.author
    verdict = judge_capture(case, ideal(case))
    assert verdict.problems == []
    assert all(verdict.checks.values())


def ideal(case: CaptureCase) -> FilledTip:
    """The fields that say just what the case asks for."""
    own = tuple(n for n, message in enumerate(case.messages) if message.author_id == case.author)
    tail = "についてです。" if case.language == "ja" else " is what this is about"
    wanted = [of(words, case.thread) for words in (*case.title, *case.must_say)]
    content = TipContent(
        kind=Kind(case.kind.split("|")[0]),
        title=", ".join(of(words, "") for words in case.title) + tail,
        outcome=" / ".join(wanted) + tail,
        prompts=tuple(prompt.strip() for prompt in case.prompts),
        tools=tuple(of(words, case.thread) for words in case.tools),
        language=case.language,
    )
    evidence = {"title": own, "outcome": own, **{f"prompts.{n}": own for n in range(len(case.prompts))}}
    return FilledTip(content, evidence, "ideal", "1")


def of(words: str, source: str) -> str:
    """The one of several words that stands in the source, else the first."""
    several = words.split("|")
    return next((one for one in several if says(source, one)), several[0])


@pytest.mark.parametrize("case", CASES.answer, ids=lambda case: case.id)
def test_what_has_to_be_said_stands_in_the_tips_and_can_be_judged_right(case: AnswerCase) -> None:
    tips = [CASES.contents[name] for name in case.tips]
    numbers = tuple(case.tips.index(cited.split("|")[0]) + 1 for cited in case.must_cite)
    source = "\n".join(words_of(tips[number - 1]) for number in numbers)
    assert all(says(source, words) for words in case.must_say), "must_say does not stand in what it must cite"
    tail = "とのことでした。" if case.language == "ja" else " is what colleagues found to be so"
    said = "; ".join(of(words, source) for words in case.must_say) + tail
    answered = Answered((Sentence(said, numbers),) if case.answerable else (), "ideal", "1")
    verdict = judge_answer(case, tips, answered)
    assert verdict.problems == []
    assert all(verdict.checks.values())
    assert verdict.unsupported == 0


@pytest.mark.parametrize("case", CASES.details, ids=lambda case: case.id)
def test_what_has_to_go_can_be_found_and_judged_right(case: DetailCase) -> None:
    for place in (0, -1):
        told = {words.split("|")[place]: kinds.split("|")[place] for words, kinds in case.find.items()}
        found = [Detail(text, kind) for text, kind in told.items()]  # type: ignore[arg-type] # checked as it was read
        verdict = judge_details(case, found)
        assert verdict.problems == []
        assert all(verdict.checks.values())


DETAIL = """
[[case]]
id = "one"
texts = ["Ben does it so."]
find = { "Ben" = "name" }
"""

GOOD = """
[[case]]
id = "one"
kind = "practice"
author = "aya"
title = ["glossary"]
prompts = ["Use the glossary."]
thread = '''
@aya
`Use the glossary.` halves the mistakes.
'''
"""


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.en.toml", GOOD.replace("[[case]]", "[case"), "is not TOML"),
        ("a.de.toml", GOOD, "has to be called"),
        ("a.en.toml", GOOD.replace("kind =", "kin ="), "case one"),
        ("a.en.toml", GOOD.replace('"practice"', '"worry"'), "there is no kind worry"),
        ("a.en.toml", GOOD.replace('author = "aya"', 'author = "ben"'), "ben says nothing"),
        (
            "a.en.toml",
            GOOD.replace('["Use the glossary."]', '["Use a glossary."]'),
            "does not stand in a message of aya",
        ),
        ("a.en.toml", GOOD.replace("@aya\n", ""), "aya says nothing"),
        ("a.en.toml", GOOD.replace("[[case]]", "[[other]]"), "has to hold [[case]]"),
        ("a.en.toml", GOOD + 'must_say = ["ninety"]\n', "'ninety' does not stand"),
    ],
)
def test_a_case_that_is_wrong_is_refused_by_its_name(tmp_path: Path, name: str, text: str, problem: str) -> None:
    (tmp_path / "capture").mkdir()
    (tmp_path / "capture" / name).write_text(text, "utf-8")
    with pytest.raises(CasesWrong) as refused:
        load(tmp_path)
    assert problem in str(refused.value)
    assert name in str(refused.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (DETAIL.replace('"Ben" =', '"Ben|Bob" ='), "'Bob' does not stand"),
        (DETAIL.replace('"name"', '"spaceship"'), "there is no kind spaceship"),
        (DETAIL + 'may = ["Otto"]', "'Otto' does not stand"),
        (DETAIL.replace('["Ben does it so."]', "[]"), "texts"),
    ],
)
def test_a_case_of_details_that_is_wrong_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "details").mkdir()
    (tmp_path / "details" / "a.en.toml").write_text(text, "utf-8")
    with pytest.raises(CasesWrong) as refused:
        load(tmp_path)
    assert problem in str(refused.value)


def test_a_good_one_is_not_refused(tmp_path: Path) -> None:
    (tmp_path / "capture").mkdir()
    (tmp_path / "capture" / "a.en.toml").write_text(GOOD, "utf-8")
    assert [case.id for case in load(tmp_path).capture] == ["one"]


@pytest.mark.parametrize(
    ("pattern", "limit", "count"), [("capture/*", 3, (3, 0)), ("*.ja/*", 1, (1, 1)), ("nobody-has-this", None, (0, 0))]
)
def test_cases_are_chosen_by_address(pattern: str, limit: int | None, count: tuple[int, int]) -> None:
    chosen: Cases = CASES.chosen(pattern, limit)
    assert (len(chosen.capture), len(chosen.answer)) == count


@pytest.mark.parametrize(
    ("text", "words", "stands"),
    [
        ("修正が １０ 分になった", "10分", True),
        ("It cost 47 dollars", "7", False),
        ("It cost 7 dollars", "7", True),
        ("1.2倍になった", "2倍", False),
        ("ChatGPTで", "chatgpt|Claude", True),
        ("4,000 names", "000", False),
    ],
)
def test_words_are_found_by_what_they_are_not_by_how_they_are_written(text: str, words: str, stands: bool) -> None:
    assert says(text, words) is stands
