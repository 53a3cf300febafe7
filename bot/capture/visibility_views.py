"""Who can see a shared tip: the choice, and the screen that names who could read it then."""

import json
from collections.abc import Sequence
from typing import Any

from bot.conversation import Channel
from bot.slack.outgoing import context, modal, option, plain_text, section
from bot.texts import say
from storage.records import Language, OpenTo, Tip

Block = dict[str, Any]

WHO_CAN_SEE = "capture.who_can_see"
VISIBILITY_FORM = "capture.visibility_form"
WIDEN_FORM = "capture.widen_form"

EVERYBODY = "workspace"
_OPTIONS = 100


def choice(tip: Tip, channels: Sequence[Channel], language: Language) -> Block:
    """Everybody in the workspace, or one of these channels."""
    everybody = option(say(language, "consent.see_workspace"), EVERYBODY)
    options = [everybody, *(option(f"#{channel.name}", channel.id) for channel in channels[: _OPTIONS - 1])]
    now = next((one for one in options if one["value"] == tip.visibility.channel_id), None)
    element: Block = {"type": "static_select", "action_id": "value", "options": options}
    if tip.visibility.is_workspace or now is not None:
        element["initial_option"] = now or everybody
    label = plain_text(say(language, "consent.see_label"))
    field = {"type": "input", "block_id": "visibility", "label": label, "element": element}
    return _modal(VISIBILITY_FORM, language, {"tip": tip.id}, "consent.see_save", [field])


def widen(tip_id: str, visibility: str, people: int | None, language: Language, open_to: OpenTo = "members") -> Block:
    """Nobody new reads a tip before its author saw who that is. `people`: how many, where it is known."""
    blocks = [section(newcomers(visibility, people, language, open_to)), context(say(language, "consent.widen_note"))]
    return _modal(WIDEN_FORM, language, {"tip": tip_id, "to": visibility}, "consent.widen_yes", blocks)


def newcomers(visibility: str, people: int | None, language: Language, open_to: OpenTo = "members") -> str:
    """Who could read it then. `open_to`: whom an admin lets read what is for the whole workspace."""
    if visibility != EVERYBODY:
        return say(language, "consent.widen_channel", channel=f"<#{visibility}>")
    members = say(language, "consent.widen_workspace")
    if people is not None:
        members = say(language, "consent.widen_people", count=people)
    if open_to == "members":
        return members
    more = say(language, "consent.widen_guests" if open_to == "guests" else "consent.widen_others")
    return f"{members}\n{more}"


def _modal(callback_id: str, language: Language, about: dict[str, str], submit: str, blocks: list[Block]) -> Block:
    return modal(
        say(language, "consent.see_title"),
        blocks,
        close=say(language, "capture.cancel"),
        submit=say(language, submit),
        callback_id=callback_id,
        private_metadata=json.dumps(about),
    )
