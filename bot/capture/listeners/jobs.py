"""What is done about captures, after the ack."""

from bot.capture import decisions, service, views
from bot.capture import form as forms
from bot.capture.listeners.arrivals import SHARE
from bot.conversation import Message
from bot.errors import Refused, SlackUnavailable
from bot.ports import Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.texts import say
from bot.texts.dates import day, working_days_after
from bot.trust.authorship import speakers
from storage import deliveries, drafts, settings
from storage.drafts import Capture
from storage.errors import NotFound
from storage.records import OPEN_STATES, Draft, DraftState, MessageRef, Request, TipContent


def emoji(world: World, request: Request, step: Step) -> None:
    """An emoji was added: the first time it is asked, then the thread is captured."""
    user_id, channel_id, ts, name = _reaction(request)
    person = world.reading.person(user_id)
    if settings.person(world.db, request.team_id, user_id).emoji_confirmed_at is None and person.is_full_member:
        language = language_of_reader(world, request.team_id, user_id)
        ask = views.first_emoji(language, name, f"{channel_id}|{ts}|{name}")
        world.speaking.direct(f"{request.id}:first", user_id, ask)
        return
    _capture_emoji(world, request, step, channel_id, ts, name)


def emoji_answer(world: World, request: Request, step: Step) -> None:
    """The answer to the first emoji's question."""
    channel_id, ts, name = str(request.payload["where"]).split("|")
    user_id = _user(request)
    language = language_of_reader(world, request.team_id, user_id)
    if not request.payload["yes"]:
        _replace(world, request, say(language, "capture.first_emoji_declined"))
        return
    settings.change_person(world.db, request.team_id, user_id, emoji_confirmed_at=world.clock.now())
    _replace(world, request, say(language, "capture.first_emoji_confirmed"))
    _capture_emoji(world, request, step, channel_id, ts, name)


def _capture_emoji(world: World, request: Request, step: Step, channel_id: str, ts: str, name: str) -> None:
    user_id = _user(request)
    if not world.reading.has_reaction(channel_id, ts, name, user_id):
        return
    capture = Capture(f"emoji:{user_id}:{channel_id}:{ts}:{name}", user_id, channel_id, ts, name)
    prepared = service.prepare(world, request, step, service.Pointed(channel_id, ts), capture)
    # taken away while the thread was read: the removal found nothing to take back
    if not world.reading.has_reaction(channel_id, ts, name, user_id):
        _taken_back(world, request, decisions.take_back(world, request.team_id, capture))
        return
    _tell(world, request, prepared)


