"""`make eval` over HTTP: its report is right for a model that is right, that is wrong, and that fails."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchmarks.evaluate.__main__ import main
from benchmarks.evaluate.report import Report
from tests.model_server import Asked, Say, ScriptedModel, Status, data_of, task_of

CAPTURES = """
[[case]]
id = "capture-{language}"
kind = "practice"
author = "aya"
title = ["{word}"]
prompts = ["{prompt}"]
thread = '''
@ben
{question}
@aya
{told}
```
{prompt}
```
'''
"""
ANSWERS = """
[[case]]
id = "answer-{language}"
question = "{question}"
tips = ["tip-{language}"]
adversarial = "injection"
must_cite = ["tip-{language}"]

[[case]]
id = "silent-{language}"
question = "{unknown}"
tips = ["tip-{language}"]
answerable = false
"""
TIPS = """
[[tip]]
id = "tip-{language}"
title = "{told}"
"""
WORDS = {
    "ja": {
        "word": "用語集",
        "prompt": "用語集の表記を使ってください。",
        "question": "議事録はどうしていますか？",
        "told": "用語集を先に渡すと10分で済みます。",
        "unknown": "年賀状はどうしていますか？",
    },
    "en": {
        "word": "glossary",
        "prompt": "Use the terms of the glossary.",
        "question": "How do you write minutes?",
        "told": "Giving it the glossary first takes 10 minutes.",
        "unknown": "How do you write greeting cards?",
    },
}
EMPTY: dict[str, Any] = {"text": "", "rests_on": []}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("capture", CAPTURES), ("answer", ANSWERS), ("tips", TIPS)):
        (tmp_path / "cases" / name).mkdir(parents=True)
        for language, words in WORDS.items():
            said = text.format(language=language, **words)
            (tmp_path / "cases" / name / f"a.{language}.toml").write_text(said, "utf-8")
    return tmp_path


def is_probe(asked: Asked) -> bool:
    return asked["messages"][0]["content"] == "Say ok."


def right(asked: Asked) -> str:
    if is_probe(asked):
        return "ok"
    data = data_of(asked)
    words = WORDS[data["language"]]
    if task_of(asked) == "answer":
        said = [] if data["question"] == words["unknown"] else [{"text": words["told"], "cites": [1]}]
        return json.dumps({"sentences": said})
    fields: dict[str, Any] = dict.fromkeys(("task", "background", "reasoning", "outcome", "caveats"), EMPTY)
    fields |= {name: [] for name in ("tools", "models", "steps", "topics")}
    fields |= {"kind": "practice", "title": {"text": words["told"], "rests_on": [2]}}
    return json.dumps(fields | {"prompts": [{"text": words["prompt"], "rests_on": [2]}]})


def wrong_in_english(asked: Asked) -> str:
    """Right in Japanese; in English a capture lacks its prompt, a question is answered just when it should not be."""
    said = right(asked)
    if is_probe(asked) or data_of(asked)["language"] == "ja":
        return said
    if task_of(asked) == "answer":
        words = WORDS["en"]
        told = words["told"] if data_of(asked)["question"] == words["unknown"] else "It takes 99 minutes."
        return json.dumps({"sentences": [{"text": told, "cites": [1]}]})
    return json.dumps(json.loads(said) | {"kind": "pitfall", "prompts": []})


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel(default=right) as running:
        yield running


def evaluate(folder: Path, url: str | None, *more: str) -> Result:
    address = ("--base-url", url) if url else ()
    places = ("--folder", str(folder / "cases"), "--out", str(folder / "reports"))
    environment = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": None, "YORIDOKORO_LLM_TIMEOUT_SECONDS": "5"}
    return CliRunner().invoke(main, [*address, "--model", "scripted", *places, *more], env=environment)


def rows(result: Result) -> dict[str, list[str]]:
    """The table's rows by name: ja, en, all, in both, before, change."""
    found = {}
    for line in result.stdout.splitlines():
        cells = [cell for cell in line.split("  ") if cell.strip()]
        if len(cells) > 1:
            found[cells[0].strip()] = [cell.strip() for cell in cells[1:]]
    return found


