"""What a draft says: a thread's fields, by the model or plain, and what of them is kept, and how."""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

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
from storage import drafts
from storage.drafts import NewSpeaker
from storage.errors import NotFound
from storage.records import Borrowed, Draft, Evidence, TipContent


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
            "said": said_in(redact_thread(thread), rests_on),
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
            read_until=thread.messages[-1].written_at,
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


def due_at(world: World) -> datetime:
    """Until when a card that is posted now waits."""
    return working_days_after(world.clock.now(), world.rules.card_working_days)


def said_in(thread: Thread, of: Collection[str]) -> dict[str, str]:
    """The words of these messages, as digests: signs, spaces, width and case aside."""
    return {
        message.ts: hashlib.sha256(bare_words(message.text).encode()).hexdigest()
        for message in thread
        if message.ts in of
    }


def bare_words(text: str) -> str:
    """What a text says: its letters and digits. A link's preview, or another sign, is no change of words."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _weights(thread: Thread, filled: FilledTip) -> dict[str, int]:
    """How much of a draft rests on whose messages, in characters."""
    weights: dict[str, int] = {}
    for index in {index for indexes in filled.evidence.values() for index in indexes}:
        message = thread.messages[index]
        if message.author_id and not message.is_bot:
            weights[message.author_id] = weights.get(message.author_id, 0) + len(message.text)
    return weights
