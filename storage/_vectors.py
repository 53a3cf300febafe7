"""The vectors of one embedder in memory: int8, in blocks, searched exactly among what a viewer may see.

Nothing lies on disk: the database has the vectors. A block never moves; a tip that changes gets a new slot, and the old
one is masked until its block is mostly dead and built anew.
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


class _Block:
    def __init__(self, dimensions: int) -> None:
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
        self._masks: LRUCache[Any, list[npt.NDArray[np.uint8]]] = LRUCache(_VIEWERS)

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
                    self._blocks[number] = self._living(block)
            fitting = [tip for tip in tips if tip.vector is not None and len(tip.vector) == self.dimensions]
            while fitting:
                if not self._blocks or len(self._blocks[-1]) >= BLOCK:
                    self._blocks.append(_Block(self.dimensions))
                room = BLOCK - len(self._blocks[-1])
                now, fitting = fitting[:room], fitting[room:]
                places = [self._place(_named(team_id, tip.place)) for tip in now]
                self._blocks[-1].add(now, places)
            self._masks.clear()

    def nearest(self, viewer: Viewer, question: bytes, limit: int, filters: Filters | None = None) -> list[Near]:
        """The tips closest to the question, best first, of those that the viewer may see and that fit the filters."""
        if len(question) != self.dimensions:
            return []
        asked = np.frombuffer(question, dtype=np.int8).astype(np.float32).reshape(1, -1)
        products: list[npt.NDArray[np.float32]] = []
        ids: list[npt.NDArray[np.uint64]] = []
        with self._guard:
            for block, mask in zip(self._blocks, self._masks_of(viewer), strict=True):
                fits = np.packbits(block.fitting(filters), bitorder="little") & mask if filters else mask
                select = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(fits))  # type: ignore[call-arg, arg-type] # its hints are those of C++
                best, slots = block.vectors.search(asked, limit, params=select)
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

    def _masks_of(self, viewer: Viewer) -> list[npt.NDArray[np.uint8]]:
        key = (viewer.team_id, viewer.reads_workspace, viewer.channel_ids)
        masks = self._masks.get(key)
        if masks is None:
            allowed = np.zeros(len(self._places) + 1, dtype=bool)
            seen = [_named(viewer.team_id, channel_id) for channel_id in viewer.channel_ids]
            if viewer.reads_workspace:
                seen.append(_named(viewer.team_id, None))
            allowed[[self._places[place] for place in seen if place in self._places]] = True
            masks = [np.packbits(allowed[block.places] & block.alive, bitorder="little") for block in self._blocks]
            self._masks[key] = masks
        return masks

    def _place(self, name: str) -> int:
        return self._places.setdefault(name, len(self._places))

    def _living(self, block: _Block) -> _Block:
        """A block without its dead slots."""
        kept = _Block(self.dimensions)
        at = np.flatnonzero(block.alive)
        moved = np.full(len(block), -1, dtype=np.int64)
        moved[at] = np.arange(len(at))
        if len(at):
            kept.vectors.add(block.vectors.reconstruct_batch(at))
        kept.ids, kept.places, kept.days = block.ids[at], block.places[at], block.days[at]
        kept.alive = np.ones(len(at), dtype=bool)
        for facet, slots in block.facets.items():
            living = moved[np.frombuffer(slots, dtype=np.uint32)]
            kept.facets[facet] = array("I", living[living >= 0].tolist())
        return kept


def _named(team_id: str, channel_id: str | None) -> str:
    return f"{team_id}/{channel_id or '*'}"


def _pair(tip_id: str) -> tuple[int, int]:
    return int(tip_id[:16], 16), int(tip_id[16:], 16)
