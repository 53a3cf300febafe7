"""Who may see what: the database and the index never say more than ten lines of common sense allow."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import imports, search, tips
from storage.database import Database
from storage.records import ImportedTip, Tip, Viewer, Visibility
from tests.storage.steps import AYA, TEAM, draft, owned_by, share

PLACES = (None, "C1", "C2", "C3")
TEAMS = ("T1", "T2")


@dataclass(frozen=True)
class Placed:
    """A tip and where it may be seen."""

    team: str
    place: str | None
    external_id: str
    withdrawn: bool


def may_see(viewer: Viewer, tip: Placed) -> bool:
    """The rule once more, as one would explain it to a colleague."""
    if tip.team != viewer.team_id or tip.withdrawn:
        return False
    return viewer.is_full_member or viewer.is_let_in if tip.place is None else tip.place in viewer.channel_ids


viewers = st.builds(
    Viewer,
    team_id=st.sampled_from(TEAMS),
    user_id=st.just("U0READER"),
    is_full_member=st.booleans(),
    channel_ids=st.frozensets(st.sampled_from(["C1", "C2", "C3", "C4"])),
    is_let_in=st.booleans(),
)


@pytest.fixture
def world(db: Database) -> Iterator[tuple[Database, search.Index, list[Placed]]]:
    """One tip in each place of each workspace, and a withdrawn one beside it."""
    placed = []
    for team in TEAMS:
        for place in PLACES:
            external_id = f"{team}-{place}"
            line = ImportedTip(external_id=external_id, title="議事録の要約 minutes", outcome=external_id * 8)
            list(imports.add_imported(db, team, [line], visibility=Visibility(place)))
            placed.append(Placed(team, place, external_id, withdrawn=False))
    with tempfile.TemporaryDirectory() as folder:
        yield db, search.open_index(db, Path(folder) / "index"), placed


def seen(found: list[Tip]) -> set[str | None]:
    return {tip.external_id for tip in found}


@given(viewer=viewers)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_read_shows_more_than_the_rule_allows(
    world: tuple[Database, search.Index, list[Placed]], viewer: Viewer
) -> None:
    db, index, placed = world
    allowed = {tip.external_id for tip in placed if may_see(viewer, tip)}
    ids = [tip.id for team in TEAMS for tip in tips.export(db, _all_seeing(team))]
    assert seen(list(tips.export(db, viewer))) == allowed
    assert seen(tips.many(db, viewer, ids)) == allowed
    assert seen([tip for tip_id in ids if (tip := tips.get(db, viewer, tip_id))]) == allowed
    assert seen([hit.tip for hit in search.search(db, index, viewer, "議事録", 50)]) == allowed
    assert seen([hit.tip for hit in search.search(db, index, viewer, "minutes", 50)]) == allowed
    assert {one.tip_id for one in index.words.candidates(viewer, index.words.asked(viewer, [("minutes",)]), 50)} <= {
        tip.id for team in TEAMS for tip in tips.export(db, _all_seeing(team)) if tip.external_id in allowed
    }


def _all_seeing(team: str) -> Viewer:
    return Viewer(team, None, is_full_member=True, channel_ids=frozenset({"C1", "C2", "C3"}))


def test_how_many_are_hidden_cannot_be_told_from_the_hits(
    world: tuple[Database, search.Index, list[Placed]],
) -> None:
    """A limit is filled with what the viewer may see, however many better ones they may not."""
    db, index, _ = world
    lines = [ImportedTip(external_id=f"hidden-{n}", title="議事録 議事録 議事録") for n in range(80)]
    list(imports.add_imported(db, "T1", lines, visibility=Visibility("C3")))
    viewer = Viewer("T1", "U0READER", is_full_member=True)
    hits = search.search(db, index, viewer, "議事録", 1)
    assert [(hit.tip.external_id, hit.rank) for hit in hits] == [("T1-None", 1)]


def test_a_tip_of_a_private_channel_is_hidden_from_its_author_elsewhere_but_not_from_their_home(db: Database) -> None:
    tip = share(db, draft(db, visibility=Visibility("C1")))
    outside = Viewer(TEAM, AYA, is_full_member=True)
    assert tips.get(db, outside, tip.id) is None
    assert [one.id for one in tips.of_owner(db, outside, owned_by(AYA))] == [tip.id]
    inside = Viewer(TEAM, "U0READER", is_full_member=True, channel_ids=frozenset({"C1"}))
    assert tips.get(db, inside, tip.id) is not None


def test_a_withdrawn_tip_is_seen_by_nobody_at_once(db: Database, tmp_path: Path) -> None:
    index = search.open_index(db, tmp_path / "index")
    tip = share(db, draft(db, title="議事録の要約"))
    reader = Viewer(TEAM, "U0READER", is_full_member=True)
    assert [hit.tip.id for hit in search.search(db, index, reader, "議事録")] == [tip.id]
    tips.withdraw(db, Viewer(TEAM, AYA, is_full_member=True), tip.id, owned_by(AYA))
    assert search.search(db, index, reader, "議事録") == []
    assert index.words.candidates(reader, index.words.asked(reader, [("議事",)]), 10) == []


@given(
    text=st.text(max_size=200) | st.sampled_from(['"', "AND OR", "title:*", "(((", "NOT", "a" * 5_000, "🙂", "\x00"])
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_may_be_searched_for(world: tuple[Database, search.Index, list[Placed]], text: str) -> None:
    db, index, placed = world
    viewer = Viewer("T1", "U0READER", is_full_member=True)
    assert seen([hit.tip for hit in search.search(db, index, viewer, text, 5)]) <= {
        tip.external_id for tip in placed if may_see(viewer, tip)
    }
