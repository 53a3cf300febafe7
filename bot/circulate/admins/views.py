"""What admins see of it in Home: three buttons with forms, which say who could read what, and how the bot is."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal, get_args

from bot.circulate.admins.service import LATE, OF_LATE, Condition, Meanings, Switches
from bot.conversation import Channel
from bot.slack.outgoing import actions, button, context, divider, modal, option, plain, plain_text, section
from bot.texts import say
from storage.records import Language, OpenTo

Block = dict[str, Any]

READERS = "home.readers"
READERS_FORM = "home.readers_form"
SHARED = "home.shared_channels"
SHARED_FORM = "home.shared_channels_form"
SWITCHES_FORM = "home.shared_channel_form"
TRAIL = "home.trail"
TRAIL_FORM = "home.trail_form"

_OPTIONS = 100

_MEANINGS: dict[Meanings, str] = {
    "off": "admins.bot_words_alone",
    "being_made": "admins.bot_meaning_soon",
    "whole": "admins.bot_meaning",
}


def home(language: Language, bot: Condition) -> list[Block]:
    choices = [
        button(say(language, "admins.readers"), READERS, "readers"),
        button(say(language, "admins.shared"), SHARED, "shared"),
        button(say(language, "admins.trail"), TRAIL, "trail"),
    ]
    return [divider(), section(say(language, "admins.title")), actions(*choices), *_condition(bot, language)]


def _condition(bot: Condition, language: Language) -> list[Block]:
    """What waits, what failed, and what the bot has to do without."""
    waiting, failed, references = bot.backlog.waiting, bot.backlog.failed, bot.backlog.references
    minutes, days = LATE // timedelta(minutes=1), OF_LATE.days
    lines = []
    if waiting:
        lines.append(say(language, "admins.bot_waiting", count=waiting, minutes=minutes))
    if failed:
        newest = " ".join(f"`{one}`" for one in references)
        lines.append(
            say(language, "admins.bot_failed", count=failed, days=days, newest=newest, reference=references[0])
        )
    if not lines:
        lines.append(say(language, "admins.bot_well", minutes=minutes, days=days))
    if bot.model is None:
        model = say(language, "admins.bot_no_model")
    else:
        key = "admins.bot_over_budget" if bot.is_over_budget else "admins.bot_model"
        model = say(language, key, model=plain(bot.model))
    found = say(language, _MEANINGS[bot.meanings])
    return [section("\n".join([say(language, "admins.bot_title"), *lines])), context(f"{model} {found}")]


def readers_form(language: Language, now: OpenTo) -> Block:
    """Who reads tips for the whole workspace; that this holds for those shared before, too, is said."""
    options = [option(say(language, f"admins.open_to_{whom}"), whom) for whom in get_args(OpenTo)]
    element: Block = {
        "type": "radio_buttons",
        "action_id": "value",
        "options": options,
        "initial_option": next(one for one in options if one["value"] == now),
    }
    blocks = [
        section(say(language, "admins.readers_what")),
        _input("open_to", say(language, "admins.readers_label"), element),
        context(say(language, "admins.readers_note")),
    ]
    return _modal(READERS_FORM, language, "admins.readers_title", blocks, submit="home.form_save")


def shared_form(language: Language, channels: Sequence[Channel]) -> Block:
    """One of the channels that are shared; only a sentence where there is none."""
    if not channels:
        blocks = [section(say(language, "admins.shared_none"))]
        return _modal(SHARED_FORM, language, "admins.shared_title", blocks)
    options = [option(f"#{channel.name}", channel.id) for channel in channels[:_OPTIONS]]
    element: Block = {"type": "static_select", "action_id": "value", "options": options}
    blocks = [
        section(say(language, "admins.shared_what")),
        _input("channel", say(language, "admins.shared_label"), element),
    ]
    return _modal(SHARED_FORM, language, "admins.shared_title", blocks, submit="admins.shared_next")


def switches_form(language: Language, now: Switches) -> Block:
    """Names who could read then, before anything is switched on."""
    blocks = [
        section(say(language, "admins.switches_who", channel=f"<#{now.channel.id}>")),
        _check("capture", language, on=now.capture),
        context(say(language, "admins.switch_capture_note")),
        _check("answers", language, on=now.answers),
        context(say(language, "admins.switch_answers_note")),
    ]
    about = {"channel": now.channel.id}
    return _modal(SWITCHES_FORM, language, "admins.shared_title", blocks, submit="home.form_save", about=about)


def trail_form(language: Language) -> Block:
    """Once before each export: what the file holds, and that the export stands in it."""
    blocks = [section(say(language, "admins.trail_what")), context(say(language, "admins.trail_note"))]
    return _modal(TRAIL_FORM, language, "admins.trail_title", blocks, submit="admins.trail_yes")


def _check(name: Literal["capture", "answers"], language: Language, *, on: bool) -> Block:
    ticked = option(say(language, f"admins.switch_{name}_on"), "on")
    element: Block = {"type": "checkboxes", "action_id": "value", "options": [ticked]}
    if on:
        element["initial_options"] = [ticked]
    return {**_input(name, say(language, f"admins.switch_{name}"), element), "optional": True}


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain_text(label), "element": element}


def _modal(
    callback_id: str,
    language: Language,
    title: str,
    blocks: list[Block],
    *,
    submit: str | None = None,
    about: dict[str, str] | None = None,
) -> Block:
    return modal(
        say(language, title),
        blocks,
        close=say(language, "home.form_cancel" if submit else "keeping.close"),
        submit=say(language, submit) if submit else None,
        callback_id=callback_id,
        private_metadata=json.dumps(about) if about is not None else None,
    )
