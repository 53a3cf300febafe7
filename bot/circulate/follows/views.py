"""What one follows, as people see it: the forms, the list in Home, and sentences that say what is so now."""

import json
from collections.abc import Sequence
from typing import Any, get_args

from bot.circulate.follows.service import TERM, Silence, Wanted, choice_of, mark_of
from bot.ports import Outgoing
from bot.slack.outgoing import (
    OPTION,
    actions,
    button,
    context,
    divider,
    fit,
    modal,
    notice,
    option,
    plain,
    plain_text,
    section,
)
from bot.texts import say
from bot.texts.visible import visible
from storage.follows import TERMS
from storage.records import Follow, FollowRhythm, Language, Theme
from storage.terms import label_of, target_of

Block = dict[str, Any]

OPEN = "follows.open"
CHOOSE = "follows.choose"
ADD = "follows.add"
QUESTION = "follows.question"
THEME = "follows.theme"
CHANGE = "follows.change"
UNMUTE = "digest.unmute"
SETTINGS = "home.settings"
"""Buttons of the digest and of Home."""
TIP_FORM = "follows.tip_form"
FORM = "follows.form"

LISTED = 8
"""Follows that Home lists."""

_RHYTHMS: tuple[FollowRhythm, ...] = get_args(FollowRhythm)
_NAMES = 500
_THEMES = 100


def name_of(one: Follow, language: Language) -> str:
    """What is followed, harmless: a topic's name in the reader's language, a mention, or that it is a question."""
    return what(one.kind, one.label, language)


def what(kind: str, label: str, language: Language) -> str:
    if kind in TERMS:
        return plain(label_of(target_of(label), label, language))
    if kind == "person":
        return f"<@{label}>"
    if kind == "theme":
        return say(language, "follows.theme", name=plain(label)) if label else say(language, "follows.kind_theme")
    return say(language, "follows.kind_question")


def tip_form(tip_id: str, offered: Sequence[Wanted], language: Language) -> Block:
    """What a tip is about, to be ticked. The first ten: Slack takes no more."""
    options = [
        {"text": {"type": "mrkdwn", "text": fit(what(one.kind, one.name, language), OPTION)}, "value": choice_of(one)}
        for one in offered[:10]
    ]
    element: Block = {"type": "checkboxes", "action_id": "value", "options": options}
    if len(options) == 1:
        element["initial_options"] = options
    blocks = [_input("what", say(language, "follows.what"), element), _rhythms(language)]
    return _modal(TIP_FORM, language, blocks, about={"tip": tip_id})


def form(language: Language, themes: Sequence[Theme] = ()) -> Block:
    """Topics and tools between commas, a person, or one of the themes that run; one of them at least."""
    terms: Block = {"type": "plain_text_input", "action_id": "value", "max_length": _NAMES}
    person: Block = {"type": "users_select", "action_id": "value"}
    blocks = [
        {**_input("terms", say(language, "follows.terms"), terms), "optional": True},
        context(say(language, "follows.terms_hint")),
        {**_input("person", say(language, "follows.person"), person), "optional": True},
        context(say(language, "follows.person_hint")),
        *_themes(themes, language),
        _rhythms(language),
    ]
    return _modal(FORM, language, blocks)


def _themes(themes: Sequence[Theme], language: Language) -> list[Block]:
    if not themes:
        return []
    options = [option(one.name, one.id) for one in themes[:_THEMES]]
    element: Block = {"type": "static_select", "action_id": "value", "options": options}
    return [{**_input("theme", say(language, "follows.theme_label"), element), "optional": True}]


