"""Know-how comes in: a thread becomes a draft, a form becomes a draft, a draft waits for its author."""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.capture import themed
from bot.capture.length import readable_whole, within_a_card
from bot.conversation import Channel, Message, Thread
from bot.errors import ModelUnavailable, Refused
from bot.ports import FilledTip, Step, World
from bot.texts.dates import working_days_after
from bot.trust import borrowing, consent
from bot.trust.authorship import author_of, without_quotes
from bot.trust.language import language_of
from bot.trust.plain_tip import plain_tip
from bot.trust.redaction import redact_thread
from storage import drafts, requests
from storage.drafts import Capture, NewSpeaker
from storage.errors import NotFound
from storage.records import (
    WORKSPACE,
    Borrowed,
    Draft,
    DraftState,
    Evidence,
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
        if all(filled["said"][ts] == words for ts, words in _said(redact_thread(thread), filled["said"]).items()):
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


def _said(thread: Thread, of: Collection[str]) -> dict[str, str]:
    """The words of these messages, as digests: signs, spaces, width and case aside."""
    return {
        message.ts: hashlib.sha256(bare_words(message.text).encode()).hexdigest()
        for message in thread
        if message.ts in of
    }


def bare_words(text: str) -> str:
    """What a text says: its letters and digits. A link's preview, or another sign, is no change of words."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


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


def own_words(world: World, message: Message) -> FilledTip:
    """What somebody wrote to the bot, as a draft's fields; redacted."""
    thread = redact_thread(Thread("", message.ts, (message,)))
    text = thread.messages[0].text
    return plain_tip(thread, message.author_id or "", language=language_of(text, world.rules.language))


def own_thread(world: World, thread: Thread, user_id: str) -> FilledTip:
    """The same of all that somebody wrote in a thread. Raises Refused when that is nothing."""
    own = tuple(message for message in thread.people() if message.author_id == user_id)
    if not own:
        raise Refused("capture.refused_empty")
    said = without_quotes(redact_thread(Thread(thread.channel_id, thread.root_ts, own)))
    text = "\n".join(message.text for message in said)
    return readable_whole(plain_tip(said, user_id, language=language_of(text, world.rules.language)))


def due_at(world: World) -> Any:
    """Until when a card that is posted now waits."""
    return working_days_after(world.clock.now(), world.rules.card_working_days)


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


def fields_of(
    world: World,
    step: Step,
    team_id: str,
    thread: Thread,
    channel: Channel,
    pointed_at: str,
    *,
    author_id: str | None,
    alone: bool = False,
    again: int = 0,
) -> Mapping[str, Any]:
    """A draft's fields, by the model or plain, under a title of the author's own words. JSON, redacted.

    `alone`: only what rests on the author's messages, where nobody else is asked about theirs. `again`: how often it
    was made before in this job.
    """
    titled = borrowing.alone if alone else borrowing.titled_by_author

    def fill() -> dict[str, Any]:
        redacted = without_quotes(redact_thread(thread))
        language = language_of("\n".join(m.text for m in redacted.people()), world.rules.language)
        filled = None
        if not consent.keeps_remote_model_out(channel):
            try:
                filled = world.model.fill_tip(redacted, pointed_at=pointed_at, language=language)
            except ModelUnavailable:
                filled = None
        author = author_id or author_of(redacted, pointed_at, _weights(redacted, filled) if filled else None)
        author = consent.check_author(world, team_id, author)
        own = titled(filled, redacted, author, language) if filled else None
        chosen = readable_whole(own or plain_tip(redacted, author, language=language))
        rests_on = {thread.messages[index].ts for indexes in chosen.evidence.values() for index in indexes}
        return {
            "author": author,
            "said": _said(redact_thread(thread), rests_on),
            "content": chosen.content.model_dump(mode="json"),
            "evidence": {field: list(indexes) for field, indexes in chosen.evidence.items()},
            "made_with": chosen.made_with,
            "prompt_version": chosen.prompt_version,
        }

    name = f"fill:{author_id}" if author_id else "fill"
    return step(f"{name}:{again}" if again else name, fill)


def keep(world: World, draft: Draft, thread: Thread, channel: Channel, filled: Mapping[str, Any]) -> Draft:
    """Puts the fields into the draft, unless a message they rest on is gone meanwhile (promise 8).

    What rests on other speakers' words is stored apart, until they agree; who wants none of it is not asked.
    """
    team_id, author = draft.team_id, consent.check_author(world, draft.team_id, filled["author"])
    there = thread if thread.partial else world.reading.thread(thread.channel_id, thread.root_ts)
    still = {message.ts for message in there}

    def is_gone(index: int) -> bool:
        return thread.messages[index].ts not in still

    parted = borrowing.split(
        TipContent.model_validate(filled["content"]),
        {field: tuple(indexes) for field, indexes in filled["evidence"].items()},
        thread,
        author,
        lambda user_id: consent.standing(world, team_id, channel, user_id),
        is_gone=is_gone,
    )
    if any(is_gone(index) for indexes in parted.evidence.values() for index in indexes):
        raise Refused("capture.refused_gone")

    def evidence(field: str, indexes: tuple[int, ...]) -> list[Evidence]:
        messages = (thread.messages[index] for index in indexes)
        return [
            Evidence(field, world.keys.message(team_id, thread.channel_id, message.ts), message.author_id)
            for message in messages
        ]

    borrowed = [
        Borrowed(field, text, tuple(evidence(field, indexes)))
        for field, (text, indexes) in within_a_card(parted.borrowed).items()
    ]
    concerned = {one.speaker_id for each in borrowed for one in each.evidence} - {author, None}
    used = {index for indexes in parted.borrowed.values() for index in indexes[1]}
    try:
        return drafts.fill(
            world.db,
            team_id,
            draft.id,
            author_id=author,
            content=parted.content,
            evidence=[one for field, indexes in parted.evidence.items() for one in evidence(field, indexes)],
            made_with=filled["made_with"],
            prompt_version=filled["prompt_version"],
            borrowed=borrowed,
            speakers=[
                NewSpeaker(
                    user_id,
                    tuple(
                        world.reading.permalink(thread.channel_id, thread.messages[index].ts)
                        for index in sorted(used)
                        if thread.messages[index].author_id == user_id
                    ),
                    has_agreed=stands == "ok",
                )
                for user_id, stands in sorted(parted.speakers.items())
                if user_id in concerned
            ],
            capturer_id=next((capture.user_id for capture in drafts.captures(world.db, team_id, draft.id)), None),
            speakers_due_at=due_at(world),
        )
    except NotFound:
        raise Refused("capture.refused_gone") from None


def _weights(thread: Thread, filled: FilledTip) -> dict[str, int]:
    """How much of a draft rests on whose messages, in characters."""
    weights: dict[str, int] = {}
    for index in {index for indexes in filled.evidence.values() for index in indexes}:
        message = thread.messages[index]
        if message.author_id and not message.is_bot:
            weights[message.author_id] = weights.get(message.author_id, 0) + len(message.text)
    return weights
