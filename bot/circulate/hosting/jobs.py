"""What is done about hosts' and owners' clicks, each once; Home and the open modal show what is so now."""

from collections.abc import Mapping

from bot.circulate.hosting import form_views, owners, service, turns, views
from bot.errors import Refused
from bot.ports import Job, Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import plain, section
from bot.slack.replying import reply
from bot.texts import say
from bot.trust import hosts
from bot.trust.viewer import viewer_of
from storage import host_queue, retired, synonyms
from storage import turns as kept
from storage.errors import NotPossible
from storage.records import Language, MessageRef, Request, Retired, Tip


def decided(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A host's one tap, done once by its request; the open modal shows what is left, also when it comes too late."""
    user_id, team_id = request.person(), request.team_id
    hosts.check_host(world, team_id, user_id)
    try:
        authors = service.decide(world, request)
    finally:
        _show_queue(world, request)
    for author_id in authors:
        if author_id != user_id:
            world.redraw_home(team_id, author_id)


def _show_queue(world: World, request: Request) -> None:
    user_id, team_id = request.person(), request.team_id
    if view_id := request.payload.get("view"):
        queue = service.queue_for(world, viewer_of(world, team_id, user_id))
        tz = world.reading.person(user_id).tz
        world.speaking.update_view(view_id, views.modal(queue, _language(world, request), tz, world.clock.now()))
    world.redraw_home(team_id, user_id)


def owner_said(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The owner's word, in place of what asked them."""
    what, tip_id = str(request.payload["what"]), str(request.payload["tip"])
    said = {
        "verify": (owners.verify, "hosting.said_verified"),
        "obsolete": (owners.mark_obsolete, "hosting.said_obsolete"),
        "back": (owners.bring_back, "hosting.said_back"),
        "seen": (owners.seen, "hosting.said_seen"),
    }
    do, key = said[what]
    tip = do(world, request.team_id, request.person(), tip_id)
    _answer(world, request, say(_language(world, request), key, title=plain(tip.content.title)))
    world.redraw_home(request.team_id, request.person())


def verified(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Its owner or a host verified a tip on its card."""
    tip = owners.verify(world, request.team_id, request.person(), str(request.payload["tip"]))
    _whisper(world, request, say(_language(world, request), "hosting.verified", title=_title(tip)))


def reported(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    payload, user_id = request.payload, request.person()
    service.report(world, request.team_id, user_id, str(payload["tip"]), payload["reason"])
    _whisper(world, request, say(_language(world, request), "hosting.reported"))


def turns_switched(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    is_on = bool(request.payload["on"])
    turns.volunteer(world, request.team_id, request.person(), on=is_on)
    key = "hosting.turns_now_on" if is_on else "hosting.turns_now_off"
    world.speaking.direct(f"{request.id}:turns", request.person(), Outgoing(say(_language(world, request), key)))
    world.redraw_home(request.team_id, request.person())


def swap(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    turns.want_swap(world, request.team_id, request.person(), str(request.payload["week"]))
    said = Outgoing(say(_language(world, request), "hosting.swap_sent"))
    world.speaking.direct(f"{request.id}:swap", request.person(), said)
    for user_id in kept.volunteers(world.db, request.team_id):
        world.redraw_home(request.team_id, user_id)


def took_week(world: World, request: Request, step: Step) -> None:
    user_id, team_id, week = request.person(), request.team_id, str(request.payload["week"])

    def whose() -> str | None:
        before = kept.of_week(world.db, team_id, week)
        return before.user_id if before else None

    # noted before it is theirs: a job that goes on after a crash would not find it any more
    before = step("before", whose)
    turns.take(world, team_id, user_id, week)
    _answer(world, request, say(_language(world, request), "hosting.week_taken"))
    if before is not None and before != user_id:
        text = say(language_of_reader(world, team_id, before), "hosting.week_given", user=user_id)
        world.speaking.direct(f"{request.id}:given", before, Outgoing(text))
    for each in kept.volunteers(world.db, team_id):
        world.redraw_home(team_id, each)


def names_merged(world: World, request: Request, step: Step) -> None:
    payload, team_id = request.payload, request.team_id
    hosts.check_host(world, team_id, request.person())

    def merge() -> None:
        try:
            synonyms.merge(world.db, team_id, payload["name"], payload["into"])
        except NotPossible:
            raise Refused("hosting.names_error") from None

    step("merge", merge)
    label, into = plain(payload["name"]), plain(payload["into"])
    text = say(_language(world, request), "hosting.names_done", label=label, into=into)
    world.speaking.direct(f"{request.id}:merged", request.person(), Outgoing(text))
    world.redraw_home(team_id, request.person())


def name_parted(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    team_id = request.team_id
    hosts.check_host(world, team_id, request.person())
    synonyms.undo(world.db, team_id, str(request.payload["key"]))
    if view_id := request.payload.get("view"):
        known = synonyms.listed(world.db, team_id)
        world.speaking.update_view(view_id, form_views.names(known, _language(world, request)))
    world.redraw_home(team_id, request.person())


def retired_changed(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    team_id, wanted = request.team_id, [Retired(one["label"], one["day"]) for one in request.payload["list"]]
    hosts.check_host(world, team_id, request.person())
    retired.change(world.db, team_id, wanted)
    host_queue.look_again(world.db, team_id)
    text = say(_language(world, request), "hosting.retired_saved", count=len(wanted))
    world.speaking.direct(f"{request.id}:retired", request.person(), Outgoing(text))


def _answer(world: World, request: Request, text: str) -> None:
    """In place of the message in whose button it was pressed; by itself when that was in Home."""
    pressed = request.payload.get("pressed")
    if pressed and str(pressed["channel"]).startswith("D"):
        world.speaking.edit(MessageRef(pressed["channel"], pressed["ts"]), Outgoing(text, [section(text)]))
    else:
        world.speaking.direct(f"{request.id}:said", request.person(), Outgoing(text))


def _whisper(world: World, request: Request, text: str) -> None:
    """For the eyes of who pressed, where they did."""
    reply(world, f"{request.id}:said", request.person(), request.payload.get("reply_to"), Outgoing(text))


def _title(tip: Tip) -> str:
    return plain(tip.content.title)


def _language(world: World, request: Request) -> Language:
    return language_of_reader(world, request.team_id, request.person())


JOBS: Mapping[str, Job] = {
    "circulate.host_decided": decided,
    "circulate.owner_said": owner_said,
    "circulate.verified": verified,
    "circulate.reported": reported,
    "circulate.host_turns": turns_switched,
    "circulate.host_swap": swap,
    "circulate.host_took_week": took_week,
    "circulate.names_merged": names_merged,
    "circulate.name_parted": name_parted,
    "circulate.retired_changed": retired_changed,
}
