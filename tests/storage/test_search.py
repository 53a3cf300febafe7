"""Finding tips: Japanese, English, and only what the viewer may see."""

import shutil
from pathlib import Path

import pytest

from storage import imports, search
from storage.database import Database
from storage.records import ImportedTip, Viewer, Visibility

MEMBER = Viewer("T1", "U1", is_full_member=True)

MINUTES = ImportedTip(
    external_id="minutes",
    title="議事録要約の誤変換を用語集で減らす",
    task="会議の議事録をChatGPTでまとめる",
    prompts=("次の用語集に従って議事録を要約してください。",),
    tools=("ChatGPT",),
    outcome="修正が半分くらいになりました",
    language="ja",
)
SQL = ImportedTip(
    external_id="sql",
    title="Let Claude review SQL before it runs",
    task="Reviewing SQL migrations",
    prompts=("Review this SQL for missing indexes.",),
    tools=("Claude",),
    language="en",
)


@pytest.fixture
def index(db: Database, tmp_path: Path) -> search.Index:
    return search.open_index(db, tmp_path / "index")


def add(db: Database, *added: ImportedTip, channel_id: str | None = None) -> None:
    list(imports.add_imported(db, "T1", added, visibility=Visibility(channel_id)))


def found(db: Database, index: search.Index, query: str, viewer: Viewer = MEMBER) -> list[str | None]:
    return [hit.tip.external_id for hit in search.search(db, index, viewer, query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("議事録の要約、みんなはどうやってる？", "minutes"),
        ("議事録", "minutes"),
        ("ＣｈａｔＧＰＴで議事録を作るコツは", "minutes"),
        ("用語集ってどう使いますか", "minutes"),
        ("How do others review SQL?", "sql"),
        ("reviewing migrations with claude", "sql"),
        ("SQLのレビュー、みなさんどうしていますか", "sql"),
        ("クロードでレビュー", "sql"),
    ],
)
def test_words_find_tips_in_both_languages(db: Database, index: search.Index, query: str, expected: str) -> None:
    add(db, MINUTES, SQL)
    assert found(db, index, query)[:1] == [expected]


@pytest.mark.parametrize(
    "query",
    [
        "みんなはどうやってますか？",
        "how do others do this?",
        "確定申告のやり方を教えて",
        "kubernetes deployment",
        "",
        "？？",
        "🙂",
    ],
)
def test_a_question_without_common_words_finds_nothing(db: Database, index: search.Index, query: str) -> None:
    add(db, MINUTES, SQL)
    assert found(db, index, query) == []


def test_promise_2_a_channel_tip_is_found_by_its_members_alone(db: Database, index: search.Index) -> None:
    add(db, MINUTES, channel_id="C1")
    inside = Viewer("T1", "U1", is_full_member=True, channel_ids=frozenset({"C1"}))
    guest_inside = Viewer("T1", "U2", is_full_member=False, channel_ids=frozenset({"C1"}))
    assert found(db, index, "議事録", inside) == ["minutes"]
    assert found(db, index, "議事録", guest_inside) == ["minutes"]
    assert found(db, index, "議事録") == []
    assert found(db, index, "議事録", Viewer("T2", "U1", is_full_member=True, channel_ids=frozenset({"C1"}))) == []


def test_promise_2_a_guest_finds_no_workspace_tips(db: Database, index: search.Index) -> None:
    add(db, MINUTES)
    assert found(db, index, "議事録", Viewer("T1", "U9", is_full_member=False)) == []


def test_another_index_follows_what_is_committed_here(db: Database, index: search.Index, tmp_path: Path) -> None:
    other = search.open_index(db, tmp_path / "other")
    add(db, MINUTES)
    assert found(db, other, "議事録") == ["minutes"]
    add(db, MINUTES.model_copy(update={"title": "翻訳のコツ", "task": "翻訳", "prompts": (), "outcome": ""}))
    assert found(db, index, "翻訳") == ["minutes"]
    assert found(db, other, "議事録") == []


def test_a_damaged_or_missing_index_is_built_anew(db: Database, index: search.Index, tmp_path: Path) -> None:
    add(db, MINUTES)
    assert found(db, index, "議事録") == ["minutes"]
    for file in (tmp_path / "index").rglob("*"):
        if file.is_file() and file.name != "position.json":
            file.write_bytes(b"damaged")
    assert found(db, search.open_index(db, tmp_path / "index"), "議事録") == ["minutes"]


def test_an_index_whose_last_commit_was_broken_off_takes_the_next_one(
    db: Database, index: search.Index, tmp_path: Path
) -> None:
    """As after a kill -9: the new files are there, the list of files is still the old one."""
    folder, before = tmp_path / "index", tmp_path / "before"
    add(db, MINUTES)
    assert found(db, index, "議事録") == ["minutes"]
    shutil.copytree(folder, before)
    add(db, SQL)
    assert found(db, index, "SQL") == ["sql"]
    for file in before.iterdir():
        if file.name == "meta.json" or not (folder / file.name).exists():
            shutil.copy(file, folder)
    again = search.open_index(db, folder)
    assert found(db, again, "SQL") == ["sql"]
    assert found(db, again, "議事録") == ["minutes"]


NOTES = (
    ImportedTip(
        external_id="keyerror", title="Paste the whole traceback", task="KeyError in pd.read_csv", language="en"
    ),
    ImportedTip(external_id="pins", title="Pin versions", task="requirements.txt first, then gpt-4o", language="en"),
    ImportedTip(external_id="copilot", title="週報はCopilotで", task="コパイロットに箇条書きを渡す"),
    ImportedTip(external_id="server", title="サーバーの構成図", task="図は文章から起こす"),
    ImportedTip(external_id="meeting", title="打ち合わせの準備", task="型を決めておく"),
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("KeyError", "keyerror"),
        ("pd.read_csv", "keyerror"),
        ("requirements.txt", "pins"),
        ("GPT4oで", "pins"),
        ("コパイロット", "copilot"),
        ("Copliot", "copilot"),
        ("Copilots", "copilot"),
        ("ｻｰﾊﾞ", "server"),
        ("図", "server"),
        ("構成", "server"),
        ("打合せ", "meeting"),
        ("うちあわせ", "meeting"),
        ("型", "meeting"),
    ],
)
def test_names_code_variants_and_single_signs_are_found(
    db: Database, index: search.Index, query: str, expected: str
) -> None:
    add(db, *NOTES)
    assert found(db, index, query)[:1] == [expected]


@pytest.mark.parametrize(
    ("katakana", "latin"),
    [("チャットGPT", "ChatGPT"), ("クロード", "Claude"), ("コパイロット", "Copilot"), ("ジェミニ", "Gemini")],
)
def test_names_in_katakana_and_latin_are_one(db: Database, index: search.Index, katakana: str, latin: str) -> None:
    add(db, ImportedTip(external_id="ja", title=f"{katakana}の使い方"))
    add(db, ImportedTip(external_id="en", title=f"{latin}", language="en"))
    assert set(found(db, index, katakana)) == set(found(db, index, latin)) == {"ja", "en"}