def names_of(text: str) -> list[str]:
    """Names between commas, each once."""
    parts = text.replace("、", ",").replace("，", ",").replace("\n", ",").split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def home(
    mine: Sequence[Follow],
    suggested: Sequence[str],
    language: Language,
    *,
    silence: Silence | None = None,
    most: int = LISTED,
) -> list[Block]:
    """One's follows in Home, each with a menu, and what one might like to follow."""
    blocks: list[Block] = [divider(), section(say(language, "follows.home"))]
    for one in mine[:most]:
        told = f"{name_of(one, language)} · {say(language, f'follows.rhythm_{one.rhythm}')}"
        blocks.append({**section(told), "accessory": _menu(one, language)})
    if len(mine) > most:
        blocks.append(context(say(language, "follows.more", count=len(mine) - most)))
    blocks += _silent(silence, language) if mine else [context(say(language, "follows.none"))]
    choose = actions(button(say(language, "follows.choose"), CHOOSE, "choose"))
    return [*blocks, choose, *_suggested(suggested, language)]


def _suggested(names: Sequence[str], language: Language) -> list[Block]:
    """Each in a row of its own: a row takes each action's id once."""
    if not names:
        return []
    buttons = [button(say(language, "follows.add", name=fit(visible(name), TERM)), ADD, name) for name in names]
    return [context(say(language, "follows.suggested")), *(actions(one) for one in buttons)]


def _menu(one: Follow, language: Language) -> Block:
    choices = [(say(language, f"follows.rhythm_{it}"), str(it)) for it in _RHYTHMS if it != one.rhythm]
    choices.append((say(language, "follows.stop"), "off"))
    options = [option(text, f"{value}:{mark_of(one)}") for text, value in choices]
    return {"type": "overflow", "action_id": CHANGE, "options": options}


def followed(chosen: Sequence[Follow], silence: Silence | None, language: Language) -> Outgoing:
    """What is followed and when it comes; or that it does not, and the button that changes that."""
    names = fit(say(language, "follows.and").join(name_of(one, language) for one in chosen), 1_000)
    if silence is None:
        return Outgoing(say(language, f"follows.now_{chosen[0].rhythm}", names=names))
    text = f"{say(language, 'follows.now', names=names)}\n{say(language, f'follows.silent_{silence}')}"
    ways = {
        "muted": button(say(language, "digest.unmute"), UNMUTE, "unmute"),
        "digest_off": button(say(language, "home.settings"), SETTINGS, "settings"),
    }
    return Outgoing(text, [section(text), actions(ways[silence])])


def _silent(silence: Silence | None, language: Language) -> list[Block]:
    return [context(say(language, f"follows.silent_{silence}"))] if silence else []


def unfollowed(one: Follow, language: Language) -> str:
    return say(language, "follows.no_longer", name=name_of(one, language))


def listed(mine: Sequence[Follow], silence: Silence | None, language: Language) -> Outgoing:
    if not mine:
        return Outgoing(say(language, "follows.none"))
    lines = [f"• {name_of(one, language)} · {say(language, f'follows.rhythm_{one.rhythm}')}" for one in mine]
    text = "\n".join((say(language, "follows.home"), *lines))
    hint = context(say(language, "follows.list_hint"))
    return Outgoing(say(language, "follows.home"), [section(text), *_silent(silence, language), hint])


def sentence_modal(language: Language, text: str) -> Block:
    return notice(say(language, "follows.title"), text, say(language, "keeping.close"))


def _rhythms(language: Language) -> Block:
    options = [option(say(language, f"follows.rhythm_{rhythm}"), rhythm) for rhythm in _RHYTHMS]
    weekly = options[_RHYTHMS.index("weekly")]
    element = {"type": "radio_buttons", "action_id": "value", "options": options, "initial_option": weekly}
    return _input("rhythm", say(language, "follows.rhythm"), element)


def _modal(callback_id: str, language: Language, blocks: list[Block], about: dict[str, str] | None = None) -> Block:
    return modal(
        say(language, "follows.title"),
        blocks,
        close=say(language, "home.form_cancel"),
        submit=say(language, "follows.submit"),
        callback_id=callback_id,
        private_metadata=json.dumps(about or {}),
    )


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain_text(label), "element": element}
