"""Promise 2 in the order: what a viewer gets depends only on tips that they may see."""

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from storage import _ranking, imports, search, tips
from storage._tables import TipRow
from storage.database import Database
from storage.records import ImportedTip, Viewer, Visibility
from tests.storage.meaning_steps import KEY, embed, meaning

WORDS = "議事録 要約 プロンプト ChatGPT Claude 翻訳 表 review code minutes summary Excel 誤変換 用語集 KeyError".split()  # noqa: SIM905 - a list of words is read as words
QUESTIONS = ("議事録の要約", "review of code by Claude", "Excel 翻訳 プロンプト", "ChatGPT", "Claud")
MEMBER = Viewer("T1", "U1", is_full_member=True, channel_ids=frozenset({"C1"}))
GUEST = Viewer("T1", "U2", is_full_member=False, channel_ids=frozenset({"C1", "C2"}))


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a seeded draw, guards nothing


def _tip(chance: random.Random, number: int) -> ImportedTip:
    def some(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))

    return ImportedTip(external_id=f"x{number}", title=some(1, 4), task=some(0, 20), tools=(chance.choice(WORDS),))


def _fill(
    db: Database, monkeypatch: pytest.MonkeyPatch, chance: random.Random, places: Sequence[str | None], numbers: range
) -> None:
    for number in numbers:
        with monkeypatch.context() as patch:
            # the same tip has the same id in every corpus
            patch.setattr(imports, "new_id", lambda number=number: hashlib.md5(b"%d" % number).hexdigest())  # noqa: S324 - an id, no secret
            list(
                imports.add_imported(
                    db, "T1", [_tip(chance, number)], visibility=Visibility(places[number % len(places)])
                )
            )


def _results(db: Database, folder: Path, viewer: Viewer, limit: int = 30) -> list[list[tuple[object, ...]]]:
    index = search.open_index(db, folder)
    index.meanings.follow(db, KEY, wait=True)
    found = []
    for asked in (None, meaning):
        for text in QUESTIONS:
            hits = search.explain(db, index, viewer, text, limit, meaning=asked(text) if asked else None, wait=True)
            found.append([(one.hit.tip.id, one.hit.rank, one.hit.strength, one.factors) for one in hits])
    return found


@pytest.mark.parametrize(("seed", "depth"), [(0, 8), (1, 200)])
@pytest.mark.parametrize(
    ("viewer", "seen", "unseen"),
    [(MEMBER, (None, "C1"), ("C8", "C9")), (GUEST, ("C1", "C2"), (None, None, "C9"))],
    ids=["member", "guest"],
)
def test_promise_2_invisible_tips_do_not_sway_an_order(
    db: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    depth: int,
    viewer: Viewer,
    seen: tuple[str | None, ...],
    unseen: tuple[str | None, ...],
) -> None:
    # few candidates, so that the cut through them is inside the test
    monkeypatch.setattr(_ranking, "DEPTH", depth)
    _fill(db, monkeypatch, _chance(seed), seen, range(40))
    embed(db)
    before = _results(db, tmp_path / "before", viewer, depth // 2)
    assert any(before)
    _fill(db, monkeypatch, _chance(seed + 100), unseen, range(100, 160))
    embed(db)
    # followed as well as built anew
    assert _results(db, tmp_path / "before", viewer, depth // 2) == before
    assert _results(db, tmp_path / "anew", viewer, depth // 2) == before


def test_promise_8_a_withdrawn_tip_does_not_count_any_more(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(db, monkeypatch, _chance(1), (None,), range(20))
    embed(db)
    before = _results(db, tmp_path / "index", MEMBER)
    _fill(db, monkeypatch, _chance(2), (None,), range(100, 120))
    embed(db)
    _results(db, tmp_path / "index", MEMBER)
    with db.writing() as session:
        for row in session.query(TipRow).where(TipRow.external_id.in_([f"x{n}" for n in range(100, 120)])):
            tips.take_out(db, session, row)
    assert _results(db, tmp_path / "index", MEMBER) == before


def test_a_vector_goes_with_its_tip(db: Database, tmp_path: Path) -> None:
    list(imports.add_imported(db, "T1", [ImportedTip(external_id="x", title="議事録")], visibility=Visibility()))
    embed(db)
    index = search.open_index(db, tmp_path / "index")
    index.meanings.follow(db, KEY, wait=True)
    assert index.meanings.nearest(MEMBER, meaning("議事録"), 5, None)
    with db.writing() as session:
        tips.take_out(db, session, session.query(TipRow).one())
    index.meanings.follow(db, KEY)
    assert not index.meanings.nearest(MEMBER, meaning("議事録"), 5, None)
