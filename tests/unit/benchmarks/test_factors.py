"""The measuring of the mild factors: chance can only harm a right order, what tells can mend a wrong one."""

from typing import get_args

import pytest

from benchmarks.search.factors import FACTORS, Candidates, Factor, Way, chosen, drawn, moved

RIGHT = Candidates((("right", 0.80), ("near", 0.79), ("far", 0.30)), frozenset({"right"}))
WRONG = Candidates((("near", 0.80), ("right", 0.79), ("far", 0.30)), frozenset({"right"}))
CLEAR = Candidates((("right", 1.00), ("far", 0.10)), frozenset({"right"}))


def shift(asked: list[Candidates], factor: Factor, strength: float, way: Way) -> list[float]:
    return moved(asked, drawn(asked, factor, way), strength)


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.name)
def test_without_strength_nothing_moves_and_chance_harms_what_was_right(factor: Factor) -> None:
    for way in get_args(Way):
        assert shift([RIGHT, WRONG, CLEAR], factor, 0.0, way) == [0.0, 0.0, 0.0]
    harm = shift([RIGHT] * 20, factor, 0.3, "chance")
    assert sum(harm) < 0
    assert shift([CLEAR], factor, 0.3, "chance") == [0.0]


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.name)
def test_what_tells_mends_more_often_than_it_breaks(factor: Factor) -> None:
    assert sum(shift([RIGHT, WRONG] * 40, factor, 0.3, "telling")) > 0


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.name)
def test_a_factor_is_off_where_any_strength_costs_too_much(factor: Factor) -> None:
    # orders that hang by a hair, and nothing for it to mend
    hair = Candidates((("right", 0.80), *((f"near {n}", 0.7999) for n in range(9))), frozenset({"right"}))
    assert chosen([[hair] * 20], factor) == 0.0
    assert chosen([[CLEAR] * 20], factor) == 0.0
