"""The theme in capture's screens: a menu in the form, a line on the card, or a menu where several run."""

from collections.abc import Sequence
from typing import Any

from bot.slack.outgoing import context, option, plain, plain_text
from bot.texts import say
from bot.texts.visible import visible
from storage.records import Draft, Language, Theme

Block = dict[str, Any]

MENU = "theme"
NONE = "none"
CHOOSE = "capture.choose_theme"

_OPTIONS = 50
"""A menu holds no more, with the one for no theme."""


def menu(themes: Sequence[Theme], chosen: str | None, language: Language) -> list[Block]:
    """Which theme a tip is shared under, or none; nothing when none runs."""
    if not themes:
        return []
    element = {"action_id": "value", **_select(themes, chosen, language)}
    label = plain_text(say(language, "themes.menu"))
    return [{"type": "input", "block_id": MENU, "label": label, "element": element}]


def under(theme: Theme | None, language: Language) -> list[Block]:
    """The card's line; without a name the theme goes where few people would guess."""
    if theme is None:
        return []
    return [context(say(language, "themes.card_under", name=plain(theme.name)))]


def choice(draft: Draft, themes: Sequence[Theme], language: Language) -> list[Block]:
    """The card's menu where several themes run in the channel of a draft."""
    menu = {"action_id": CHOOSE, **_select(themes, draft.theme_id, language, about=f"{draft.id}:")}
    text = {"type": "mrkdwn", "text": say(language, "themes.card_choose")}
    return [{"type": "section", "text": text, "accessory": menu}]


def _select(themes: Sequence[Theme], chosen: str | None, language: Language, *, about: str = "") -> Block:
    options = [option(say(language, "themes.menu_none"), f"{about}{NONE}")]
    options += [option(visible(theme.name), f"{about}{theme.id}") for theme in themes[: _OPTIONS - 1]]
    initial = next((option for option in options if option["value"] == f"{about}{chosen}"), options[0])
    return {"type": "static_select", "options": options, "initial_option": initial}
