"""The form that starts a theme, filled in by a ready-made format or by what this month proposes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.circulate.themes.service import NAME, PURPOSE, QUESTION, WEEKS, Idea
from bot.slack.outgoing import context, fit, modal, option, plain_text
from bot.texts import say
from bot.texts.visible import visible
from storage.records import Language

Block = dict[str, Any]

FORM = "themes.form"
FORMAT = "themes.format"

_Field = Literal["name", "purpose", "question"]
_LIMITS: dict[_Field, int] = {"name": NAME, "purpose": PURPOSE, "question": QUESTION}


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the form: its fields by name, and each field's block id."""

    fields: Mapping[str, str]
    blocks: Mapping[str, str]


def start_form(
    language: Language, chosen: Idea, formats: Sequence[Idea], ideas: Sequence[Idea], *, owner: str, channel: str | None
) -> Block:
    """One choice fills all fields; their block ids carry it, so that Slack shows the new words."""
    blocks: list[Block] = [_choice(language, chosen, formats, ideas)]
    blocks += [_text(name, language, chosen) for name in _LIMITS]
    place: Block = {
        "type": "conversations_select",
        "action_id": "value",
        "filter": {"include": ["public", "private"], "exclude_external_shared_channels": True},
    }
    if channel:
        place["initial_conversation"] = channel
    blocks.append(_input("channel", say(language, "themes.field_channel"), place))
    who: Block = {"type": "users_select", "action_id": "value", "initial_user": owner}
    blocks.append(_input("owner", say(language, "themes.field_owner"), who))
    if chosen.format == "retro":
        blocks.append(context(say(language, "themes.field_minutes")))
    else:
        options = [option(say(language, "themes.weeks", weeks=weeks), str(weeks)) for weeks in WEEKS]
        menu: Block = {
            "type": "static_select",
            "action_id": "value",
            "options": options,
            "initial_option": options[0],
        }
        blocks.append(_input("weeks", say(language, "themes.field_weeks"), menu))
    return modal(
        say(language, "themes.form_title"),
        blocks,
        close=say(language, "themes.cancel"),
        submit=say(language, "themes.form_submit"),
        callback_id=FORM,
        private_metadata=chosen.format,
    )


def _choice(language: Language, chosen: Idea, formats: Sequence[Idea], ideas: Sequence[Idea]) -> Block:
    groups = [{"label": plain_text(say(language, "themes.group_formats")), "options": [_of(one) for one in formats]}]
    if ideas:
        options = [_of(one, language) for one in ideas]
        groups.append({"label": plain_text(say(language, "themes.group_ideas")), "options": options})
    every = [option for group in groups for option in group["options"] if isinstance(option, dict)]
    initial = next((option for option in every if option["value"] == chosen.key), every[0])
    menu = {"type": "static_select", "action_id": FORMAT, "option_groups": groups, "initial_option": initial}
    text = {"type": "mrkdwn", "text": say(language, "themes.field_format")}
    return {"type": "section", "block_id": "format", "text": text, "accessory": menu}


def _of(idea: Idea, language: Language | None = None) -> Block:
    text = visible(idea.name if idea.key.startswith(("format:", "topic:")) else idea.question)
    people = f" ({say(language, 'themes.people', people=idea.people)})" if language and idea.people else ""
    return option(fit(text, 75 - len(people)) + people, idea.key)


def _text(name: _Field, language: Language, chosen: Idea) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": "value",
        "multiline": name == "question",
        "max_length": _LIMITS[name],
        "initial_value": getattr(chosen, name),
    }
    return _input(f"{name}:{chosen.key}", say(language, f"themes.field_{name}"), element)


def written(view: Mapping[str, Any]) -> Written:
    """What was written in a form that was sent or is open."""
    fields, blocks = {}, {}
    for block, inputs in view["state"]["values"].items():
        name = block.partition(":")[0]
        element: Mapping[str, Any] = next(iter(inputs.values()), {})
        option = element.get("selected_option")
        value = option["value"] if option else None
        for key in ("value", "selected_conversation", "selected_user"):
            value = value or element.get(key)
        fields[name], blocks[name] = " ".join(str(value or "").split()), block
    return Written(fields, blocks)


def errors(told: Written, language: Language) -> dict[str, str]:
    """A sentence at each text that is missing or too long."""
    return {
        told.blocks[name]: say(language, "themes.error_text", limit=limit)
        for name, limit in _LIMITS.items()
        if not 1 <= len(told.fields[name]) <= limit
    }


def _input(block_id: str, label: str, element: Block) -> Block:
    return {"type": "input", "block_id": block_id, "label": plain_text(label), "element": element}
