"""What people do with the app besides talking: commands, shortcuts, buttons, forms; and what its acks bring about.

https://docs.slack.dev/reference/interaction-payloads
"""

import json
from typing import Any, Literal

from playground.server import elements, events, modals, news, response_urls
from playground.server.conversation import Conversation, Json
from playground.server.delivery import NotAnswered
from playground.server.errors import Impossible, SlackError
from playground.server.screens import View
from playground.server.shapes import VERIFICATION_TOKEN, message_json
from playground.server.team import ResponseUrl, Team, User

TIMED_OUT = "operation_timeout"
"""What Slack's client shows when an app does not answer a command or a click in time."""


async def slash(team: Team, user: User, conversation: Conversation, command: str, text: str) -> bool:
    """Runs a command; False when the app did not answer. Raises Impossible for one that is not declared."""
    if command not in team.app.commands or not _offers(team):
        raise Impossible("unknown_command", command)
    target = ResponseUrl("commands", conversation.id, user.id, team.clock.now())
    payload = {
        "token": VERIFICATION_TOKEN,
        "team_id": team.workspace.id,
        "team_domain": team.workspace.domain,
        "channel_id": conversation.id,
        "channel_name": _channel_name(conversation),
        "user_id": user.id,
        "user_name": user.handle,
        "command": command,
        "text": text,
        "api_app_id": team.app.id,
        "is_enterprise_install": "false",
        "response_url": response_urls.new_url(team, target),
        "trigger_id": team.screens.new_trigger(user.id),
    }
    team.ledger.told(payload)
    try:
        said = await team.outbox.ask("slash_commands", command, _text(payload), accepts_payload=True)
    except NotAnswered:
        _toast(team, user, TIMED_OUT)
        return False
    if isinstance(said, dict) and (said.get("text") or said.get("blocks")):
        try:
            response_urls.respond(team, target, said)
        except SlackError as error:
            _toast(team, user, error.code)
    return True


async def message_shortcut(team: Team, user: User, conversation: Conversation, message: Json, callback_id: str) -> bool:
    """A shortcut from a message's menu; the app need not be in the channel."""
    if callback_id not in team.app.message_shortcuts or not _offers(team):
        raise Impossible("unknown_shortcut", callback_id)
    ts = str(message["ts"])
    target = ResponseUrl("app", conversation.id, user.id, team.clock.now())
    payload = {
        "type": "message_action",
        **_who(team, user),
        "action_ts": team.clock.next_ts(),
        "callback_id": callback_id,
        "trigger_id": team.screens.new_trigger(user.id),
        "response_url": response_urls.new_url(team, target),
        "message_ts": ts,
        "channel": {"id": conversation.id, "name": _channel_name(conversation)},
        "message": message_json(message),
    }
    return await _interact(team, user, payload) is not _SILENCE


async def global_shortcut(team: Team, user: User, callback_id: str) -> bool:
    if callback_id not in team.app.global_shortcuts or not _offers(team):
        raise Impossible("unknown_shortcut", callback_id)
    payload = {
        "type": "shortcut",
        **_who(team, user),
        "action_ts": team.clock.next_ts(),
        "callback_id": callback_id,
        "trigger_id": team.screens.new_trigger(user.id),
    }
    return await _interact(team, user, payload) is not _SILENCE


async def click_in_message(
    team: Team, user: User, conversation: Conversation, message: Json, *, each: elements.Placed, what: Json
) -> bool:
    """Presses or chooses something in a message that is on this person's screen."""
    ts, ephemeral = str(message["ts"]), bool(message.get("is_ephemeral"))
    values = team.screens.message_values.setdefault(
        (user.id, conversation.id, ts), elements.initial_values(message.get("blocks", ()))
    )
    elements.remember(values, each, what)
    if each.is_input and not each.block.get("dispatch_action"):
        return True
    thread_ts = message.get("thread_ts")
    target = ResponseUrl("actions", conversation.id, user.id, team.clock.now(), message_ts=ts)
    payload: Json = {
        "type": "block_actions",
        **_who(team, user),
        "container": {
            "type": "message",
            "message_ts": ts,
            "channel_id": conversation.id,
            "is_ephemeral": ephemeral,
            **({"thread_ts": thread_ts} if thread_ts else {}),
        },
        "trigger_id": team.screens.new_trigger(user.id),
        "channel": {"id": conversation.id, "name": _channel_name(conversation)},
        "state": {"values": values},
        "response_url": response_urls.new_url(team, target),
        "actions": [elements.action_json(each, what, team.clock.next_ts())],
    }
    if not ephemeral:
        payload["message"] = message_json(message)
    return await _interact(team, user, payload) is not _SILENCE


