"""Me too, offers to talk, their answers, and the two being introduced, after the ack."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.circulate import unasked as when
from bot.circulate.company import service, talking, views
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import Job, Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.replying import confirm
from bot.texts import say
from bot.trust.recognised import owns
from bot.trust.viewer import viewer_of
from storage import deliveries, shown, talks, tips, unasked, worries
from storage.deliveries import of_talk
from storage.records import MessageRef, Request, Tip, Viewer
from storage.worries import Untold


def echo(world: World, request: Request, step: Step) -> None:
    """Me too, or no longer. What is wanted is decided once, so that a job that goes on does not turn it round."""
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    tip_id = str(payload["tip"])
    has = tip_id in worries.echoed_by(world.db, Viewer(team_id, user_id, is_full_member=False))
    on = step("wanted", lambda: not has)
    service.echo(world, team_id, user_id, tip_id, on=on)
    said = views.echoed(tip_id, language_of_reader(world, team_id, user_id), on=on)
    if payload["where"] == "home":
        world.redraw_home(team_id, user_id)
    else:
        confirm(world, request, said, about=views.about_echo(tip_id))


def offered(world: World, request: Request, step: Step) -> None:
    """A named owner gets the offer now; for one without a name it waits until they come by."""
    team_id, talker_id, told = request.team_id, request.person(), request.payload

    def keep() -> None:
        service.offer(world, team_id, talker_id, request.id, str(told["tip"]), str(told["line"]))

    step("offer", keep)
    talk = talks.get(world.db, team_id, request.id)
    tip = tips.get(world.db, viewer_of(world, team_id, talker_id), str(told["tip"]))
    if talk is None or tip is None or talk.state not in ("offered", "shown"):
        return
    if tip.author_id:
        theirs = language_of_reader(world, team_id, tip.author_id)
        ref = world.speaking.direct(of_talk(talk.id, "card"), tip.author_id, views.card(talk, tip, theirs))
        shown.note(world.db, team_id, ref, [tip.id], theirs)
    language = language_of_reader(world, team_id, talker_id)
    receipt = views.receipt(tip, language, days=service.OFFERED_DAYS)
    ref = world.speaking.direct(of_talk(talk.id, "receipt"), talker_id, receipt)
    shown.note(world.db, team_id, ref, [tip.id], language)


def agreed(world: World, request: Request, step: Step) -> None:
    """Both have said yes: with a name they are introduced; without one they talk through the bot."""
    team_id, owner_id, talk_id = request.team_id, request.person(), str(request.payload["talk"])

    def begin() -> dict[str, Any]:
        # open and not begun: a process died between the yes and its note
        talk, tip = service.answer(world, request, talk_id, "offered", "shown", "open")
        if service.is_gone(world, str(talk.talker_id)):
            raise Refused("company.card_ended")
        if tip.is_anonymous:
            service.agree(world, team_id, owner_id, talk_id)
        return {"tip": tip.id, "talker": talk.talker_id, "anonymous": tip.is_anonymous}

    found = step("begin", begin)
    receipt = deliveries.find(world.db, team_id, of_talk(talk_id, "receipt"))
    if receipt is not None and receipt.ref is not None:
        text = say(language_of_reader(world, team_id, found["talker"]), "company.receipt_done")
        world.speaking.edit(receipt.ref, Outgoing(text))
        shown.gone(world.db, team_id, receipt.ref)
    if found["anonymous"]:
        talking.begin(world, request, talk_id)
        return
    said = introduce(world, request, step, found["tip"], found["talker"], key=partial(of_talk, talk_id))
    if said is not None:
        close_card(world, request, talk_id, said)
    talks.end(world.db, team_id, talk_id)


def introduce(
    world: World, request: Request, step: Step, tip_id: str, talker_id: str, *, key: Callable[[str], str]
) -> Outgoing | None:
    """Brings the two together: in a group DM if the app may open one, else each is told the other's name.

    `key`: of each post. Gives what the owner is told of it, for the place where they said yes; None when their worry
    is gone. Each hears the other's name in their DM, too: the group DM's post may be lost when a process dies.
    """
    team_id, owner_id = request.team_id, request.person()
    tip = _own(world, team_id, owner_id, tip_id)
    if tip is None:
        return None
    owners, talkers = (language_of_reader(world, team_id, one) for one in (owner_id, talker_id))

    def together() -> bool:
        both = views.introduced(tip, owner_id, talker_id, dict.fromkeys((owners, talkers)))
        try:
            world.speaking.together(key("together"), [owner_id, talker_id], both)
        except Refused as refused:
            if refused.text_key != "errors.missing_scope":
                raise
            return False
        return True

    if step("together", together):
        world.speaking.direct(key("here"), talker_id, Outgoing(say(talkers, "company.introduced_here", other=owner_id)))
        return Outgoing(say(owners, "company.introduced_here", other=talker_id))
    world.speaking.direct(key("each"), talker_id, views.introduced_each(tip, owner_id, talkers))
    return views.introduced_each(tip, talker_id, owners)


def declined(world: World, request: Request, step: Step) -> None:
    team_id, owner_id, talk_id = request.team_id, request.person(), str(request.payload["talk"])

    def tell() -> dict[str, Any]:
        talk, tip = service.answer(world, request, talk_id, "offered", "shown")
        talker_id = str(talk.talker_id)
        said = views.declined(tip, language_of_reader(world, team_id, talker_id))
        ref = world.speaking.direct(of_talk(talk_id, "told"), talker_id, said)
        shown.note(world.db, team_id, ref, [tip.id], language_of_reader(world, team_id, talker_id))
        return _place(world, team_id, talk_id)

    place = step("told", tell)
    text = Outgoing(say(language_of_reader(world, team_id, owner_id), "company.card_declined"))
    close_card(world, request, talk_id, text, place=place)
    talk = talks.get(world.db, team_id, talk_id)
    if talk is not None and talk.state in ("offered", "shown"):
        service.decline(world, team_id, owner_id, talk_id)


def close_card(
    world: World, request: Request, talk_id: str, said: Outgoing, *, place: Mapping[str, str] | None = None
) -> None:
    """What became of it, in place of the owner's card; in their DM where Home was pressed and no card stands."""
    card = request.payload.get("pressed") or place or _place(world, request.team_id, talk_id)
    if card:
        ref = MessageRef(card["channel"], card["ts"])
        world.speaking.edit(ref, said)
        shown.gone(world.db, request.team_id, ref)
    if not request.payload.get("pressed"):
        world.speaking.direct(f"{request.id}:noted", request.person(), said)
        world.redraw_home(request.team_id, request.person())


