"""Block Kit in the page: everything is shown, everything that can be used reaches the app as Slack would send it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from slack_sdk import WebClient

from playground.company.small import small_company, small_manifest
from playground.person import eventually
from playground.running import ROOT
from playground.server import LocalSlack
from tests.browser.conftest import Open, Window
from tests.playground.conftest import SILENCE, Listener

Json = dict[str, Any]


@pytest.fixture(scope="module")
def small() -> Iterator[LocalSlack]:
    with LocalSlack(small_company(), manifest=small_manifest(), rate_limits=False, ack_timeout=2.0) as slack:
        yield slack


@pytest.fixture
def app(small: LocalSlack) -> Iterator[Listener]:
    small.reset()
    listener = Listener(small)
    yield listener
    listener.close()


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Json:
    return {"text": plain(f"option {value}"), "value": value}


OPTIONS = [option("one"), option("two"), option("three")]
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "rich words"}]}],
}
CARD = {"type": "card", "title": plain("card title"), "body": {"type": "mrkdwn", "text": "card *body*"}}
SHOWN: dict[str, tuple[Json, str]] = {
    "section": ({"type": "section", "text": {"type": "mrkdwn", "text": "some *bold* word"}}, "some bold word"),
    "header": ({"type": "header", "text": plain("a header :bulb:")}, "a header 💡"),
    "divider": ({"type": "divider"}, ""),
    "context": ({"type": "context", "elements": [{"type": "mrkdwn", "text": "in _context_"}]}, "in context"),
    "rich_text": (RICH, "rich words"),
    "markdown": (
        {"type": "markdown", "text": "# Title\n\n- **one**\n- two\n\n| a | b |\n|---|---|\n| c | d |"},
        "Title",
    ),
    "image": (
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a cat"},
        "a cat\nimage (not drawn here)",
    ),
    "video": (
        {
            "type": "video",
            "title": plain("How we do it"),
            "alt_text": "a film of two minutes",
            "video_url": "https://example.com/v",
            "thumbnail_url": "https://example.com/t.png",
            "description": plain("from last week"),
        },
        "How we do it\na film of two minutes\nfrom last week\nvideo (not drawn here)",
    ),
    "file": ({"type": "file", "external_id": "minutes-7", "source": "remote"}, "minutes-7\nfile (not drawn here)"),
    "table": (
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "cell one"}, {"type": "raw_text", "text": "cell two"}]],
        },
        "cell two",
    ),
    "card": (CARD, "card body"),
    "carousel": ({"type": "carousel", "elements": [CARD, CARD]}, "card title"),
    "container": (
        {
            "type": "container",
            "title": plain("container title"),
            "child_blocks": [{"type": "header", "text": plain("inside")}],
        },
        "inside",
    ),
    "task_card": ({"type": "task_card", "task_id": "t", "title": "a task", "status": "complete"}, "a task"),
    "plan": (
        {"type": "plan", "title": "a plan", "tasks": [{"type": "task_card", "task_id": "u", "title": "first step"}]},
        "a plan",
    ),
}


@pytest.mark.usefixtures("app")
def test_each_kind_of_block_is_shown(small: LocalSlack, open_window: Open) -> None:
    window = at_general(small, open_window)
    for kind, (block, words) in SHOWN.items():
        post(small, [block, {"type": "header", "text": plain(f"the end of {kind}")}])
        message = window.message(f"the end of {kind}", where=".main")
        expect(message).to_contain_text(words, use_inner_text=True)
        text = message.inner_text()
        assert "[object" not in text
        assert "*bold*" not in text
        assert "**one**" not in text


def test_what_the_bot_sends_is_drawn() -> None:
    """Every type that its views write stands among those that the page draws or wires."""
    writes = re.compile(r"views|/form|/length|/slack/(outgoing|tip|thanked)\.py")
    drawing = [each for each in (ROOT / "bot").rglob("*.py") if writes.search(each.as_posix())]
    sent = {kind for path in drawing for kind in re.findall(r'"type": "(\w+)"', path.read_text("utf-8"))}
    source = "".join(_source(name) for name in ("blocks.tsx", "control.tsx"))
    shown = source[source.index("const SHOWN") : source.index("]);")]
    drawn = {*re.findall(r'case "(\w+)"', source), *re.findall(r'"(\w+)"', shown)}
    composition = {"plain_text", "mrkdwn", "modal", "home", "message"}
    assert sent - composition <= drawn
    assert {"section", "actions", "input"} <= sent
    assert {"context_actions", "feedback_buttons", "icon_button", "overflow", "markdown", "task_card", "plan"} <= drawn


def _source(name: str) -> str:
    return (ROOT / "playground" / "page" / "src" / "blocks" / name).read_text("utf-8")


CHOICES: dict[str, tuple[Json, Any]] = {
    "button": ({"type": "button", "text": plain("press"), "value": "v"}, None),
    "static_select": ({"type": "static_select", "options": OPTIONS}, "two"),
    "users_select": ({"type": "users_select"}, "U0AYA"),
    "channels_select": ({"type": "channels_select"}, "C0AITIPS"),
    "conversations_select": ({"type": "conversations_select"}, "C0AITIPS"),
    "datepicker": ({"type": "datepicker"}, "2026-12-01"),
    "timepicker": ({"type": "timepicker"}, "09:30"),
    "datetimepicker": ({"type": "datetimepicker"}, "2026-12-01T09:30"),
    "radio_buttons": ({"type": "radio_buttons", "options": OPTIONS}, "option two"),
    "checkboxes": ({"type": "checkboxes", "options": OPTIONS}, "option three"),
    "multi_static_select": ({"type": "multi_static_select", "options": OPTIONS}, "option one"),
    "multi_users_select": ({"type": "multi_users_select"}, "Ben"),
    "multi_channels_select": ({"type": "multi_channels_select"}, "ai-tips"),
    "multi_conversations_select": ({"type": "multi_conversations_select"}, "general"),
    "overflow": ({"type": "overflow", "options": OPTIONS}, "option two"),
}
SENT = {
    "button": {"value": "v"},
    "static_select": {"selected_option": option("two")},
    "users_select": {"selected_user": "U0AYA"},
    "channels_select": {"selected_channel": "C0AITIPS"},
    "conversations_select": {"selected_conversation": "C0AITIPS"},
    "datepicker": {"selected_date": "2026-12-01"},
    "timepicker": {"selected_time": "09:30"},
    "radio_buttons": {"selected_option": option("two")},
    "checkboxes": {"selected_options": [option("three")]},
    "multi_static_select": {"selected_options": [option("one")]},
    "multi_users_select": {"selected_users": ["U0BEN"]},
    "multi_channels_select": {"selected_channels": ["C0AITIPS"]},
    "multi_conversations_select": {"selected_conversations": ["C0GENERAL"]},
    "overflow": {"selected_option": option("two")},
}


@pytest.mark.parametrize("kind", CHOICES)
def test_what_one_chooses_reaches_the_app(small: LocalSlack, app: Listener, open_window: Open, kind: str) -> None:
    element, choice = CHOICES[kind]
    post(
        small,
        [{"type": "actions", "elements": [{**element, "action_id": "it"}]}, {"type": "header", "text": plain("end")}],
    )
    window = at_general(small, open_window)
    choose(window, window.message("end", where=".main").locator(".blocks"), kind, choice)
    action = eventually(lambda: app.interactions("block_actions"))[0]["actions"][0]
    assert (action["type"], action["action_id"]) == (kind, "it")
    if kind == "datetimepicker":
        assert isinstance(action["selected_date_time"], int)
    else:
        assert action | _stripped(SENT[kind]) == action or _same(action, SENT[kind])


def _stripped(sent: Json) -> Json:
    return {key: value for key, value in sent.items() if not isinstance(value, dict | list)}


def _same(action: Json, sent: Json) -> bool:
    """Slack adds `emoji` to texts: values decide."""

    def values(given: Any) -> Any:
        if isinstance(given, list):
            return [values(each) for each in given]
        return given.get("value") if isinstance(given, dict) else given

    return all(values(action.get(key)) == values(value) for key, value in sent.items())


def choose(window: Window, blocks: Locator, kind: str, choice: Any) -> None:
    if kind == "button":
        blocks.get_by_role("button", name="press").click()
    elif kind in ("static_select", "users_select", "channels_select", "conversations_select"):
        blocks.locator("select").select_option(choice)
    elif kind.endswith("picker"):
        blocks.locator("input").fill(choice)
    elif kind == "overflow":
        blocks.locator("button[aria-haspopup=menu]").click()
        window.page.get_by_role("menuitem", name=choice).click()
    else:
        blocks.get_by_label(choice, exact=True).check()


def test_a_confirm_dialog_stands_before_the_deed(small: LocalSlack, app: Listener, open_window: Open) -> None:
    confirm = {
        "title": plain("Really?"),
        "text": plain("It is gone then."),
        "confirm": plain("Do it"),
        "deny": plain("No"),
    }
    button = {"type": "button", "text": plain("remove"), "action_id": "it", "style": "danger", "confirm": confirm}
    post(small, [{"type": "actions", "elements": [button]}])
    window = at_general(small, open_window)
    window.button("remove").click()
    window.page.locator("dialog.confirm").get_by_role("button", name="No").click()
    window.button("remove").click()
    expect(window.page.locator("dialog.confirm")).to_contain_text("It is gone then.")
    window.page.locator("dialog.confirm").get_by_role("button", name="Do it").click()
    eventually(lambda: app.interactions("block_actions"))
    assert len(app.interactions("block_actions")) == 1


def test_feedback_and_icon_buttons(small: LocalSlack, app: Listener, open_window: Open) -> None:
    feedback = {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": plain("Good"), "value": "up"},
        "negative_button": {"text": plain("Bad"), "value": "down"},
    }
    icon = {"type": "icon_button", "icon": "trash", "text": plain("Bin it"), "action_id": "bin"}
    blocks = [{"type": "markdown", "text": "an answer"}, {"type": "context_actions", "elements": [feedback, icon]}]
    post(small, blocks)
    window = at_general(small, open_window)
    window.button("Bad").click()
    window.button("Bin it").click()
    actions = eventually(lambda: len(app.interactions("block_actions")) == 2 and app.interactions("block_actions"))
    assert [each["actions"][0]["action_id"] for each in actions] == ["rate", "bin"]
    assert actions[0]["actions"][0]["value"] == "down"


INPUTS: dict[str, Json] = {
    "plain_text_input": {"min_length": 3, "max_length": 12},
    "number_input": {"is_decimal_allowed": False, "min_value": "1", "max_value": "10"},
    "email_text_input": {},
    "url_text_input": {},
    "rich_text_input": {},
    "static_select": {"options": OPTIONS},
    "checkboxes": {"options": OPTIONS},
}
FILLED: dict[str, tuple[str | None, str]] = {
    "plain_text_input": ("ab", "abcd"),
    "number_input": ("11", "7"),
    "email_text_input": ("nobody", "a@b.example"),
    "url_text_input": ("nowhere", "https://b.example"),
    "rich_text_input": (None, "rich"),
    "static_select": (None, "three"),
    "checkboxes": (None, "option two"),
}


@pytest.mark.parametrize("kind", INPUTS)
def test_inputs_are_checked_and_sent(small: LocalSlack, app: Listener, open_window: Open, kind: str) -> None:
    element = {"type": kind, "action_id": "it", **INPUTS[kind]}
    window = at_general(small, open_window)
    form = opened(
        small, app, window, [{"type": "input", "block_id": "b", "label": plain("A label"), "element": element}]
    )
    wrong, right = FILLED[kind]
    submit = form.get_by_role("button", name="Submit")
    submit.click()
    expect(form.locator(".error")).to_have_text("Please fill this in.")
    if wrong is not None:
        form.get_by_label("A label").fill(wrong)
        submit.click()
        expect(form.locator(".error")).not_to_have_text("Please fill this in.")
    enter(form, kind, right)
    submit.click()
    expect(form).to_have_count(0)
    state = app.interactions("view_submission")[0]["view"]["state"]["values"]["b"]["it"]
    assert right.removeprefix("option ") in str(state)


def enter(form: Locator, kind: str, value: str) -> None:
    if kind == "static_select":
        form.locator("select").select_option(value)
    elif kind == "checkboxes":
        form.get_by_label(value, exact=True).check()
    else:
        form.get_by_label("A label").fill(value)


def test_an_external_select_offers_what_the_app_knows(small: LocalSlack, app: Listener, open_window: Open) -> None:
    element = {"type": "external_select", "action_id": "it", "min_query_length": 1}
    app.answers["block_suggestion"] = {"options": OPTIONS}
    window = at_general(small, open_window)
    form = opened(small, app, window, [{"type": "input", "block_id": "b", "label": plain("Pick"), "element": element}])
    form.get_by_label("Pick").first.fill("op")
    form.locator("select").select_option("two")
    form.get_by_role("button", name="Submit").click()
    expect(form).to_have_count(0)
    assert app.interactions("block_suggestion")[0]["value"] == "op"
    values = app.interactions("view_submission")[0]["view"]["state"]["values"]
    assert values["b"]["it"]["selected_option"]["value"] == "two"


def test_forms_answer_with_errors_updates_and_pushes(small: LocalSlack, app: Listener, open_window: Open) -> None:
    window = at_general(small, open_window)
    block = {
        "type": "input",
        "block_id": "b",
        "label": plain("A label"),
        "element": {"type": "plain_text_input", "action_id": "it"},
    }
    form = opened(small, app, window, [block])
    form.get_by_label("A label").fill("first words")
    submit = form.get_by_role("button", name="Submit")

    app.answers["view_submission"] = {"response_action": "errors", "errors": {"b": "not these words"}}
    submit.click()
    expect(form.locator(".error")).to_have_text("not these words")
    expect(form.get_by_label("A label")).to_have_value("first words")

    app.answers["view_submission"] = {"response_action": "update", "view": modal([block], "Second")}
    submit.click()
    expect(form.locator("h2")).to_have_text("Second")
    expect(form.get_by_label("A label")).to_have_value("first words")

    app.answers["view_submission"] = {"response_action": "push", "view": modal([block], "Third")}
    submit.click()
    expect(window.page.locator("dialog.modal")).to_have_count(2)
    top = window.page.locator("dialog.modal").last
    expect(top.locator("h2")).to_have_text("Third")
    window.page.keyboard.press("Escape")
    expect(window.page.locator("dialog.modal")).to_have_count(1)

    app.answers["view_submission"] = {"response_action": "clear"}
    submit.click()
    expect(window.page.locator("dialog.modal")).to_have_count(0)


def test_a_form_that_nobody_answers_says_so_and_stays(small: LocalSlack, app: Listener, open_window: Open) -> None:
    window = at_general(small, open_window)
    form = opened(small, app, window, [{"type": "header", "text": plain("hello")}])
    app.answers["view_submission"] = SILENCE
    form.get_by_role("button", name="Submit").click()
    expect(window.page.locator(".toasts p")).to_have_text("The app did not answer in time. Try again.")
    expect(form).to_be_visible()


def post(slack: LocalSlack, blocks: list[Json]) -> None:
    WebClient(slack.bot_token, base_url=slack.api_url).chat_postMessage(
        channel="C0GENERAL", text="blocks", blocks=blocks
    )


def at_general(slack: LocalSlack, open_window: Open) -> Window:
    window = open_window(slack, "ben")
    window.go("general")
    return window


def modal(blocks: list[Json], title: str = "First") -> Json:
    return {"type": "modal", "title": plain(title), "submit": plain("Submit"), "blocks": blocks}


def opened(slack: LocalSlack, app: Listener, window: Window, blocks: list[Json]) -> Locator:
    """Opens a modal by the global shortcut, as an app does."""
    client = WebClient(slack.bot_token, base_url=slack.api_url)

    def answer(request: Any) -> None:
        if request.payload.get("type") == "shortcut":
            client.views_open(trigger_id=request.payload["trigger_id"], view=modal(blocks))

    app.on_request = answer
    window.page.locator(".main .under").get_by_role("button", name="Shortcuts").click()
    window.page.get_by_role("menuitem", name=re.compile("^Ask")).click()
    form = window.page.locator("dialog.modal").first
    expect(form).to_be_visible()
    return form
