"""What is told of groups: no figure, no sum and no difference of figures shows fewer than five people."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from storage._telling import PARTS, in_fives, parted, split

CELLS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 14), max_size=8)
BEHIND = st.lists(st.one_of(st.none(), st.integers(0, 12).map(str)), max_size=20)


def is_safe(people: int) -> bool:
    return people == 0 or people >= 5


@given(CELLS, st.integers(0, 14))
def test_neither_a_part_nor_the_whole_less_any_parts_is_under_five(cells: dict[str, int], elsewhere: int) -> None:
    told = parted(cells, elsewhere=elsewhere)
    whole = sum(cells.values()) + elsewhere
    if not told:
        assert whole < 5
        return
    named = [name for name, _ in told if name is not None]
    true = {name: cells[name] for name in named}
    assert dict(told).get(None, 0) == in_fives(whole - sum(true.values()))
    for size in range(len(named) + 1):
        for chosen in combinations(named, size):
            assert is_safe(sum(true[name] for name in chosen))
            assert is_safe(whole - sum(true[name] for name in chosen))


@given(CELLS, st.integers(0, 14))
def test_nothing_is_hidden_that_could_be_told(cells: dict[str, int], elsewhere: int) -> None:
    named = [name for name, _ in parted(cells, elsewhere=elsewhere) if name is not None]
    large = [name for name, people in cells.items() if people >= 5]
    small = elsewhere + sum(people for people in cells.values() if people < 5)
    most = len(large) - (1 if large and 0 < small < 5 else 0)
    assert len(named) == (most if most + bool(small) <= PARTS else PARTS - 1)
    assert len(parted(cells, elsewhere=elsewhere)) <= PARTS


@given(st.integers(0, 500), st.integers(0, 500))
def test_two_neighbouring_numbers_of_people_are_the_same_or_five_apart(one: int, other: int) -> None:
    assert (in_fives(one) - in_fives(other)) % 5 == 0
    assert in_fives(one) == 0 or one >= 5
    # whoever knows one number exactly learns of the other no more than a range of five
    assert in_fives(in_fives(one) + 4) == in_fives(one)


@given(st.tuples(BEHIND, BEHIND, BEHIND))
def test_outcomes_are_told_all_or_not_at_all(parts: tuple[list[str | None], ...]) -> None:
    told = split(dict(zip("abc", parts, strict=True)))
    named = {one for part in parts for one in part if one is not None}
    assert (told is None) == (len(named) < 5)
    if told is not None and told[1] is not None:
        assert sum(told[1].values()) == told[0]
        for part in parts:
            assert not part or len({one for one in part if one is not None}) >= 5


def test_what_nobody_named_did_is_not_told_by_what_is_left() -> None:
    people = [str(number) for number in range(6)]
    assert split({"in_time": people, "late": [None]}) == (7, None)
    assert split({"in_time": people, "late": []}) == (6, {"in_time": 6, "late": 0})
