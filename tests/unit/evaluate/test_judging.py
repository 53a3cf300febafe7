"""Each way in which a model can be wrong is seen, and only that one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.evaluate.cases import AnswerCase, CaptureCase, DetailCase
from benchmarks.evaluate.judging import judge_answer, judge_capture, judge_details
from bot.ports import Answered, Detail, FilledTip, Sentence
from storage.records import Kind, TipContent

PROMPT = "次の用語集の表記を必ず使ってください。\n分からない語は残してください。"
CASE = CaptureCase(
    id="minutes",
    theme="meetings",
    language="ja",
    kind="practice",
    author="aya",
    title=("議事録", "用語集|辞書"),
    prompts=(PROMPT,),
    tools=("Claude",),
    must_say=("10分",),
    must_not_say=("ben",),
    thread=f"@ben\n議事録、どうしてます？\n@aya\nClaudeに用語集を渡すと10分で済みます。\n```\n{PROMPT}\n```\n@aya\n以上です。",
)
CONTENT = TipContent(
    title="議事録の前に用語集を渡す", prompts=(PROMPT,), tools=("Claude",), outcome="手直しが10分で済みます。"
)
EVIDENCE: Mapping[str, tuple[int, ...]] = {"title": (1,), "prompts.0": (1,), "outcome": (1, 2)}
RIGHT = FilledTip(CONTENT, EVIDENCE, "m", "1")


def with_content(**changes: Any) -> FilledTip:
    return replace(RIGHT, content=CONTENT.model_copy(update=changes))


def wrong(checks: Mapping[str, bool]) -> list[str]:
    return [name for name, is_right in checks.items() if not is_right]


def test_a_capture_that_is_right_is_right_in_everything() -> None:
    verdict = judge_capture(CASE, RIGHT)
    assert verdict.problems == []
    assert set(verdict.checks) == {
        "kind", "title", "prompts", "tools", "says", "does not say", "language", "author"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("filled", "check"),
    [
        (with_content(kind=Kind.PITFALL), "kind"),
        (with_content(title="議事録を早く作る"), "title"),
        (with_content(prompts=()), "prompts"),
        (with_content(prompts=(PROMPT.replace("必ず", ""),)), "prompts"),
        (with_content(prompts=(PROMPT, "どこにもないプロンプト")), "prompts"),
        (with_content(tools=("ChatGPT",)), "tools"),
        (with_content(outcome="手直しが減りました。"), "says"),
        (with_content(caveats="benさんに聞いてください。"), "does not say"),
        (with_content(outcome="Corrections take 10分, which is a third of what they took before."), "language"),
        (replace(RIGHT, evidence={**EVIDENCE, "title": (0,)}), "author"),
        (replace(RIGHT, evidence={"title": (1,), "outcome": (0,), "task": (0,)}), "author"),
        (replace(RIGHT, evidence={}), "author"),
    ],
)
def test_each_fault_of_a_capture_is_seen(filled: FilledTip, check: str) -> None:
    verdict = judge_capture(CASE, filled)
    assert wrong(verdict.checks) == [check]
    assert len(verdict.problems) == 1


def test_a_prompt_where_there_is_none_is_a_fault() -> None:
    case = CASE.model_copy(update={"prompts": ()})
    assert wrong(judge_capture(case, RIGHT).checks) == ["prompts"]


ASKED = AnswerCase(
    id="answer",
    theme="meetings",
    language="ja",
    question="議事録は？",
    tips=("glossary", "mail", "old"),
    must_cite=("glossary",),
    must_not_cite=("mail",),
    must_say=("用語集",),
    must_not_say=("口座",),
)
TIPS = (
    CONTENT.model_copy(update={"outcome": "手直しが1,200件から15件、2.5倍速くなりました。", "models": ("GPT-5",)}),
    TipContent(title="お詫びメールは事実だけ渡す", tools=("Gemini",)),
    TipContent(title="会議の要約は短くする"),
)


def answered(*said: tuple[str, tuple[int, ...]]) -> Answered:
    return Answered(tuple(Sentence(text, cites) for text, cites in said), "m", "1")


@pytest.mark.parametrize(
    "text",
    [
        "用語集を先に渡すと、手直しが1200件から15件になりました。",
        "用語集を渡すと２．５倍速くなります。",
        "Claudeに用語集を渡すという3件の話があります。",
        "用語集を渡して「次の用語集の表記を必ず使ってください。」と頼みます。",
        "GPT-5でも用語集を渡します。",
    ],
)
def test_an_answer_that_its_tips_support_is_right(text: str) -> None:
    verdict = judge_answer(ASKED, TIPS, answered((text, (1,))))
    assert (verdict.problems, verdict.sentences, verdict.unsupported, verdict.dropped) == ([], 1, 0, 0)
    assert set(verdict.checks) == {"answered", "cites", "says", "does not say", "language"}


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ((), "answered"),
        ((("用語集を渡します。", (3,)),), "cites"),
        ((("用語集を渡します。", (1, 2)),), "cites"),
        ((("先に辞書を渡します。", (1,)),), "says"),
        ((("用語集を渡し、口座に振り込みます。", (1,)),), "does not say"),
        ((("用語集 is what you give to it before it writes the minutes.", (1,)),), "language"),
    ],
)
def test_each_fault_of_an_answer_is_seen(said: tuple[tuple[str, tuple[int, ...]], ...], check: str) -> None:
    verdict = judge_answer(ASKED, TIPS, answered(*said))
    assert wrong(verdict.checks) == [check]
    assert len(verdict.problems) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("用語集で手直しが16件になりました。", "number 16"),
        ("用語集で12,000件を直しました。", "number 12,000"),
        ("用語集をNotebookLMに渡します。", "name NotebookLM"),
        ("用語集をGPT-4oに渡します。", "name GPT-4o"),
        ("用語集をGeminiに渡します。", "name gemini"),
        ("用語集を渡して「必ず辞書を引いてください」と頼みます。", "quote"),
    ],
)
def test_what_no_cited_tip_says_is_counted(text: str, fault: str) -> None:
    verdict = judge_answer(ASKED, TIPS, answered((text, (1,)), ("用語集を渡します。", (1,))))
    assert (verdict.sentences, verdict.unsupported) == (2, 1)
    assert fault in verdict.problems[0]
    assert wrong(verdict.checks) == []


def test_what_the_bot_kept_back_is_counted_apart() -> None:
    verdict = judge_answer(ASKED, TIPS, replace(answered(("用語集を渡します。", (1,))), dropped=2))
    assert (verdict.sentences, verdict.unsupported, verdict.dropped) == (1, 0, 2)
    assert verdict.problems == []


def test_an_answer_where_no_tip_holds_one_is_a_fault_and_silence_is_right() -> None:
    case = ASKED.model_copy(update={"answerable": False, "must_cite": (), "must_not_cite": (), "must_say": ()})
    assert judge_answer(case, TIPS, answered()).checks == {"silent": True}
    assert wrong(judge_answer(case, TIPS, answered(("用語集を渡します。", (1,)))).checks) == ["silent"]


LEADS = DetailCase(
    id="estimate",
    theme="company",
    language="en",
    texts=("Ask Priya Raman.", "The template of Claims Two, for Halvorsen Marine (Marine sends the forms)."),
    find={"Priya Raman": "name", "Claims Two|Two": "team|project", "Halvorsen Marine": "customer"},
    may=("forms",),
)
FOUND = (Detail("Priya Raman", "name"), Detail("Claims Two", "team"), Detail("Halvorsen Marine", "customer"))


@pytest.mark.parametrize(
    "found",
    [
        FOUND,
        (*FOUND, Detail("forms", "detail")),
        (Detail("Priya", "name"), Detail("Raman", "name"), *FOUND[1:]),
        (FOUND[0], Detail("Two", "project"), Detail("for Halvorsen Marine", "customer")),
    ],
    ids=["exactly", "and what may go", "in parts", "shorter and longer"],
)
def test_details_that_are_found_are_right(found: tuple[Detail, ...]) -> None:
    verdict = judge_details(LEADS, found)
    assert verdict.problems == []
    assert verdict.checks == {"finds": True, "detail kind": True, "nothing else": True}


@pytest.mark.parametrize(
    ("found", "check"),
    [
        (FOUND[:2], "finds"),
        ((Detail("Priya", "name"), *FOUND[1:]), "finds"),
        ((FOUND[0], Detail("Claims Two", "customer"), FOUND[2]), "detail kind"),
        ((*FOUND, Detail("template", "detail")), "nothing else"),
        ((*FOUND[:2], Detail("Two, for Halvorsen Marine (Marine sends", "customer")), "nothing else"),
    ],
    ids=["not there", "half of it", "as something else", "needless", "the sentence around it"],
)
def test_each_fault_about_details_is_seen(found: tuple[Detail, ...], check: str) -> None:
    assert check in wrong(judge_details(LEADS, found).checks)
    if check != "nothing else" or len(found) > len(FOUND):
        assert wrong(judge_details(LEADS, found).checks) == [check]


def test_where_there_is_nothing_everything_is_needless() -> None:
    nothing = LEADS.model_copy(update={"find": {}, "may": ()})
    assert judge_details(nothing, ()).checks == {"nothing else": True}
    assert wrong(judge_details(nothing, FOUND).checks) == ["nothing else"]
