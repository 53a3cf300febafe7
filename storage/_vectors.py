"""The vectors of one embedder in memory: int8, in blocks, searched exactly among what a viewer may see.

A block holds tips of one workspace, and either those for everybody there or those for channels: of the former a member
sees all, of the latter few, and faiss is quick with both; a mask that lets half of a block through costs it twice as
much as no mask. Nothing lies on disk: the database has the vectors. A block that becomes full is put in order, by
channels; else nothing in it moves: a tip that changes gets a new slot, and the old one is masked until its block is
mostly dead and built anew.
"""

import math
import threading
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import faiss
import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from storage._facets import clauses
from storage.records import Filters, Viewer

# one question has nothing to share out, and idle threads of its pool would spin
faiss.omp_set_num_threads(1)

BLOCK = 65_536
MOSTLY_DEAD = 0.3
SIGMAS = 6.0
"""How many standard deviations of a unit vector's components eight bits reach."""

_VIEWERS = 64
_AT_ONCE = 4_096

_Mask = npt.NDArray[np.uint8] | None
"""A bit for each slot that may be found; None: all of them."""

_NOTHING: npt.NDArray[np.uint8] = np.zeros(0, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Placed:
    """A vector with what decides who may find it and by which filters. `vector` None takes it out."""

    tip_id: str
    place: str | None
    facets: frozenset[str]
    day: int
    vector: bytes | None


class Near(NamedTuple):
    """A tip and its closeness to the question, a cosine."""

    tip_id: str
    closeness: float


def scale(dimensions: int) -> float:
    """What a unit vector's components are multiplied with before they are rounded to int8."""
    return 127 * math.sqrt(dimensions) / SIGMAS


class _Kind(NamedTuple):
    """What a block holds tips of."""

    team_id: str
    is_for_everybody: bool


class _Block:
    def __init__(self, kind: _Kind, dimensions: int) -> None:
        self.kind = kind
        self.vectors: Any = faiss.IndexScalarQuantizer(
            dimensions, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        self.ids = np.zeros((0, 2), dtype=np.uint64)
        self.places = np.zeros(0, dtype=np.int32)
        self.days = np.zeros(0, dtype=np.int32)
        self.alive = np.zeros(0, dtype=bool)
        self.facets: dict[str, array[int]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, tips: Sequence[Placed], places: Sequence[int]) -> None:
        first = len(self)
        codes = np.frombuffer(b"".join(tip.vector or b"" for tip in tips), dtype=np.int8).reshape(len(tips), -1)
        self.vectors.add(codes.astype(np.float32))
        self.ids = np.concatenate([self.ids, np.array([_pair(tip.tip_id) for tip in tips], dtype=np.uint64)])
        self.places = np.concatenate([self.places, np.array(places, dtype=np.int32)])
        self.days = np.concatenate([self.days, np.array([tip.day for tip in tips], dtype=np.int32)])
        self.alive = np.concatenate([self.alive, np.ones(len(tips), dtype=bool)])
        for slot, tip in enumerate(tips, start=first):
            for facet in tip.facets:
                self.facets.setdefault(facet, array("I")).append(slot)

    def take_out(self, low: npt.NDArray[np.uint64]) -> bool:
        dead = np.isin(self.ids[:, 1], low) & self.alive
        self.alive[dead] = False
        return bool(dead.any())

    def with_slots(self, slots: npt.NDArray[np.int64]) -> "_Block":
        """A block with these slots of this one, in this order."""
        made = _Block(self.kind, self.vectors.d)
        for some in np.array_split(slots, math.ceil(len(slots) / _AT_ONCE)) if len(slots) else []:
            made.vectors.add(self.vectors.reconstruct_batch(some))
        made.ids, made.places = self.ids[slots], self.places[slots]
        made.days, made.alive = self.days[slots], self.alive[slots]
        moved = np.full(len(self), -1, dtype=np.int64)
        moved[slots] = np.arange(len(slots))
        for facet, has in self.facets.items():
            to = moved[np.frombuffer(has, dtype=np.uint32)]
            made.facets[facet] = array("I", to[to >= 0].tolist())
        return made

    def fitting(self, filters: Filters) -> npt.NDArray[np.bool_]:
        fits = np.ones(len(self), dtype=bool)
        for any_of in clauses(filters):
            one = np.zeros(len(self), dtype=bool)
            for token in any_of:
                one[np.frombuffer(self.facets.get(token, array("I")), dtype=np.uint32)] = True
            fits &= one
        if filters.since is not None:
            fits &= self.days >= filters.since.toordinal()
        return fits


class VectorIndex:
    """Thread-safe: one thread follows the database, many search."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self._guard = threading.RLock()
        self._blocks: list[_Block] = []
        self._places: dict[str, int] = {}
        self._masks: LRUCache[Any, list[_Mask]] = LRUCache(_VIEWERS)

    def __len__(self) -> int:
        return sum(int(block.alive.sum()) for block in self._blocks)

    def put(self, team_id: str, tips: Iterable[Placed]) -> None:
        """Takes tips of one workspace in or, without a vector, out; of a tip that is known the newer counts."""
        tips = list(tips)
        if not tips:
            return
        with self._guard:
            low = np.array([_pair(tip.tip_id)[1] for tip in tips], dtype=np.uint64)
            for number, block in enumerate(self._blocks):
                if block.take_out(low) and block.alive.mean() < 1 - MOSTLY_DEAD:
                    self._blocks[number] = block.with_slots(np.flatnonzero(block.alive))
            fitting = [tip for tip in tips if tip.vector is not None and len(tip.vector) == self.dimensions]
            for is_for_everybody in (True, False):
                kind = _Kind(team_id, is_for_everybody)
                self._fill(kind, [tip for tip in fitting if (tip.place is None) is is_for_everybody])
            self._masks.clear()

    def _fill(self, kind: _Kind, tips: list[Placed]) -> None:
        while tips:
            block = next((one for one in self._blocks if one.kind == kind and len(one) < BLOCK), None)
            if block is None:
                block = _Block(kind, self.dimensions)
                self._blocks.append(block)
            room = BLOCK - len(block)
            now, tips = tips[:room], tips[room:]
            block.add(now, [self._place(_named(kind.team_id, tip.place)) for tip in now])
            if len(block) == BLOCK and not kind.is_for_everybody:
                # a viewer's few channels are read in runs then, which costs less than half
                self._blocks[self._blocks.index(block)] = block.with_slots(np.argsort(block.places, kind="stable"))

    def nearest(self, viewer: Viewer, question: bytes, limit: int, filters: Filters | None = None) -> list[Near]:
        """The tips closest to the question, best first, of those that the viewer may see and that fit the filters."""
        if len(question) != self.dimensions:
            return []
        asked = np.frombuffer(question, dtype=np.int8).astype(np.float32).reshape(1, -1)
        products: list[npt.NDArray[np.float32]] = []
        ids: list[npt.NDArray[np.uint64]] = []
        with self._guard:
            for block, mask in zip(self._blocks, self._masks_of(viewer), strict=True):
                if mask is _NOTHING:
                    continue
                best, slots = block.vectors.search(asked, limit, params=_selecting(block, mask, filters))
                here = slots[0] >= 0
                products.append(best[0][here])
                ids.append(block.ids[slots[0][here]])
        if not products:
            return []
        closeness, halves = np.concatenate(products), np.concatenate(ids)
        order = np.lexsort((halves[:, 1], halves[:, 0], -closeness))[:limit]
        named = halves[order].astype(">u8").tobytes().hex()
        cosines = (closeness[order].astype(np.float64) / scale(self.dimensions) ** 2).tolist()
        return [Near(named[32 * at : 32 * at + 32], cosine) for at, cosine in enumerate(cosines)]

    def _masks_of(self, viewer: Viewer) -> list[_Mask]:
        key = (viewer.team_id, viewer.reads_workspace, viewer.channel_ids)
        masks = self._masks.get(key)
        if masks is None:
            allowed = np.zeros(len(self._places) + 1, dtype=bool)
            seen = [_named(viewer.team_id, channel_id) for channel_id in viewer.channel_ids]
            if viewer.reads_workspace:
                seen.append(_named(viewer.team_id, None))
            allowed[[self._places[place] for place in seen if place in self._places]] = True
            masks = [_mask(allowed[block.places] & block.alive) for block in self._blocks]
            self._masks[key] = masks
        return masks

    def _place(self, name: str) -> int:
        return self._places.setdefault(name, len(self._places))


def _mask(seen: npt.NDArray[np.bool_]) -> _Mask:
    if seen.all():
        return None
    return np.packbits(seen, bitorder="little") if seen.any() else _NOTHING


def _selecting(block: _Block, mask: _Mask, filters: Filters | None) -> Any:
    """How faiss is told what may be found; None: all of the block."""
    if filters:
        fits = np.packbits(block.fitting(filters), bitorder="little")
        mask = fits if mask is None else fits & mask
    if mask is None:
        return None
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(mask))  # type: ignore[call-arg, arg-type] # its hints are those of C++


def _named(team_id: str, channel_id: str | None) -> str:
    return f"{team_id}/{channel_id or '*'}"


def _pair(tip_id: str) -> tuple[int, int]:
    return int(tip_id[:16], 16), int(tip_id[16:], 16)
