"""Search by words and meaning: the indexes propose, the database, under the one visibility condition, disposes.

What a viewer gets, order included, depends only on tips that they may see: see docs/search.md.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from cachetools import TTLCache

from storage import _analysis, _candidates, _following, _ranking, drafts, meanings
from storage._asking import Candidate
from storage._candidates import Seen, seen
from storage._facets import tools_of
from storage._feed import stand
from storage._index import WordIndex
from storage._ranking import Factors, Fused
from storage.database import Database
from storage.meanings import Meanings
from storage.records import Filters, Hit, Meaning, Strength, Tip, Viewer

_SPARE = 5
"""Tips read beyond the page: the mild factors change the order, and some are duplicates."""

_TWIN_TEXT = 400
"""Characters of a tip by which its near-duplicates are looked for."""

_OWN_TOOLS_OF, _OWN_TOOLS_SECONDS = 1_000, 600
"""What somebody uses changes slowly, and moves an order little."""


class Index:
    """The search index of one database: words on disk, followed by `catch_up`, and meanings in memory."""

    def __init__(self, folder: Path) -> None:
        self.words = WordIndex(folder)
        self.meanings = Meanings()
        self._own_tools: TTLCache[Viewer, frozenset[str]] = TTLCache(_OWN_TOOLS_OF, _OWN_TOOLS_SECONDS)
        self._guard = threading.Lock()

    def own_tools(self, db: Database, viewer: Viewer) -> frozenset[str]:
        """What the viewer uses, as filter tokens; remembered for minutes."""
        with self._guard:
            known = self._own_tools.get(viewer)
        if known is None:
            known = _candidates.own_tools(db, viewer)
            with self._guard:
                self._own_tools[viewer] = known
        return known


@dataclass(frozen=True, slots=True)
class Explained:
    """A hit and why it stands where it does."""

    hit: Hit
    factors: Factors


def open_index(db: Database, folder: Path) -> Index:
    """The index in `folder`, built anew when it is missing, damaged, of another version or of another database."""
    index = Index(folder)
    index.words.reload()
    catch_up(db, index)
    return index


def search(
    db: Database,
    index: Index,
    viewer: Viewer,
    query: str,
    limit: int = 10,
    *,
    meaning: Meaning | None = None,
    filters: Filters | None = None,
    exclude_thread: tuple[str, str] | None = None,
    wait: bool = False,
) -> list[Hit]:
    """The tips that the viewer may see and that answer the query, best first; none when nothing is about it.

    `meaning`: the query's, if there is one; else words alone. `wait`: for vectors that are not in memory yet.
    `exclude_thread` (channel, thread): the thread that asks is no source.
    """
    found = explain(
        db, index, viewer, query, limit, meaning=meaning, filters=filters, exclude_thread=exclude_thread, wait=wait
    )
    return [one.hit for one in found]


def explain(
    db: Database,
    index: Index,
    viewer: Viewer,
    query: str,
    limit: int = 10,
    *,
    meaning: Meaning | None = None,
    filters: Filters | None = None,
    exclude_thread: tuple[str, str] | None = None,
    wait: bool = False,
) -> list[Explained]:
    """`search`, with the reasons. They tell shares and factors, never raw scores."""
    at = stand(db, meaning.embedder if meaning else None)
    _following.catch_up(db, index.words, at)
    asked = index.words.asked(viewer, _analysis.question(query))
    depth = max(_ranking.DEPTH, 2 * limit)
    worded = index.words.candidates(viewer, asked, depth, filters)
    if not asked.words and filters and meaning is None:
        return _newest(db, viewer, worded, limit, exclude_thread)
    near = []
    if meaning is not None:
        index.meanings.follow(db, meaning.embedder, wait=wait, at=at)
        near = index.meanings.nearest(viewer, meaning, depth, filters)
    by_words = [(one.tip_id, one.weight) for one in worded] if asked.words else []
    covered = {one.tip_id: one.covered for one in worded}
    # judged among what the database shows: a tip that is closed by now must not let others pass
    found = _first_seen(db, viewer, _ranking.fuse(by_words, near), limit + _SPARE, exclude_thread)
    judged = _ranking.strengths(
        [(covered.get(one.tip_id, 0.0), one.closeness) for one, _ in found], meaning.embedder if meaning else None
    )
    own_tools = index.own_tools(db, viewer) if any(judged) else frozenset()
    language, now = _analysis.language(query), db.now()
    ranked: list[tuple[Seen, Strength, float, Factors]] = []
    for (one, this), strength in zip(found, judged, strict=True):
        if strength is not None:
            factors = _factors(one, this, covered.get(one.tip_id, 0.0), own_tools, language, now)
            score = one.score * factors.evidence * factors.freshness * factors.tool * factors.language
            ranked.append((this, strength, score, factors))
    ranked.sort(key=lambda one: (-one[2], one[0].tip.id))
    why = {this.tip.id: (this, strength, factors) for this, strength, _, factors in ranked}
    folded = _ranking.fold([(this.tip, score) for this, _, score, _ in ranked])
    explained = []
    for rank, (tip, twins) in enumerate(folded[:limit], start=1):
        this, strength, factors = why[tip.id]
        explained.append(Explained(Hit(tip, rank, strength, this.trials, twins), factors))
    return explained


def beside(found: Sequence[Explained], more: Sequence[Explained], embedder: str | None) -> list[Explained]:
    """`more` of the same question, judged beside what was found: what was looked for apart had nothing better by it."""
    factors = [one.factors for one in (*found, *more)]
    judged = _ranking.strengths([(one.covered, one.closeness) for one in factors], embedder)
    return [
        replace(one, hit=replace(one.hit, strength=strength))
        for one, strength in zip(more, judged[len(found) :], strict=True)
        if strength is not None
    ]


def twins(db: Database, index: Index, tip: Tip, viewer: Viewer, *, limit: int = 20) -> list[Tip]:
    """Near-duplicates of a tip, as a search folds them, among what its very readers (`viewer`) see."""
    text = f"{tip.content.title} {tip.content.task}"[:_TWIN_TEXT]
    meaning = meanings.of_tip(db, tip.team_id, tip.id)
    at = stand(db, meaning.embedder if meaning else None)
    _following.catch_up(db, index.words, at)
    asked = index.words.asked(viewer, _analysis.question(text))
    worded = [(one.tip_id, one.weight) for one in index.words.candidates(viewer, asked, limit, None)]
    near = []
    if meaning is not None and index.meanings.follow(db, meaning.embedder, at=at):
        near = index.meanings.nearest(viewer, meaning, limit, None)
    compared = _ranking.compared(tip.content)
    found = _first_seen(db, viewer, _ranking.fuse(worded if asked.words else [], near), limit, None)
    return [
        one.tip
        for _, one in found
        if one.tip.id != tip.id
        and one.tip.content.kind is tip.content.kind
        and one.tip.visibility == tip.visibility
        and _ranking.are_twins(compared, _ranking.compared(one.tip.content))
    ]


def pointers(
    db: Database, viewer: Viewer, query: str, *, card_before: datetime, limit: int = 2
) -> list[tuple[str, str]]:
    """Threads (channel, permalink) about the query that somebody marked and whose author has not decided yet.

    Only their permalink may be shown, and only to people who can read the channel anyway (design, "Whose tip is it").
    """
    question = _analysis.question(query)
    found = []
    for draft in drafts.pointers(db, viewer, card_before=card_before):
        content, source = draft.content, draft.source
        if content is None or not source.permalink or not source.channel_id or not question:
            continue
        has = set(_analysis.terms("\n".join([content.title, content.task, *content.prompts, content.outcome])))
        met = sum(1 for word in question if has.intersection(word))
        if met * 2 >= len(question):
            found.append((met, source.channel_id, source.permalink))
    found.sort(key=lambda one: -one[0])
    return [(channel_id, permalink) for _, channel_id, permalink in found[:limit]]


def catch_up(db: Database, index: Index) -> int:
    """Follows the change feed up to now; gives how many tips were looked at. Cheap when there is nothing new."""
    return _following.catch_up(db, index.words)


def rebuild(db: Database, index: Index) -> int:
    """Builds the index anew from the database. Raises Locked when another process keeps writing."""
    return _following.rebuild(db, index.words)


def purge(index: Index) -> int:
    """Takes the words of withdrawn tips out of the index's files; gives how many shards held some."""
    return _following.purge(index.words)


