"""The two tables that hosts edit: what is retired, and names that are one."""

from datetime import timedelta
from pathlib import Path

import pytest

from storage import retired, rising, search, synonyms, tips
from storage.database import Database
from storage.errors import NotPossible
from storage.records import Filters, Retired, TipContent, Viewer
from tests.storage.steps import TEAM, draft, everything, owned_by, share

READER = Viewer(TEAM, "U0READER", is_full_member=True)


def test_what_is_retired_ships_and_hosts_change_it(db: Database) -> None:
    shipped = retired.listed(db, TEAM)
    assert Retired("Claude 2.1", "2025-07-21") in shipped
    wanted = [one for one in shipped if one.label != "Bard"] + [Retired("社内ボットA", "2026-10-01")]
    retired.change(db, TEAM, wanted)
    assert sorted(retired.listed(db, TEAM), key=str) == sorted(wanted, key=str)
    assert retired.listed(db, "T2") == shipped
    retired.change(db, TEAM, shipped)
    assert not [row for row in everything(db) if row.startswith("retired:")]


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("claude-2.1", "Claude 2.1"),
        ("Claude 2.1", "Claude 2.1"),
        ("claude-3-5-sonnet-20241022", "Claude 3.5 Sonnet"),
        ("Claude Sonnet 3.5", "Claude 3.5 Sonnet"),
        ("ＧＰＴ－４", "GPT-4"),
        ("gpt-4o", None),
        ("Claude", None),
        ("Claude Sonnet 4.5", None),
    ],
)
def test_a_model_that_is_gone_is_known_however_it_is_written(db: Database, written: str, label: str | None) -> None:
    gone = retired.listed(db, TEAM)
    found = retired.among(["Excel", written], gone, today="2026-11-24", since="2025-01-01")
    assert (found.label if found else None) == label


def test_what_was_written_after_a_model_went_does_not_rest_on_it(db: Database) -> None:
    gone = retired.listed(db, TEAM)
    assert retired.among(["claude-2.1"], gone, today="2026-11-24", since="2025-08-01") is None


def test_no_two_models_that_ship_as_retired_are_taken_for_one(db: Database) -> None:
    shipped = retired.listed(db, TEAM)
    for one in shipped:
        assert retired.among([one.label], shipped, today="2100-01-01", since="2000-01-01") == one


def test_names_that_hosts_merge_are_one_and_can_be_parted(db: Database, tmp_path: Path) -> None:
    # a job that goes on after a crash says it again
    for _ in range(2):
        assert synonyms.merge(db, TEAM, "会議のまとめ", "meeting minutes").key == "会議のまとめ"
    for name, into in (("議事録", "Minutes"), ("会議のまとめ", "議事録"), ("!!", "議事録"), ("議事録", "会議のまとめ")):
        with pytest.raises(NotPossible):
            synonyms.merge(db, TEAM, name, into)
    synonyms.merge(db, TEAM, "議事録", "打ち合わせの記録")
    known = synonyms.merged(db, TEAM)
    assert len({synonyms.terms.target_of(name, known) for name in ("議事録", "会議のまとめ", "打ち合わせの記録")}) == 1
    assert {"会議のまとめ", "議事録", "Minutes", "打ち合わせの記録"} <= set(
        synonyms.spellings(db, TEAM, "Meeting minutes")
    )
    for number, topic in enumerate(("会議のまとめ", "議事録", "meeting minutes", "打ち合わせの記録", "minutes")):
        waiting = draft(db, ts=f"1.{number}", author=f"U{number}")
        tip = share(db, waiting)
        tips.edit(
            db,
            Viewer(TEAM, f"U{number}", is_full_member=True),
            tip.id,
            TipContent(title="t", topics=(topic,)),
            owned_by(f"U{number}"),
        )
    since = db.now() - timedelta(days=1)
    [topic] = rising.topics(db, TEAM, before=since - timedelta(days=30), since=since, limit=5)
    assert topic.people == 5
    index = search.open_index(db, tmp_path / "index")
    asked = Filters(themes=synonyms.spellings(db, TEAM, "会議のまとめ"))
    assert len(search.search(db, index, READER, "", filters=asked)) == 5
    assert synonyms.undo(db, TEAM, "会議のまとめ")
    assert not synonyms.undo(db, TEAM, "会議のまとめ")
    assert [each.label for each in synonyms.listed(db, TEAM)] == ["議事録"]
