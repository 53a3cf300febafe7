"""Backups: taken while others write, brought back whole, and noticed by the search."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import imports, requests, search, tips
from storage.backup import backup, restore
from storage.database import Database, hold_single_process, open_database
from storage.errors import AlreadyRunning, NotPossible
from storage.records import ImportedTip, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import draft, everything, request, share

READER = Viewer("T1", "U0READER", is_full_member=True)


@pytest.fixture
def other_url(db: Database, database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of the same kind."""
    if db.is_sqlite:
        yield f"sqlite:///{tmp_path / 'other.db'}"
        return
    url = sa.make_url(database_url)
    name = f"{url.database}_other"
    server = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with server.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    yield url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.exec_driver_sql(f"drop database {name} with (force)")
    server.dispose()


def add(db: Database, *titles: str) -> None:
    lines = [ImportedTip(external_id=title, title=title) for title in titles]
    list(imports.add_imported(db, "T1", lines, visibility=Visibility()))


def test_what_is_restored_is_what_was_backed_up(
    db: Database, other_url: str, tmp_path: Path, clock: FrozenClock
) -> None:
    share(db, draft(db, ts="1.1"))
    draft(db, ts="1.2")
    requests.accept(db, request(), lambda *_: None)
    backup(db, tmp_path / "backup")
    restore(other_url, tmp_path / "backup")
    other = open_database(other_url, now=clock.now)
    try:
        assert _rows(other) == _rows(db)
    finally:
        other.close()


def _rows(db: Database) -> list[str]:
    """All rows but the feed's, whose epoch is another one now."""
    return sorted(row for row in everything(db) if not row.startswith("feed:"))


def test_a_backup_is_one_state_while_others_write(
    db: Database, other_url: str, tmp_path: Path, clock: FrozenClock
) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            add(db, f"minutes {number}", f"more {number}")
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup(db, tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    restore(other_url, tmp_path / "backup")
    other = open_database(other_url, now=clock.now)
    try:
        restored = list(tips.export(other, READER))
        assert len(restored) % 2 == 0
        add(other, "after the restore")
    finally:
        other.close()


def test_a_search_index_notices_that_the_database_was_brought_back(
    db: Database, tmp_path: Path, clock: FrozenClock
) -> None:
    index = search.open_index(db, tmp_path / "index")
    add(db, "minutes one")
    backup(db, tmp_path / "backup")
    add(db, "minutes two")
    assert len(search.search(db, index, READER, "minutes")) == 2
    db.close()
    restore(db.url, tmp_path / "backup", force=True)
    again = open_database(db.url, now=clock.now)
    try:
        add(again, "minutes three")
        found = search.search(again, search.open_index(again, tmp_path / "index"), READER, "minutes")
        assert {hit.tip.content.title for hit in found} == {"minutes one", "minutes three"}
    finally:
        again.close()


def test_a_backup_is_for_its_owner_alone(db: Database, tmp_path: Path) -> None:
    backup(db, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir() if file.name.endswith(".part")] == []


def test_a_database_with_something_in_it_is_not_overwritten_unasked(db: Database, tmp_path: Path) -> None:
    add(db, "minutes")
    backup(db, tmp_path / "backup")
    with pytest.raises(NotPossible, match="--force"):
        restore(db.url, tmp_path / "backup")
    assert len(list(tips.export(db, READER))) == 1


def test_a_file_that_is_no_backup_is_refused_and_nothing_is_lost(db: Database, tmp_path: Path) -> None:
    add(db, "minutes")
    wrong = tmp_path / "wrong"
    wrong.write_text("not a database")
    with pytest.raises(NotPossible, match="not a"):
        restore(db.url, wrong, force=True)
    assert len(list(tips.export(db, READER))) == 1


def test_half_a_backup_is_refused_and_nothing_is_lost(db: Database, tmp_path: Path) -> None:
    add(db, *(f"minutes {number}" for number in range(50)))
    backup(db, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for part in (0.3, 0.9):
        half = tmp_path / f"half-{part}"
        half.write_bytes(whole[: int(len(whole) * part)])
        db.close()
        with pytest.raises(NotPossible, match="not a whole backup"):
            restore(db.url, half, force=True)
        assert len(list(tips.export(db, READER))) == 50


def test_a_folder_that_is_not_there_is_said(db: Database, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="make it first"):
        backup(db, tmp_path / "nowhere" / "backup")


def test_nothing_is_restored_under_a_running_bot(db: Database, tmp_path: Path) -> None:
    backup(db, tmp_path / "backup")
    if db.is_sqlite:
        with hold_single_process(db), pytest.raises(AlreadyRunning):
            restore(db.url, tmp_path / "backup", force=True)
    else:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("select 1")
            with pytest.raises(AlreadyRunning):
                restore(db.url, tmp_path / "backup", force=True)
