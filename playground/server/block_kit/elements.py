"""Buttons, menus, inputs and images, by type, and in which blocks each may stand.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Iterator
from typing import Any

from playground.server.block_kit.objects import (
    CONFIRM,
    DISPATCH,
    FEEDBACK_BUTTON,
    FILTER,
    GROUP,
    ID,
    LINK_OPTION,
    PLAIN_OPTION,
    RICH_OPTION,
    SLACK_FILE,
    STYLE,
    TEXT,
    URL,
    USER_OR_CHANNEL,
    WORKFLOW,
    offered,
    plain,
)
from playground.server.block_kit.rich_text import RICH_TEXT
from playground.server.block_kit.shapes import (
    Shape,
    choice,
    flag,
    in_order,
    items,
    not_both,
    one_of,
    string,
    tagged,
    whole,
    wrong,
)

_ACTION = {"action_id": ID}
_CONFIRMED = {**_ACTION, "confirm": CONFIRM}
_FOCUSED = {**_CONFIRMED, "focus_on_load": flag}
_MENU = {**_FOCUSED, "placeholder": plain(150)}
_MANY = {**_MENU, "max_selected_items": whole(1)}
_TYPED = {**_ACTION, "focus_on_load": flag, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
_CONVERSATIONS = {"default_to_current_conversation": flag, "filter": FILTER}
_LIST = {"options": items(PLAIN_OPTION, 100), "option_groups": items(GROUP, 100)}
_LIST_RULES = (one_of("options", "option_groups"), not_both("options", "option_groups"), offered)
_IDS = items(USER_OR_CHANNEL, least=0)
_NUMBER = string(pattern=r"-?\d+(\.\d+)?")
IMAGE = {"alt_text": string(2_000)}
IMAGE_SOURCE = {"image_url": URL, "slack_file": SLACK_FILE}
IMAGE_RULES = (one_of("image_url", "slack_file"), not_both("image_url", "slack_file"))


def _fits(value: Any, place: str) -> Iterator[str]:
    most = value.get("max_length")
    if most is not None and len(value.get("initial_value", "")) > most:
        yield wrong("must not be longer than max_length", f"{place}/initial_value")


_SHAPES: dict[str, Shape] = {
    "button": (
        {"text": plain(75)},
        {
            **_CONFIRMED,
            "url": URL,
            "value": string(2_000),
            "style": STYLE,
            "accessibility_label": string(75),
            "agent_prompt": string(4_000),
        },
    ),
    "workflow_button": (
        {"text": plain(75), "workflow": WORKFLOW},
        {**_ACTION, "style": STYLE, "accessibility_label": string(75)},
    ),
    "checkboxes": (
        {"options": items(RICH_OPTION, 10)},
        {**_FOCUSED, "initial_options": items(RICH_OPTION, 10)},
        offered,
    ),
    "radio_buttons": ({"options": items(RICH_OPTION, 10)}, {**_FOCUSED, "initial_option": RICH_OPTION}, offered),
    "overflow": ({"options": items(LINK_OPTION, 5)}, _CONFIRMED),
    "static_select": ({}, {**_MENU, **_LIST, "initial_option": PLAIN_OPTION}, *_LIST_RULES),
    "external_select": ({}, {**_MENU, "initial_option": PLAIN_OPTION, "min_query_length": whole()}),
    "users_select": ({}, {**_MENU, "initial_user": USER_OR_CHANNEL}),
    "conversations_select": (
        {},
        {**_MENU, **_CONVERSATIONS, "initial_conversation": USER_OR_CHANNEL, "response_url_enabled": flag},
    ),
    "channels_select": ({}, {**_MENU, "initial_channel": USER_OR_CHANNEL, "response_url_enabled": flag}),
    "multi_static_select": ({}, {**_MANY, **_LIST, "initial_options": items(PLAIN_OPTION, 100)}, *_LIST_RULES),
    "multi_external_select": (
        {},
        {**_MANY, "initial_options": items(PLAIN_OPTION, 100), "min_query_length": whole()},
    ),
    "multi_users_select": ({}, {**_MANY, "initial_users": _IDS}),
    "multi_conversations_select": ({}, {**_MANY, **_CONVERSATIONS, "initial_conversations": _IDS}),
    "multi_channels_select": ({}, {**_MANY, "initial_channels": _IDS}),
    "datepicker": ({}, {**_MENU, "initial_date": string(pattern=r"\d{4}-\d{2}-\d{2}")}),
    "timepicker": (
        {},
        {**_MENU, "initial_time": string(pattern=r"([01]\d|2[0-3]):[0-5]\d"), "timezone": string()},
    ),
    "datetimepicker": ({}, {**_FOCUSED, "initial_date_time": whole(10**9, 10**10 - 1)}),
    "plain_text_input": (
        {},
        {
            **_TYPED,
            "initial_value": string(TEXT, least=0),
            "multiline": flag,
            "min_length": whole(0, TEXT),
            "max_length": whole(1, TEXT),
        },
        in_order("min_length", "max_length"),
        _fits,
    ),
    "email_text_input": ({}, {**_TYPED, "initial_value": string(TEXT)}),
    "url_text_input": ({}, {**_TYPED, "initial_value": string(TEXT)}),
    "number_input": (
        {"is_decimal_allowed": flag},
        {**_TYPED, "initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER},
        in_order("min_value", "max_value"),
        in_order("min_value", "initial_value"),
        in_order("initial_value", "max_value"),
    ),
    "rich_text_input": ({}, {**_TYPED, "initial_value": RICH_TEXT}),
    "file_input": ({}, {**_ACTION, "filetypes": items(string()), "max_files": whole(1, 10)}),
    "image": (IMAGE, IMAGE_SOURCE, *IMAGE_RULES),
    "feedback_buttons": ({"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON}, _ACTION),
    "icon_button": (
        {"icon": choice("trash"), "text": plain(75)},
        {
            **_CONFIRMED,
            "value": string(2_000),
            "accessibility_label": string(75),
            "visible_to_user_ids": items(USER_OR_CHANNEL, 10),
        },
    ),
}
ELEMENTS = tagged(_SHAPES)

_SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
_CHOICES = (
    *_SELECTS,
    *(f"multi_{name}" for name in _SELECTS),
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
)
IN_ACTIONS = ("button", "workflow_button", "overflow", "datetimepicker", *_CHOICES)
IN_SECTION = ("button", "workflow_button", "overflow", "image", *_CHOICES)
IN_CONTEXT_ACTIONS = ("feedback_buttons", "icon_button")
IN_INPUT = (
    *_CHOICES,
    *("datetimepicker", "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"),
    "file_input",
)