def emoji_removed(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    user_id, channel_id, ts, name = _reaction(request)
    capture = Capture(f"emoji:{user_id}:{channel_id}:{ts}:{name}", user_id)
    _taken_back(world, request, decisions.take_back(world, request.team_id, capture))


def _taken_back(world: World, request: Request, draft: Draft | None) -> None:
    if draft is None:
        return
    _end_card(world, draft, "capture.card_withdrawn")
    if draft.author_id != request.user_id:
        language = language_of_reader(world, request.team_id, _user(request))
        text = say(language, "capture.receipt_withdrawn")
        world.speaking.direct(f"{request.id}:receipt", _user(request), Outgoing(text))


def thread(world: World, request: Request, step: Step) -> None:
    """A permalink or a shortcut pointed at a message."""
    payload = request.payload
    given = None
    if raw := payload.get("given"):
        given = Message(payload["ts"], raw["author"], raw["author"] or "", raw["text"], raw["is_bot"])
    pointed = service.Pointed(payload["channel"], payload["ts"], payload.get("thread_ts"), given)
    user_id = _user(request)
    capture = Capture(request.id, user_id, pointed.channel_id, pointed.ts)
    _tell(world, request, service.prepare(world, request, step, pointed, capture))


def words(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A "share: …", a forwarded message or a file in the DM: a draft, and a button that opens the form."""
    payload, user_id = request.payload, _user(request)
    language = language_of_reader(world, request.team_id, user_id)
    place = payload["reply_to"]
    message = world.reading.thread(payload["channel"], payload["ts"]).message(payload["ts"])
    said = SHARE.sub("", payload.get("forwarded") or message.text, count=1).strip() if message else ""
    if message is None or not said:
        empty = Outgoing(say(language, "capture.dm_empty"))
        world.speaking.post(f"{request.id}:offer", place["channel"], empty, thread_ts=place["thread_ts"])
        return
    filled = service.own_words(world, Message(message.ts, user_id, message.author_name, said))
    draft = service.begin_from_words(world, request, user_id, filled.content, kind="dm", made_with=filled.made_with)
    offer = views.offer_form(language, draft.id, draft.content or filled.content)
    world.speaking.post(f"{request.id}:offer", place["channel"], offer, thread_ts=place["thread_ts"])


def form(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A form was sent: a published tip, a draft, or a new draft."""
    payload, user_id, team_id = request.payload, _user(request), request.team_id
    language = language_of_reader(world, team_id, user_id)

    def content(before: TipContent | None) -> TipContent:
        return forms.merged(before, payload["fields"], has_prompt_field=payload["has_prompt_field"])

    if payload["tip"]:
        before = decisions.own_tip(world, team_id, payload["tip"], user_id).content
        decisions.edit_tip(world, team_id, payload["tip"], user_id, content(before))
        world.speaking.direct(f"{request.id}:saved", user_id, Outgoing(say(language, "capture.form_saved")))
    elif payload["draft"]:
        kept = decisions.own_draft(world, team_id, payload["draft"], user_id).content
        draft = decisions.edit_draft(world, team_id, payload["draft"], user_id, content(kept))
        _show_card(world, draft)
    else:
        draft = service.begin_from_words(world, request, user_id, content(None), kind="form")
        _show_card(world, draft)


def decide(world: World, request: Request, step: Step) -> None:
    """The author's decision. The card becomes one sentence: of an anonymous tip it keeps no word."""
    team_id, user_id, draft_id = request.team_id, _user(request), request.payload["draft"]
    decision: decisions.Decision = request.payload["decision"]
    language = language_of_reader(world, team_id, user_id)
    card = step("card", lambda: _card_of(world, request, draft_id))
    if decision == "share_named":
        tip = decisions.share(world, step, team_id, draft_id, user_id, named=True)
        said = views.shared_named(tip, language)
    elif decision == "share_anonymously":
        decisions.share(world, step, team_id, draft_id, user_id, named=False)
        said = views.sentence(say(language, "capture.card_shared_anonymously"))
    elif decision == "later":
        until = decisions.later(world, team_id, draft_id, user_id)
        tz = world.reading.person(user_id).tz
        text = say(language, "capture.card_later", date=day(until, language, tz))
        world.speaking.direct(f"{request.id}:later", user_id, Outgoing(text))
        return
    else:
        decisions.discard(world, team_id, draft_id, user_id)
        said = views.sentence(say(language, "capture.card_discarded"))
    if card is None:
        world.speaking.direct(f"{request.id}:decided", user_id, said)
    else:
        world.speaking.edit(MessageRef(card["channel"], card["ts"]), said)


def withdraw_tip(world: World, request: Request, step: Step) -> None:
    user_id = _user(request)

    def withdraw() -> None:
        decisions.withdraw_tip(world, request.team_id, request.payload["tip"], user_id)

    step("withdraw", withdraw)
    language = language_of_reader(world, request.team_id, user_id)
    _replace(world, request, say(language, "capture.receipt_tip_withdrawn"))


def set_author(world: World, request: Request, step: Step) -> None:
    """The capturer says whose know-how it is, until it is decided on."""
    team_id, author_id = request.team_id, str(request.payload["author"])
    try:
        draft = drafts.get(world.db, team_id, request.payload["draft"])
    except NotFound:
        raise Refused("capture.card_gone") from None
    capturers = {capture.user_id for capture in drafts.captures(world.db, team_id, draft.id)}
    if draft.state not in OPEN_STATES or request.user_id not in capturers:
        raise Refused("capture.card_gone")
    if draft.author_id == author_id and draft.state is not DraftState.PREPARING:
        return
    before = drafts.start_over(world.db, team_id, draft.id)
    if before.card is not None:
        _end_card(world, before, "capture.card_withdrawn")
    draft = service.prepare_again(world, step, before, author_id)
    _show_card(world, draft)
    language = language_of_reader(world, team_id, _user(request))
    text = say(language, "capture.receipt_author_changed", author=world.reading.person(author_id).name)
    world.speaking.direct(f"{request.id}:receipt", _user(request), Outgoing(text))


def deleted(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A message was deleted in Slack: what rests on it goes, and so do its cards."""
    payload = request.payload
    for draft in decisions.source_deleted(world, request.team_id, payload["channel"], payload["ts"]):
        _end_card(world, draft, "capture.card_source_deleted")


def tick(world: World) -> None:
    """What is due: one reminder, then the end. While an author is away their card waits."""
    now, rules = world.clock.now(), world.rules
    for draft in drafts.waiting(world.db):
        posted = draft.card_at or draft.created_at
        due = draft.due_at or working_days_after(posted, rules.card_working_days)
        remind = working_days_after(posted, rules.reminder_working_days)
        if now < min(due, remind) or (now < due and draft.reminded_at) or draft.author_id is None:
            continue
        try:
            if world.reading.person(draft.author_id).is_away:
                drafts.postpone(world.db, draft.team_id, draft.id, working_days_after(due, 1))
            elif now >= due:
                drafts.close(world.db, draft.team_id, draft.id, DraftState.EXPIRED)
                _end_card(world, draft, "capture.card_expired")
            elif draft.state is DraftState.WAITING and draft.card is not None:
                _remind(world, draft)
        except (Refused, SlackUnavailable):
            continue


def _remind(world: World, draft: Draft) -> None:
    if draft.author_id is None or draft.card is None or draft.due_at is None:
        return
    language = language_of_reader(world, draft.team_id, draft.author_id)
    date = day(draft.due_at, language, world.reading.person(draft.author_id).tz)
    text = Outgoing(say(language, "capture.card_reminder", date=date))
    world.speaking.post(deliveries.of_draft(draft.id, "reminder"), draft.card.channel_id, text, thread_ts=draft.card.ts)
    drafts.reminded(world.db, draft.team_id, draft.id)


def _tell(world: World, request: Request, prepared: service.Prepared) -> None:
    """The author's card and the capturer's receipt."""
    draft, user_id = prepared.draft, _user(request)
    language = language_of_reader(world, request.team_id, user_id)
    if prepared.is_known:
        text = say(language, _receipt_of_known(prepared))
        world.speaking.direct(f"{request.id}:receipt", user_id, Outgoing(text))
        return
    _show_card(world, draft)
    others: tuple[Message, ...] = ()
    if prepared.is_decided:
        # the job broke off after the card, and its author was quicker than its going on
        text = say(language, "capture.receipt_made")
    elif draft.author_id == user_id:
        text = say(language, "capture.receipt_own")
    else:
        author = world.reading.person(str(draft.author_id))
        due = draft.due_at or service.due_at(world)
        tz = world.reading.person(user_id).tz
        text = say(language, "capture.receipt", author=author.name, date=day(due, language, tz))
        others = _others(world, draft)
    if prepared.is_partial:
        text += "\n" + say(language, "capture.receipt_partial")
    world.speaking.direct(f"{request.id}:receipt", user_id, views.receipt(text, draft.id, language, others))


def _receipt_of_known(prepared: service.Prepared) -> str:
    if prepared.is_preparing:
        return "capture.receipt_preparing"
    return "capture.receipt_decided" if prepared.is_decided else "capture.receipt_again"


def _others(world: World, draft: Draft) -> tuple[Message, ...]:
    """Who else spoke in the thread: somebody among them may be the one who knows."""
    source = draft.source
    if source.kind != "thread" or source.channel_id is None or source.message_ts is None:
        return ()
    spoke = speakers(world.reading.thread(source.channel_id, source.message_ts))
    return tuple(message for message in spoke if message.author_id != draft.author_id)


def _show_card(world: World, draft: Draft) -> None:
    """Posts the author's card, or brings the one that stands up to date."""
    if draft.author_id is None or draft.state not in OPEN_STATES:
        return
    language = language_of_reader(world, draft.team_id, draft.author_id)
    captures = drafts.captures(world.db, draft.team_id, draft.id)
    by = next((capture.user_id for capture in captures if capture.user_id != draft.author_id), None)
    due = draft.due_at or service.due_at(world)
    author = world.reading.person(draft.author_id)
    capturer = world.reading.person(by).name if by else None
    card = views.card(draft, language, capturer=capturer, due=due, tz=author.tz)
    if draft.card is not None:
        world.speaking.edit(draft.card, card)
        return
    ref = world.speaking.direct(deliveries.of_draft(draft.id, f"card:{draft.author_id}"), draft.author_id, card)
    state = drafts.card_posted(world.db, draft.team_id, draft.id, ref, due_at=due)
    # a decision has put its own sentence into the card's place
    if state in (DraftState.WITHDRAWN, DraftState.EXPIRED):
        world.speaking.edit(ref, views.sentence(say(language, "capture.card_gone")))


def _end_card(world: World, draft: Draft, text_key: str) -> None:
    """One sentence in the card's place."""
    if draft.card is not None and draft.author_id is not None:
        language = language_of_reader(world, draft.team_id, draft.author_id)
        world.speaking.edit(draft.card, views.sentence(say(language, text_key)))


def _card_of(world: World, request: Request, draft_id: str) -> dict[str, str] | None:
    """Where the author's card stands: clicked in it, or in Home while it stands in the DM."""
    try:
        card = drafts.get(world.db, request.team_id, draft_id).card
    except NotFound:
        card = None
    if card is not None:
        return {"channel": card.channel_id, "ts": card.ts}
    return request.payload.get("card")


def _replace(world: World, request: Request, text: str) -> None:
    """A sentence in place of the message whose button was clicked; a new one when it was clicked in Home."""
    card = request.payload.get("card")
    if card:
        world.speaking.edit(MessageRef(card["channel"], card["ts"]), views.sentence(text))
    else:
        world.speaking.direct(f"{request.id}:said", _user(request), Outgoing(text))


def _reaction(request: Request) -> tuple[str, str, str, str]:
    payload = request.payload
    return _user(request), str(payload["channel"]), str(payload["ts"]), str(payload["emoji"])


def _user(request: Request) -> str:
    """Who asked; every request of this room but a deletion has somebody."""
    if request.user_id is None:
        raise LookupError("a request without a person")
    return request.user_id
