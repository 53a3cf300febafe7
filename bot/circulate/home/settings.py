"""The forms behind Home: what it is for, and settings: one's own and, for admins, the workspace's."""

import re
from collections.abc import Sequence
from typing import Any

from bot.circulate import keeping_views
from bot.circulate.home import rhythm
from bot.circulate.home.views import PURPOSE_FORM, SETTINGS_BUTTON, SETTINGS_FORM
from bot.circulate.service import PURPOSE
from bot.ports import Outgoing
from bot.slack.outgoing import actions, button, context, divider, modal, option, plain_text, section
from bot.texts import say
from storage.records import Language, PersonSettings, Rhythm, WorkspaceSettings

Block = dict[str, Any]

EMOJI_MOST = 5
EMOJI_LONGEST = 600
"""How many emoji may capture, and characters of all that is written of them."""

_NAME = re.compile(r"[\w+'\-]{1,100}")


def purpose_form(language: Language, purpose: str) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "max_length": PURPOSE}
    element["initial_value"] = purpose or say(language, "beginning.purpose")
    hint = say(language, "home.form_purpose_hint")
    field = {
        "type": "input",
        "block_id": "purpose",
        "label": plain_text(say(language, "home.form_purpose_label")),
        "hint": plain_text(hint),
        "element": element,
    }
    return _modal(PURPOSE_FORM, "home.form_purpose_title", language, [field])


def settings_form(
    language: Language,
    mine: PersonSettings,
    *,
    rules: WorkspaceSettings | None,
    closed: list[str],
    when: Rhythm | None = None,
    digest_channels: Sequence[str] = (),
    emoji: Sequence[str] = (),
) -> Block:
    """One's own settings; with `rules`, for admins, the workspace's too. `emoji`: the operator's."""
    languages = {name: option(say(language, f"home.form_language_{name}"), name) for name in ("slack", "ja", "en")}
    blocks: list[Block] = [
        _input(
            "language",
            say(language, "home.form_language"),
            {
                "type": "radio_buttons",
                "action_id": "value",
                "options": list(languages.values()),
                "initial_option": languages[mine.language or "slack"],
            },
        ),
        _words_of_mine(language, mine),
        context(say(language, "home.form_words_hint")),
        _check("may_be_asked", language, "home.form_asked", "home.form_may_be_asked", on=mine.may_be_asked),
        context(say(language, "home.form_may_be_asked_hint")),
        *rhythm.inputs(when or Rhythm(mine.team_id, mine.user_id), language),
    ]
    if rules is not None:
        channels: Block = {"type": "multi_channels_select", "action_id": "value"}
        if closed:
            channels["initial_channels"] = closed[:100]
        hosts: Block = {"type": "multi_users_select", "action_id": "value", "max_selected_items": 20}
        if rules.host_ids:
            hosts["initial_users"] = list(rules.host_ids)[:20]
        place: Block = {
            "type": "conversations_select",
            "action_id": "value",
            "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
        }
        if rules.questions_channel_id:
            place["initial_conversation"] = rules.questions_channel_id
        blocks += [
            divider(),
            {**_input("hosts", say(language, "hosting.form_hosts"), hosts), "optional": True},
            context(say(language, "hosting.form_hosts_hint")),
            *_emoji(language, rules.capture_emoji, emoji),
            _check("private", language, "home.form_private", "home.form_private_on", on=rules.private_capture),
            context(say(language, "home.form_private_hint")),
            _check("pointers", language, "home.form_pointers", "home.form_pointers_on", on=rules.pointers),
            _check("own", language, "home.form_own", "home.form_own_on", on=rules.own_knowledge),
            context(say(language, "home.form_own_hint")),
            {**_input("closed", say(language, "home.form_closed"), channels), "optional": True},
            {**_input("questions_channel", say(language, "home.form_questions"), place), "optional": True},
            context(say(language, "home.form_questions_hint")),
            *rhythm.rules_inputs(rules, digest_channels, language),
            *keeping_views.rules_inputs(language, rules),
            *keeping_views.policy_inputs(language, rules),
        ]
    return _modal(SETTINGS_FORM, "home.form_settings_title", language, blocks)


def _emoji(language: Language, chosen: Sequence[str], usual: Sequence[str]) -> list[Block]:
    """Which emoji capture, as one writes them in a message; empty: the operator's."""
    element: Block = {"type": "plain_text_input", "action_id": "value", "max_length": EMOJI_LONGEST}
    if chosen:
        element["initial_value"] = _written(chosen)
    hint = say(language, "home.form_emoji_hint", most=EMOJI_MOST, usual=_written(usual))
    return [{**_input("emoji", say(language, "home.form_emoji"), element), "optional": True}, context(hint)]


def _written(names: Sequence[str]) -> str:
    return " ".join(f":{name}:" for name in names)


def emoji_of(text: str) -> list[str] | None:
    """The names that were written as emoji, each once; None when it is anything else, or too many.

    A name is what Slack takes for a custom one: small letters of any script, digits, `_`, `-`, `+`, `'`.
    """
    parts = [part for part in re.split(r"[\s,、:]+", text) if part and not part.startswith("skin-tone-")]
    names = list(dict.fromkeys(parts))
    are_names = all(_NAME.fullmatch(name) and name == name.lower() for name in names)
    return names if are_names and len(names) <= EMOJI_MOST else None


def open_settings(language: Language) -> Outgoing:
    text = say(language, "home.open_settings")
    open_it = button(say(language, "home.open_settings_button"), SETTINGS_BUTTON, "settings")
    return Outgoing(text, [section(text), actions(open_it)])


def _words_of_mine(language: Language, mine: PersonSettings) -> Block:
    """What others' drafts may hold of one's words: asked each time, always, or never."""
    choices = {name: option(say(language, f"home.form_words_{name}"), name) for name in ("ask", "ok", "never")}
    chosen = "never" if mine.never_capture else "ok" if mine.words_ok else "ask"
    element: Block = {
        "type": "radio_buttons",
        "action_id": "value",
        "options": list(choices.values()),
        "initial_option": choices[chosen],
    }
    return _input("words", say(language, "home.form_capture"), element)


def _check(block_id: str, language: Language, label: str, choice: str, *, on: bool) -> Block:
    ticked = option(say(language, choice), "on")
    element: Block = {"type": "checkboxes", "action_id": "value", "options": [ticked]}
    if on:
        element["initial_options"] = [ticked]
    return {**_input(block_id, say(language, label), element), "optional": True}


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain_text(label), "element": element}


def _modal(callback_id: str, title: str, language: Language, blocks: list[Block]) -> Block:
    save, cancel = say(language, "home.form_save"), say(language, "home.form_cancel")
    return modal(say(language, title), blocks, close=cancel, submit=save, callback_id=callback_id)