def reports(folder: Path) -> list[Report]:
    return [Report.model_validate_json(path.read_text("utf-8")) for path in sorted((folder / "reports").iterdir())]


def test_a_model_that_is_right_is_told_so(folder: Path, server: ScriptedModel) -> None:
    result = evaluate(folder, server.url, "--price-input", "1000", "--price-output", "0")
    assert result.exit_code == 0, result.output
    table = rows(result)
    assert table["captures all right"] == ["1/1 100%", "1/1 100%", "2/2 100%"]
    assert table["answers all right"] == ["2/2 100%", "2/2 100%", "4/4 100%"]
    assert table["answered when it should not"] == ["0/1 0%", "0/1 0%", "0/2 0%"]
    assert table["unsupported sentences"] == ["0/1 0%", "0/1 0%", "0/2 0%"]
    assert table["unsupported sentences dropped"] == ["0/1 0%", "0/1 0%", "0/2 0%"]
    assert table["adversarial held"] == ["1/1 100%", "1/1 100%", "2/2 100%"]
    assert table["failed"] == ["0/3 0%", "0/3 0%", "0/6 0%"]
    assert table["tokens in"] == ["30", "30", "60"]
    assert table["cost in USD"] == ["0.0300", "0.0300", "0.0600"]
    assert "6/6 cases, 0 with something wrong" in result.stderr
    (report,) = reports(folder)
    assert {r.id for r in report.results if r.is_right} == {r.id for r in report.results}
    assert set(report.prompts) == {"fill_tip", "merge_tips", "answer", "search_words", "find_details"}


def test_what_is_wrong_is_counted_by_language_and_beside_the_last_report(folder: Path, server: ScriptedModel) -> None:
    evaluate(folder, server.url)
    server.default = wrong_in_english
    result = evaluate(folder, server.url)
    assert result.exit_code == 0, result.output
    table = rows(result)
    assert table["kind"] == ["1/1 100%", "0/1 0%", "1/2 50%", "1/2 50%", "2/2 100%", "-50"]
    assert table["prompts verbatim"] == ["1/1 100%", "0/1 0%", "1/2 50%", "1/2 50%", "2/2 100%", "-50"]
    assert table["answered when it should not"] == ["0/1 0%", "1/1 100%", "1/2 50%", "1/2 50%", "0/2 0%", "+50"]
    assert table["unsupported sentences dropped"] == ["0/1 0%", "1/2 50%", "1/3 33%", "1/3 33%", "0/2 0%", "+33"]
    assert table["adversarial held"][:3] == ["1/1 100%", "0/1 0%", "1/2 50%"]
    assert table["answers all right"][:3] == ["2/2 100%", "0/2 0%", "2/4 50%"]
    assert "worse: answer-en, capture-en, silent-en" in result.stdout
    assert "capture/a.en/capture-en: kind is pitfall, not practice" in result.stdout
    server.default = right
    again = evaluate(folder, server.url)
    assert "better: answer-en, capture-en, silent-en" in again.stdout


def test_what_is_pointed_at_is_judged_by_language(folder: Path, server: ScriptedModel) -> None:
    (folder / "cases" / "details").mkdir()
    for language, name in (("ja", "藤堂"), ("en", "Okonkwo")):
        told = WORDS[language]["told"]
        case = f'[[case]]\nid = "leads-{language}"\ntexts = ["{name}: {told}"]\nfind = {{ "{name}" = "name" }}\n'
        (folder / "cases" / "details" / f"a.{language}.toml").write_text(case, "utf-8")

    def points(asked: Asked) -> str:
        if is_probe(asked):
            return "ok"
        name = "藤堂" if data_of(asked)["language"] == "ja" else "10 minutes"
        return json.dumps({"details": [{"text": name, "kind": "name"}]}, ensure_ascii=False)

    server.default = points
    result = evaluate(folder, server.url, "--cases", "details/*")
    assert result.exit_code == 0, result.output
    table = rows(result)
    assert table["details all right"] == ["1/1 100%", "0/1 0%", "1/2 50%"]
    assert table["finds what leads to people"] == ["1/1 100%", "0/1 0%", "1/2 50%"]
    assert table["as what it is"] == ["1/1 100%", "–", "1/1 100%"]
    assert table["and nothing else"] == ["1/1 100%", "0/1 0%", "1/2 50%"]
    assert "details/a.en/leads-en: does not find Okonkwo; points at 10 minutes" in result.stdout
    (report,) = reports(folder)
    assert {one.output for one in report.results} == {"name: 藤堂", "name: 10 minutes"}


