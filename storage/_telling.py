"""What of a figure may be told, so that neither it nor any sum or difference of such figures shows a group under five.

Three rules, and every figure goes through one of them:
- a number of people is told in fives, rounded down (`in_fives`): whatever is added or taken away, and whenever it is
  looked at again, the result is a multiple of five;
- parts of a whole (`parted`) are five at least, and so is what is left of the whole: small parts are one part, together
  with as many of the next smallest as that takes;
- what people did is told by what came of it only where five people, or nobody, stand behind each outcome (`split`):
  the others' sum is the total less the one that is hidden.
"""

from collections.abc import Collection, Mapping

from storage.records import LEAST_PEOPLE

PARTS = 6
"""How many parts of a whole are told of, so that picture, words and figures have the same ones."""

Behind = Collection[str | None]
"""Who stands behind each thing that was done; None: somebody without a name, who counts as nobody's."""


def in_fives(people: int) -> int:
    """0 for fewer than five."""
    return people - people % LEAST_PEOPLE


def are_enough(behind: Behind) -> bool:
    return len({one for one in behind if one is not None}) >= LEAST_PEOPLE


def parted(cells: Mapping[str, int], *, elsewhere: int = 0) -> list[tuple[str | None, int]]:
    """The parts of a whole in which each person is once, the largest first and what is left (None) last.

    `elsewhere`: people who are in no cell, but of the whole. Nothing where the whole is under five; at most `PARTS`.
    """
    told = sorted((-people, name) for name, people in cells.items() if people >= LEAST_PEOPLE)
    left = elsewhere + sum(people for people in cells.values() if people < LEAST_PEOPLE)
    while told and (0 < left < LEAST_PEOPLE or len(told) + bool(left) > PARTS):
        left -= told.pop()[0]
    parts: list[tuple[str | None, int]] = [(name, in_fives(-people)) for people, name in told]
    return [*parts, (None, in_fives(left))] if left >= LEAST_PEOPLE else parts


def split(parts: Mapping[str, Behind]) -> tuple[int, dict[str, int] | None] | None:
    """How many there are, and of each part; None for what would tell of fewer than five people."""
    everybody = [one for part in parts.values() for one in part]
    if not are_enough(everybody):
        return None
    if all(not part or are_enough(part) for part in parts.values()):
        return len(everybody), {name: len(part) for name, part in parts.items()}
    return len(everybody), None
