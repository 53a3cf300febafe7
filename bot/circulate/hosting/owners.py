"""What a tip's owner says of it: it holds, it is out of date, it is to come back. Named ones are asked in their DM."""

from collections.abc import Callable
from functools import partial

from bot.circulate import unasked as when
from bot.circulate.hosting import owner_views
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import World
from bot.slack.failures import language_of_reader
from bot.trust import hosts
from bot.trust.recognised import owns
from bot.trust.viewer import viewer_of
from storage import care, deliveries, shown, tips, unasked
from storage.errors import NotFound
from storage.records import Care, Tip, Viewer


def verify(world: World, team_id: str, user_id: str, tip_id: str) -> Tip:
    """Its owner or a host says that a tip holds. Raises Refused for anybody else."""
    viewer = viewer_of(world, team_id, user_id)
    found = tips.get(world.db, viewer, tip_id)
    here = found.id if found else tip_id
    try:
        return care.verify(world.db, viewer, here, owns(world, team_id, user_id))
    except NotFound:
        pass
    if not hosts.is_host(world, team_id, user_id):
        raise Refused("hosting.refused_verify")
    try:
        return care.verify_as_host(world.db, viewer, here)
    except NotFound:
        raise Refused("ways.gone") from None


def mark_obsolete(world: World, team_id: str, user_id: str, tip_id: str) -> Tip:
    """Raises Refused for anybody but the owner."""
    return _own(world, team_id, user_id, tip_id, care.mark_obsolete)


def bring_back(world: World, team_id: str, user_id: str, tip_id: str) -> Tip:
    """Raises Refused for anybody but the owner."""
    return _own(world, team_id, user_id, tip_id, care.bring_back)


def seen(world: World, team_id: str, user_id: str, tip_id: str) -> Tip:
    """The owner has taken notice. Raises Refused for anybody else."""

    def answered(db: object, viewer: Viewer, tip_id: str, is_owner: tips.IsOwner) -> Tip:  # noqa: ARG001 - as the others
        care.answered(world.db, viewer, tip_id, is_owner)
        found = tips.own(world.db, viewer, tip_id, is_owner)
        if found is None:
            raise NotFound("it went meanwhile")
        return found

    return _own(world, team_id, user_id, tip_id, answered)


def _own(world: World, team_id: str, user_id: str, tip_id: str, do: Callable[..., Tip]) -> Tip:
    viewer = Viewer(team_id, user_id, is_full_member=False)
    try:
        return do(world.db, viewer, tip_id, owns(world, team_id, user_id))
    except NotFound:
        raise Refused("ways.gone") from None


def tick(world: World) -> None:
    """Named authors, or who looks after their tips, hear within their cap; of a tip without a name Home alone tells."""
    for user_id, one in care.untold(world.db):
        each(partial(_tell, world, user_id, one))


def _tell(world: World, user_id: str, one: Care) -> None:
    rhythm, person = unasked.rhythm(world.db, one.team_id, user_id), world.reading.person(user_id)
    viewer = viewer_of(world, one.team_id, user_id)
    tip = tips.own(world.db, viewer, one.tip_id, owns(world, one.team_id, user_id))
    which = f"{one.tip_id}:{one.what}:{one.since:%Y%m%d}"
    key = deliveries.to_person("care", which, user_id)
    if tip is None or not when.may_write(world, rhythm, person, key):
        return
    language = language_of_reader(world, one.team_id, user_id)
    other = next(iter(tips.many(world.db, viewer, [one.about])), None) if one.what == "merged" else None
    ref = world.speaking.direct(key, user_id, owner_views.card(one, tip, person, language, other=other))
    shown.note(world.db, one.team_id, ref, [tip.id] if not (tip.is_obsolete or tip.is_merged) else [], language)
    care.told(world.db, one)