def _first_seen(
    db: Database, viewer: Viewer, fused: Iterator[Fused], count: int, asking: tuple[str, str] | None
) -> list[tuple[Fused, Seen]]:
    """The first so many that the viewer may see, without those of the thread that asks.

    More are read as long as some are closed by now, so that no page is emptied.
    """
    found: list[tuple[Fused, Seen]] = []
    while len(found) < count and (some := list(islice(fused, count))):
        known = seen(db, viewer, [one.tip_id for one in some])
        found += [
            (one, known[one.tip_id]) for one in some if one.tip_id in known and known[one.tip_id].thread != asking
        ]
    return found[:count]


def _newest(
    db: Database, viewer: Viewer, worded: Sequence[Candidate], limit: int, asking: tuple[str, str] | None
) -> list[Explained]:
    """Filters without a question: what fits, newest first."""
    listed = (Fused(one.tip_id, 0.0, 0.0, 0.0, None) for one in worded)
    found = [one for _, one in _first_seen(db, viewer, listed, limit + _SPARE, asking)]
    found.sort(key=lambda one: (one.tip.published_at, one.tip.id), reverse=True)
    plain = Factors(0.0, 0.0, 0.0, None, 1.0, 1.0, 1.0, 1.0)
    return [
        Explained(Hit(one.tip, rank, "strong", one.trials), plain) for rank, one in enumerate(found[:limit], start=1)
    ]


def _factors(
    one: Fused, this: Seen, covered: float, own_tools: frozenset[str], language: str, now: datetime
) -> Factors:
    content = this.tip.content
    is_own_tool = bool(own_tools) and not own_tools.isdisjoint(tools_of((*content.tools, *content.models)))
    return Factors(
        words=one.words,
        meaning=one.meaning,
        covered=covered,
        closeness=one.closeness,
        evidence=_ranking.evidence(this.trials),
        freshness=_ranking.freshness(this.touched, now),
        tool=1 + _ranking.OWN_TOOL * is_own_tool,
        language=1 + _ranking.OWN_LANGUAGE * (content.language == language),
    )
