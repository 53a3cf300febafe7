"""Who may offer to talk about a worry, whom it concerns, and which side of a talk somebody is on."""

from dataclasses import dataclass
from datetime import timedelta

from bot.conversation import Person
from bot.errors import Refused
from bot.ports import World
from bot.trust.recognised import owns
from bot.trust.redaction import redact
from bot.trust.viewer import viewer_of
from storage import talks, tips, worries
from storage.errors import NotFound, NotPossible, Own
from storage.records import Kind, Request, Side, Talk, TalkLine, TalkState, Tip, Viewer

OFFERED_DAYS = 30
"""Days that an offer waits, and that one that was declined is remembered."""

FOLLOWED_DAYS = 180
"""Days after a talk in which a deletion reaches the copy, and a word in its threads is known as one that is too late.

As long as tips are kept where a workspace keeps them the shortest.
"""

SILENT_DAYS = 14
"""Days of silence after which a talk ends."""

TOLD_EVERY = timedelta(days=30)
"""A named owner is told so rarely that more people have their worry too."""

WANTING_DAYS = 60
WANTING, OFFERS, ECHOES = 3, 2, 3
"""Days that Home looks back for worries that want company; how many of each it shows."""


@dataclass(frozen=True, slots=True)
class Company:
    """What Home shows: offers and waiting words for one's own worries, who has them too, and colleagues' worries."""

    offers: tuple[tuple[Talk, Tip], ...]
    waiting: tuple[tuple[Talk, Tip, int], ...]
    echoes: tuple[tuple[Tip, int], ...]
    wanting: tuple[Tip, ...]
    echoed: frozenset[str]


def company_of(world: World, viewer: Viewer) -> Company:
    """`viewer`: the person, with their channels. Their own worries are recognised, because they came by."""
    is_owner = owns(world, viewer.team_id, viewer.user_id or "")
    open_ones = talks.of_owner(world.db, viewer, is_owner, states=("open",))
    waiting = [(talk, tip, len(waiting_lines(world, talk))) for talk, tip in open_ones]
    since = world.clock.now() - timedelta(days=WANTING_DAYS)
    return Company(
        offers=tuple(offers_to(world, viewer)[:OFFERS]),
        waiting=tuple(one for one in waiting if one[2]),
        echoes=tuple(worries.echoes_of_owner(world.db, viewer, is_owner)[:ECHOES]),
        wanting=tuple(worries.wanting_company(world.db, viewer, is_owner, since=since, limit=WANTING)),
        echoed=worries.echoed_by(world.db, viewer),
    )


def offers_to(
    world: World, viewer: Viewer, *, states: tuple[TalkState, ...] = ("offered", "shown"), anonymous_only: bool = False
) -> list[tuple[Talk, Tip]]:
    """Offers to the owner of a worry, of people who are still there."""
    is_owner = owns(world, viewer.team_id, viewer.user_id or "")
    found = talks.of_owner(world.db, viewer, is_owner, states=states, anonymous_only=anonymous_only)
    return [(talk, tip) for talk, tip in found if talk.talker_id and not is_gone(world, talk.talker_id)]


def echo(world: World, team_id: str, user_id: str, tip_id: str, *, on: bool) -> None:
    """Somebody has a worry too, or no longer. Raises Refused."""
    viewer = viewer_of(world, team_id, user_id)
    try:
        worries.echo(world.db, viewer, tip_id, on=on, is_owner=owns(world, team_id, user_id))
    except NotFound:
        raise Refused("company.gone") from None
    except Own:
        raise Refused("company.echo_own") from None


def offerable(world: World, team_id: str, user_id: str, tip_id: str) -> tuple[Tip, Person | None]:
    """A worry about which this person may offer to talk now, and its owner when they are named. Raises Refused."""
    viewer = viewer_of(world, team_id, user_id)
    tip = tips.get(world.db, viewer, tip_id)
    if tip is None or tip.content.kind is not Kind.WORRY:
        raise Refused("company.gone")
    if tips.is_of(world.db, viewer, tip_id, owns(world, team_id, user_id)):
        raise Refused("company.own_worry")
    if talks.has_offered(world.db, viewer, tip_id):
        raise Refused("company.offered_before")
    return tip, _owner(world, tip)


