"""The theme in capture's screens: a menu in the form, a line on the card."""

from collections.abc import Sequence
from typing import Any

from bot.slack.outgoing import context, fit, plain
from bot.texts import say
from bot.texts.visible import visible
from storage.records import Language, Theme

Block = dict[str, Any]

MENU = "theme"
NONE = "none"

_OPTION = 75
_OPTIONS = 50


def menu(themes: Sequence[Theme], chosen: str | None, language: Language) -> list[Block]:
    """Which theme a tip is shared under, or none; nothing when none runs."""
    if not themes:
        return []
    options = [_option(say(language, "themes.menu_none"), NONE)]
    options += [_option(theme.name, theme.id) for theme in themes[:_OPTIONS]]
    initial = next((option for option in options if option["value"] == chosen), options[0])
    element = {"type": "static_select", "action_id": "value", "options": options, "initial_option": initial}
    label = {"type": "plain_text", "text": say(language, "themes.menu")}
    return [{"type": "input", "block_id": MENU, "label": label, "element": element}]


def under(theme: Theme | None, language: Language) -> list[Block]:
    """The card's line; without a name the theme goes where few people would guess."""
    if theme is None:
        return []
    return [context(say(language, "themes.card_under", name=plain(theme.name)))]


def _option(text: str, value: str) -> Block:
    return {"text": {"type": "plain_text", "text": fit(visible(text), _OPTION)}, "value": value}
