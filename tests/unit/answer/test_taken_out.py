"""What was taken out of a question is no word to search for."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answer import finding
from bot.trust.redaction import redact
from storage import imports, search
from storage.database import Database
from storage.records import ImportedTip, Meaning, Viewer, Visibility
from tests.conftest import FrozenClock

READER = Viewer("T1", "U1", is_full_member=True)


class Embedder:
    """Notes what it is asked for the meaning of."""

    key = "test/1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def question(self, text: str, *_: Any) -> Meaning | None:
        self.asked.append(text)
        return None


@pytest.fixture
def world(db: Database, clock: FrozenClock, tmp_path: Path) -> Any:
    titles = ("議事録のまとめ方", "名前の表記をそろえる", "Minutes of meetings", "Name files alike")
    tips = [ImportedTip(external_id=title, title=title) for title in titles]
    list(imports.add_imported(db, "T1", tips, visibility=Visibility(None)))
    index = search.open_index(db, tmp_path / "index")
    return SimpleNamespace(db=db, index=index, clock=clock, embedder=Embedder())


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("田中さんの議事録のやり方", "議事録のまとめ方"),
        ("議事録は 田中様 のやり方で", "議事録のまとめ方"),
        ("How does Mr. Tanaka take minutes?", "Minutes of meetings"),
        ("Mr. Tanaka's minutes", "Minutes of meetings"),
        ("田中さんのやり方", None),
    ],
)
def test_a_name_that_was_taken_out_finds_no_tips_about_names(world: Any, question: str, found: str | None) -> None:
    redacted = redact(question).text
    assert "‹" in redacted
    hits = finding.find(world, READER, redacted).hits
    assert [hit.tip.content.title for hit in hits] == ([found] if found else [])
    assert not any("‹" in asked or "名前" in asked or "name" in asked for asked in world.embedder.asked)
