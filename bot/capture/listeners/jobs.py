"""What is done about captures, after the ack."""

from typing import Any

from bot.capture import decisions, filling, replaced, service, views
from bot.capture import form as forms
from bot.capture.listeners import sources, speakers
from bot.capture.listeners.arrivals import SHARE
from bot.capture.listeners.telling import (
    card_of,
    end_card,
    end_posts,
    posts_of,
    replace_card,
    show_card,
    tell,
    tell_capturer,
)
from bot.capture.themed_views import NONE
from bot.conversation import Message
from bot.errors import Refused
from bot.ports import Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import context, plain
from bot.texts import say
from bot.texts.dates import day
from storage import deliveries, drafts, questions, requests, settings
from storage import speakers as stored_speakers
from storage.drafts import Capture
from storage.errors import NotFound
from storage.records import OPEN_STATES, DraftState, MessageRef, Request, TipContent


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
    user_id = request.person()
    language = language_of_reader(world, request.team_id, user_id)
    if not request.payload["yes"]:
        replace_card(world, request, say(language, "capture.first_emoji_declined"))
        return
    settings.change_person(world.db, request.team_id, user_id, emoji_confirmed_at=world.clock.now())
    replace_card(world, request, say(language, "capture.first_emoji_confirmed"))
    _capture_emoji(world, request, step, channel_id, ts, name)


def _capture_emoji(world: World, request: Request, step: Step, channel_id: str, ts: str, name: str) -> None:
    user_id = request.person()
    if not world.reading.has_reaction(channel_id, ts, name, user_id):
        return
    capture = Capture(service.emoji_key(user_id, channel_id, ts, name), user_id, channel_id, ts, name)
    prepared = service.prepare(world, request, step, service.Pointed(channel_id, ts), capture)
    # taken away while the thread was read: the removal found nothing to take back
    if not world.reading.has_reaction(channel_id, ts, name, user_id):
        _take_back(world, request, capture)
        return
    tell(world, request, prepared)
    if prepared.is_decided:
        sources.captured_again(world, step, prepared.draft)
    speakers.ask_speakers(world, prepared.draft)