def offer(world: World, team_id: str, user_id: str, talk_id: str, tip_id: str, line: str) -> None:
    """Keeps an offer to talk; `line` is redacted. Raises Refused."""
    viewer = viewer_of(world, team_id, user_id)
    tip = tips.get(world.db, viewer, tip_id)
    if tip is None:
        raise Refused("company.gone")
    _owner(world, tip)
    try:
        talks.offer(world.db, viewer, talk_id, tip_id, line, is_owner=owns(world, team_id, user_id))
    except NotFound:
        raise Refused("company.nobody") from None
    except Own:
        raise Refused("company.own_worry") from None
    except NotPossible:
        raise Refused("company.offered_before") from None


def _owner(world: World, tip: Tip) -> Person | None:
    """The owner of a named worry; None for one without a name. Raises Refused when there is nobody to talk to."""
    if tip.is_anonymous:
        return None
    if tip.author_id is None:
        raise Refused("company.nobody")
    if is_gone(world, tip.author_id):
        raise Refused("company.owner_gone")
    return world.reading.person(tip.author_id)


def is_gone(world: World, user_id: str) -> bool:
    """Whether somebody has left the workspace."""
    try:
        return world.reading.person(user_id).is_gone
    except Refused:
        return True


def of_owner(world: World, team_id: str, user_id: str, talk_id: str, *states: TalkState) -> tuple[Talk, Tip]:
    """An offer or a talk for the owner of its worry. Raises Refused for anybody else, and when it is over."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    found = talks.of_owner(world.db, viewer, owns(world, team_id, user_id), states=states)
    for talk, tip in found:
        if talk.id == talk_id:
            return talk, tip
    raise Refused("company.card_ended")


def answer(world: World, request: Request, talk_id: str, *states: TalkState) -> tuple[Talk, Tip]:
    """The owner answers an offer in one of these states: of several presses one does. Raises Refused."""
    team_id = request.team_id
    talk, tip = of_owner(world, team_id, request.person(), talk_id, *states)
    # who answers has seen it: a request that is about to show it is not waited for
    talks.shown(world.db, team_id, talk_id)
    if talk.owner_ts is not None or not talks.claim(world.db, team_id, talk_id, request.id, *states):
        raise Refused("company.answered")
    return talk, tip


def decline(world: World, team_id: str, user_id: str, talk_id: str) -> None:
    viewer = Viewer(team_id, user_id, is_full_member=False)
    try:
        talks.decline(world.db, viewer, talk_id, owns(world, team_id, user_id))
    except NotFound:
        raise Refused("company.card_ended") from None


def agree(world: World, team_id: str, user_id: str, talk_id: str) -> None:
    viewer = Viewer(team_id, user_id, is_full_member=False)
    try:
        known_by = world.keys.owner(team_id, talk_id, user_id)
        talks.agree(world.db, viewer, talk_id, owns(world, team_id, user_id), known_by=known_by)
    except NotFound:
        raise Refused("company.card_ended") from None


def side_of(world: World, talk: Talk, user_id: str) -> Side | None:
    """On which side of a talk somebody is; None for anybody else."""
    if talk.talker_id == user_id:
        return "talker"
    viewer = Viewer(talk.team_id, user_id, is_full_member=False)
    return "owner" if talks.is_owner_of(world.db, viewer, talk.id, owns(world, talk.team_id, user_id)) else None


def is_theirs(world: World, talk: Talk, channel_id: str, thread_ts: str, user_id: str) -> bool:
    """Whether a thread of somebody's DM is their thread of this talk. Of one that is over it is nobody else's."""
    if talk.state in ("ended", "told"):
        return True
    thread = talk.talker_thread
    if thread is not None and (thread.channel_id, thread.ts) == (channel_id, thread_ts):
        return talk.talker_id == user_id
    return talk.owner_ts == thread_ts and side_of(world, talk, user_id) == "owner"


def waiting_lines(world: World, talk: Talk) -> list[TalkLine]:
    """What the talker has said and the owner without a name has not been brought."""
    every = talks.lines(world.db, talk.team_id, talk.id)
    return [line for line in every if line.side == "talker" and line.state == "waiting"]


def words_of(world: World, channel_id: str, ts: str) -> str | None:
    """What a message says now, redacted; None when it was deleted."""
    try:
        message = world.reading.thread(channel_id, ts).message(ts)
    except Refused as refused:
        if refused.text_key != "errors.message_not_found":
            raise
        return None
    return redact(message.text).text.strip() if message is not None else None
