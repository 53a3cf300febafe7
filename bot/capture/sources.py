"""The conversation behind what was captured changes: it is edited, or it is missing. Deletions are in decisions."""

import hashlib
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import timedelta

from bot.capture import filling, service, themed
from bot.capture.decisions import refusing
from bot.conversation import Thread, has_words
from bot.errors import Refused, SlackUnavailable
from bot.ports import Step, World
from bot.trust import consent
from bot.trust.recognised import owns
from storage import drafts, settings, sources
from storage.errors import NotFound
from storage.records import Draft, DraftState, Kind, MessageRef, Tip, TipContent, Viewer
from storage.sources import Rest

LOOK_AGAIN_DAYS = 7
LOOKS_A_TICK = 5
"""Threads that one tick reads: Slack allows about fifty such calls a minute, and people come first."""


def same_words(one: str, other: str) -> bool:
    """Whether two texts say the same: signs, spaces, width and case aside. A link's preview is no change of words."""
    return filling.bare_words(one) == filling.bare_words(other)


def remake_drafts(
    world: World, step: Step, team_id: str, channel_id: str, ts: str, *, said: Collection[str]
) -> list[Draft]:
    """Drafts that rest on an edited message are made anew of the words as they are now; its author's own edits stay.

    `said`: ids of drafts that hold other speakers' words from it; who said them is asked anew.
    """
    resting = drafts.resting_on(world.db, team_id, world.keys.messages(team_id, channel_id, ts))
    for draft_id in sorted(set(said) - {draft.id for draft in resting}):
        with suppress(NotFound):
            resting.append(drafts.get(world.db, team_id, draft_id))
    remade = []
    for draft in resting:
        if not _follows(draft) or draft.author_id is None or draft.question_id is not None:
            continue
        try:
            after = service.prepare_again(world, step, draft, draft.author_id)
        except (Refused, NotFound):
            continue
        # decided on, or edited by its author, meanwhile: then it is as it was
        if _follows(after):
            remade.append(after)
    return remade


def _follows(draft: Draft) -> bool:
    return draft.state in (DraftState.WAITING, DraftState.LATER) and draft.edited_at is None


def updates(
    world: World, step: Step, team_id: str, channel_id: str, ts: str
) -> list[tuple[Rest, TipContent | None, MessageRef | None]]:
    """Named tips that rest on an edited message, each with its words as they would read now and the card that stands.

    None: the author has put words of their own in place, so that only they can say what the edit means for it.
    Nothing is offered when the tip would read as it does.
    """
    hashes = world.keys.messages(team_id, channel_id, ts)
    sources.note_anonymous_edits(world.db, team_id, hashes)
    return _offered(world, step, sources.named_resting_on(world.db, team_id, hashes))


def captured_again(world: World, step: Step, draft: Draft) -> list[tuple[Rest, TipContent | None, MessageRef | None]]:
    """The named tip of a thread that is captured again, as `updates`, if its author has said more there since.

    Since it was read for the tip's words: what they added before they shared the draft is not in it either. A model
    would put the same words in another way each time: without new ones nothing is offered.
    """
    rest = sources.of_draft(world.db, draft.team_id, draft.id)
    if rest is None:
        return []
    since = rest.read_until or rest.tip.updated_at
    try:
        thread, _ = _read(world, rest)
    except Refused:
        return []
    said = any(message.author_id == rest.author_id and message.written_at > since for message in thread.people())
    return _offered(world, step, [rest]) if said else []


def _offered(
    world: World, step: Step, resting: Iterable[Rest]
) -> list[tuple[Rest, TipContent | None, MessageRef | None]]:
    offered = []
    for rest in resting:
        proposal = None
        try:
            thread, pointed_at = _read(world, rest)
            if not rest.in_own_words:
                proposal = _as_it_reads_now(world, step, rest, thread, pointed_at)
        except Refused:
            continue
        if proposal is not None:
            if rest.tip.content.kind is Kind.WORRY:
                # only who has a worry says that it is one, or no more
                proposal = proposal.model_copy(update={"kind": Kind.WORRY})
            if proposal == rest.tip.content:
                continue
        try:
            card = sources.offer(
                world.db, rest.tip.team_id, rest.tip.id, proposal, read_until=thread.messages[-1].written_at
            )
        except NotFound:
            continue
        offered.append((rest, proposal, card))
    return offered


