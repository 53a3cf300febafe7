"""Questions to the authors of tips: asked, shown, answered, declined, ended."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient

from bot.answer import ways_on as service
from bot.answer.listeners.fields import about_of, typed
from bot.answer.views import asking as views
from bot.answer.views.ways_on import sentence_modal
from bot.errors import Refused, SlackUnavailable
from bot.ports import Accept, Outgoing, Step, World
from bot.slack.failures import language_of_reader, sentence_of
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, card_of, take_click, take_form, who
from bot.texts import say
from bot.trust.quiet import is_quiet_for
from bot.trust.recognised import rekey
from bot.trust.redaction import redact
from storage import author_questions, deliveries, shown
from storage.deliveries import of_author_question
from storage.records import AuthorQuestion, Language, MessageRef, Request, Tip

log = logging.getLogger(__name__)


class Asking:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def ask(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        asker = who(self._world, body)
        try:
            tip, author = service.askable(self._world, asker.team_id, asker.user_id, str(action["value"]))
        except Refused as refused:
            view = sentence_modal(asker.language, "ways.ask_title", sentence_of(refused, asker.language))
        else:
            name = author.name if author else None
            view = views.question_form(tip, asker.language, author=name, days=service.WAITS_DAYS)
        open_modal(client, body, asker, view)

    def asked(self, body: Body, view: Body, ack: Ack) -> None:
        asker = who(self._world, body)
        text = redact(typed(view, "question")).text
        if not 1 <= len(text) <= views.QUESTION:
            key = "ways.ask_long" if text else "ways.ask_empty"
            ack(response_action="errors", errors={"question": say(asker.language, key, limit=views.QUESTION)})
            return
        payload = {"tip": about_of(view)["tip"], "text": text}
        take_form(self._accept, "answer.ask_author", body, view, payload)
        ack()

    def reply(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        author = who(self._world, body)
        try:
            asked = service.asked_of(self._world, author.team_id, author.user_id, str(action["value"]))
        except Refused as refused:
            view = sentence_modal(author.language, "ways.reply_title", sentence_of(refused, author.language))
        else:
            view = views.reply_form(*asked, author.language, card=card_of(body))
        open_modal(client, body, author, view)

    def replied(self, body: Body, view: Body, ack: Ack) -> None:
        author = who(self._world, body)
        text = redact(typed(view, "answer")).text
        if not 1 <= len(text) <= views.ANSWER:
            key = "ways.reply_long" if text else "ways.reply_empty"
            ack(response_action="errors", errors={"answer": say(author.language, key, limit=views.ANSWER)})
            return
        about = about_of(view)
        payload = {"question": about["question"], "card": about["card"], "text": text}
        take_form(self._accept, "answer.author_reply", body, view, payload)
        ack()

    def not_now(self, body: Body, action: Body, ack: Ack) -> None:
        payload = {"question": action["value"], "card": card_of(body)}
        take_click(self._accept, "answer.author_not_now", body, payload)
        ack()


def ask_author(world: World, request: Request, step: Step) -> None:
    """A named author gets the question now; for an anonymous one it waits until they come by."""
    team_id, asker_id, told = request.team_id, request.person(), request.payload

    def ask() -> None:
        service.ask_author(world, team_id, asker_id, request.id, told["tip"], told["text"])

    step("ask", ask)
    question = author_questions.get(world.db, team_id, request.id)
    if question is None or question.state == "withdrawn":
        return
    tip = service.tip_for(world, team_id, asker_id, question.tip_id)
    if tip.author_id:
        theirs = language_of_reader(world, team_id, tip.author_id)
        card = views.card(question, tip, theirs)
        ref = world.speaking.direct(of_author_question(question.id, "card"), tip.author_id, card)
        shown.note(world.db, team_id, ref, [tip.id], theirs)
    language = language_of_reader(world, team_id, asker_id)
    receipt = views.receipt(question, tip, language, days=service.WAITS_DAYS)
    ref = world.speaking.direct(of_author_question(question.id, "receipt"), asker_id, receipt)
    shown.note(world.db, team_id, ref, [tip.id], language)


def author_reply(world: World, request: Request, step: Step) -> None:
    def answer(tip: Tip, language: Language) -> Outgoing:
        return views.answer(tip, request.payload["text"], language)

    _answer(world, request, step, answer, done="ways.card_replied")


def author_not_now(world: World, request: Request, step: Step) -> None:
    _answer(world, request, step, views.declined, done="ways.card_declined")


def _answer(
    world: World, request: Request, step: Step, said: Callable[[Tip, Language], Outgoing], *, done: str
) -> None:
    """Tells the asker what the author said, forgets the question, and says so in the card's place."""
    team_id, author_id, question_id = request.team_id, request.person(), str(request.payload["question"])

    def tell() -> dict[str, Any]:
        question, tip = service.asked_of(world, team_id, author_id, question_id)
        told = _tell_asker(world, question, f"{request.id}:told", lambda language: said(tip, language))
        if told:
            shown.note(world.db, team_id, told, [tip.id], language_of_reader(world, team_id, question.asker_id))
        card = request.payload["card"] or _place(world, question, "card")
        return {"said": done if told else "ways.card_asker_gone", "card": card}

    told = step("told", tell)
    author_questions.end(world.db, team_id, question_id)
    text = Outgoing(say(language_of_reader(world, team_id, author_id), told["said"]))
    if told["card"]:
        _close(world, team_id, told["card"], text)
    if request.payload["card"] is None:
        world.speaking.direct(f"{request.id}:noted", author_id, text)