async def click_in_view(team: Team, user: User, view: View, each: elements.Placed, what: Json) -> bool:
    """Presses or chooses something in a modal or Home; an input tells the app only with dispatch_action."""
    elements.remember(view.values, each, what)
    if each.is_input and not each.block.get("dispatch_action"):
        return True
    payload = {
        "type": "block_actions",
        **_who(team, user),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": team.screens.new_trigger(user.id, view.id),
        "view": modals.view_json(team, view),
        "actions": [elements.action_json(each, what, team.clock.next_ts())],
    }
    return await _interact(team, user, payload) is not _SILENCE


async def suggest(team: Team, user: User, each: elements.Placed, typed: str, place: Json) -> list[Json]:
    """The options an app offers for what was typed into an external select."""
    payload = {
        "type": "block_suggestion",
        **_who(team, user),
        **place,
        "action_id": each.action_id,
        "block_id": each.block_id,
        "value": typed,
    }
    offered = await _interact(team, user, payload)
    if not isinstance(offered, dict):
        return []
    groups = offered.get("option_groups") or [{"options": offered.get("options") or []}]
    return [option for group in groups for option in group["options"]]


Outcome = Literal["errors", "update", "push", "clear", "closed", "timeout"]


async def submit(team: Team, user: User, view: View) -> tuple[Outcome, Any]:
    """Sends a form and does what the app's ack asks for; with `errors` by block_id the form stays."""
    elements.check_complete(view.content["blocks"], view.values)
    view.errors = {}
    payload = {
        "type": "view_submission",
        **_who(team, user),
        "trigger_id": team.screens.new_trigger(user.id, view.id),
        "view": modals.view_json(team, view),
        "response_urls": [],
    }
    said = await _interact(team, user, payload)
    if said is _SILENCE:
        return "timeout", None
    try:
        return _obey(team, view, said if isinstance(said, dict) else {})
    except SlackError as error:
        _toast(team, user, error.code)
        return "errors", {"": error.code}


def _obey(team: Team, view: View, said: Json) -> tuple[Outcome, Any]:
    """See https://docs.slack.dev/surfaces/modals#updating_response."""
    match said.get("response_action"):
        case "errors":
            inputs = {each.block_id for each in elements.placed(view.content["blocks"]) if each.is_input}
            if not said.get("errors") or not set(said["errors"]) <= inputs:
                raise SlackError("invalid_response_errors")
            view.errors = {str(block_id): str(text) for block_id, text in said["errors"].items()}
            news.screen(team, view.user_id, "views")
            return "errors", view.errors
        case "update":
            content = modals.checked(team, said.get("view"), "modal", replacing=view)
            return "update", modals.view_json(team, modals.replace(team, view, content))
        case "push":
            content = modals.checked(team, said.get("view"), "modal")
            return "push", modals.view_json(team, modals.push(team, view.user_id, content))
        case "clear":
            modals.clear(team, view.user_id)
            return "clear", None
        case _:
            modals.pop(team, view)
            return "closed", None


async def close(team: Team, user: User, view: View, *, everything: bool = False) -> None:
    """Closes a modal by its ×; the app hears of it where it asked to (`notify_on_close`)."""
    if everything or view.content.get("clear_on_close"):
        closed = modals.clear(team, user.id)
    else:
        modals.pop(team, view)
        closed = [view]
    for each in closed:
        if each.content.get("notify_on_close"):
            payload = {"type": "view_closed", **_who(team, user), "view": modals.view_json(team, each)}
            await _interact(team, user, {**payload, "is_cleared": len(closed) > 1})


def open_home(team: Team, user: User) -> None:
    if not team.app.home_tab:
        raise Impossible("no_home_tab")
    home = team.screens.homes.get(user.id)
    view = modals.view_json(team, home) if home else None
    events.app_home_opened(team, user, team.dm_with_app(user).id, "home", view)


_SILENCE = object()


async def _interact(team: Team, user: User, payload: Json) -> Any:
    """Sends an interaction and returns the ack's payload, or `_SILENCE` when there was none."""
    if not team.app.interactive:
        raise Impossible("interactivity_is_off")
    kind = str(payload["type"])
    team.ledger.told(payload)
    accepts = kind in ("view_submission", "block_suggestion")
    try:
        return await team.outbox.ask("interactive", kind, _text(payload), accepts_payload=accepts)
    except NotAnswered:
        _toast(team, user, TIMED_OUT)
        return _SILENCE


def _toast(team: Team, user: User, what: str) -> None:
    team.screens.toast(user.id, what)
    news.screen(team, user.id, "toasts")


def _who(team: Team, user: User) -> Json:
    """What every interaction says: the workspace, the app and the person."""
    return {
        "team": {"id": team.workspace.id, "domain": team.workspace.domain},
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": user.team_id},
        "api_app_id": team.app.id,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _offers(team: Team) -> bool:
    """Commands and shortcuts alike need this scope."""
    return "commands" in team.app.scopes


def _channel_name(conversation: Conversation) -> str:
    """Slack writes `directmessage` and `privategroup` where there is no name to show."""
    return {"im": "directmessage", "group": "privategroup"}.get(conversation.kind, conversation.name)


def _text(payload: Json) -> str:
    return json.dumps(payload, ensure_ascii=False)
