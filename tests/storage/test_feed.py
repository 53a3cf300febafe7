"""The change feed: whoever follows it misses nothing, and an index that followed equals one built anew."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import sqlalchemy as sa

from storage import imports, search
from storage.database import Database
from storage.records import ImportedTip, Viewer, Visibility

READER = Viewer("T1", "U0READER", is_full_member=True)


def add(db: Database, *titles: str) -> None:
    lines = [ImportedTip(external_id=title, title=title) for title in titles]
    list(imports.add_imported(db, "T1", lines, visibility=Visibility()))


def titles(db: Database, index: search.Index, query: str) -> set[str]:
    return {hit.tip.content.title for hit in search.search(db, index, READER, query, 50)}


def test_numbers_of_the_feed_are_in_the_order_of_commits(db: Database) -> None:
    together = threading.Barrier(6)

    def write(number: int) -> None:
        together.wait()
        for turn in range(5):
            add(db, f"minutes {number}-{turn}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    with db.engine.connect() as connection:
        numbers = list(connection.execute(sa.text("select seq from changes order by seq")).scalars())
    assert numbers == list(range(1, 31))


def test_an_index_follows_while_others_write(db: Database, tmp_path: Path) -> None:
    index = search.open_index(db, tmp_path / "index")
    stop = threading.Event()
    seen: list[int] = []

    def follow() -> None:
        while not stop.is_set():
            seen.append(len(titles(db, index, "minutes")))

    reader = threading.Thread(target=follow)
    reader.start()
    for number in range(20):
        add(db, f"minutes {number}")
    stop.set()
    reader.join()
    assert seen == sorted(seen)
    assert len(titles(db, index, "minutes")) == 20


def test_an_index_that_followed_equals_one_built_anew(db: Database, tmp_path: Path) -> None:
    followed = search.open_index(db, tmp_path / "followed")
    add(db, "議事録の要約", "SQL review")
    assert titles(db, followed, "議事録") == {"議事録の要約"}
    add(db, "議事録の翻訳")
    anew = search.open_index(db, tmp_path / "anew")
    for query in ("議事録", "SQL", "翻訳"):
        assert titles(db, followed, query) == titles(db, anew, query)
    assert search.rebuild(db, followed) == 3
    assert titles(db, followed, "議事録") == {"議事録の要約", "議事録の翻訳"}


def test_a_damaged_index_is_built_anew(db: Database, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    add(db, "議事録の要約")
    search.open_index(db, folder)
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(b"broken")
    assert titles(db, search.open_index(db, folder), "議事録") == {"議事録の要約"}


def test_two_indexes_share_one_folder(db: Database, tmp_path: Path) -> None:
    one, other = (search.open_index(db, tmp_path / "index") for _ in range(2))
    add(db, "議事録の要約")
    assert titles(db, one, "議事録") == {"議事録の要約"}
    assert titles(db, other, "議事録") == {"議事録の要約"}
    add(db, "議事録の翻訳")
    assert titles(db, other, "議事録") == {"議事録の要約", "議事録の翻訳"}
    assert titles(db, one, "議事録") == {"議事録の要約", "議事録の翻訳"}
