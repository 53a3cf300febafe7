"""Other speakers are asked, once, and what they say is done; the clock does the rest."""

from functools import partial

from bot.capture import decisions, speaker_views, speakers
from bot.capture.listeners.telling import replace_card, show_card
from bot.jobs.ticking import each
from bot.ports import Step, World
from bot.slack.failures import language_of_reader
from bot.texts import say
from bot.trust.quiet import is_quiet_for
from storage import deliveries, drafts
from storage import speakers as kept
from storage.records import Draft, MessageRef, Request
from storage.speakers import Record, Speaker


def ask_speakers(world: World, draft: Draft) -> None:
    """Everybody whose words wait for their OK, as far as their week has room; the clock asks the others later."""
    for speaker in kept.of_draft(world.db, draft.team_id, draft.id):
        if speaker.state == "queued" or (speaker.state == "asked" and speaker.ref is None):
            _ask(world, speaker)


def answer(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """OK to use, leave out, always leave out; a click after the end learns that it is over."""
    user_id, team_id, draft_id = request.person(), request.team_id, str(request.payload["draft"])
    said: speakers.Answer = request.payload["answer"]
    language = language_of_reader(world, team_id, user_id)
    record = speakers.answer(world, team_id, draft_id, user_id, said)
    now = kept.find(world.db, team_id, draft_id, user_id)
    if record is None or now is None:
        replace_card(world, request, say(language, "consent.answered_never" if said == "never" else "consent.closed"))
        return
    card = request.payload.get("card")
    ref = MessageRef(card["channel"], card["ts"]) if card else now.ref
    if ref is not None:
        world.speaking.edit(ref, speaker_views.answered(now, language, never=said == "never"))
    _tell_author(world, now, record)


def refuse(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The author does not want what came into their tip."""
    tip_id, _, speaker_id = str(request.payload["value"]).partition(":")
    user_id = request.person()
    tip = decisions.refuse_words(world, request.team_id, tip_id, user_id, speaker_id)
    replace_card(
        world,
        request,
        speaker_views.refused(tip, language_of_reader(world, request.team_id, user_id)).text,
    )


def tick(world: World) -> None:
    """Silence ends, settings answer, weeks have room again, and what is over loses its words."""
    for speaker in kept.due(world.db):
        each(partial(_expire, world, speaker))
    for speaker, agrees in kept.decided_beforehand(world.db):
        each(partial(_as_set, world, speaker, agrees=agrees))
    for speaker in kept.queued(world.db):
        each(partial(_ask_by_day, world, speaker))
    for speaker in kept.closed(world.db):
        each(partial(_close, world, speaker))


def _ask_by_day(world: World, speaker: Speaker) -> None:
    """What waited for its turn waits for their morning, too; what is marked now comes at once, as its card does."""
    if not is_quiet_for(world, speaker.team_id, speaker.user_id):
        _ask(world, speaker)


def _ask(world: World, speaker: Speaker) -> None:
    team_id, user_id = speaker.team_id, speaker.user_id
    reserved = speakers.reserve(world, speaker)
    if reserved is None:
        return
    person = world.reading.person(user_id)
    words = kept.words_of(world.db, team_id, speaker.draft_id, user_id)
    if not person.is_full_member:
        kept.answer(world.db, team_id, speaker.draft_id, user_id, agrees=False)
        return
    capturer = world.reading.person(reserved.capturer_id).name if reserved.capturer_id else None
    language = language_of_reader(world, team_id, user_id)
    message = speaker_views.ask(reserved, words, language, capturer=capturer, due=reserved.due_at, tz=person.tz)
    if reserved.ref is not None:
        world.speaking.edit(reserved.ref, message)
        return
    ref = world.speaking.direct(deliveries.to_speaker(speaker.draft_id, user_id), user_id, message)
    kept.posted(world.db, team_id, speaker.draft_id, user_id, ref)


def _expire(world: World, speaker: Speaker) -> None:
    record = kept.expire(world.db, speaker.team_id, speaker.draft_id, speaker.user_id)
    if record is not None and record.draft is not None:
        show_card(world, record.draft)


def _as_set(world: World, speaker: Speaker, *, agrees: bool) -> None:
    record = kept.answer(world.db, speaker.team_id, speaker.draft_id, speaker.user_id, agrees=agrees)
    now = kept.find(world.db, speaker.team_id, speaker.draft_id, speaker.user_id)
    if record is None or now is None:
        return
    language = language_of_reader(world, speaker.team_id, speaker.user_id)
    if now.ref is not None:
        world.speaking.edit(now.ref, speaker_views.answered(now, language, never=not agrees))
    _tell_author(world, now, record)


def _close(world: World, speaker: Speaker) -> None:
    """The message that asked says none of the words any more; then nothing is kept of it."""
    if speaker.ref is not None:
        world.speaking.edit(
            speaker.ref, speaker_views.closed(language_of_reader(world, speaker.team_id, speaker.user_id))
        )
    elif speakers.may_be_on_its_way(world, speaker):
        return
    kept.gone(world.db, speaker.team_id, speaker.draft_id, speaker.user_id)


def _tell_author(world: World, speaker: Speaker, record: Record) -> None:
    """The card is brought up to date; of a tip that is shared the author is told, once."""
    if record.draft is not None:
        show_card(world, drafts.get(world.db, speaker.team_id, speaker.draft_id))
    if record.tip is None or record.tip.author_id is None:
        return
    author_id = record.tip.author_id
    language = language_of_reader(world, speaker.team_id, author_id)
    key = deliveries.to_speaker(speaker.draft_id, speaker.user_id)
    if speaker.state == "left_out":
        world.speaking.direct(f"{key}:out", author_id, speaker_views.not_in_tip(record.tip, language))
        return
    words = kept.words_of(world.db, speaker.team_id, speaker.draft_id, speaker.user_id)
    if came := [one for one in words if one.is_included]:
        told = speaker_views.came_in(record.tip, speaker.user_id, came, language)
        world.speaking.direct(f"{key}:came", author_id, told)
