"""Three cards for somebody who has not been here before: what it is, in twenty seconds."""

from typing import Any

from bot.slack.outgoing import button, section
from bot.texts import say
from storage.records import Language

Block = dict[str, Any]

SEEN = "home.introduced"

_CARDS = ("ask", "share", "safe")


def cards(language: Language) -> list[Block]:
    """Asking, sharing, and that nothing is shared without one's yes; they stay until they are put away."""
    told = [
        section(f"*{say(language, f'home.first_{card}_title')}*\n{say(language, f'home.first_{card}')}")
        for card in _CARDS
    ]
    told[-1]["accessory"] = button(say(language, "home.first_seen"), SEEN, "seen")
    return told
