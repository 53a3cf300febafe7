"""What the clock finds for the hosts' queue: near-duplicates, tips that say little, that grew old or lost a tool.

Worries are never found: they want company, and are quoted nowhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.ports import World
from storage import host_queue, retired, search
from storage.insights import STALE
from storage.records import Kind, QueueItem, Retired, Tip, TipContent, Viewer

_LOOKED_AT = 20
"""Changes of the feed that one tick looks at: each is a search."""

_EVERY = timedelta(days=1)
_MOST = 30
_LITTLE = 60


def tick(world: World) -> None:
    _new(world)
    for team_id in host_queue.teams_to_look(world.db, before=world.clock.now() - _EVERY):
        gone = retired.listed(world.db, team_id)
        host_queue.sift(world.db, team_id, partial(holds, gone=gone, now=world.clock.now()))
        host_queue.find(world.db, _stale(world, team_id))
        host_queue.find(world.db, _on_retired(world, team_id, gone))
        host_queue.looked_through(world.db, team_id)


def readers_of(tip: Tip) -> Viewer:
    """Everybody who sees a tip, as one viewer: what they find are tips that the same people see."""
    here = tip.visibility.channel_id
    return Viewer(tip.team_id, None, is_full_member=here is None, channel_ids=frozenset({here} if here else ()))


def holds(
    item: QueueItem, tip: Tip, other: Tip | None, touched: datetime, *, gone: Sequence[Retired], now: datetime
) -> bool:
    """Whether what was found about a tip, or two, still is so. `touched`: when somebody did last; `gone`: retired."""
    if item.kind == "report":
        return True
    if tip.content.kind is Kind.WORRY:
        return False
    if item.kind == "duplicate":
        return other is not None and other.visibility == tip.visibility
    if item.kind == "stale":
        return touched < now - STALE
    if item.kind == "retired":
        names = (*tip.content.tools, *tip.content.models)
        return _gone(names, max(tip.updated_at, tip.verified_at or tip.updated_at), gone, now) is not None
    return is_thin(tip)


def is_thin(tip: Tip) -> bool:
    """Whether a tip says little and nobody has said that it holds as it is."""
    return tip.verified_at is None and says_little(tip.content)


def says_little(content: TipContent) -> bool:
    """Whether a tip is hardly more than its title."""
    if content.prompts or content.steps:
        return False
    said = (content.task, content.background, content.reasoning, content.outcome, content.caveats)
    return sum(len(text) for text in said if text != content.title) < _LITTLE


def pair(tip: Tip, other: Tip) -> QueueItem:
    """Two tips that may be one, whichever was looked at."""
    one, two = sorted((tip.id, other.id))
    return QueueItem(tip.team_id, "duplicate", f"{one}:{two}", one, two)


def _new(world: World) -> None:
    """What was shared or changed since the last look."""
    tips, upto = host_queue.changed(world.db, readers_of, limit=_LOOKED_AT)
    items = []
    for viewer, tip in tips:
        if tip.content.kind is Kind.WORRY:
            continue
        items += [pair(tip, twin) for twin in search.twins(world.db, world.index, tip, viewer)]
        if is_thin(tip):
            items.append(QueueItem(tip.team_id, "thin", tip.id, tip.id))
    host_queue.find(world.db, items)
    host_queue.looked(world.db, upto)


def _stale(world: World, team_id: str) -> list[QueueItem]:
    """Use in as long × age: an old tip that people rely on comes before an older one that nobody opens."""
    now = world.clock.now()
    before = now - STALE
    found = [
        QueueItem(team_id, "stale", tip_id, tip_id, weight=(1 + used) * (now - touched).days)
        for tip_id, touched, used in host_queue.untouched(world.db, team_id, before=before, used_since=before)
    ]
    return sorted(found, key=lambda one: (-one.weight, one.key))[:_MOST]


def _on_retired(world: World, team_id: str, gone: Sequence[Retired]) -> list[QueueItem]:
    """Tips for a tool or model that went after they were last touched."""
    now, found = world.clock.now(), []
    for tip_id, touched, names in host_queue.with_tools(world.db, team_id):
        one = _gone(names, touched, gone, now)
        if one is not None:
            about, days = f"{one.label} · {one.day}", (now - touched).days
            found.append(QueueItem(team_id, "retired", tip_id, tip_id, about=about, weight=days))
    return found


def _gone(names: Sequence[str], touched: datetime, gone: Sequence[Retired], now: datetime) -> Retired | None:
    """The first of these names that went after somebody touched the tip."""
    return retired.among(names, gone, today=now.date().isoformat(), since=touched.date().isoformat())