def _read(world: World, rest: Rest) -> tuple[Thread, str]:
    """The conversation as it is now, and the ts of the message in it that was pointed at."""
    link = world.reading.parse_permalink(rest.tip.permalink or "")
    pointed_at = link.ts if link is not None else rest.thread_ts
    return themed.read_again(world, rest.tip.team_id, rest.channel_id, pointed_at), pointed_at


def _as_it_reads_now(world: World, step: Step, rest: Rest, thread: Thread, pointed_at: str) -> TipContent:
    """The tip made anew of its author's own messages. Raises Refused when that is not possible."""
    team_id, channel = rest.tip.team_id, world.reading.channel(rest.channel_id)
    heard = consent.heard(world, team_id, thread, pointed_at)
    filled = filling.fields_of(world, step, team_id, heard, channel, pointed_at, author_id=rest.author_id, alone=True)
    return TipContent.model_validate(filled["content"])


def mark_of(proposal: TipContent) -> str:
    """By which a click names the very words that its card showed: another edit may have come meanwhile."""
    return hashlib.sha256(proposal.model_dump_json().encode()).hexdigest()[:16]


def take_update(world: World, team_id: str, tip_id: str, user_id: str, mark: str) -> Tip:
    """Puts the update in place that its owner has seen. Raises Refused for anybody else, and when there is none."""
    from_now_on = proposal_for(world, team_id, tip_id, user_id)
    if mark_of(from_now_on) != mark:
        raise Refused("sources.newer")
    viewer = Viewer(team_id, user_id, is_full_member=False)
    with refusing():
        return sources.take(world.db, viewer, tip_id, from_now_on, owns(world, team_id, user_id))


def proposal_for(world: World, team_id: str, tip_id: str, user_id: str) -> TipContent:
    """The update that waits for its owner. Raises Refused for anybody else, and when there is none."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    with refusing():
        found = sources.proposal(world.db, viewer, tip_id, owns(world, team_id, user_id))
    if found is None:
        raise Refused("sources.over")
    return found


def leave(world: World, team_id: str, tip_id: str, user_id: str) -> None:
    """The tip stays as it is, whatever became of its source's words. Raises Refused for anybody else."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    with refusing():
        sources.settle(world.db, viewer, tip_id, owns(world, team_id, user_id))


def keep(world: World, team_id: str, tip_id: str, user_id: str) -> Tip:
    """The owner keeps a tip whose source is missing. Raises Refused for anybody else."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    with refusing():
        return sources.keep(world.db, viewer, tip_id, owns(world, team_id, user_id))


def look_again(world: World) -> None:
    """Looks whether the sources of some tips are still there; what is missing is no deletion."""
    before = world.clock.now() - timedelta(days=LOOK_AGAIN_DAYS)
    for rest in sources.due(world.db, checked_before=before, limit=LOOKS_A_TICK):
        try:
            is_there = _is_there(world, rest)
        except SlackUnavailable:
            return
        if is_there:
            sources.checked(world.db, rest.tip.team_id, rest.tip.id)
        else:
            _missing(world, rest)


def _is_there(world: World, rest: Rest) -> bool:
    """Whether every message that a tip rests on can be read. Where the bot may not look, nothing is known."""
    team_id = rest.tip.team_id
    try:
        thread = world.reading.thread(rest.channel_id, rest.thread_ts)
    except Refused as refused:
        return refused.text_key != "errors.message_not_found"
    # of a deleted root with replies Slack keeps a stone without words
    said = (message for message in thread if has_words(message.text))
    there = {one for message in said for one in world.keys.messages(team_id, rest.channel_id, message.ts)}
    # what stands under a pepper that was dropped can be told of no message
    known = {one.version for one in world.keys.messages(team_id, rest.channel_id, rest.thread_ts)}
    return {one for one in rest.messages if one.version in known} <= there


def _missing(world: World, rest: Rest) -> None:
    rules = settings.workspace(world.db, rest.tip.team_id)
    age = world.clock.now().timestamp() - float(rest.thread_ts)
    is_old = rules.slack_retention_days is not None and age > timedelta(days=rules.slack_retention_days).total_seconds()
    done: dict[str, Callable[..., None]] = {"keep": sources.gone, "withdraw": sources.withdraw, "ask": sources.hide}
    done[rules.old_sources if is_old else "ask"](world.db, rest.tip.team_id, rest.tip.id)
