"""Vectors in memory: whatever came and went, and however full the blocks are, what is found is what is closest."""

from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import _vectors
from storage._vectors import Placed, VectorIndex
from storage.records import Filters, Kind, Viewer

_DIMENSIONS = 8
_TIPS = [f"{number:032x}" for number in range(40)]
_PLACES = [None, "C1", "C2", "C3"]

puts = st.lists(
    st.tuples(
        st.sampled_from(_TIPS),
        st.sampled_from(_PLACES),
        st.sampled_from([frozenset[str](), frozenset({"kind:pitfall"})]),
        st.one_of(st.none(), st.binary(min_size=_DIMENSIONS, max_size=_DIMENSIONS)),
    ),
    max_size=120,
)


@given(
    puts,
    st.integers(1, 20),
    st.frozensets(st.sampled_from(["C1", "C2", "C3"])),
    st.booleans(),
    st.booleans(),
    st.binary(min_size=_DIMENSIONS, max_size=_DIMENSIONS),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_closest_are_found_however_blocks_fill_and_empty(
    monkeypatch: pytest.MonkeyPatch,
    changes: list[tuple[str, str | None, frozenset[str], bytes | None]],
    at_once: int,
    channels: frozenset[str],
    is_member: bool,
    only_pitfalls: bool,
    question: bytes,
) -> None:
    monkeypatch.setattr(_vectors, "BLOCK", 8)
    index = VectorIndex(_DIMENSIONS)
    living: dict[str, Placed] = {}
    for first in range(0, len(changes), at_once):
        some = {change[0]: change for change in changes[first : first + at_once]}
        tips = [Placed(tip_id, place, facets, 1, vector) for tip_id, place, facets, vector in some.values()]
        index.put("T1", tips)
        living |= {tip.tip_id: tip for tip in tips}
    viewer = Viewer("T1", "U1", is_full_member=is_member, channel_ids=channels)
    filters = Filters(kinds=(Kind.PITFALL,), since=date(1, 1, 1)) if only_pitfalls else None
    asked = np.frombuffer(question, dtype=np.int8).astype(int)
    right = {
        tip.tip_id: int(asked @ np.frombuffer(tip.vector, dtype=np.int8).astype(int))
        for tip in living.values()
        if tip.vector is not None
        and (tip.place in channels if tip.place else is_member)
        and (tip.facets or not only_pitfalls)
    }
    found = index.nearest(viewer, question, len(_TIPS), filters)
    assert [one.tip_id for one in found] == sorted(right, key=lambda tip_id: (-right[tip_id], tip_id))
    assert len(index) == sum(tip.vector is not None for tip in living.values())
