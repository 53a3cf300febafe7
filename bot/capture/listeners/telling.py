"""What people are told of a capture: the author's card, the capturer's receipt, and what takes a card's place."""

from collections.abc import Mapping
from typing import Any

from bot.capture import filling, policy_views, service, themed, themed_views, views
from bot.conversation import Message
from bot.errors import Refused
from bot.ports import Outgoing, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import context, plain
from bot.texts import say
from bot.texts.dates import day
from bot.trust import policy
from bot.trust.authorship import speakers
from storage import deliveries, drafts, settings
from storage.errors import NotFound
from storage.records import OPEN_STATES, Draft, DraftState, Language, MessageRef, Request


def tell(world: World, request: Request, prepared: service.Prepared) -> None:
    """The author's card and the capturer's receipt."""
    draft, user_id = prepared.draft, request.person()
    language = language_of_reader(world, request.team_id, user_id)
    if prepared.is_known:
        text = say(language, _receipt_of_known(prepared))
        world.speaking.direct(f"{request.id}:receipt", user_id, Outgoing(text))
        return
    show_card(world, draft)
    others: tuple[Message, ...] = ()
    if prepared.is_decided:
        # the job broke off after the card, and its author was quicker than its going on
        text = say(language, "capture.receipt_made")
    else:
        due = day(draft.due_at or filling.due_at(world), language, world.reading.person(user_id).tz)
        if draft.author_id == user_id:
            text = say(language, "capture.receipt_own", date=due)
        else:
            author = world.reading.person(str(draft.author_id))
            text = say(language, "capture.receipt", author=plain(author.name), date=due)
            others = _others(world, draft)
        by_emoji = request.kind.startswith("capture.emoji")
        text += " " + say(language, "consent.receipt_stop_emoji" if by_emoji else "consent.receipt_stop_author")
        if draft.withheld:
            text += "\n" + say(language, "consent.receipt_speakers")
    if prepared.is_partial:
        text += "\n" + say(language, "capture.receipt_partial")
    told = views.receipt(text, draft.id, language, others)
    tell_capturer(world, request, draft, "receipt", told)


def tell_capturer(world: World, request: Request, draft: Draft, what: str, message: Outgoing) -> None:
    """What a capturer is told names the author, and so stands only until the decision: `end_posts` ends it.

    Under the request's key, so that a job that goes on after the decision says it no second time.
    """
    user_id = request.person()
    ref = world.speaking.direct(f"{request.id}:receipt", user_id, message)
    if not deliveries.also_of_draft(world.db, draft.team_id, draft.id, f"{what}:{request.id}:{user_id}", ref):
        _end_receipt(world, draft.team_id, user_id, ref)


def _end_receipt(world: World, team_id: str, user_id: str, ref: MessageRef) -> None:
    world.speaking.edit(ref, views.sentence(say(language_of_reader(world, team_id, user_id), "capture.receipt_made")))


def _receipt_of_known(prepared: service.Prepared) -> str:
    if prepared.is_preparing:
        return "capture.receipt_preparing"
    return "capture.receipt_decided" if prepared.is_decided else "capture.receipt_again"


def _others(world: World, draft: Draft) -> tuple[Message, ...]:
    """Who else spoke in the thread: somebody among them may be the one who knows."""
    source = draft.source
    if source.kind != "thread" or source.channel_id is None or source.message_ts is None:
        return ()
    spoke = speakers(themed.read_again(world, draft.team_id, source.channel_id, source.message_ts))
    return tuple(message for message in spoke if message.author_id != draft.author_id)


