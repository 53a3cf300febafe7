"""Blocks and views are refused where Slack refuses them, and taken where it takes them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.server.block_kit import problems, too_long, view_problems

Json = dict[str, Any]


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Words*") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: Json | None = None, **more: Any) -> Json:
    return {"type": "section", "text": text or mrkdwn(), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), "action_id": "press", "value": "v", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "One", value: str = "1", kind: Any = plain) -> Json:
    return {"text": kind(text), "value": value}


def select(*options: Json, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "choose", "placeholder": plain(), "options": list(options), **more}


def field(element: Json | None = None, **more: Any) -> Json:
    element = element or {"type": "plain_text_input", "action_id": "value"}
    return {"type": "input", "block_id": "b", "label": plain(), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "close": plain(), "blocks": list(blocks), **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


TAKEN_IN_MESSAGES = {
    "a section": section(),
    "3,000 characters": section(mrkdwn("x" * 3_000)),
    "ten fields": {"type": "section", "fields": [mrkdwn()] * 10},
    "25 buttons": actions(*(button(action_id=f"a{n}") for n in range(25))),
    "a header of 150": {"type": "header", "text": plain("x" * 150)},
    "context": {"type": "context", "elements": [mrkdwn(), plain()]},
    "divider": {"type": "divider"},
    "markdown": {"type": "markdown", "text": "# x"},
    "a menu": section(accessory=select(option())),
    "a hundred options": section(accessory=select(*(option(value=str(n)) for n in range(100)))),
    "a confirmation": actions(
        button(confirm={"title": plain(), "text": mrkdwn(), "confirm": plain("Yes"), "deny": plain("No")})
    ),
    "rich text": rich(
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}
    ),
    "an image": {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"},
    "feedback": {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "f",
                "positive_button": {"text": plain("Good"), "value": "1"},
                "negative_button": {"text": plain("Bad"), "value": "0"},
            }
        ],
    },
}
REFUSED_IN_MESSAGES = {
    "no text": (section(mrkdwn("")), "must be more than 0 characters"),
    "3,001 characters": (section(mrkdwn("x" * 3_001)), "must be less than 3001 characters"),
    "neither text nor fields": ({"type": "section"}, "must provide text or fields"),
    "eleven fields": ({"type": "section", "fields": [mrkdwn()] * 11}, "no more than 10 items"),
    "mrkdwn in a header": ({"type": "header", "text": mrkdwn()}, "/text/type"),
    "a header of 151": ({"type": "header", "text": plain("x" * 151)}, "less than 151"),
    "mrkdwn on a button": (actions(button(text=mrkdwn())), "/text/type"),
    "a label of 76": (actions(button(text=plain("x" * 76))), "less than 76"),
    "an empty label": (actions(button(text=plain(""))), "more than 0"),
    "a value of 2,001": (actions(button(value="x" * 2_001)), "less than 2001"),
    "an action id of 256": (actions(button(action_id="x" * 256)), "less than 256"),
    "no button": (actions(), "no less than 1 items"),
    "26 buttons": (actions(*(button(action_id=f"a{n}") for n in range(26))), "no more than 25"),
    "the same action id twice": (actions(button(), button()), "press already exists"),
    "a colour that buttons do not have": (actions(button(style="green")), "/style"),
    "no options": (section(accessory=select()), "no less than 1 items"),
    "101 options": (section(accessory=select(*(option(value=str(n)) for n in range(101)))), "no more than 100"),
    "mrkdwn in an option": (section(accessory=select(option(kind=mrkdwn))), "/text/type"),
    "an option of 76": (section(accessory=select(option("x" * 76))), "less than 76"),
    "an option's value of 151": (section(accessory=select(option(value="x" * 151))), "less than 151"),
    "a choice that is not offered": (
        section(accessory=select(option(), initial_option=option("Two", "2"))),
        "must match an option",
    ),
    "a block of no known type": ({"type": "sections"}, "sections"),
    "an unknown key": (section(colour="red"), "invalid additional property: colour"),
    "a block that is no object": ("section", "missing required field: type"),
    "an input of files": (field({"type": "file_input", "action_id": "f"}), "file_input"),
    "an alert": ({"type": "alert", "text": plain()}, "alert"),
    "rich text without words": (rich(), "no less than 1 items"),
    "an image without words": ({"type": "image", "image_url": "https://x.example/a.png"}, "alt_text"),
    "too much markdown": ({"type": "markdown", "text": "x" * 12_001}, "less than 12001"),
}


@pytest.mark.parametrize("block", TAKEN_IN_MESSAGES.values(), ids=TAKEN_IN_MESSAGES.keys())
def test_slack_takes_it(block: Json) -> None:
    assert problems([block], "message") == []


@pytest.mark.parametrize(("block", "said"), REFUSED_IN_MESSAGES.values(), ids=REFUSED_IN_MESSAGES.keys())
def test_slack_refuses_it_and_says_where(block: Any, said: str) -> None:
    told = problems([block], "message")
    assert told
    assert any(said in each for each in told), told
    assert all("[json-pointer:/blocks" in each for each in told)


def test_a_message_holds_fifty_blocks_and_a_view_a_hundred() -> None:
    assert problems([section()] * 50, "message") == []
    assert "no more than 50 items" in problems([section()] * 51, "message")[0]
    assert problems([section()] * 100, "home") == []
    assert "no more than 100 items" in problems([section()] * 101, "home")[0]


def test_the_same_block_id_twice_is_refused_and_the_same_action_in_two_blocks_is_not() -> None:
    assert "b already exists" in problems([section(block_id="b"), section(block_id="b")], "message")[0]
    assert problems([actions(button()), actions(button())], "message") == []


def test_markdown_counts_over_all_blocks() -> None:
    half = {"type": "markdown", "text": "x" * 7_000}
    assert problems([half], "message") == []
    assert "in total" in problems([half, half], "message")[0]


def test_markdown_stands_in_messages_only() -> None:
    assert "unsupported type: markdown" in problems([{"type": "markdown", "text": "x"}], "home")[0]


@pytest.mark.parametrize("blocks", [{}, "x", 3, None])
def test_what_is_no_list_is_refused(blocks: Any) -> None:
    assert "must be an array" in problems(blocks, "message")[0]


def test_a_message_may_be_too_heavy_although_each_block_is_right() -> None:
    blocks = [section(mrkdwn("x" * 2_900))] * 5
    assert problems(blocks, "message") == []
    assert too_long(blocks)
    assert not too_long(blocks[:4])


VIEWS_TAKEN = {
    "a modal": modal(section()),
    "a form": modal(field()),
    "private words": modal(section(), private_metadata="x" * 3_000),
    "Home": {"type": "home", "blocks": [section()]},
    "without a submit button": {"type": "modal", "title": plain(), "blocks": [section()]},
}
VIEWS_REFUSED = {
    "a title of 25": (modal(section(), title=plain("x" * 25)), "less than 25"),
    "a submit of 25": (modal(section(), submit=plain("x" * 25)), "less than 25"),
    "a close of 25": (modal(section(), close=plain("x" * 25)), "less than 25"),
    "mrkdwn in a title": (modal(section(), title=mrkdwn()), "/view/title/type"),
    "no title": ({"type": "modal", "blocks": [section()]}, "title"),
    "no blocks": (modal(), "no less than 1 items"),
    "3,001 private characters": (modal(section(), private_metadata="x" * 3_001), "less than 3001"),
    "a callback id of 256": (modal(section(), callback_id="x" * 256), "less than 256"),
    "an input without a submit button": ({"type": "modal", "title": plain(), "blocks": [field()]}, "submit"),
    "a title in Home": (
        {"type": "home", "title": plain(), "blocks": [section()]},
        "invalid additional property: title",
    ),
    "an unknown surface": ({"type": "sheet", "blocks": [section()]}, "sheet"),
    "an initial value that is too long": (
        modal(field({"type": "plain_text_input", "action_id": "v", "initial_value": "xxxx", "max_length": 3})),
        "max_length",
    ),
    "more than fits a field": (
        modal(field({"type": "plain_text_input", "action_id": "v", "max_length": 3_001})),
        "3001",
    ),
    "least above most": (
        modal(field({"type": "plain_text_input", "action_id": "v", "min_length": 5, "max_length": 3})),
        "min_length",
    ),
    "two in focus": (
        modal(
            field({"type": "plain_text_input", "action_id": "v", "focus_on_load": True}),
            field({"type": "plain_text_input", "action_id": "w", "focus_on_load": True}, block_id="c"),
        ),
        "only one element can be focused",
    ),
    "a button in an input": (modal(field(button())), "element"),
}


@pytest.mark.parametrize("view", VIEWS_TAKEN.values(), ids=VIEWS_TAKEN.keys())
def test_slack_takes_the_view(view: Json) -> None:
    assert view_problems(view) == []


@pytest.mark.parametrize(("view", "said"), VIEWS_REFUSED.values(), ids=VIEWS_REFUSED.keys())
def test_slack_refuses_the_view_and_says_where(view: Json, said: str) -> None:
    told = view_problems(view)
    assert told
    assert any(said in each for each in told), told
    assert all("[json-pointer:/view" in each for each in told)


KEYS = st.sampled_from(
    ["type", "text", "elements", "blocks", "options", "accessory", "element", "title", "fields", "value"]
)
WORDS = st.sampled_from(
    ["section", "modal", "home", "actions", "button", "input", "plain_text", "rich_text", "table", ""]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


@given(JSON, st.sampled_from(["message", "modal", "home"]))
def test_whatever_is_sent_it_is_told_and_never_breaks(sent: Any, surface: Any) -> None:
    assert all(isinstance(each, str) for each in problems(sent, surface))
    assert all(isinstance(each, str) for each in problems([sent], surface))
    assert all(isinstance(each, str) for each in view_problems(sent))
