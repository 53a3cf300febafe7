"""From a question to tips: filters name channels that the viewer may know, and meaning is not waited for too long."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answer import finding
from bot.conversation import Channel
from bot.errors import Refused
from storage import imports, meanings, search
from storage.database import Database
from storage.records import ImportedTip, Kind, Meaning, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.meaning_steps import KEY, embed, meaning

INSIDE = Viewer("T1", "U1", is_full_member=True, channel_ids=frozenset({"C0SECRET"}))
OUTSIDE = Viewer("T1", "U2", is_full_member=True)
GUEST = Viewer("T1", "U3", is_full_member=False)


class _Embedder:
    """Answers once it may."""

    key = KEY

    def __init__(self) -> None:
        self.may = threading.Event()

    def question(self, text: str, key: str | None = None) -> Meaning | None:
        self.may.wait(10)
        return meaning(text) if key in (None, KEY) else None


@pytest.fixture
def world(db: Database, clock: FrozenClock, tmp_path: Path) -> Iterator[Any]:
    for place in (None, "C0SECRET"):
        tip = ImportedTip(external_id=f"in {place}", title=f"minutes of {place}")
        list(imports.add_imported(db, "T1", [tip], visibility=Visibility(place)))
    embed(db)
    channels = (_channel("C0OPEN", "open", is_private=False), _channel("C0SECRET", "secret", is_private=True))
    embedder = _Embedder()
    yield SimpleNamespace(
        db=db,
        index=search.open_index(db, tmp_path / "index"),
        clock=clock,
        embedder=embedder,
        reading=SimpleNamespace(own_channels=lambda: channels),
    )
    embedder.may.set()


def _channel(channel_id: str, name: str, *, is_private: bool) -> Any:
    known = set(Channel.__dataclass_fields__)
    told = {"id": channel_id, "name": name, "is_private": is_private}
    return SimpleNamespace(**{field: told[field] for field in told if field in known})


def _found(world: Any, viewer: Viewer, question: str, patience: float | None = 0.05) -> set[str]:
    return {hit.tip.content.title for hit in finding.find(world, viewer, question, patience=patience).hits}


def test_words_are_enough_when_the_meaning_takes_too_long(world: Any) -> None:
    assert _found(world, OUTSIDE, "minutes") == {"minutes of None"}
    assert _found(world, OUTSIDE, "zzz") == set()
    world.embedder.may.set()
    assert _found(world, INSIDE, "minutes", None) == {"minutes of None", "minutes of C0SECRET"}


def test_while_the_vectors_are_loaded_words_are_searched_at_once(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.embedder.may.set()
    with monkeypatch.context() as patch:
        patch.setattr(meanings, "_AT_ONCE", 0)
        patch.setattr(world.index.meanings, "_follow_in_background", lambda _db, _embedder: None)
        assert not finding.knows_meanings(world)
        patch.setattr(world.embedder, "question", lambda *_: pytest.fail("its meaning would find nothing"))
        assert _found(world, OUTSIDE, "minutes") == {"minutes of None"}
    finding.load_meanings(world)
    assert finding.knows_meanings(world)


def test_a_few_vectors_are_loaded_by_the_first_question(world: Any) -> None:
    world.embedder.may.set()
    assert _found(world, OUTSIDE, "minutes", 3.0) == {"minutes of None"}
    assert world.index.meanings.nearest(OUTSIDE, meaning("minutes"), 5, None)


def test_what_did_not_work_is_found_behind_five_that_fit_better(world: Any) -> None:
    names = [f"translation glossary tone {n}" for n in range(6)]
    failed = ImportedTip(external_id="failed", title="translation glossary failed", kind=Kind.PITFALL)
    added = [*(ImportedTip(external_id=name, title=name) for name in names), failed]
    list(imports.add_imported(world.db, "T1", added, visibility=Visibility()))

    def found(question: str, **more: Any) -> list[tuple[str, int]]:
        hits = finding.find(world, OUTSIDE, question, patience=0, **more).hits
        return [(str(hit.tip.external_id), hit.rank) for hit in hits]

    question = "translation glossary tone"
    assert len(found(question)) == 5
    assert "failed" not in dict(found(question))
    assert found(question, with_pitfall=True) == [*found(question), ("failed", 6)]
    assert "failed" not in dict(found(f"{question} kind:practice", with_pitfall=True))
    assert "failed" in dict(found(question, limit=9, with_pitfall=True))


def test_a_private_channel_is_unknown_to_those_outside_it(world: Any) -> None:
    assert _found(world, INSIDE, "minutes from:#secret") == {"minutes of C0SECRET"}
    assert _found(world, OUTSIDE, "minutes from:#open") == set()
    said = []
    for viewer, name in ((OUTSIDE, "secret"), (OUTSIDE, "nowhere"), (GUEST, "open"), (OUTSIDE, "C0SECRET")):
        with pytest.raises(Refused) as refused:
            _found(world, viewer, f"minutes from:#{name}")
        said.append(refused.value.text_key)
    assert set(said) == {"filters.unknown_channel"}
