"""Know-how comes in: a thread becomes a draft, a form becomes a draft, a draft waits for its author."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.capture import themed
from bot.capture.filling import fields_of, keep, said_in
from bot.conversation import Channel, Message, Thread
from bot.errors import Refused
from bot.ports import Step, World
from bot.trust import consent
from bot.trust.redaction import redact_thread
from storage import drafts, requests
from storage.drafts import Capture
from storage.records import (
    WORKSPACE,
    Draft,
    DraftState,
    Request,
    Source,
    TipContent,
)

_EDITS = 3
"""How often a draft is made anew at once because its thread is edited; what is edited then is an edit of a draft."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """The message somebody pointed at.

    `given` is what a shortcut brought of it, redacted, where the bot cannot read.
    """

    channel_id: str
    ts: str
    thread_ts: str | None = None
    given: Message | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft that came of a capture.

    `is_known`: the thread had been captured; `is_decided`: and decided on; `is_preparing`: another request is at it.
    """

    draft: Draft
    is_known: bool = False
    is_preparing: bool = False
    is_decided: bool = False
    is_partial: bool = False


def emoji_key(user_id: str, channel_id: str, ts: str, name: str) -> str:
    """What a reaction is known by as a capture. `name`: with its skin tone, as Slack tells it."""
    return f"emoji:{user_id}:{channel_id}:{ts}:{name}"


def prepare(
    world: World,
    request: Request,
    step: Step,
    pointed: Pointed,
    capture: Capture,
    *,
    author_id: str | None = None,
) -> Prepared:
    """A thread as a draft for its author. Raises Refused with the sentence for the capturer.

    `author_id`: who wrote the message that was pointed at, where it is to be theirs whatever others wrote.
    """
    team_id = request.team_id
    consent.check_capturer(world.reading.person(capture.user_id))
    channel = _channel(world, team_id, pointed, capture.user_id)
    thread, theme_id = themed.part_of(world, team_id, _read(world, pointed), pointed.ts)
    if not thread.people():
        raise Refused("capture.refused_bot" if any(m.is_bot for m in thread) else "capture.refused_empty")
    pointed_message = thread.message(pointed.ts)
    if pointed_message is not None and pointed_message.is_bot and pointed.ts != thread.root_ts:
        raise Refused("capture.refused_bot")
    if author_id is not None and (pointed_message is None or pointed_message.author_id != author_id):
        raise Refused("capture.refused_empty")
    thread = consent.heard(world, team_id, thread, pointed.ts)
    source = Source(
        kind="message" if thread.partial else "thread",
        channel_id=channel.id,
        thread_ts=thread.root_ts,
        message_ts=pointed.ts,
        permalink=None if thread.partial else world.reading.permalink(channel.id, pointed.ts),
        in_public=not channel.is_private,
    )
    draft, _ = drafts.begin(
        world.db,
        team_id=team_id,
        draft_id=request.id,
        source=source,
        visibility=consent.readers_of(channel),
        capture=capture,
        thread=world.keys.messages(team_id, channel.id, thread.root_ts),
        theme_id=theme_id or themed.of_channel(world, team_id, channel.id),
    )
    # a job that goes on after a crash finds its own draft, and still owes its card and its receipt
    is_own = draft.id == request.id
    if is_own and draft.state is DraftState.WAITING and draft.card is None:
        # the job broke off between the words and the card
        filled = fields_of(world, step, team_id, thread, channel, pointed.ts, author_id=author_id)
        return Prepared(_as_said_now(world, step, draft, channel, filled), is_partial=thread.partial)
    if is_own and draft.state is DraftState.WITHDRAWN:
        # refused, and the job broke off before it could say so: for the same reason again
        fields_of(world, step, team_id, thread, channel, pointed.ts, author_id=author_id)
    if draft.state is not DraftState.PREPARING:
        decided = draft.state not in (DraftState.WAITING, DraftState.LATER)
        return Prepared(draft, not is_own, is_decided=decided, is_partial=thread.partial)
    if not is_own and _is_at_work(world, draft.id):
        return Prepared(draft, is_known=True, is_preparing=True, is_partial=thread.partial)
    try:
        filled = fields_of(world, step, team_id, thread, channel, pointed.ts, author_id=author_id)
        kept = keep(world, draft, thread, channel, filled)
        return Prepared(_as_said_now(world, step, kept, channel, filled), is_partial=thread.partial)
    except Refused:
        drafts.close(world.db, team_id, draft.id, DraftState.WITHDRAWN)
        raise


