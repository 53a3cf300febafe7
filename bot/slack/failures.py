"""What is said when something fails: a sentence for what a person can mend, a reference number for what they cannot.

The number is in the log beside the stack trace. Texts of messages, ids of people and tokens are in neither.
"""

import logging
from typing import Any

from bot.errors import ExpectedError, Refused, SlackUnavailable
from bot.ports import Outgoing, World
from bot.slack.outgoing import plain
from bot.slack.replying import reply
from bot.texts import say
from storage import settings
from storage.records import Language, Request

log = logging.getLogger(__name__)


def language_of_reader(world: World, team_id: str, user_id: str) -> Language:
    """The language somebody reads: what they chose, else Slack's locale, else the default."""
    chosen = settings.person(world.db, team_id, user_id).language
    if chosen:
        return chosen
    try:
        return world.reading.person(user_id).language
    except (Refused, SlackUnavailable):
        return world.rules.language


def explain_refusal(world: World, request: Request, error: ExpectedError) -> None:
    """Says the error's sentence to whom the request came from, where they asked."""
    _say(world, request, "refusal", lambda language: sentence_of(error, language))


def sentence_of(error: ExpectedError, language: Language) -> str:
    """The error's sentence. What fills its blanks is somebody's words, and does nothing."""
    return say(language, error.text_key, **{name: plain(value) for name, value in error.values.items()})


def explain_failure(world: World, request: Request, reference: str) -> None:
    """Says that something of ours broke, with the number under which it is logged."""
    _say(world, request, "failure", lambda language: say(language, "errors.unexpected", reference=reference))


def _say(world: World, request: Request, what: str, sentence: Any) -> None:
    if request.user_id is None:
        return
    text = sentence(language_of_reader(world, request.team_id, request.user_id))
    reply(world, f"{request.id}:{what}", request.user_id, request.payload.get("reply_to"), Outgoing(text))
