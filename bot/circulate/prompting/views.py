"""A small question, and how to answer it."""

from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, section
from bot.texts import say
from storage.records import Language

QUESTIONS = tuple(f"prompting.question_{number}" for number in range(12))
"""Each is asked in its turn."""

SHARE = "home.share"
SETTINGS = "home.settings"


def ask(number: int, language: Language) -> Outgoing:
    text = say(language, QUESTIONS[number])
    buttons = [
        button(say(language, "home.share"), SHARE, "share"),
        button(say(language, "home.settings"), SETTINGS, "settings"),
    ]
    how = context(say(language, "prompting.how"))
    return Outgoing(text, [section(text), how, actions(*buttons)])