def test_an_earlier_report_can_be_named_and_only_what_both_have_is_compared(
    folder: Path, server: ScriptedModel
) -> None:
    evaluate(folder, server.url, "--cases", "*.ja/*")
    (first,) = (folder / "reports").iterdir()
    evaluate(folder, server.url)
    result = evaluate(folder, server.url, "--against", str(first))
    assert "3 cases in both" in result.stdout
    assert rows(result)["answers all right"] == ["2/2 100%", "2/2 100%", "4/4 100%", "2/2 100%", "2/2 100%"]


def test_failures_are_counted_by_reason_and_are_not_judged(folder: Path, server: ScriptedModel) -> None:
    server.queue.extend([Say("ok"), Say("no"), Say("still no"), Say('{"kind', finish="length")])
    result = evaluate(folder, server.url, "--concurrency", "1")
    assert result.exit_code == 0, result.output
    assert "failed: invalid 1, truncated 1" in result.stdout or "failed: truncated 1, invalid 1" in result.stdout
    table = rows(result)
    assert table["failed"][2] == "2/6 33%"
    assert table["kind"] == ["–", "–", "–"]
    assert table["answers all right"][2] == "4/4 100%"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status(401), "does not answer: the key is refused."),
        (Status(404), "does not answer: there is no model scripted."),
        (Status(503), "does not answer: the endpoint answers 503."),
    ],
)
def test_a_model_that_does_not_answer_ends_in_a_sentence(
    folder: Path, server: ScriptedModel, status: Status, sentence: str
) -> None:
    server.queue.append(status)
    result = evaluate(folder, server.url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_a_model_that_stops_answering_ends_in_a_sentence(folder: Path, server: ScriptedModel) -> None:
    server.queue.extend([Say("ok"), *[Status(401)] * 6])
    result = evaluate(folder, server.url, "--concurrency", "1")
    assert result.exit_code == 1
    assert "stopped answering (refused_key)" in result.stderr
    assert not (folder / "reports").exists()


def test_an_address_where_nobody_is_ends_in_a_sentence(folder: Path) -> None:
    result = evaluate(folder, "http://127.0.0.1:9/v1")
    assert result.exit_code == 1
    assert "the endpoint cannot be reached" in result.stderr


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--cases", "nothing-fits-this"), "No case fits nothing-fits-this."),
        (("--against", "nowhere.json"), "is no report"),
        (("--concurrency", "0"), "0 is not in the range"),
        (("--limit", "many"), "not a valid integer"),
    ],
)
def test_wrong_usage_says_what_is_wrong(
    folder: Path, server: ScriptedModel, more: tuple[str, ...], sentence: str
) -> None:
    result = evaluate(folder, server.url, *more)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert server.requests == []


def test_without_a_key_or_an_address_it_says_what_to_give(folder: Path) -> None:
    result = evaluate(folder, None)
    assert result.exit_code == 2
    assert "OPENAI_API_KEY" in result.stderr


def test_a_broken_case_is_named(folder: Path, server: ScriptedModel) -> None:
    (folder / "cases" / "answer" / "b.en.toml").write_text('[[case]]\nid = "x"\nquestion = "y"\n', "utf-8")
    result = evaluate(folder, server.url)
    assert result.exit_code == 2
    assert "b.en.toml, case x: tips" in result.stderr
