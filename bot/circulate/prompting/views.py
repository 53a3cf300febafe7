"""A small question, and how to answer it."""

from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, section
from bot.texts import say
from storage.records import Language

COUNT = 12
"""Questions in texts/*/prompting.toml."""

SHARE = "home.share"
SETTINGS = "home.settings"


def ask(number: int, language: Language) -> Outgoing:
    text = say(language, f"prompting.question_{number}")
    buttons = [
        button(say(language, "home.share"), SHARE, "share"),
        button(say(language, "home.settings"), SETTINGS, "settings"),
    ]
    how = context(say(language, "prompting.how"))
    return Outgoing(text, [section(text), how, actions(*buttons)])
