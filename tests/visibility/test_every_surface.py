"""Promise 2 by chance: random workspaces and viewers at every surface, and with and without what is invisible."""

import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answer import finding
from bot.errors import Refused
from bot.slack.failures import sentence_of
from storage import search, tips
from storage._tables import TipRow
from storage.database import Database
from storage.records import Viewer
from storage.tips import finding as reads
from tests.storage.meaning_steps import meaning
from tests.visibility.workspace import CHANNELS, Asking, fill, leaks, messages, world_of

Places = tuple[str | None, ...]
OUTSIDER = Viewer("T1", "U7", is_full_member=True, channel_ids=frozenset({"C1"}))
GUEST = Viewer("T1", "U7", is_full_member=False, channel_ids=frozenset({"C1", "C2"}))
LET_IN = Viewer("T1", "U7", is_full_member=False, channel_ids=frozenset({"C1"}), is_let_in=True)
QUESTIONS = ("議事録の要約", "review of code", "sonnet elegy Excel", "翻訳 glossary", "zzz", "mark00101q", "mark00001q")
EVERYBODY_HERE = Viewer("T1", None, is_full_member=True, channel_ids=frozenset({"C1"}))


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a seeded draw, guards nothing


def test_promise_2_no_surface_shows_anybody_more_than_the_rule_allows(db: Database, tmp_path: Path) -> None:
    chance = _chance(2)
    placed = fill(db, chance, (None, *CHANNELS, None), range(40))
    world = world_of(db, tmp_path / "index")
    assert list(leaks(world, placed, chance, 2_000 if db.is_sqlite else 200)) == []


def test_a_broken_rule_is_noticed(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above would say if a read forgot the channels."""
    chance = _chance(2)
    placed = fill(db, chance, (None, *CHANNELS), range(14))
    monkeypatch.setattr(reads, "visible_to", lambda viewer: TipRow.team_id == viewer.team_id)
    monkeypatch.setattr(reads, "tip_of", _forgiving(tips.tip_of))
    found = list(leaks(world_of(db, tmp_path / "index"), placed, chance, 40))
    assert {"export", "by id", "one by id"} <= {said.partition(" shows")[0] for said in found}


def _forgiving(tip_of: Any) -> Any:
    """Withdrawn tips have no words any more to be shown."""
    return lambda row: (
        tip_of(row) if row.content else SimpleNamespace(id=row.id, author_id=None, content=SimpleNamespace(title=""))
    )


def _received(world: Any, viewer: Viewer) -> bytes:
    """Everything that this viewer gets for their questions, byte for byte."""
    told: list[Any] = []
    for question in (
        "議事録の要約",
        "review of code",
        "sonnet elegy Excel",
        "翻訳 glossary",
        "zzz",
        "mark00101q",
        "mark00001q",
    ):
        for meant in (None, meaning(question)):
            hits = search.search(world.db, world.index, viewer, question, 30, meaning=meant, wait=True)
            told.append([[h.tip.id, h.rank, h.strength, repr(h.trials), h.folded] for h in hits])
        told.append([[h.tip.id, h.rank, h.strength] for h in finding.find(world, viewer, question).hits])
        told.append(messages(Asking(world, viewer, question, ())))
    for name in ("C5", "channel-C5", "C9"):
        try:
            finding.find(world, viewer, f"議事録 from:#{name}")
        except Refused as refused:
            told.append(sentence_of(refused, "ja").replace(name, ""))
    return json.dumps(told, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("seed", "viewer", "seen", "unseen"),
    [
        (1, OUTSIDER, (None, "C1"), ("C4", "C5")),
        (2, GUEST, ("C1", "C2"), (None, "C5")),
        (3, EVERYBODY_HERE, (None, "C1"), ("C2", "C3")),
        (4, LET_IN, (None, "C1"), ("C2", "C5")),
    ],
    ids=["outsider", "guest", "channel", "guest let in"],
)
def test_promise_2_what_is_invisible_changes_no_byte_of_what_an_outsider_receives(
    db: Database,
    tmp_path: Path,
    seed: int,
    viewer: Viewer,
    seen: tuple[str | None, ...],
    unseen: tuple[str | None, ...],
) -> None:
    fill(db, _chance(seed), seen, range(12))
    world = world_of(db, tmp_path / "index")
    before = _received(world, viewer)
    assert b"mark0000" in before, "something is seen, or nothing is shown by this"
    fill(db, _chance(seed + 100), unseen, range(100, 124))
    assert _received(world, viewer) == before
    assert _received(world_of(db, tmp_path / "anew"), viewer) == before
