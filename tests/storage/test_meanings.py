"""Search by meaning: what is embedded, when another embedder takes over, and how both fuse."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import _vectors, imports, meanings, search, tips
from storage._tables import EmbedderRow, TipRow, TrialRow, VectorRow
from storage.database import Database
from storage.records import Filters, ImportedTip, Kind, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.meaning_steps import KEY, embed, meaning, vector

MEMBER = Viewer("T1", "U1", is_full_member=True)


def add(db: Database, *added: ImportedTip, channel_id: str | None = None) -> None:
    list(imports.add_imported(db, "T1", added, visibility=Visibility(channel_id)))


def tip(title: str, **more: object) -> ImportedTip:
    return ImportedTip.model_validate({"external_id": title, "title": title, **more})


def take_out(db: Database, title: str) -> None:
    with db.writing() as session:
        tips.take_out(db, session, session.query(TipRow).where(TipRow.external_id == title).one())


def near(db: Database, index: search.Index, text: str, viewer: Viewer = MEMBER, **filters: object) -> list[str]:
    index.meanings.follow(db, KEY, wait=True)
    found = index.meanings.nearest(viewer, meaning(text), 10, Filters(**filters) if filters else None)  # type: ignore[arg-type]
    seen = tips.many(db, viewer, [one.tip_id for one in found])
    return [one.content.title for one in seen]


@pytest.fixture
def index(db: Database, tmp_path: Path) -> search.Index:
    return search.open_index(db, tmp_path / "index")


def test_unchanged_words_are_not_embedded_again(db: Database) -> None:
    add(db, tip("minutes"), tip("review"))
    assert embed(db, batch=1) == ["minutes", "review"]
    add(db, tip("minutes", topics=["meetings"]), tip("review", task="reading code"))
    assert embed(db) == ["review\nreading code"]
    assert embed(db) == []


def test_what_is_withdrawn_has_no_vector_even_if_it_was_on_its_way(db: Database) -> None:
    add(db, tip("minutes"), tip("review"))
    meanings.begin(db, KEY)
    todo = meanings.missing(db, KEY, 10)
    take_out(db, "minutes")
    meanings.store(db, KEY, [(one, vector(one.text)) for one in todo.passages], todo.feed_seq or 0)
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(VectorRow)) == 1
    take_out(db, "review")
    with db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(VectorRow)) == 0


def test_another_embedder_takes_over_when_it_is_whole(db: Database) -> None:
    add(db, tip("minutes"), tip("review"))
    embed(db)
    meanings.begin(db, "other/1")
    todo = meanings.missing(db, "other/1", 1)
    meanings.store(db, "other/1", [(one, vector(one.text)) for one in todo.passages], todo.feed_seq or 0)
    assert meanings.serving(db, "other/1") == KEY
    embed(db, "other/1")
    assert meanings.serving(db, "other/1") == "other/1"
    with db.reading() as session:
        assert set(session.scalars(sa.select(VectorRow.embedder))) == {"other/1"}
        assert list(session.scalars(sa.select(EmbedderRow.embedder))) == ["other/1"]


def test_promise_2_meaning_shows_a_channel_tip_to_its_members_alone(db: Database, index: search.Index) -> None:
    add(db, tip("議事録の要約"), channel_id="C1")
    embed(db)
    assert near(db, index, "議事録") == []
    assert near(db, index, "議事録", Viewer("T1", "U9", is_full_member=False, channel_ids=frozenset({"C1"}))) != []
    assert near(db, index, "議事録", Viewer("T2", "U9", is_full_member=True, channel_ids=frozenset({"C1"}))) == []


def test_a_moved_tip_moves_at_once(db: Database, index: search.Index) -> None:
    add(db, tip("議事録の要約"))
    embed(db)
    assert near(db, index, "議事録") == ["議事録の要約"]
    add(db, tip("議事録の要約"), channel_id="C1")
    index.meanings.follow(db, KEY)
    assert index.meanings.nearest(MEMBER, meaning("議事録"), 10, None) == []


def test_blocks_fill_and_are_built_anew(db: Database, index: search.Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_vectors, "BLOCK", 4)
    add(db, *(tip(f"minutes {number}", tools=["Claude"] if number == 7 else []) for number in range(10)))
    embed(db)
    assert len(near(db, index, "minutes")) == 10
    for number in range(6):
        take_out(db, f"minutes {number}")
    assert set(near(db, index, "minutes")) == {f"minutes {number}" for number in range(6, 10)}
    assert near(db, index, "minutes", tools=("claude",)) == ["minutes 7"]


def test_filters_are_clauses_of_words_and_meaning(db: Database, index: search.Index, clock: FrozenClock) -> None:
    add(db, tip("minutes by Claude", tools=["Claude 4 Sonnet"]), tip("minutes gone wrong", kind="pitfall"))
    clock.advance(days=30)
    add(db, tip("minutes of late", topics=["会議"]), *(tip(f"minutes {number}") for number in range(300)))
    add(db, tip("minutes in C1"), channel_id="C1")
    embed(db)
    inside = Viewer("T1", "U1", is_full_member=True, channel_ids=frozenset({"C1"}))
    late = clock.now().date() - timedelta(days=1)
    for wanted, filters in {
        "minutes by Claude": Filters(tools=("クロード",)),
        "minutes gone wrong": Filters(kinds=(Kind.PITFALL,)),
        "minutes of late": Filters(themes=("会議",), since=late),
        "minutes in C1": Filters(channel_ids=("C1",)),
    }.items():
        for asked in (None, meaning("minutes")):
            hits = search.search(db, index, inside, "minutes", 3, meaning=asked, filters=filters, wait=True)
            assert [hit.tip.content.title for hit in hits] == [wanted]
        newest = search.search(db, index, inside, "", 3, filters=filters)
        assert [hit.tip.content.title for hit in newest] == [wanted]
    assert search.search(db, index, inside, "minutes", filters=Filters(since=date(2030, 1, 1))) == []


def test_what_worked_stands_before_what_failed(db: Database, index: search.Index) -> None:
    add(db, tip("minutes one way"), tip("minutes two way"), tip("minutes six way"))
    ids = {one.content.title: one.id for one in tips.export(db, MEMBER)}
    with db.writing() as session:
        for title, outcome in {"minutes two way": "worked", "minutes six way": "failed"}.items():
            for user in range(4):
                session.add(
                    TrialRow(
                        team_id="T1", tip_id=ids[title], user_id=f"U{user}", outcome=outcome, note="", tried_at=db.now()
                    )
                )
    hits = search.search(db, index, MEMBER, "minutes way")
    assert [hit.tip.content.title for hit in hits] == ["minutes two way", "minutes one way", "minutes six way"]
    assert [(hit.trials.worked, hit.trials.failed) for hit in hits] == [(4, 0), (0, 0), (0, 4)]


def test_of_like_tips_the_fresh_and_those_for_own_tools_stand_first_and_it_is_said_why(
    db: Database, index: search.Index, clock: FrozenClock
) -> None:
    add(db, tip("minutes once"))
    clock.advance(days=720)
    add(db, tip("minutes now"), tip("minutes by Claude", tools=["Claude"]), tip("agenda", tools=["Claude"]))
    agenda = next(one.id for one in tips.export(db, MEMBER) if one.content.title == "agenda")
    with db.writing() as session:
        session.add(TrialRow(team_id="T1", tip_id=agenda, user_id="U1", outcome="worked", note="", tried_at=db.now()))
    found = {one.hit.tip.content.title: one for one in search.explain(db, index, MEMBER, "minutes")}
    assert list(found) == ["minutes by Claude", "minutes now", "minutes once"]
    why = [one.factors for one in found.values()]
    assert why[0].tool > 1.0 == why[1].tool == why[2].tool
    assert why[0].freshness == why[1].freshness > why[2].freshness > 1.0
    assert {one.evidence for one in why} == {1.0}


def test_near_duplicates_of_one_kind_stand_behind_the_first(db: Database, index: search.Index) -> None:
    words = "会議の録音を文字にしてから、用語集をつけて要約させると固有名詞の間違いが減りました。" * 2
    add(db, tip("minutes a", task=words), tip("minutes b", task=words + "以上"), tip("minutes c", task="短い"))
    add(db, tip("minutes d", task=words, kind="pitfall"))
    hits = search.search(db, index, MEMBER, "minutes")
    assert sorted(len(hit.folded) for hit in hits) == [0, 0, 1]
    assert Kind.PITFALL in {hit.tip.content.kind for hit in hits}


def test_meaning_finds_what_no_word_does(db: Database, index: search.Index) -> None:
    add(db, tip("minutes"), tip("review"))
    embed(db)
    assert search.search(db, index, MEMBER, "") == []
    hits = search.search(db, index, MEMBER, "zzz", meaning=meaning("minutes"), wait=True)
    assert [hit.tip.content.title for hit in hits] == ["minutes"]
    other = meaning("minutes", "other/1")
    assert search.search(db, index, MEMBER, "zzz", meaning=other, wait=True) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_taking_in_all_meanings_sorts_nothing(
    db: Database, index: search.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meanings, "_BATCH", 2)
    add(db, *(tip(f"tip {number}") for number in range(5)))
    embed(db)
    asked: list[tuple[str, object]] = []

    @sa.event.listens_for(db.engine, "before_cursor_execute")
    def _noted(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    assert len(near(db, index, "tip 3")) == 5
    sa.event.remove(db.engine, "before_cursor_execute", _noted)
    batches = [one for one in asked if "JOIN vectors" in one[0] and "ORDER BY vectors.seq" in one[0]]
    assert len(batches) == 4
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"explain query plan {batches[0][0]}", batches[0][1]).all()  # type: ignore[arg-type] # as the driver had them
    assert "TEMP B-TREE" not in str(plan)