def emoji_removed(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    user_id, channel_id, ts, name = _reaction(request)
    capture = Capture(service.emoji_key(user_id, channel_id, ts, name), user_id)
    _take_back(world, request, capture)


def _take_back(world: World, request: Request, capture: Capture) -> None:
    def take() -> dict[str, Any] | None:
        draft = decisions.take_back(world, request.team_id, capture)
        return {"author": draft.author_id, "card": card_of(draft)} if draft is not None else None

    taken = requests.once(world.db, request.team_id, request.id, take)
    if taken is None:
        return
    end_card(world, request.team_id, taken["card"], "capture.card_withdrawn")
    if taken["author"] != request.user_id:
        language = language_of_reader(world, request.team_id, request.person())
        text = say(language, "capture.receipt_withdrawn")
        world.speaking.direct(f"{request.id}:receipt", request.person(), Outgoing(text))


def thread(world: World, request: Request, step: Step) -> None:
    """A permalink or a shortcut pointed at a message."""
    payload = request.payload
    given = None
    if raw := payload.get("given"):
        given = Message(payload["ts"], raw["author"], raw["author"] or "", raw["text"], raw["is_bot"])
    pointed = service.Pointed(payload["channel"], payload["ts"], payload.get("thread_ts"), given)
    user_id = request.person()
    capture = Capture(request.id, user_id, pointed.channel_id, pointed.ts)
    prepared = service.prepare(world, request, step, pointed, capture)
    tell(world, request, prepared)
    if prepared.is_decided:
        sources.captured_again(world, step, prepared.draft)
    speakers.ask_speakers(world, prepared.draft)


def own(world: World, request: Request, step: Step) -> None:
    """Who was shown their own thread wants a draft of it: they capture it, and it is theirs."""
    payload, user_id = request.payload, request.person()
    pointed = service.Pointed(payload["channel"], payload["ts"])
    capture = Capture(request.id, user_id, pointed.channel_id, pointed.ts)
    prepared = service.prepare(world, request, step, pointed, capture, author_id=user_id)
    tell(world, request, prepared)
    if prepared.is_decided:
        sources.captured_again(world, step, prepared.draft)
    speakers.ask_speakers(world, prepared.draft)
    if place := payload.get("card"):
        language, about = language_of_reader(world, request.team_id, user_id), payload["about"]
        done = [{**context(say(language, "capture.own_made")), "block_id": f"{about}.made"}]
        world.speaking.amend(MessageRef(place["channel"], place["ts"]), behind=about, about=f"{about}.", blocks=done)


def words(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A "share: …", a forwarded message or a file in the DM: a draft, and a button that opens the form."""
    payload, user_id = request.payload, request.person()
    language = language_of_reader(world, request.team_id, user_id)
    place = payload["reply_to"]
    message = world.reading.thread(payload["channel"], payload["ts"]).message(payload["ts"])
    said = SHARE.sub("", payload.get("forwarded") or message.text, count=1).strip() if message else ""
    if message is None or not said:
        empty = Outgoing(say(language, "capture.dm_empty"))
        world.speaking.post(f"{request.id}:offer", place["channel"], empty, thread_ts=place["thread_ts"])
        return
    filled = filling.own_words(world, Message(message.ts, user_id, message.author_name, said))
    draft = service.begin_from_words(world, request, user_id, filled.content, kind="dm", made_with=filled.made_with)
    offer = views.offer_form(language, draft.id, draft.content or filled.content)
    ref = world.speaking.post(f"{request.id}:offer", place["channel"], offer, thread_ts=place["thread_ts"])
    if not deliveries.also_of_draft(world.db, draft.team_id, draft.id, "offer", ref):
        world.speaking.edit(ref, views.sentence(say(language, "capture.card_gone")))


def form(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """A form was sent: a published tip, a draft, or a new draft."""
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    language = language_of_reader(world, team_id, user_id)

    def content(before: TipContent | None) -> TipContent:
        return forms.merged(before, payload["fields"], has_prompt_field=payload["has_prompt_field"])

    if payload["tip"]:
        tip = decisions.own_tip(world, team_id, payload["tip"], user_id)

        def edit_tip() -> dict[str, str] | None:
            _, offer = decisions.edit_tip(world, team_id, payload["tip"], user_id, content(tip.content))
            return {"channel": offer.channel_id, "ts": offer.ts} if offer is not None else None

        if offer := requests.once(world.db, team_id, request.id, edit_tip):
            ref = MessageRef(offer["channel"], offer["ts"])
            world.speaking.edit(ref, views.sentence(say(language, "sources.edited_by_hand")))
        world.speaking.direct(f"{request.id}:saved", user_id, Outgoing(say(language, "capture.form_saved")))
    elif payload["draft"]:
        # as the form says, "" for none; None where it does not ask
        if (theme := payload.get("theme")) is not None:
            decisions.put_under(world, team_id, payload["draft"], user_id, theme)

        def edit_draft() -> None:
            before = decisions.own_draft(world, team_id, payload["draft"], user_id)
            edited = content(before.content)
            if chosen := payload.get("restore"):
                edited = replaced.put_back(edited, chosen, replaced.values(world, before))
            decisions.edit_draft(world, team_id, payload["draft"], user_id, edited)

        requests.once(world.db, team_id, request.id, edit_draft)
        show_card(world, decisions.own_draft(world, team_id, payload["draft"], user_id))
    else:
        theme_id = payload.get("theme") or None
        draft = service.begin_from_words(world, request, user_id, content(None), kind="form", theme_id=theme_id)
        show_card(world, draft)


def decide(world: World, request: Request, step: Step) -> None:
    """The author's decision. The card becomes one sentence: of an anonymous tip it keeps no word."""
    team_id, user_id, draft_id = request.team_id, request.person(), request.payload["draft"]
    decision: decisions.Decision = request.payload["decision"]
    language = language_of_reader(world, team_id, user_id)
    posts = step("posts", lambda: posts_of(world, request, draft_id))
    if decision == "share_named":
        tip = decisions.share_named(world, step, team_id, draft_id, user_id)
        said = views.shared_named(tip, language)
    elif decision == "share_anonymously":
        decisions.share_anonymously(
            world,
            step,
            team_id,
            draft_id,
            user_id,
            digest=request.payload["digest"],
            to_all=bool(request.payload.get("to_all")),
        )
        said = views.sentence(say(language, "capture.card_shared_anonymously", hours=views.hours(world.rules)))
    elif decision == "later":
        until = decisions.later(world, team_id, draft_id, user_id)
        tz = world.reading.person(user_id).tz
        text = say(language, "capture.card_later", date=day(until, language, tz))
        world.speaking.direct(f"{request.id}:later", user_id, Outgoing(text))
        return
    else:
        requests.once(world.db, team_id, request.id, lambda: decisions.discard(world, team_id, draft_id, user_id))
        said = views.sentence(say(language, "capture.card_discarded"))
    end_posts(world, request, posts, said)


def choose_theme(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The author says under which of the themes of its channel their draft goes, or under none."""
    payload, user_id = request.payload, request.person()
    chosen = "" if payload["theme"] == NONE else str(payload["theme"])
    show_card(world, decisions.put_under(world, request.team_id, str(payload["draft"]), user_id, chosen))


def withdraw_tip(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    user_id = request.person()

    def withdraw() -> None:
        decisions.withdraw_tip(world, request.team_id, request.payload["tip"], user_id)

    requests.once(world.db, request.team_id, request.id, withdraw)
    language = language_of_reader(world, request.team_id, user_id)
    replace_card(world, request, say(language, "capture.receipt_tip_withdrawn"))


def switch_name(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The owner's name goes off their tip everywhere, or comes on; of an anonymous tip the message keeps no word."""
    user_id, named = request.person(), bool(request.payload["named"])
    team_id, tip_id = request.team_id, str(request.payload["tip"])
    language = language_of_reader(world, team_id, user_id)
    if named:
        tip = decisions.put_name_on(world, team_id, tip_id, user_id)
        replace_card(world, request, say(language, "consent.named_now", title=plain(tip.content.title)))
        return
    confirmed: dict[str, Any] = {"digest": request.payload["digest"], "to_all": bool(request.payload.get("to_all"))}
    decisions.take_name_off(world, team_id, tip_id, user_id, **confirmed)
    replace_card(world, request, say(language, "consent.anonymous_now"))


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
    # not known any more once it has begun anew
    card = requests.once(world.db, team_id, request.id, lambda: card_of(drafts.start_over(world.db, team_id, draft.id)))
    end_card(world, team_id, card, "capture.card_withdrawn")
    draft = service.prepare_again(world, step, drafts.get(world.db, team_id, draft.id), author_id)
    show_card(world, draft)
    speakers.ask_speakers(world, draft)
    language = language_of_reader(world, team_id, request.person())
    text = say(language, "capture.receipt_author_changed", author=plain(world.reading.person(author_id).name))
    tell_capturer(world, request, draft, "author", Outgoing(text))


def deleted(world: World, request: Request, step: Step) -> None:
    """A message was deleted in Slack: what rests on it goes, and so do its cards. An open question's post ends it."""
    payload, team_id = request.payload, request.team_id
    questions.post_deleted(world.db, team_id, payload["channel"], payload["ts"])
    hashes = world.keys.messages(team_id, payload["channel"], payload["ts"])
    # noted before it goes: a job that goes on after a crash would not find it any more
    changed = step("changed", lambda: stored_speakers.resting_on(world.db, team_id, hashes))
    cards = step("cards", lambda: {one.id: card_of(one) for one in drafts.resting_on(world.db, team_id, hashes)})
    decisions.source_deleted(world, team_id, payload["channel"], payload["ts"])
    for draft_id, card in cards.items():
        if drafts.get(world.db, team_id, draft_id).state is DraftState.WITHDRAWN:
            end_card(world, team_id, card, "capture.card_source_deleted")
    for draft_id in changed:
        show_card(world, drafts.get(world.db, team_id, draft_id))


def _reaction(request: Request) -> tuple[str, str, str, str]:
    payload = request.payload
    return request.person(), str(payload["channel"]), str(payload["ts"]), str(payload["emoji"])
