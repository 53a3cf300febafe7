"""The index's folder: withdrawn words leave it, kills and damage heal, several processes share it."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from storage import _analysis, _index, _shards, imports, search, tips
from storage._tables import TipRow
from storage.database import Database
from storage.records import ImportedTip, Viewer, Visibility

MEMBER = Viewer("T1", "U1", is_full_member=True)
SECRET = "zanzibarproject"
SEEN = b"zanzib"  # the files are packed: the longest run that stays together

FOLLOW = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage import search
from storage.database import open_database
db = open_database(sys.argv[1], now=lambda: datetime.now(UTC))
print("begins", flush=True)
index = search.Index(Path(sys.argv[2]))
print(search.catch_up(db, index), flush=True)
"""


def add(db: Database, *titles: str, team_id: str = "T1") -> None:
    lines = [ImportedTip(external_id=title, title=title) for title in titles]
    list(imports.add_imported(db, team_id, lines, visibility=Visibility()))


def take_out(db: Database, title: str) -> None:
    with db.writing() as session:
        tips.take_out(db, session, session.query(TipRow).where(TipRow.external_id == title).one())


def on_disk(folder: Path) -> bool:
    return any(SEEN in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def titles(db: Database, index: search.Index, query: str) -> set[str]:
    return {hit.tip.content.title for hit in search.search(db, index, MEMBER, query, 500)}


@pytest.mark.parametrize("small", [500, 0], ids=["at once", "by the purge"])
def test_promise_8_withdrawn_words_leave_the_files(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(_shards, "SMALL_SHARD", small)
    add(db, *(f"minutes {number}" for number in range(20)), SECRET)
    index = search.open_index(db, tmp_path / "index")
    assert on_disk(tmp_path / "index")
    take_out(db, SECRET)
    search.catch_up(db, index)
    if not small:
        assert search.purge(index) == 1
    assert not on_disk(tmp_path / "index")
    assert len(titles(db, index, "minutes")) == 20
    assert search.purge(index) == 0


def test_promise_2_a_tip_that_moves_to_a_channel_leaves_the_half_for_everybody(db: Database, tmp_path: Path) -> None:
    add(db, "minutes", SECRET)
    index = search.open_index(db, tmp_path / "index")
    assert on_disk(tmp_path / "index" / "workspace")
    inside = Viewer("T1", "U2", is_full_member=True, channel_ids=frozenset({"C1"}))
    for place, is_for_everybody in ((Visibility("C1"), False), (Visibility(), True)):
        list(imports.add_imported(db, "T1", [ImportedTip(external_id=SECRET, title=SECRET)], visibility=place))
        search.catch_up(db, index)
        assert on_disk(tmp_path / "index" / "workspace") is is_for_everybody
        assert on_disk(tmp_path / "index" / "channels") is not is_for_everybody
        assert len(search.search(db, index, inside, SECRET)) == 1
        assert len(search.search(db, index, MEMBER, SECRET)) == is_for_everybody


@pytest.mark.parametrize("small", [500, 0], ids=["written anew", "with dead ones"])
def test_promise_2_workspaces_in_the_same_files_propose_nothing_to_one_another(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(_shards, "SMALL_SHARD", small)
    index = search.open_index(db, tmp_path / "index")

    def proposed(team_id: str) -> int:
        search.catch_up(db, index)
        viewer = replace(MEMBER, team_id=team_id)
        asked = index.words.asked(viewer, _analysis.question("minutes"))
        return len(index.words.candidates(viewer, asked, 50))

    add(db, *(f"minutes {number}" for number in range(5)))
    assert (proposed("T1"), proposed("T2")) == (5, 0)
    add(db, "minutes of others", team_id="T2")
    assert (proposed("T1"), proposed("T2")) == (5, 1)
    for number in range(5):
        take_out(db, f"minutes {number}")
    assert (proposed("T1"), proposed("T2")) == (0, 1)


def test_a_kill_while_indexing_heals(db: Database, tmp_path: Path) -> None:
    add(db, *(f"議事録の要約 {number}" for number in range(400)))
    folder = tmp_path / "index"
    for pause in (0.0, 0.1, 0.25, 0.45):
        follower = subprocess.Popen(
            [sys.executable, "-c", FOLLOW, db.url, str(folder)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert follower.stdout is not None
        assert follower.stdout.readline() == b"begins\n"
        time.sleep(pause)
        os.kill(follower.pid, signal.SIGKILL)
        follower.communicate()
        add(db, f"議事録の要約 after {pause}")
    index = search.open_index(db, folder)
    assert len(titles(db, index, "議事録")) == 404


def test_another_process_follows_and_this_one_sees_it(db: Database, tmp_path: Path) -> None:
    index = search.open_index(db, tmp_path / "index")
    add(db, "minutes of another")
    done = subprocess.run(
        [sys.executable, "-c", FOLLOW, db.url, str(tmp_path / "index")],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.split() == [b"begins", b"1"]
    assert titles(db, index, "minutes") == {"minutes of another"}


def test_while_another_writes_the_search_goes_on(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_index, "_WAIT_SECONDS", 0.05)
    add(db, "minutes one")
    index, other = (search.open_index(db, tmp_path / "index") for _ in range(2))
    with other.words.only_writer() as alone:
        assert alone
        add(db, "minutes two")
        assert titles(db, index, "minutes") == {"minutes one"}
    assert titles(db, index, "minutes") == {"minutes one", "minutes two"}


def test_promise_2_an_index_that_is_behind_shows_nothing_to_outsiders(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_index, "_WAIT_SECONDS", 0.05)
    add(db, "minutes of all", "minutes moved", "minutes withdrawn")
    index, other = (search.open_index(db, tmp_path / "index") for _ in range(2))
    assert len(titles(db, index, "minutes")) == 3
    with other.words.only_writer() as alone:
        assert alone
        moved = ImportedTip(external_id="minutes moved", title="minutes moved")
        list(imports.add_imported(db, "T1", [moved], visibility=Visibility("C1")))
        take_out(db, "minutes withdrawn")
        assert titles(db, index, "minutes") == {"minutes of all"}


def test_an_index_of_another_version_is_built_anew(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(db, "minutes one")
    search.open_index(db, tmp_path / "index")
    monkeypatch.setattr("storage._following.VERSION", "another")
    monkeypatch.setattr(_index, "VERSION", "another")
    assert titles(db, search.open_index(db, tmp_path / "index"), "minutes") == {"minutes one"}