def _as_said_now(world: World, step: Step, draft: Draft, channel: Channel, filled: Mapping[str, Any]) -> Draft:
    """The draft, made anew while the messages that it rests on were edited meanwhile.

    An edit is taken on once something rests on its message; what was edited before that is noticed here.
    """
    source = draft.source
    if source.kind != "thread" or source.channel_id is None or source.message_ts is None or draft.author_id is None:
        return draft
    for again in range(1, _EDITS + 1):
        thread = themed.read_again(world, draft.team_id, source.channel_id, source.message_ts)
        thread = consent.heard(world, draft.team_id, thread, source.message_ts)
        # of one that is gone the deletion tells
        if all(filled["said"][ts] == words for ts, words in said_in(redact_thread(thread), filled["said"]).items()):
            return draft
        filled = fields_of(
            world,
            step,
            draft.team_id,
            thread,
            channel,
            source.message_ts,
            author_id=draft.author_id,
            again=again,
        )
        draft = keep(world, draft, thread, channel, filled)
    return draft


def _is_at_work(world: World, draft_id: str) -> bool:
    """Whether the request that began this draft is still at it; one that broke off leaves it to the next."""
    began = requests.find(world.db, draft_id)
    return began is not None and began.state == "accepted"


def prepare_again(world: World, step: Step, draft: Draft, author_id: str) -> Draft:
    """The same thread as a draft for another author, as the capturer said."""
    source = draft.source
    if source.channel_id is None or source.message_ts is None:
        raise Refused("capture.card_gone")
    thread = themed.read_again(world, draft.team_id, source.channel_id, source.message_ts)
    thread = consent.heard(world, draft.team_id, thread, source.message_ts)
    if author_id not in {message.author_id for message in thread.people()}:
        raise Refused("capture.refused_empty")
    channel = world.reading.channel(source.channel_id)
    filled = fields_of(world, step, draft.team_id, thread, channel, source.message_ts, author_id=author_id)
    return keep(world, draft, thread, channel, filled)


def begin_from_words(
    world: World,
    request: Request,
    user_id: str,
    content: TipContent,
    *,
    kind: str,
    made_with: str | None = None,
    theme_id: str | None = None,
) -> Draft:
    """A draft of somebody's own words: a form, a DM."""
    consent.check_capturer(world.reading.person(user_id))
    draft, _ = drafts.begin(
        world.db,
        team_id=request.team_id,
        draft_id=request.id,
        source=Source(kind="form" if kind == "form" else "dm"),
        visibility=WORKSPACE,
        capture=Capture(key=request.id, user_id=user_id),
        thread=(),
        content=content,
        author_id=user_id,
        made_with=made_with,
        theme_id=theme_id,
    )
    return draft


def _channel(world: World, team_id: str, pointed: Pointed, capturer_id: str) -> Channel:
    """The channel, if it may be captured and the capturer can read it. Raises Refused."""
    if pointed.channel_id.startswith("D"):
        raise Refused("capture.refused_direct")
    try:
        channel = world.reading.channel(pointed.channel_id)
    except Refused as refused:
        if pointed.given is not None and refused.text_key == "errors.channel_not_visible":
            # a shortcut in a private channel that the bot is not in
            raise Refused("capture.refused_private") from refused
        raise
    if channel.is_private and channel.id not in world.reading.channels_of(capturer_id):
        raise Refused("errors.channel_not_visible")
    consent.check_channel(world, team_id, channel)
    return channel


def _read(world: World, pointed: Pointed) -> Thread:
    """The whole thread; only the message a shortcut brought where the bot is not a member."""
    try:
        return world.reading.thread(pointed.channel_id, pointed.ts)
    except Refused as refused:
        if pointed.given is None or refused.text_key != "errors.not_in_channel":
            raise
        return Thread(pointed.channel_id, pointed.thread_ts or pointed.ts, (pointed.given,), partial=True)
