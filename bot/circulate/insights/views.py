"""Insights in Home, what is said above the pictures, and the warning."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.circulate.insights import words
from bot.circulate.insights.service import Shown
from bot.circulate.insights.words import Picture
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, divider, fit, header, plain, quote, section
from bot.texts import say
from storage.records import HollowingReason, Language

Block = dict[str, Any]

SHOW = "insights.show"
START_THEME = "themes.open"
"""A button of themes."""

_QUESTION = 300


def home(language: Language) -> list[Block]:
    """The section of Home."""
    return [divider(), {**section(say(language, "insights.home")), "accessory": _show(language)}]


def above(shown: Shown, language: Language) -> Outgoing:
    """What is said before the pictures: of which weeks, how it was counted, and what waits for an answer."""
    last = shown.figures.weeks[-1].start + timedelta(days=6)
    text = say(language, "insights.intro", date=words.short(last, language))
    if shown.is_empty:
        text = say(language, "insights.nothing")
        return Outgoing(text, [section(text)])
    blocks = [section(text), context(say(language, "insights.how"))]
    if shown.figures.unanswered:
        blocks.append(section(say(language, "insights.unanswered")))
        for asked in shown.figures.unanswered:
            blocks += quote(fit(asked, _QUESTION))
    return Outgoing(text, blocks)


def in_words(pictures: Sequence[Picture], why: str, language: Language) -> Outgoing:
    """What the pictures would have shown."""
    text = say(language, "insights.no_pictures", why=why)
    told = [section(f"*{picture.title}*\n{plain(picture.alt)}") for picture in pictures]
    return Outgoing(text, [section(text), *told])


def warning(found: Sequence[HollowingReason], language: Language) -> Outgoing:
    """Why, and what to do next."""
    title = say(language, "insights.warning_title")
    blocks = [header(title), context(say(language, "insights.warning_who"))]
    for reason in found:
        why, then = (say(language, f"insights.{what}_{reason}") for what in ("why", "do"))
        blocks.append(section(f"{why}\n{then}"))
    theme = button(say(language, "insights.warning_theme"), START_THEME, "format:failed")
    return Outgoing(title, [*blocks, actions(theme, _show(language))])


def _show(language: Language) -> Block:
    return button(say(language, "insights.button"), SHOW, "insights")
