"""Buttons, selects and inputs as Slack's client handles them: what can be chosen, what is remembered, what is sent.

https://docs.slack.dev/reference/block-kit/block-elements
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from playground.server.conversation import Json
from playground.server.errors import Impossible

Values = dict[str, dict[str, Json]]

_STATE = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
"""Which key of `state.values` an element fills, and which of its own keys it starts from."""
_PRESSED = ("button", "workflow_button", "icon_button")
_FORMATS = {
    "email_text_input": re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    "url_text_input": re.compile(r"^https?://\S+$"),
    "number_input": re.compile(r"^-?\d+(\.\d+)?$"),
    "datepicker": re.compile(r"^\d{4}-\d{2}-\d{2}$"),
    "timepicker": re.compile(r"^\d{2}:\d{2}$"),
}


@dataclass(frozen=True)
class Placed:
    """An element in its block; `is_input`: in an input block, whose value is sent on submit."""

    block: Json
    element: Json
    is_input: bool

    @property
    def block_id(self) -> str:
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        return str(self.element["action_id"])


def placed(blocks: Sequence[Json]) -> Iterator[Placed]:
    """All interactive elements of these blocks, in the order of the screen."""
    for block in blocks:
        kind = block.get("type")
        if kind == "input":
            yield Placed(block, block["element"], is_input=True)
        elif kind == "section" and "action_id" in (block.get("accessory") or {}):
            yield Placed(block, block["accessory"], is_input=False)
        elif kind in ("actions", "context_actions"):
            yield from (Placed(block, element, is_input=False) for element in block["elements"])
        elif kind == "card":
            yield from (Placed(block, element, is_input=False) for element in block.get("actions") or ())
        elif kind == "carousel":
            yield from placed(block["elements"])
        elif kind == "container":
            yield from placed(block["child_blocks"])


def find(blocks: Sequence[Json], action_id: str, *, block_id: str | None = None, value: Any = None) -> Placed:
    """The element that somebody means; several with one action_id are told apart by block or, for buttons, by value.

    Raises Impossible: what is not on the screen cannot be clicked.
    """
    found = [each for each in placed(blocks) if each.element.get("action_id") == action_id]
    if block_id is not None:
        found = [each for each in found if each.block_id == block_id]
    if len(found) > 1 and value is not None:
        found = [each for each in found if value in (each.element.get("value"), *_option_values(each.element))]
    if not found:
        raise Impossible("not_on_the_screen", action_id)
    if len(found) > 1:
        raise Impossible("ambiguous", f"{action_id} stands in {len(found)} blocks")
    return found[0]


def initial_values(blocks: Sequence[Json]) -> Values:
    """What stands in the inputs before anybody touched them."""
    values: Values = {}
    for each in placed(blocks):
        kind = str(each.element["type"])
        if kind in _STATE:
            key, initial = _STATE[kind]
            empty: list[Any] | None = [] if key.endswith("s") else None
            entry = {"type": kind, key: each.element.get(initial, empty)}
            values.setdefault(each.block_id, {})[each.action_id] = entry
    return values


def chosen(element: Json, given: Any, suggested: Sequence[Json] = ()) -> Json:
    """What is remembered and sent when somebody enters or chooses `given`: a text, an option's value, or several.

    Raises Impossible for what the element does not offer.
    """
    kind = str(element["type"])
    if kind in _PRESSED:
        return {key: element[key] for key in ("text", "value", "style") if key in element}
    if kind == "feedback_buttons":
        return _feedback(element, given)
    if kind == "overflow":
        return {"selected_option": _option(element, given, suggested)}
    if kind not in _STATE or kind == "file_input":
        raise Impossible("not_interactive", kind)
    key = _STATE[kind][0]
    if key == "selected_option":
        return {key: None if given is None else _option(element, given, suggested)}
    if key == "selected_options":
        return {key: [_option(element, each, suggested) for each in given or ()]}
    return {key: given}


def action_json(each: Placed, what: Json, action_ts: str) -> Json:
    """One entry of `actions` in a block_actions payload."""
    action: Json = {"type": each.element["type"], "action_id": each.action_id, "block_id": each.block_id}
    if "placeholder" in each.element:
        action["placeholder"] = each.element["placeholder"]
    return {**action, **what, "action_ts": action_ts}


def remember(values: Values, each: Placed, what: Json) -> None:
    """Keeps what was entered, for `state.values`; a pressed button leaves nothing."""
    if each.element["type"] in _STATE:
        values.setdefault(each.block_id, {})[each.action_id] = {"type": each.element["type"], **what}


def check_complete(blocks: Sequence[Json], values: Values) -> None:
    """Raises Impossible for what the client marks red before it sends a form."""
    for each in placed(blocks):
        if not each.is_input:
            continue
        entry = values.get(each.block_id, {}).get(each.action_id, {})
        value = entry.get(_STATE[str(each.element["type"])][0]) if str(each.element["type"]) in _STATE else None
        if value in (None, "", []):
            if not each.block.get("optional"):
                raise Impossible("required", each.block_id)
            continue
        _check_form(each, value)


def _check_form(each: Placed, value: Any) -> None:
    element, kind = each.element, str(each.element["type"])
    if kind == "plain_text_input":
        if len(str(value)) < int(element.get("min_length") or 0):
            raise Impossible("too_short", each.block_id)
        if len(str(value)) > int(element.get("max_length") or 3000):
            raise Impossible("too_long", each.block_id)
    if kind in _FORMATS and not _FORMATS[kind].match(str(value)):
        raise Impossible("wrong_format", each.block_id)
    if kind == "number_input":
        if not element.get("is_decimal_allowed") and "." in str(value):
            raise Impossible("wrong_format", each.block_id)
        low, high = element.get("min_value"), element.get("max_value")
        if (low is not None and float(value) < float(low)) or (high is not None and float(value) > float(high)):
            raise Impossible("out_of_range", each.block_id)
    most = element.get("max_selected_items")
    if most and isinstance(value, list) and len(value) > int(most):
        raise Impossible("too_many", each.block_id)


def _option(element: Json, given: Any, suggested: Sequence[Json]) -> Json:
    wanted = given.get("value") if isinstance(given, dict) else given
    for option in (*_options(element), *suggested):
        if option.get("value") == wanted:
            return option
    raise Impossible("no_such_option", str(wanted))


def _options(element: Json) -> list[Json]:
    groups = [option for group in element.get("option_groups") or () for option in group["options"]]
    initial = [element["initial_option"]] if element.get("initial_option") else []
    return [*(element.get("options") or ()), *groups, *initial, *(element.get("initial_options") or ())]


def _option_values(element: Json) -> list[Any]:
    return [option.get("value") for option in _options(element)]


def _feedback(element: Json, given: Any) -> Json:
    for name in ("positive_button", "negative_button"):
        button = element[name]
        if given in (button.get("value"), name.removesuffix("_button")):
            return {"text": button["text"], "value": button["value"]}
    raise Impossible("no_such_option", str(given))
