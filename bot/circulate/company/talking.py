"""Talks through the bot: begun, passed on both ways, ended. The owner without a name is reached when they come by.

Words are read where they stand and passed on redacted; they are in no row, request, step or log line. Posts to the
owner have their request's key, which is swept with it: a key of the talk would tell in whose DM they stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from bot.circulate.company import service, views
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import Job, Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import section
from bot.texts import say
from bot.trust.quiet import is_quiet_for
from bot.trust.recognised import owns
from storage import deliveries, talks
from storage.deliveries import of_talk
from storage.errors import NotFound
from storage.records import Language, LineState, MessageRef, Request, Talk, TalkCopy, TalkLine, Viewer

_DAY = timedelta(days=1)


def begin(world: World, request: Request, talk_id: str) -> None:
    """Two threads, one in the DM of each. The owner's begins where they said yes."""
    team_id, owner_id = request.team_id, request.person()
    talk, tip = service.of_owner(world, team_id, owner_id, talk_id, "open")
    if talk.owner_ts is not None or talk.talker_id is None:
        return
    theirs, own = (language_of_reader(world, team_id, one) for one in (talk.talker_id, owner_id))
    for_talker = views.root_for_talker(talk, tip, theirs, days=service.SILENT_DAYS)
    talker_thread = world.speaking.direct(of_talk(talk_id, "root"), talk.talker_id, for_talker)
    for_owner = views.root_for_owner(talk, tip, own, days=service.SILENT_DAYS)
    if card := request.payload.get("pressed"):
        owner_ts = str(card["ts"])
        world.speaking.edit(MessageRef(card["channel"], owner_ts), for_owner)
    else:
        owner_ts = world.speaking.direct(f"{request.id}:root", owner_id, for_owner).ts
    talks.begun(world.db, team_id, talk_id, talker_thread=talker_thread, owner_ts=owner_ts)
    if not request.payload.get("pressed"):
        world.redraw_home(team_id, owner_id)


def said(world: World, request: Request, step: Step) -> None:
    """Somebody wrote in a talk's thread. To the talker it goes now; for the owner it waits until they come by."""
    team_id, user_id, payload = request.team_id, request.person(), request.payload
    talk_id = str(payload["talk"])
    talk = talks.get(world.db, team_id, talk_id)
    side = service.side_of(world, talk, user_id) if talk is not None and talk.state == "open" else None
    if talk is None or side is None or talk.talker_id is None or talk.talker_thread is None:
        raise Refused("company.over")
    channel, ts = str(payload["channel"]), str(payload["ts"])
    text = service.words_of(world, channel, ts)
    if text is None:
        return
    if not text:
        raise Refused("company.no_words")
    if len(text) > views.WORDS:
        raise Refused("company.too_long", limit=str(views.WORDS))
    if side == "owner" and service.is_gone(world, talk.talker_id):
        talks.end(world.db, team_id, talk.id)
        raise Refused("company.talker_gone")
    try:
        is_turn = step("said", lambda: talks.said(world.db, team_id, talk_id, side, ts))
    except NotFound:
        raise Refused("company.over") from None
    if side == "owner":
        theirs = views.from_owner(text, language_of_reader(world, team_id, talk.talker_id))
        thread = talk.talker_thread
        key = of_talk(talk.id, f"line:{ts}")
        ref = world.speaking.post(key, thread.channel_id, theirs, thread_ts=thread.ts)
        talks.passed(world.db, team_id, TalkLine(talk.id, "owner", ts, "waiting", None), ref.ts)
    if is_turn:
        # once a turn: a word after each message would drown the talk
        note = say(
            language_of_reader(world, team_id, user_id), "company.passed" if side == "owner" else "company.waits"
        )
        world.speaking.post(f"{request.id}:noted", channel, Outgoing(note), thread_ts=payload["reply_to"]["thread_ts"])


