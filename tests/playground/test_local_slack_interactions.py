"""Commands, shortcuts, buttons and forms: what the app gets, what its answers bring about, and what nobody can do."""

from typing import Any

import pytest
from conftest import SILENCE, Listener, SettableClock
from plain_http import post_json
from refusals import error_of, impossible
from slack_sdk import WebClient
from slack_sdk.socket_mode.request import SocketModeRequest

from playground.person import Person, upload
from playground.server import LocalSlack


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value), "value": value}


def text_input(block_id: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "typed", **more.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    blocks = blocks or (text_input("title"),)
    return {"type": "modal", "title": plain("知恵"), "submit": plain("送信"), "blocks": list(blocks), **more}


def button(action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": plain(action_id), **more}


def actions(*elements: dict[str, Any], block_id: str = "row") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def open_modal(listener: Listener, client: WebClient, person: Person, view: dict[str, Any]) -> dict[str, Any]:
    """Lets the app open a modal when the person runs the command."""

    def opens(request: SocketModeRequest) -> None:
        if request.type == "slash_commands":
            client.views_open(trigger_id=request.payload["trigger_id"], view=view)

    listener.on_request = opens
    person.slash("/yoridokoro")
    return person.views()[-1]


def respond(url: str, body: dict[str, Any]) -> int:
    return post_json(url, body).status


def test_a_command_says_who_where_and_what(listener: Listener, aya: Person) -> None:
    listener.answers["slash"] = {"text": "承りました"}
    assert aya.slash("/yoridokoro", "議事録", "#ai-tips")
    payload = listener.envelopes[0].payload
    assert (payload["user_id"], payload["channel_id"], payload["text"]) == ("U0AYA", "C0AITIPS", "議事録")
    answer = aya.messages("#ai-tips")[-1]
    assert (answer["text"], answer["is_ephemeral"]) == ("承りました", True)


def test_a_command_may_answer_for_all_to_see(listener: Listener, aya: Person, ben: Person) -> None:
    listener.answers["slash"] = {"text": "みなさんへ", "response_type": "in_channel"}
    aya.slash("/yoridokoro", "", "#ai-tips")
    assert ben.messages("#ai-tips")[-1]["text"] == "みなさんへ"


def test_what_is_not_declared_cannot_be_used(listener: Listener, aya: Person, slack: LocalSlack) -> None:
    assert impossible(aya.slash, "/other") == "unknown_command"
    assert impossible(aya.message_shortcut, "other", "#ai-tips", slack.ts_of("minutes")) == "unknown_shortcut"
    assert impossible(aya.global_shortcut, "keep") == "unknown_shortcut"
    assert [each.type for each in listener.envelopes if each.type != "events_api"] == []


def test_a_message_shortcut_works_where_the_app_is_not(listener: Listener, aya: Person, slack: LocalSlack) -> None:
    assert aya.message_shortcut("keep", "#secret-project", slack.ts_of("secret"))
    payload = listener.interactions("message_action")[0]
    assert (payload["channel"]["id"], payload["message"]["text"]) == ("C0SECRET", "新しい見積もりは社外秘です。")
    assert respond(payload["response_url"], {"text": "預かりました"}) == 200
    assert aya.messages("#secret-project")[-1]["text"] == "預かりました"


def test_a_button_in_a_message(listener: Listener, client: WebClient, aya: Person) -> None:
    row = actions(button("share", value="7", style="primary"))
    ts = client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[row])["ts"]
    assert aya.click("#general", ts, "share")
    payload = listener.interactions("block_actions")[0]
    action = payload["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == ("share", "row", "7", "button")
    assert payload["message"]["ts"] == payload["container"]["message_ts"] == ts
    assert impossible(aya.click, "#general", ts, "other") == "not_on_the_screen"


def test_choices_are_those_on_offer(listener: Listener, client: WebClient, aya: Person) -> None:
    select = {"type": "static_select", "action_id": "kind", "placeholder": plain("…")}
    boxes = {"type": "checkboxes", "action_id": "tools", "options": [option("sql"), option("mail")]}
    row = actions({**select, "options": [option("practice"), option("pitfall")]}, boxes)
    ts = client.chat_postMessage(channel="C0GENERAL", text="x", blocks=[row])["ts"]
    aya.click("#general", ts, "tools", value=["sql", "mail"])
    aya.click("#general", ts, "kind", value="pitfall")
    payload = listener.interactions("block_actions")[-1]
    assert payload["actions"][0]["selected_option"]["value"] == "pitfall"
    remembered = payload["state"]["values"]["row"]["tools"]["selected_options"]
    assert [each["value"] for each in remembered] == ["sql", "mail"]
    assert impossible(aya.click, "#general", ts, "kind", value="worry") == "no_such_option"


def test_buttons_with_one_action_id_are_told_apart_by_value_or_block(
    listener: Listener, client: WebClient, aya: Person
) -> None:
    rows = [actions(button("open", value=value), block_id=value) for value in ("a", "b")]
    ts = client.chat_postMessage(channel="C0GENERAL", text="x", blocks=rows)["ts"]
    assert impossible(aya.click, "#general", ts, "open") == "ambiguous"
    aya.click("#general", ts, "open", value="b")
    aya.click("#general", ts, "open", block_id="a")
    assert [each["actions"][0]["value"] for each in listener.interactions("block_actions")] == ["b", "a"]


def test_a_whispered_button_is_only_on_one_screen(
    listener: Listener, client: WebClient, aya: Person, ben: Person
) -> None:
    row = actions(button("yes"))
    ts = client.chat_postEphemeral(channel="C0GENERAL", user="U0AYA", text="x", blocks=[row])["message_ts"]
    assert impossible(ben.click, "#general", ts, "yes") == "message_not_found"
    aya.click("#general", ts, "yes")
    payload = listener.interactions("block_actions")[0]
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    assert respond(payload["response_url"], {"replace_original": True, "text": "済み"}) == 200
    assert aya.messages("#general")[-1]["text"] == "済み"
    assert respond(payload["response_url"], {"delete_original": True}) == 200
    assert aya.messages("#general")[-1]["text"] != "済み"


def test_a_response_url_works_five_times_within_half_an_hour(
    listener: Listener, aya: Person, clock: SettableClock
) -> None:
    aya.slash("/yoridokoro")
    url = listener.envelopes[0].payload["response_url"]
    assert [respond(url, {"text": f"{number}"}) for number in range(6)] == [200] * 5 + [404]
    aya.slash("/yoridokoro")
    clock.ahead += 30 * 60 + 1
    assert respond(listener.envelopes[1].payload["response_url"], {"text": "x"}) == 404
    assert respond(listener.envelopes[1].payload["response_url"], {}) == 404


def test_a_trigger_opens_one_modal_within_three_seconds(
    listener: Listener, client: WebClient, aya: Person, clock: SettableClock
) -> None:
    aya.global_shortcut("ask")
    trigger = listener.interactions("shortcut")[0]["trigger_id"]
    assert error_of(client.views_open, trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"
    client.views_open(trigger_id=trigger, view=modal())
    assert error_of(client.views_open, trigger_id=trigger, view=modal()) == "exchanged_trigger_id"
    aya.global_shortcut("ask")
    clock.ahead += 3.1
    late = listener.interactions("shortcut")[1]["trigger_id"]
    assert error_of(client.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"


def test_a_form_is_sent_when_it_is_complete(listener: Listener, client: WebClient, aya: Person) -> None:
    limits = {"min_length": 2, "max_length": 5}
    view = modal(
        text_input("title", element=limits),
        text_input("note", optional=True),
        {
            "type": "input",
            "block_id": "mail",
            "label": plain("mail"),
            "optional": True,
            "element": {"type": "email_text_input", "action_id": "typed"},
        },
        private_metadata="7",
        callback_id="edit",
    )
    view_id = open_modal(listener, client, aya, view)["id"]
    assert impossible(aya.submit, view_id) == "required"
    assert impossible(aya.submit, view_id, {"title": {"typed": "x"}}) == "too_short"
    assert impossible(aya.submit, view_id, {"title": {"typed": "長すぎる題" + "名"}}) == "too_long"
    assert impossible(aya.submit, view_id, {"title": {"typed": "題名"}, "mail": {"typed": "x"}}) == "wrong_format"
    assert impossible(aya.submit, view_id, {"other": {"typed": "x"}}) == "not_on_the_screen"
    assert aya.submit(view_id, {"title": {"typed": "題名"}, "mail": {"typed": None}})["result"] == "closed"
    sent = listener.interactions("view_submission")[0]["view"]
    assert sent["state"]["values"]["title"]["typed"] == {"type": "plain_text_input", "value": "題名"}
    assert sent["state"]["values"]["note"]["typed"]["value"] is None
    assert (sent["private_metadata"], sent["callback_id"]) == ("7", "edit")
    assert impossible(aya.submit, view_id, {}) == "not_on_the_screen"


def test_what_the_app_answers_to_a_form(listener: Listener, client: WebClient, aya: Person) -> None:
    view_id = open_modal(listener, client, aya, modal())["id"]
    filled = {"title": {"typed": "題名"}}
    listener.answers["view_submission"] = {"response_action": "errors", "errors": {"title": "短く"}}
    assert aya.submit(view_id, filled) == {"result": "errors", "errors": {"title": "短く"}, "view": None}
    assert aya.views()[0]["errors"] == {"title": "短く"}
    listener.answers["view_submission"] = {"response_action": "update", "view": modal(callback_id="next")}
    updated = aya.submit(view_id)["view"]
    assert (updated["id"], updated["callback_id"]) == (view_id, "next")
    assert aya.views()[0]["state"]["values"]["title"]["typed"]["value"] == "題名"
    listener.answers["view_submission"] = {"response_action": "push", "view": modal()}
    pushed = aya.submit(view_id)["view"]
    assert (pushed["root_view_id"], pushed["previous_view_id"], len(aya.views())) == (view_id, view_id, 2)
    assert impossible(aya.submit, view_id) == "not_on_the_screen"
    listener.answers["view_submission"] = None
    assert aya.submit(pushed["id"], filled)["result"] == "closed"
    listener.answers["view_submission"] = {"response_action": "clear"}
    assert aya.submit(view_id)["result"] == "clear"
    assert aya.views() == []


def test_errors_for_blocks_that_are_no_inputs_break_the_form(
    listener: Listener, client: WebClient, aya: Person
) -> None:
    view_id = open_modal(listener, client, aya, modal())["id"]
    listener.answers["view_submission"] = {"response_action": "errors", "errors": {"other": "x"}}
    assert aya.submit(view_id, {"title": {"typed": "x"}})["result"] == "errors"
    assert aya.toasts() == ["invalid_response_errors"]


def test_a_form_that_nobody_answers_stays_open(listener: Listener, client: WebClient, aya: Person) -> None:
    view_id = open_modal(listener, client, aya, modal())["id"]
    listener.answers["view_submission"] = SILENCE
    assert aya.submit(view_id, {"title": {"typed": "x"}})["result"] == "timeout"
    assert (len(aya.views()), aya.toasts()) == (1, ["operation_timeout"])


def test_modals_stack_three_high(listener: Listener, client: WebClient, aya: Person) -> None:
    row = actions(button("more"))
    errors: list[str] = []

    def pushes(request: SocketModeRequest) -> None:
        if request.payload.get("type") == "block_actions":
            answer = client.api_call(
                "views.push", json={"trigger_id": request.payload["trigger_id"], "view": modal(row)}
            )
            errors.append(str(answer.get("error")))

    open_modal(listener, client, aya, modal(row))
    listener.on_request = pushes
    for _ in range(2):
        aya.click_in_view(aya.views()[-1]["id"], "more")
    assert len(aya.views()) == 3
    listener.on_request = lambda request: errors.append(
        error_of(client.views_push, trigger_id=request.payload["trigger_id"], view=modal(row))
    )
    aya.click_in_view(aya.views()[-1]["id"], "more")
    assert errors[-1] == "push_limit_reached"


def test_closing_tells_the_app_only_where_it_asked(listener: Listener, client: WebClient, aya: Person) -> None:
    aya.close(open_modal(listener, client, aya, modal())["id"])
    assert listener.interactions("view_closed") == []
    aya.close(open_modal(listener, client, aya, modal(notify_on_close=True))["id"])
    assert listener.interactions("view_closed")[0]["is_cleared"] is False


def test_an_update_needs_the_present_hash_and_an_open_view(listener: Listener, client: WebClient, aya: Person) -> None:
    view = open_modal(listener, client, aya, modal())
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal(callback_id="new"))
    stale = {"view_id": view["id"], "hash": view["hash"], "view": modal()}
    assert error_of(client.views_update, **stale) == "hash_conflict"
    aya.close(view["id"])
    assert error_of(client.views_update, view_id=view["id"], view=modal()) == "not_found"


def test_home_keeps_its_id_and_has_buttons(listener: Listener, client: WebClient, aya: Person, ben: Person) -> None:
    home = {"type": "home", "blocks": [actions(button("settings"))]}
    first = client.views_publish(user_id="U0AYA", view=home)["view"]["id"]
    assert client.views_publish(user_id="U0AYA", view=home)["view"]["id"] == first
    aya.click_in_view(first, "settings")
    assert listener.interactions("block_actions")[0]["view"]["type"] == "home"
    assert impossible(ben.click_in_view, first, "settings") == "not_on_the_screen"


def test_an_external_select_offers_what_the_app_suggests(listener: Listener, client: WebClient, aya: Person) -> None:
    element = {"type": "external_select", "action_id": "topic", "min_query_length": 2}
    topic = {"type": "input", "block_id": "topic", "label": plain("topic"), "element": element}
    view_id = open_modal(listener, client, aya, modal(topic))["id"]
    listener.answers["block_suggestion"] = {"options": [option("議事録"), option("議案")]}
    assert impossible(aya.suggest, "topic", "議", view_id=view_id) == "too_short"
    assert impossible(aya.submit, view_id, {"topic": {"topic": "議案"}}) == "no_such_option"
    assert [each["value"] for each in aya.suggest("topic", "議事", view_id=view_id)] == ["議事録", "議案"]
    assert listener.interactions("block_suggestion")[0]["value"] == "議事"
    aya.submit(view_id, {"topic": {"topic": "議案"}})
    sent = listener.interactions("view_submission")[0]["view"]["state"]["values"]["topic"]["topic"]
    assert sent["selected_option"]["value"] == "議案"


def test_an_input_tells_the_app_at_once_only_with_dispatch_action(
    listener: Listener, client: WebClient, aya: Person
) -> None:
    view = open_modal(listener, client, aya, modal(text_input("quiet"), text_input("loud", dispatch_action=True)))
    aya.click_in_view(view["id"], "typed", block_id="quiet", value="x")
    aya.click_in_view(view["id"], "typed", block_id="loud", value="y")
    clicked = listener.interactions("block_actions")
    assert [each["actions"][0]["value"] for each in clicked] == ["y"]
    assert clicked[0]["view"]["state"]["values"]["quiet"]["typed"]["value"] == "x"


@pytest.mark.parametrize("channel", ["#secret-project", "#general"])
def test_people_write_only_where_they_are(slack: LocalSlack, channel: str) -> None:
    assert impossible(slack.person("dan").post, channel, "x") == "channel_not_found"
    assert impossible(slack.person("dan").messages, channel) == "channel_not_found"


def test_what_people_cannot_do(slack: LocalSlack, aya: Person, ben: Person) -> None:
    ts = aya.post("#general", "私の")
    assert impossible(ben.edit, "#general", ts, "x") == "not_your_message"
    assert impossible(ben.delete, "#general", ts) == "not_your_message"
    assert impossible(ben.set_person, "@aya", role="guest") == "not_an_admin"
    assert impossible(slack.person("old").post, "#general", "x") == "account_inactive"
    assert impossible(slack.person("nobody").post, "#general", "x") == "user_not_found"
    slack.person("chie").delete("#general", ts)
    assert impossible(ben.react, "#general", ts, "bulb") == "message_not_found"
    slack.person("chie").leave("#random")
    assert impossible(slack.person("chie").post, "#random", "x") == "not_in_channel"


def test_a_form_takes_files_and_hands_them_to_the_app(
    listener: Listener, client: WebClient, aya: Person, ben: Person
) -> None:
    element = {"type": "file_input", "action_id": "it", "filetypes": ["png", "md"], "max_files": 2}
    view_id = open_modal(listener, client, aya, modal(text_input("b", element=element)))["id"]
    assert impossible(aya.submit, view_id) == "required"
    picture, notes = upload("Cat.PNG", b"\x89PNG", mimetype="image/png"), upload("notes.md", "星")
    for files, error in (
        ([picture, notes, notes], "too_many"),
        ([upload("run.exe", b"MZ")], "wrong_format"),
        ([upload("big.png", b"0" * 10_000_003)], "too_large"),
    ):
        assert impossible(aya.attach, view_id, "it", files) == error
    aya.attach(view_id, "it", [picture])
    kept = aya.views()[0]["state"]["values"]["b"]["it"]["files"]
    aya.attach(view_id, "it", [notes, {"id": kept[0]["id"]}])
    aya.submit(view_id)
    sent = listener.interactions("view_submission")[0]["view"]["state"]["values"]["b"]["it"]
    assert [(each["name"], each["mimetype"]) for each in sent["files"]] == [
        ("notes.md", "text/plain"),
        ("Cat.PNG", "image/png"),
    ]
    assert client.files_info(file=sent["files"][0]["id"])["file"]["name"] == "notes.md"
    assert impossible(ben._do, "file", file_id=sent["files"][0]["id"]) == "file_not_found"
    assert aya._do("file", file_id=sent["files"][0]["id"])["text"] == "星"
