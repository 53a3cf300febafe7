"""Search by words and meaning: the indexes propose, the database, under the one visibility condition, disposes.

What a viewer gets, order included, depends only on tips that they may see: see docs/search.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from cachetools import TTLCache
from sqlalchemy.orm import Session

from storage import _analysis, _following, _ranking, drafts, tips
from storage._facets import facets_of
from storage._index import Candidate, WordIndex
from storage._ranking import Factors, Fused
from storage._tables import TipRow, TrialRow
from storage._visibility import visible_to
from storage.database import Database
from storage.meanings import Meanings
from storage.records import Filters, Hit, Meaning, Tip, TipContent, Trials, Viewer

_SPARE = 10
"""Candidates read beyond the page: some may be closed to the viewer by now, or duplicates."""

_OWN_TIPS = 30
_OWN_TOOLS_OF, _OWN_TOOLS_SECONDS = 1_000, 60
"""What somebody uses changes slowly, and moves an order little."""


class Index:
    """The search index of one database: words on disk, followed by `catch_up`, and meanings in memory."""

    def __init__(self, folder: Path) -> None:
        self.words = WordIndex(folder)
        self.meanings = Meanings()
        self.own_tools: TTLCache[Viewer, frozenset[str]] = TTLCache(_OWN_TOOLS_OF, _OWN_TOOLS_SECONDS)

    def close(self) -> None:
        """Nothing to give back: files are held only while they are written."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A hit and why it stands where it does."""

    hit: Hit
    factors: Factors


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database adds to candidates: how they fared, and what the asker uses."""

    trials: dict[str, Trials]
    confirmed: dict[str, datetime]
    own_tools: frozenset[str]


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
    catch_up(db, index)
    excluded = {tip.id for tip in tips.of_thread(db, viewer, *exclude_thread)} if exclude_thread else set()
    asked = index.words.asked(viewer, _analysis.question(query))
    worded = index.words.candidates(viewer, asked, max(_ranking.DEPTH, 2 * limit), filters)
    if not asked.words and filters and meaning is None:
        return _newest(db, index, viewer, worded, limit, excluded)
    near = []
    if meaning is not None:
        index.meanings.follow(db, meaning.embedder, wait=wait)
        near = index.meanings.nearest(viewer, meaning, max(_ranking.DEPTH, 2 * limit), filters)
    by_words = [(one.tip_id, one.weight) for one in worded] if asked.words else []
    best = _ranking.fuse(by_words, near, limit=limit + _SPARE + len(excluded))
    fused = [one for one in best if one.tip_id not in excluded]
    terms = {one.tip_id: one for one in worded}
    covered = {one.tip_id: asked.covered(terms[one.tip_id].terms()) if one.tip_id in terms else 0.0 for one in fused}
    embedder = meaning.embedder if meaning else None
    # judged among what the database shows: a tip that is closed by now must not let others pass
    seen = {tip.id: tip for tip in _seen(db, viewer, [one.tip_id for one in fused])}
    fused = [one for one in fused if one.tip_id in seen]
    judged = _ranking.strengths([(covered[one.tip_id], one.closeness) for one in fused], embedder)
    strength = {one.tip_id: strong for one, strong in zip(fused, judged, strict=True) if strong}
    known = _known(db, index, viewer, list(strength))
    language = _analysis.language(query)
    ranked = []
    for one in fused:
        if one.tip_id in strength:
            tip = seen[one.tip_id]
            factors = _factors(one, tip, covered[one.tip_id], known, language, db.now())
            ranked.append((tip, _score(one, factors), factors))
    ranked.sort(key=lambda one: (-one[1], one[0].id))
    why = {tip.id: factors for tip, _, factors in ranked}
    return [
        Explained(
            Hit(
                tip,
                rank,
                strength[tip.id],
                known.trials.get(tip.id, Trials()),
                folded,
            ),
            why[tip.id],
        )
        for rank, (tip, folded) in enumerate(_ranking.fold([(tip, score) for tip, score, _ in ranked])[:limit], start=1)
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


def _seen(db: Database, viewer: Viewer, tip_ids: Sequence[str]) -> list[Tip]:
    """Those of the tips that the viewer may see. Hundreds of channels in the condition cost more than to ask which."""
    with db.reading() as session:
        places = session.scalars(
            sa.select(TipRow.visible_channel_id).where(TipRow.team_id == viewer.team_id, TipRow.id.in_(tip_ids))
        )
        there = viewer.channel_ids.intersection(place for place in places if place)
    return tips.many(db, replace(viewer, channel_ids=there), tip_ids)


def _newest(
    db: Database, index: Index, viewer: Viewer, worded: Sequence[Candidate], limit: int, excluded: set[str]
) -> list[Explained]:
    """Filters without a question: what fits, newest first."""
    wanted = [one.tip_id for one in worded if one.tip_id not in excluded][: limit + _SPARE]
    found = sorted(tips.many(db, viewer, wanted), key=lambda tip: (tip.published_at, tip.id), reverse=True)
    known = _known(db, index, viewer, [tip.id for tip in found])
    plain = Factors(0.0, 0.0, 0.0, None, 1.0, 1.0, 1.0, 1.0)
    return [
        Explained(Hit(tip, rank, "strong", known.trials.get(tip.id, Trials())), plain)
        for rank, tip in enumerate(found[:limit], start=1)
    ]


def _factors(one: Fused, tip: Tip, covered: float, known: _Known, language: str, now: datetime) -> Factors:
    tools = facets_of(tip.content, None, None)
    return Factors(
        words=one.words,
        meaning=one.meaning,
        covered=covered,
        closeness=one.closeness,
        evidence=_ranking.evidence(known.trials.get(tip.id, Trials())),
        freshness=_ranking.freshness(max(tip.updated_at, known.confirmed.get(tip.id, tip.updated_at)), now),
        tool=1 + _ranking.OWN_TOOL * (not known.own_tools.isdisjoint(tools)),
        language=1 + _ranking.OWN_LANGUAGE * (tip.content.language == language),
    )


def _score(one: Fused, factors: Factors) -> float:
    return one.score * factors.evidence * factors.freshness * factors.tool * factors.language


def _known(db: Database, index: Index, viewer: Viewer, tip_ids: Sequence[str]) -> _Known:
    if not tip_ids:
        return _Known({}, {}, frozenset())
    with db.reading() as session:
        rows = session.execute(
            sa.select(TrialRow.tip_id, TrialRow.outcome, sa.func.count(), sa.func.max(TrialRow.tried_at))
            .where(TrialRow.team_id == viewer.team_id, TrialRow.tip_id.in_(tip_ids))
            .group_by(TrialRow.tip_id, TrialRow.outcome)
        ).all()
        own = _own_tools(session, index, viewer)
    counted: dict[str, dict[str, int]] = {}
    confirmed: dict[str, datetime] = {}
    for tip_id, outcome, count, last in rows:
        counted.setdefault(tip_id, {})[outcome] = count
        if outcome == "worked":
            confirmed[tip_id] = last
    trials = {
        tip_id: Trials(each.get("worked", 0), each.get("changed", 0), each.get("failed", 0))
        for tip_id, each in counted.items()
    }
    return _Known(trials, confirmed, own)


def _own_tools(session: Session, index: Index, viewer: Viewer) -> frozenset[str]:
    """Tools of tips that the asker shared under their name or tried, as filter tokens."""
    if viewer.user_id is None:
        return frozenset()
    if (known := index.own_tools.get(viewer)) is not None:
        return known
    tried = sa.select(TrialRow.tip_id).where(TrialRow.team_id == viewer.team_id, TrialRow.user_id == viewer.user_id)
    contents = session.scalars(
        sa.select(TipRow.content)
        .where(visible_to(viewer), sa.or_(TipRow.author_id == viewer.user_id, TipRow.id.in_(tried)))
        .order_by(TipRow.updated_at.desc(), TipRow.id)
        .limit(_OWN_TIPS)
    )
    found: set[str] = set()
    for content in contents:
        if content:
            found |= facets_of(TipContent.model_validate(content), None, None)
    tools = frozenset(one for one in found if one.startswith("tool:"))
    index.own_tools[viewer] = tools
    return tools