def brought(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The owner asks in Home for what waits."""
    bring(world, request)
    world.redraw_home(request.team_id, request.person())


def bring(world: World, request: Request) -> None:
    """The owner came by: what waits in their talks comes into its threads, and what is over says so."""
    _bring(world, request, "waiting", "stale")


def follow(world: World, request: Request) -> None:
    """The owner opened Home, which tells how much waits: what stands in their DM is brought up to date all the same."""
    _bring(world, request, "stale")


def _bring(world: World, request: Request, *states: LineState) -> None:
    team_id, owner_id = request.team_id, request.person()
    viewer, is_owner = Viewer(team_id, owner_id, is_full_member=False), owns(world, team_id, owner_id)
    for talk, _ in talks.of_owner(world.db, viewer, is_owner, states=("open",)):
        for line in _claimed(world, request, talk, states):
            _bring_line(world, request, talk, line)
    for talk in talks.over_of_owner(world.db, team_id, is_owner):
        if talk.owner_ts and talk.state == "ended" and talks.claim(world.db, team_id, talk.id, request.id, "ended"):
            _tell_over(world, request, talk, MessageRef(world.speaking.direct_channel(owner_id), talk.owner_ts))
        for line in _claimed(world, request, talk, ("stale", "gone")):
            _take_back(world, request, line)


def _claimed(world: World, request: Request, talk: Talk, states: Sequence[LineState]) -> Iterator[TalkLine]:
    """The talker's lines in these states, one by one claimed for this request."""
    for line in talks.lines(world.db, talk.team_id, talk.id):
        is_due = line.side == "talker" and line.state in states
        if is_due and talks.claim_line(world.db, talk.team_id, line, request.id):
            yield line


def _tell_over(world: World, request: Request, talk: Talk, root: MessageRef) -> None:
    """The talker or the clock ended it: the owner, who came by, hears of it where it stood."""
    team_id, owner_id = talk.team_id, request.person()
    world.speaking.edit(root, _over(language_of_reader(world, team_id, owner_id), "company.ended_by_other"))
    if any(line.side == "owner" for line in talks.lines(world.db, team_id, talk.id)):
        _offer_draft(world, f"{request.id}:owner_tip:{talk.id}", owner_id, root.ts, team_id)
    talks.told_owner(world.db, team_id, talk.id)


def _bring_line(world: World, request: Request, talk: Talk, line: TalkLine) -> None:
    """What it says now; what was deleted meanwhile never comes, or goes."""
    if talk.talker_thread is None or talk.talker_id is None or talk.owner_ts is None:
        return
    owner_id = request.person()
    text = service.words_of(world, talk.talker_thread.channel_id, line.ts)
    text = text[: views.WORDS] if text else None
    if not text:
        _take_back(world, request, line)
        return
    channel = world.speaking.direct_channel(owner_id)
    words = views.from_talker(talk.talker_id, text, language_of_reader(world, talk.team_id, owner_id))
    if line.copy_ts is not None:
        world.speaking.edit(MessageRef(channel, line.copy_ts), words)
        copy_ts = line.copy_ts
    else:
        key = f"{request.id}:line:{talk.id}:{line.ts}"
        copy_ts = world.speaking.post(key, channel, words, thread_ts=talk.owner_ts).ts
    talks.passed(world.db, talk.team_id, line, copy_ts)


def _take_back(world: World, request: Request, line: TalkLine) -> None:
    """Out of the owner's DM, where it stands there."""
    if line.copy_ts is not None:
        world.speaking.delete(MessageRef(world.speaking.direct_channel(request.person()), line.copy_ts))
    talks.drop_line(world.db, request.team_id, line)


def changed(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A message of a talk was edited or deleted: the copy follows, in an owner's DM when they next come by.

    After the end no new word passes: then an edit, too, takes the copy away.
    """
    team_id, channel, ts = request.team_id, str(request.payload["channel"]), str(request.payload["ts"])
    line = talks.line_of(world.db, team_id, ts)
    line = talks.changed(world.db, team_id, line) if line is not None else None
    talk = talks.get(world.db, team_id, line.talk_id) if line is not None else None
    if line is None or talk is None or talk.talker_thread is None or talk.talker_id is None:
        return
    text = (service.words_of(world, channel, ts) or "")[: views.WORDS] if talk.state == "open" else ""
    if line.side == "talker":
        if not text and line.copy_ts is None:
            talks.drop_line(world.db, team_id, line)
        return
    if line.copy_ts is None:
        return
    copy = MessageRef(talk.talker_thread.channel_id, line.copy_ts)
    if text:
        world.speaking.edit(copy, views.from_owner(text, language_of_reader(world, team_id, talk.talker_id)))
        talks.passed(world.db, team_id, line, line.copy_ts)
    else:
        world.speaking.delete(copy)
        talks.drop_line(world.db, team_id, line)


def ended(world: World, request: Request, step: Step) -> None:
    """Either side ends it."""
    talk = talks.get(world.db, request.team_id, str(request.payload["talk"]))
    is_known = step("known", lambda: talk is not None and service.side_of(world, talk, request.person()) is not None)
    if not is_known:
        raise Refused("company.already_over")
    close(world, request, step, str(request.payload["talk"]))


def close(world: World, request: Request, step: Step, talk_id: str, *, said: Outgoing | None = None) -> None:
    """Both threads say that it is over; the owner's when they are there. `said`: to the owner, in place of it.

    Who wrote something is offered to make a draft of their own words.
    """
    team_id, user_id = request.team_id, request.person()

    def look() -> dict[str, Any]:
        is_ours = talks.claim(world.db, team_id, talk_id, request.id, "open")
        talk = talks.get(world.db, team_id, talk_id) if is_ours else None
        if talk is None:
            raise Refused("company.already_over")
        sides = {line.side for line in talks.lines(world.db, team_id, talk_id)}
        thread = talk.talker_thread
        return {
            "talker": talk.talker_id,
            "thread": [thread.channel_id, thread.ts] if thread else None,
            "owner_ts": talk.owner_ts,
            "talker_wrote": "talker" in sides,
            "owner_wrote": "owner" in sides,
        }

    # noted before it goes: a job that goes on after a crash would not find it any more
    found = step("look", look)
    talks.end(world.db, team_id, talk_id)
    if found["thread"]:
        _say_over(world, f"{request.id}:talker", found["talker"], MessageRef(*found["thread"]), team_id)
        if found["talker_wrote"]:
            _offer_draft(world, f"{request.id}:talker_tip", found["talker"], found["thread"][1], team_id)
    if found["talker"] == user_id or found["owner_ts"] is None:
        return
    language = language_of_reader(world, team_id, user_id)
    ref = MessageRef(world.speaking.direct_channel(user_id), found["owner_ts"])
    world.speaking.edit(ref, said or _over(language, "company.ended"))
    talks.told_owner(world.db, team_id, talk_id)
    if found["owner_wrote"]:
        _offer_draft(world, f"{request.id}:owner_tip", user_id, found["owner_ts"], team_id)


def _say_over(world: World, key: str, talker_id: str, thread: MessageRef, team_id: str) -> None:
    language = language_of_reader(world, team_id, talker_id)
    over = _over(language, "company.ended")
    world.speaking.edit(thread, over)
    # an edit alone reaches nobody
    world.speaking.post(key, thread.channel_id, over, thread_ts=thread.ts)


def _offer_draft(world: World, key: str, user_id: str, thread_ts: str, team_id: str) -> None:
    offer = views.make_tip(language_of_reader(world, team_id, user_id))
    world.speaking.direct(key, user_id, offer, thread_ts=thread_ts)


def tick(world: World) -> None:
    """What is too old, silent for too long, or without its worry ends; who can be told hears of it.

    What somebody said who is forgotten goes from where it was passed on to.
    """
    for copy in talks.gone(world.db):
        each(partial(_forget_copy, world, copy))
    now = world.clock.now()
    offered = now - service.OFFERED_DAYS * _DAY
    over = talks.due(
        world.db,
        offered_before=offered,
        said_before=now - service.SILENT_DAYS * _DAY,
        declined_before=offered,
        ended_before=now - service.FOLLOWED_DAYS * _DAY,
    )
    for talk in over:
        each(partial(_end, world, talk))


def _forget_copy(world: World, copy: TalkCopy) -> None:
    world.speaking.delete(copy.ref)
    talks.drop_line(world.db, copy.team_id, copy.line)


def _end(world: World, talk: Talk) -> None:
    """By the clock. What is said is the same for silence and for a worry that is gone.

    What stands changes at once, which disturbs nobody; the talker is told when it is not quiet where they are.
    """
    talker_id = talk.talker_id
    if talker_id is None or service.is_gone(world, talker_id):
        _close_messages(world, talk, None)
    else:
        language = language_of_reader(world, talk.team_id, talker_id)
        _close_messages(world, talk, language)
        if is_quiet_for(world, talk.team_id, talker_id):
            return
        key, thread = of_talk(talk.id, "over"), talk.talker_thread
        if thread is None:
            world.speaking.direct(key, talker_id, _sentence(language, "company.offer_over"))
        else:
            world.speaking.post(key, thread.channel_id, _over(language, "company.ended"), thread_ts=thread.ts)
            if any(line.side == "talker" for line in talks.lines(world.db, talk.team_id, talk.id)):
                _offer_draft(world, of_talk(talk.id, "tip"), talker_id, thread.ts, talk.team_id)
    talks.end(world.db, talk.team_id, talk.id)


def _close_messages(world: World, talk: Talk, language: Language | None) -> None:
    """Once: a named owner's card and, in the talker's language, what stands in their DM lose their words."""
    done = of_talk(talk.id, "closed")
    if deliveries.find(world.db, talk.team_id, done) is not None:
        return
    card, receipt = (deliveries.find(world.db, talk.team_id, of_talk(talk.id, one)) for one in ("card", "receipt"))
    if card is not None and card.ref is not None:
        world.speaking.edit(card.ref, _sentence(world.rules.language, "company.card_ended"))
    if language is not None and talk.talker_thread is not None:
        world.speaking.edit(talk.talker_thread, _over(language, "company.ended"))
    elif language is not None and receipt is not None and receipt.ref is not None:
        world.speaking.edit(receipt.ref, _sentence(language, "company.offer_over"))
    # of nobody: it may outlast the talker's wish to be forgotten by a tick
    deliveries.begin(world.db, talk.team_id, done, "")


def _over(language: Language, key: str) -> Outgoing:
    return _sentence(language, key, days=service.FOLLOWED_DAYS)


def _sentence(language: Language, key: str, **values: object) -> Outgoing:
    text = say(language, key, **values)
    return Outgoing(text, [section(text)])


JOBS: Mapping[str, Job] = {
    "circulate.talk_said": said,
    "circulate.talk_brought": brought,
    "circulate.talk_changed": changed,
    "circulate.talk_ended": ended,
}