def show_card(world: World, draft: Draft) -> None:
    """Posts the author's card, or brings the one that stands up to date."""
    if draft.author_id is None or draft.state not in OPEN_STATES:
        return
    language = language_of_reader(world, draft.team_id, draft.author_id)
    captures = drafts.captures(world.db, draft.team_id, draft.id)
    by = next((capture.user_id for capture in captures if capture.user_id != draft.author_id), None)
    due = draft.due_at or filling.due_at(world)
    author = world.reading.person(draft.author_id)
    capturer = world.reading.person(by).name if by else None
    rules = settings.workspace(world.db, draft.team_id)
    tools = policy.unapproved(draft.content, rules) if draft.content else ()
    unapproved = policy_views.unapproved(tools, rules, language)
    told = [*_read_by_others(world, draft, language), *_theme(world, draft, language), *unapproved]
    card = views.card(draft, language, capturer=capturer, due=due, tz=author.tz, told=told)
    if unapproved:
        policy.tell(world, draft.team_id, draft.author_id)
    if draft.card is not None:
        world.speaking.edit(draft.card, card)
        return
    ref = world.speaking.direct(deliveries.of_draft(draft.id, f"card:{draft.author_id}"), draft.author_id, card)
    state = drafts.card_posted(world.db, draft.team_id, draft.id, ref, due_at=due)
    # a decision has put its own sentence into the card's place
    if state in (DraftState.WITHDRAWN, DraftState.EXPIRED):
        world.speaking.edit(ref, views.sentence(say(language, "capture.card_gone")))


def _theme(world: World, draft: Draft, language: Language) -> list[dict[str, Any]]:
    """The theme that a draft goes under; where several run in its channel, its author chooses."""
    under = themed_views.under(themed.named(world, draft.team_id, draft.theme_id), language)
    here = themed.running_in(world, draft.team_id, draft.source.channel_id)
    return [*themed_views.choice(draft, here, language), *under] if len(here) > 1 else under


def _read_by_others(world: World, draft: Draft, language: Language) -> list[dict[str, Any]]:
    """That another company is in the channel whose members could find it."""
    place = draft.visibility.channel_id
    try:
        is_shared = place is not None and world.reading.channel(place).is_shared
    except Refused:
        is_shared = False
    return [] if not is_shared else [context(say(language, "capture.card_visible_shared"))]


Standing = Mapping[str, str] | None
"""Whose card stands where, to be noted before its draft ends: its `author`, `channel` and `ts`; None: there is none."""


def card_of(draft: Draft) -> Standing:
    if draft.card is None or draft.author_id is None:
        return None
    return {"author": draft.author_id, "channel": draft.card.channel_id, "ts": draft.card.ts}


def end_card(world: World, team_id: str, card: Standing, text_key: str) -> None:
    """One sentence in the card's place."""
    if card is not None:
        language = language_of_reader(world, team_id, card["author"])
        world.speaking.edit(MessageRef(card["channel"], card["ts"]), views.sentence(say(language, text_key)))


def posts_of(world: World, request: Request, draft_id: str) -> dict[str, dict[str, str]]:
    """Where everything about a draft stands that its decision replaces, by what it is: "card", "receipt:U…"."""
    posts = deliveries.posts_of_draft(world.db, request.team_id, draft_id)
    found = {
        post.key.removeprefix(deliveries.of_draft(draft_id, "")): {"channel": post.ref.channel_id, "ts": post.ref.ts}
        for post in posts
        if post.ref is not None
    }
    try:
        card = drafts.get(world.db, request.team_id, draft_id).card
    except NotFound:
        card = None
    clicked = request.payload.get("card")
    if card is not None:
        found["card"] = {"channel": card.channel_id, "ts": card.ts}
    elif clicked:
        found["card"] = clicked
    return found


def end_posts(world: World, request: Request, posts: Mapping[str, Mapping[str, str]], said: Outgoing) -> None:
    """The decision in the card's place; what was offered shows no word any more, a receipt no name."""
    if "card" not in posts:
        world.speaking.direct(f"{request.id}:decided", request.person(), said)
    for what, place in posts.items():
        ref = MessageRef(place["channel"], place["ts"])
        kind, _, rest = what.partition(":")
        if what == "card":
            world.speaking.edit(ref, said)
        elif kind in ("receipt", "author"):
            _end_receipt(world, request.team_id, rest.rpartition(":")[2], ref)
        elif kind == "offer":
            language = language_of_reader(world, request.team_id, request.person())
            world.speaking.edit(ref, views.sentence(say(language, "capture.card_gone")))


def replace_card(world: World, request: Request, text: str) -> None:
    """A sentence in place of the message whose button was clicked; a new one when it was clicked in Home."""
    card = request.payload.get("card")
    if card:
        world.speaking.edit(MessageRef(card["channel"], card["ts"]), views.sentence(text))
    else:
        world.speaking.direct(f"{request.id}:said", request.person(), Outgoing(text))
