"""Edits of what was captured, and sources that are missing: taken on, offered to the author, answered."""

from collections.abc import Iterable, Sequence
from functools import partial

from bot.capture import source_views, sources
from bot.capture.listeners.speakers import ask_speakers
from bot.capture.listeners.telling import replace_card, show_card
from bot.jobs.ticking import each
from bot.ports import Accept, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import plain
from bot.slack.readable import readable
from bot.slack.taking import Body, take_event
from bot.texts import say
from bot.trust.quiet import is_quiet_for
from storage import deliveries, requests, speakers, tips
from storage import sources as kept
from storage.records import Draft, KeyedHash, MessageRef, Request, TipContent
from storage.sources import Rest


class Edits:
    """The listener for edits: accepts one request, for words that something rests on."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def message_edited(self, event: Body, body: Body) -> None:
        """What was written before and now is compared here and not kept: the job reads the thread."""
        team_id, channel, ts = str(body["team_id"]), str(event["channel"]), str(event["message"]["ts"])
        before, now = (
            readable(raw, name_of=str, channel_name_of=str).text
            for raw in (event["previous_message"], event["message"])
        )
        if sources.same_words(before, now):
            return
        if not tips.rests_on(self._world.db, team_id, self._world.keys.messages(team_id, channel, ts)):
            return
        take_event(self._accept, "capture.edited", body, None, {"channel": channel, "ts": ts}, queue="capture")


def edited(world: World, request: Request, step: Step) -> None:
    """Drafts are made anew, and authors of named tips are offered an update: one card, whatever is edited after it.

    What other speakers had agreed to goes where they have changed it: their OK was for the words that they saw.
    """
    place = request.team_id, str(request.payload["channel"]), str(request.payload["ts"])
    hashes = world.keys.messages(*place)
    # noted before it goes: a job that goes on after a crash would not find it any more
    said = step("said", lambda: speakers.said_in(world.db, request.team_id, hashes))
    remade = sources.remake_drafts(world, step, *place, said=said)
    for draft in remade:
        show_card(world, draft)
        ask_speakers(world, draft)
    for draft_id in sorted(said.keys() - {draft.id for draft in remade}):
        _said_otherwise(world, request, draft_id, hashes, was_shown=said[draft_id])
    _offer(world, sources.updates(world, step, *place))


def captured_again(world: World, step: Step, draft: Draft) -> None:
    """A thread whose tip is shared was marked again: its author is offered an update; who marked it hears as before."""
    _offer(world, sources.captured_again(world, step, draft), again=True)


def _offer(
    world: World, offered: Iterable[tuple[Rest, TipContent | None, MessageRef | None]], *, again: bool = False
) -> None:
    for rest, proposal, card in offered:
        language = language_of_reader(world, rest.tip.team_id, rest.author_id)
        offer = source_views.update(rest.tip, proposal, language, again=again)
        if card is not None:
            world.speaking.edit(card, offer)
            continue
        ref = world.speaking.direct(deliveries.of_tip(rest.tip.id, "update"), rest.author_id, offer)
        kept.card_posted(world.db, rest.tip.team_id, rest.tip.id, ref)


def _said_otherwise(
    world: World, request: Request, draft_id: str, hashes: Sequence[KeyedHash], *, was_shown: bool
) -> None:
    """The old words go at once; their author's card follows, or they are told what their tip has lost."""
    record = speakers.said_otherwise(world.db, request.team_id, draft_id, hashes)
    if record is None:
        return
    if record.draft is not None:
        show_card(world, record.draft)
    if record.tip is not None and record.tip.author_id is not None and was_shown:
        language = language_of_reader(world, request.team_id, record.tip.author_id)
        told = source_views.said_otherwise(record.tip, language)
        world.speaking.direct(f"{request.id}:reworded:{draft_id}", record.tip.author_id, told)


def answered(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The author takes the update, or leaves the tip as it is."""
    user_id, team_id, tip_id = request.person(), request.team_id, str(request.payload["tip"])
    language = language_of_reader(world, team_id, user_id)
    if mark := request.payload["take"]:

        def take() -> str:
            return sources.take_update(world, team_id, tip_id, user_id, mark).content.title

        title = requests.once(world.db, team_id, request.id, take)
        replace_card(world, request, say(language, "sources.taken", title=plain(title)))
        return
    sources.leave(world, team_id, tip_id, user_id)
    replace_card(world, request, say(language, "sources.left"))
    if "card" not in request.payload:
        world.redraw_home(team_id, user_id)


def keep(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The author keeps a tip whose source is missing."""
    user_id = request.person()
    tip = sources.keep(world, request.team_id, str(request.payload["tip"]), user_id)
    language = language_of_reader(world, request.team_id, user_id)
    replace_card(world, request, say(language, "sources.kept", title=plain(tip.content.title)))
    if "card" not in request.payload:
        world.redraw_home(request.team_id, user_id)


def tick(world: World) -> None:
    """Some sources are looked for again, and who has a hidden tip is asked."""
    each(partial(sources.look_again, world))
    for user_id, rest in kept.unasked(world.db):
        each(partial(_ask, world, user_id, rest))


def _ask(world: World, user_id: str, rest: Rest) -> None:
    team_id = rest.tip.team_id
    if world.reading.person(user_id).is_gone or is_quiet_for(world, team_id, user_id):
        return
    message = source_views.missing(rest.tip, user_id, language_of_reader(world, team_id, user_id))
    ref = world.speaking.direct(deliveries.of_tip(rest.tip.id, "missing"), user_id, message)
    kept.card_posted(world.db, team_id, rest.tip.id, ref)