def _place(world: World, team_id: str, talk_id: str) -> dict[str, str]:
    """Where a named owner's card stands; empty when there is none."""
    posted = deliveries.find(world.db, team_id, of_talk(talk_id, "card"))
    return {"channel": posted.ref.channel_id, "ts": posted.ref.ts} if posted and posted.ref else {}


def _own(world: World, team_id: str, owner_id: str, tip_id: str) -> Tip | None:
    viewer = Viewer(team_id, owner_id, is_full_member=False)
    return tips.own(world.db, viewer, tip_id, owns(world, team_id, owner_id))


def came_by(world: World, request: Request) -> None:
    """Offers are shown once; a talk's waiting words come into its thread; one that is over says so."""
    team_id, owner_id = request.team_id, request.person()
    viewer, language = Viewer(team_id, owner_id, is_full_member=False), language_of_reader(world, team_id, owner_id)
    for talk, tip in service.offers_to(world, viewer, states=("offered",), anonymous_only=True):
        if talks.claim(world.db, team_id, talk.id, request.id, "offered"):
            # the key is the request's: where it stands is forgotten with it, for it tells whose worry it is
            world.speaking.direct(f"{request.id}:offer:{talk.id}", owner_id, views.card(talk, tip, language))
            talks.shown(world.db, team_id, talk.id)
    talking.bring(world, request)


def tick(world: World) -> None:
    """Named owners are told now and then that others have it too, within the cap."""
    for one in worries.untold(world.db, told_before=world.clock.now() - service.TOLD_EVERY):
        each(partial(_tell, world, one))


def _tell(world: World, one: Untold) -> None:
    rhythm, person = unasked.rhythm(world.db, one.team_id, one.author_id), world.reading.person(one.author_id)
    tip = _own(world, one.team_id, one.author_id, one.tip_id)
    key = deliveries.to_person("echo", f"{one.tip_id}:{one.people}", one.author_id)
    if tip is None or not when.may_write(world, rhythm, person, key):
        return
    language = language_of_reader(world, one.team_id, one.author_id)
    ref = world.speaking.direct(key, one.author_id, views.told(tip, one.people, language))
    shown.note(world.db, one.team_id, ref, [tip.id], language)
    worries.told(world.db, one)


def lifted(world: World, request: Request, step: Step) -> None:
    """The owner says who they are: the two are introduced, and the talk through the bot is over."""
    team_id, owner_id, talk_id = request.team_id, request.person(), str(request.payload["talk"])

    def find() -> dict[str, Any]:
        talk, tip = service.of_owner(world, team_id, owner_id, talk_id, "open")
        if not talks.claim(world.db, team_id, talk_id, request.id, "open"):
            raise Refused("company.already_over")
        return {"tip": tip.id, "talker": talk.talker_id}

    found = step("find", find)
    # the request's own keys: a key of the talk would tell in whose DM they stand
    said = introduce(world, request, step, found["tip"], found["talker"], key=lambda what: f"{request.id}:{what}")
    talking.close(world, request, step, talk_id, said=said)


JOBS: Mapping[str, Job] = {
    "circulate.worry_echo": echo,
    "circulate.talk_offered": offered,
    "circulate.talk_agreed": agreed,
    "circulate.talk_declined": declined,
    "circulate.talk_lifted": lifted,
}
