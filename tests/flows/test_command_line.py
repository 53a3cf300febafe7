"""The command line, as an operator uses it beside a running bot."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands import main
from playground.server import LocalSlack
from storage import policies, questions, spending
from storage.database import open_database
from storage.records import KeyedHash
from tests.embedding_server import embedding_endpoint
from tests.flows.conftest import ROOT, on_both_databases

Run = Callable[..., Result]

MINUTES = {
    "external_id": "minutes",
    "title": "議事録の要約は用語集つきで頼む",
    "prompts": ["次の用語集を必ず使ってください。"],
    "outcome": "誤変換が半分になりました。連絡は tanaka@example.co.jp へ。",
    "made_with": "gpt-5-mini",
}
SQL = {"external_id": "sql", "title": "Let it review SQL before it runs", "kind": "pitfall", "language": "en"}


@pytest.fixture
def environment(database_url: str, slack: LocalSlack, tmp_path: Path) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "YORIDOKORO_DATA_DIR": str(tmp_path / "data"),
        "YORIDOKORO_EMBEDDER": "off",
    }


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in this process: to start one takes longer than most of what they do."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, code: int = 0, **more: str) -> Result:
        done = CliRunner().invoke(main, arguments, env=environment | more)
        assert done.exit_code == code, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done

    return call


@pytest.fixture
def imported(run: Run, tmp_path: Path) -> Path:
    file = tmp_path / "tips.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in (MINUTES, SQL)), "utf-8")
    said = run("import", "tips", str(file), "--workspace", "T0SMALL", "--published").stderr
    assert "2 added" in said
    return file


@on_both_databases
@pytest.mark.usefixtures("imported")
def test_imported_tips_are_found_by_who_may_see_them(run: Run) -> None:
    def hits(user: str, *more: str) -> list[str]:
        asked = ("search", "議事録の要約", "--workspace", "T0SMALL", "--as", user, "--format", "json", *more)
        return [hit["tip"] for hit in json.loads(run(*asked).stdout)["hits"]]

    assert hits("U0BEN") == ["minutes"]
    assert hits("U0DAN") == []
    assert hits("U0NOBODY") == []
    assert hits("U0NOBODY", "--as-member") == ["minutes"]
    table = run("search", "SQL", "--workspace", "T0SMALL", "--as", "U0BEN").stdout
    assert "Let it review SQL" in table
    why = run("search", "SQL", "--workspace", "T0SMALL", "--as", "U0BEN", "--explain").stdout
    for reason in ("strong", "words 1.00", "of the question's words 100%", "evidence ×1.000", "language ×1.002"):
        assert reason in why


@on_both_databases
@pytest.mark.usefixtures("imported")
def test_many_queries_are_answered_in_one_go(run: Run, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "q1", "text": "議事録"}\n{"id": "q2", "text": "outing"}\n', "utf-8")
    more = ("--workspace", "T0SMALL", "--as", "U0BEN", "--format", "jsonl")
    lines = run("search", "--queries", str(queries), *more).stdout
    found = [json.loads(line) for line in lines.splitlines()]
    assert [(one["id"], [hit["tip"] for hit in one["hits"]]) for one in found] == [("q1", ["minutes"]), ("q2", [])]


@on_both_databases
@pytest.mark.usefixtures("imported")
def test_ask_gives_text_and_citations(run: Run) -> None:
    asked = (
        "ask",
        "議事録の要約、みんなはどうやってる？",
        "--workspace",
        "T0SMALL",
        "--as",
        "U0BEN",
        "--format",
        "json",
    )
    answer = json.loads(run(*asked).stdout)
    assert answer["answered"] is True
    assert [one["tip"] for one in answer["citations"]] == ["minutes"]
    nothing = json.loads(run("ask", "社員旅行は？", *asked[2:]).stdout)
    assert (nothing["answered"], nothing["citations"]) == (False, [])


@on_both_databases
@pytest.mark.usefixtures("imported")
def test_export_gives_back_what_came_in_without_personal_data(run: Run) -> None:
    rows = [json.loads(line) for line in run("export", "--workspace", "T0SMALL").stdout.splitlines()]
    assert {row["external_id"] for row in rows} == {"minutes", "sql"}
    assert "tanaka@example.co.jp" not in str(rows)
    assert run("export", "--workspace", "T0OTHER").stdout == ""


def test_open_questions_are_listed_without_an_asker_where_there_is_no_name(run: Run, database_url: str) -> None:
    run("pepper", "show")
    db = open_database(database_url, now=lambda: datetime.now(UTC))
    for text, named in (("契約書の英訳", True), ("How do others name branches?", False)):
        question_id = questions.new_id()
        questions.open_question(
            db,
            team_id="T0SMALL",
            question_id=question_id,
            asked_as="",
            text=text,
            language="ja",
            owner=KeyedHash("5ec2e7", 1),
            asker_id="U0AYA" if named else None,
            channel_id=None,
            people=(),
            readable=frozenset(),
            opens_at=db.now(),
            closes_at=db.now(),
        )
        questions.now_open(db, "T0SMALL", question_id)
    db.close()
    shown = run("questions", "--workspace", "T0SMALL", "--format", "json").stdout
    assert {(one["text"], one["asker"]) for one in json.loads(shown)} == {
        ("契約書の英訳", "U0AYA"),
        ("How do others name branches?", None),
    }
    assert "5ec2e7" not in shown
    assert "without a name" in run("questions", "--workspace", "T0SMALL").stdout
    assert run("questions", "--workspace", "T0SMALL", "--state", "solved").stdout == ""
    assert json.loads(run("questions", "--workspace", "T0OTHER", "--state", "all", "--format", "json").stdout) == []
    run("questions", "--workspace", "T0SMALL", "--state", "asleep", code=2)


@on_both_databases
def test_importing_again_changes_nothing(run: Run, imported: Path) -> None:
    said = run("import", "tips", str(imported), "--workspace", "T0SMALL", "--published").stderr
    assert "0 added, 0 updated, 2 unchanged, 0 bad" in said


@on_both_databases
def test_bad_lines_are_reported_by_number_and_nothing_else_is_lost(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    lines = [
        json.dumps(MINUTES),
        "{not json",
        '{"task": "no title"}',
        '{"title": "x", "kind": "miracle"}',
        "[]",
        "",
        '{"title": "' + "x" * 151 + '"}',
        '{"title": "a", "surprise": 1}',
        json.dumps(SQL),
    ]
    file.write_text("\n".join(lines), "utf-8")
    said = run("import", "tips", str(file), "--workspace", "T0SMALL", "--published", code=1).stderr
    for number in (2, 3, 4, 5, 7, 8):
        assert f"line {number}:" in said
    assert "2 added" in said
    assert "6 bad" in said


@on_both_databases
def test_without_a_vouch_nothing_is_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tips.jsonl"
    file.write_text(json.dumps(MINUTES), "utf-8")
    assert "--published" in run("import", "tips", str(file), "--workspace", "T0SMALL", code=2).stderr


@on_both_databases
@pytest.mark.usefixtures("imported")
def test_backup_and_restore_bring_everything_back(run: Run, tmp_path: Path, imported: Path) -> None:
    kept = tmp_path / "backup"
    run("backup", str(kept))
    changed = {**MINUTES, "title": "別のタイトル"}
    imported.write_text(json.dumps(changed, ensure_ascii=False), "utf-8")
    run("import", "tips", str(imported), "--workspace", "T0SMALL", "--published")
    assert "empty" in run("restore", str(kept), code=1).stderr
    run("restore", str(kept), "--force")
    found = run("search", "議事録の要約", "--workspace", "T0SMALL", "--as", "U0BEN").stdout
    assert "用語集つき" in found
    assert "別の" not in found


@on_both_databases
def test_doctor_says_for_each_fault_what_to_do(run: Run) -> None:
    good = {one["about"]: one for one in json.loads(run("doctor", "--format", "json").stdout)}
    assert good["SLACK_BOT_TOKEN"]["state"] == "good"
    assert good["SLACK_APP_TOKEN"]["state"] == "good"
    assert good["Scopes"]["state"] in ("good", "note")
    assert good["Database"]["state"] == "good"
    wrong = {
        "SLACK_BOT_TOKEN": "xoxb-wrong",
        "SLACK_APP_TOKEN": "xapp-wrong",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    }
    faults = json.loads(run("doctor", "--format", "json", code=1, **wrong).stdout)
    bad = [one for one in faults if one["state"] == "wrong"]
    assert {one["about"] for one in bad} == {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "Model"}
    assert all(one["mend"] for one in bad)
    assert "xoxb-wrong" not in str(faults)


@on_both_databases
def test_a_wrong_setting_is_named_and_its_value_is_not(run: Run) -> None:
    said = run("doctor", code=1, PORT="secret-port").stderr
    assert "PORT" in said.upper()
    assert "secret-port" not in said


@on_both_databases
def test_a_database_that_cannot_be_reached_is_said_in_one_sentence(run: Run) -> None:
    said = run("export", "--workspace", "T0SMALL", code=1, DATABASE_URL="postgresql://nobody@127.0.0.1:9/none").stderr
    assert len(said.strip().splitlines()) == 1


def test_a_database_behind_the_code_is_refused_until_it_is_migrated(run: Run, tmp_path: Path) -> None:
    old = f"sqlite:///{tmp_path / 'old.db'}"
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.execute("create table alembic_version (version_num varchar(32) not null)")
    said = run("export", "--workspace", "T0SMALL", code=1, DATABASE_URL=old).stderr
    assert "python -m bot migrate" in said
    run("migrate", DATABASE_URL=old)
    run("export", "--workspace", "T0SMALL", DATABASE_URL=old)


@on_both_databases
@pytest.mark.usefixtures("imported")
def test_reindexing_is_paid_by_the_workspace(run: Run, database_url: str) -> None:
    with embedding_endpoint() as endpoint:
        settings = {"YORIDOKORO_EMBEDDER": "text-embed", "YORIDOKORO_EMBEDDER_BASE_URL": endpoint.url}
        done = run("reindex", "--workspace", "T0SMALL", **settings, YORIDOKORO_EMBEDDER_PRICE="2")
        assert "2 tips indexed" in done.stderr
        assert "Every tip is embedded" in done.stderr
        dear = {"YORIDOKORO_LLM_MONTHLY_BUDGET_USD": "0.000001"}
        spent = run("reindex", "--workspace", "T0SMALL", "--anew", **settings, **dear, code=1)
        assert "over_budget" in spent.stderr
    with closing(open_database(database_url, now=lambda: datetime.now(UTC))) as db:
        assert spending.of_month(db, "T0SMALL", f"{datetime.now(UTC):%Y-%m}").calls == 1


@on_both_databases
def test_jobs_of_nobody_are_none(run: Run) -> None:
    assert json.loads(run("jobs", "--format", "json").stdout) == []
    assert "no such request" in run("jobs", "abcdef", code=1).stderr


@on_both_databases
@pytest.mark.usefixtures("imported")
def test_forget_says_how_much_went(run: Run) -> None:
    assert "0 tips withdrawn" in run("forget", "U0AYA", "--workspace", "T0SMALL", "--yes").stderr


@on_both_databases
@pytest.mark.parametrize(
    "arguments", [("search",), ("nonsense",), ("import", "tips", "nowhere.jsonl", "--workspace", "T1")]
)
def test_wrong_usage_ends_with_two(run: Run, arguments: tuple[str, ...]) -> None:
    run(*arguments, code=2)


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("search", "議事録の要約", "--workspace", "T0SMALL", "--as", "U0BEN"), 0, "用語集つき"),
        (("jobs", "abcdef"), 1, "no such request"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_each_command_is_a_program_of_its_own(
    environment: dict[str, str], tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=tmp_path,
        env=environment | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert said in (done.stderr if code else done.stdout)
    assert "Traceback" not in done.stderr


@on_both_databases
def test_a_pepper_is_added_shown_and_dropped_when_nobody_needs_it(run: Run) -> None:
    assert run("pepper", "show").stdout == "   1         0 of people         0 of messages  newest\n"
    assert "Pepper 2 is the newest" in run("pepper", "rotate").stderr
    assert [line.split()[0] for line in run("pepper", "show").stdout.splitlines()] == ["1", "2"]
    assert "Dropped: 1." in run("pepper", "prune").stderr
    assert "Dropped: none." in run("pepper", "prune").stderr


@on_both_databases
def test_promise_3_a_pepper_that_is_gone_is_not_made_anew_in_silence(
    run: Run, database_url: str, tmp_path: Path
) -> None:
    run("pepper", "show")
    with closing(open_database(database_url, now=lambda: datetime.now(UTC))) as db:
        policies.told(db, "T0SMALL", "2026-11", KeyedHash("5ec2e7" * 10, 1))
    file = tmp_path / "data" / "pepper.json"
    file.unlink()
    for command in (("pepper", "show"), ("pepper", "prune"), ("forget", "U0AYA", "--workspace", "T0SMALL", "--yes")):
        assert "Restore it from its backup" in run(*command, code=1).stderr
    bad = [one for one in json.loads(run("doctor", "--format", "json", code=1).stdout) if one["state"] == "wrong"]
    assert [one["about"] for one in bad] == ["Pepper"]
    assert not file.exists()
    # for good
    assert "Pepper 2 is the newest" in run("pepper", "rotate").stderr
    assert "0 tips withdrawn" in run("forget", "U0AYA", "--workspace", "T0SMALL", "--yes").stderr
