"""What comes round to somebody, for their Home: what is new, what they follow, what came of their tips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.circulate.digest.service import Item, readable
from bot.circulate.follows import service as following
from bot.ports import World
from storage import digests, follows, thanks, trials, tries, unasked
from storage.records import Follow, Language, News, Thanks, Tip, Trials, Viewer

NEW_DAYS = 14
"""Days that Home's news reach back."""

NEWS = 3
_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of a tip, for its author's eyes: trials, the latest line about one, thanks."""

    trials: Trials = field(default_factory=Trials)
    line: str = ""
    thanks: tuple[Thanks, ...] = ()


@dataclass(frozen=True, slots=True)
class Coming:
    """`silence`: why nothing is sent of `follows`, where that is so. `effects` by tip.

    `is_introduced`: they have seen what the product is.
    """

    news: tuple[Item, ...] = ()
    follows: tuple[Follow, ...] = ()
    silence: following.Silence | None = None
    suggested: tuple[str, ...] = ()
    effects: Mapping[str, Effect] = field(default_factory=dict)
    is_introduced: bool = True


def coming_to(world: World, viewer: Viewer, own: Sequence[Tip], language: Language) -> Coming:
    """`viewer` with their channels; `own`: their tips, those without a name too."""
    team_id, user_id = viewer.team_id, viewer.user_id or ""
    mine = following.shown_to(world, viewer, follows.of_person(world.db, team_id, user_id))
    return Coming(
        news=tuple(_news(world, viewer)),
        follows=tuple(mine),
        silence=following.silence(world, team_id, user_id, mine),
        suggested=tuple(following.suggested(world, viewer, own, mine, language)),
        effects=effects_of(world, viewer, own),
        is_introduced=unasked.rhythm(world.db, team_id, user_id).introduced_at is not None,
    )


def _news(world: World, viewer: Viewer) -> list[Item]:
    """The latest of what they follow and of their channels, told in a digest or not."""
    user_id, since = viewer.user_id or "", world.clock.now() - timedelta(days=NEW_DAYS)
    followed = follows.latest(world.db, viewer.team_id, user_id, since=since, limit=_LOOKED_AT)
    here = [
        News(viewer.team_id, user_id, tip_id, "channel", channel)
        for tip_id, channel in digests.in_channels(world.db, viewer, since, limit=_LOOKED_AT)
    ]
    return readable(world, viewer, [*followed, *here])[:NEWS]


def effects_of(world: World, viewer: Viewer, own: Sequence[Tip]) -> dict[str, Effect]:
    """What came of somebody's tips. Nothing but their own Home reads these."""
    team_id, ids = viewer.team_id, [tip.id for tip in own]
    if not ids:
        return {}
    tried, lines = trials.for_owner(world.db, viewer, ids), tries.lines(world.db, team_id, ids)
    thanked = thanks.of_tips(world.db, team_id, ids)
    return {
        tip_id: Effect(tried.get(tip_id, Trials()), lines.get(tip_id, ""), tuple(thanked.get(tip_id, ())))
        for tip_id in {*tried, *lines, *thanked}
    }
