"""How tips were received: who tried them, who else shared the same, what may be read of the thanks for them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.ports import World
from storage import merging, thanks, trials
from storage.records import Also, Thanks, Trials, Viewer


@dataclass(frozen=True, slots=True)
class Reception:
    """How one tip was received. `also`: who else shared the same, with their name; `thanks`: the newest first."""

    trials: Trials = field(default_factory=Trials)
    also: tuple[Also, ...] = ()
    thanks: tuple[Thanks, ...] = ()


Receptions = Mapping[str, Reception]
"""By the ids of tips; one that nobody said anything of may be missing."""


def receptions(world: World, viewer: Viewer, tip_ids: Collection[str]) -> Receptions:
    """How those of these tips that the viewer may see were received."""
    tried = trials.of_tips(world.db, viewer, list(tip_ids))
    also = merging.also_from(world.db, viewer, tip_ids)
    given = thanks.public_of(world.db, viewer, tip_ids)
    return {
        tip_id: Reception(tried.get(tip_id, Trials()), also.get(tip_id, ()), tuple(given.get(tip_id, ())))
        for tip_id in tip_ids
    }