def _close(world: World, team_id: str, card: Mapping[str, str], text: Outgoing) -> None:
    """A sentence in place of the author's card, which shows its tip no more."""
    ref = MessageRef(card["channel"], card["ts"])
    world.speaking.edit(ref, text)
    shown.gone(world.db, team_id, ref)


def _tell_asker(
    world: World, question: AuthorQuestion, key: str, said: Callable[[Language], Outgoing]
) -> MessageRef | None:
    """Says something in the thread of the asker's receipt. None when they have left the workspace."""
    try:
        if world.reading.person(question.asker_id).is_gone:
            return None
    except Refused:
        return None
    language = language_of_reader(world, question.team_id, question.asker_id)
    receipt = _place(world, question, "receipt")
    thread_ts = receipt["ts"] if receipt else None
    return world.speaking.direct(key, question.asker_id, said(language), thread_ts=thread_ts)


def _place(world: World, question: AuthorQuestion, what: str) -> dict[str, str] | None:
    """Where a post about a question stands."""
    posted = deliveries.find(world.db, question.team_id, of_author_question(question.id, what))
    return {"channel": posted.ref.channel_id, "ts": posted.ref.ts} if posted and posted.ref else None


def came_by(world: World, request: Request) -> None:
    """Somebody said something: what they own is recognised, and they see the questions about their anonymous tips."""
    team_id, author_id = request.team_id, request.person()
    rekey(world, team_id, author_id)
    for question, tip in service.waiting_for(world, team_id, author_id, states=("asked",), anonymous_only=True):
        card = views.card(question, tip, language_of_reader(world, team_id, author_id))
        world.speaking.direct(of_author_question(question.id, "shown"), author_id, card)
        author_questions.shown(world.db, team_id, question.id)


def tick(world: World) -> None:
    """Questions that are too old, or whose tip is gone, end; their askers hear of it, outside their quiet hours."""
    for question in service.due(world):
        if is_quiet_for(world, question.team_id, question.asker_id):
            continue
        key = "ways.withdrawn" if question.state == "withdrawn" else "ways.expired"

        def said(language: Language, key: str = key) -> Outgoing:
            return Outgoing(say(language, key, days=service.WAITS_DAYS))

        try:
            if card := _place(world, question, "card"):
                _close(world, question.team_id, card, Outgoing(say(world.rules.language, "ways.card_ended")))
            _tell_asker(world, question, of_author_question(question.id, "ended"), said)
        except SlackUnavailable:
            continue
        except Refused as refused:
            log.warning("the end of a question could not be told: %s", refused.text_key)
        author_questions.end(world.db, question.team_id, question.id)
