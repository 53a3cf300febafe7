"""Modals in their stacks, and Home: opened, pushed, replaced and closed."""

import json
import secrets
from typing import Any, Literal

from playground.server import elements, messages, news
from playground.server.block_kit import view_problems
from playground.server.conversation import Json
from playground.server.errors import SlackError, invalid_arguments
from playground.server.screens import View
from playground.server.team import Team

MAX_STACK = 3
MAX_BYTES = 250_000

Surface = Literal["modal", "home"]


def checked(team: Team, view: Any, surface: Surface, *, replacing: View | None = None) -> Json:
    """The view that an app sent, complete as Slack keeps it.

    Raises SlackError: invalid_arguments with Slack's messages, view_too_large, duplicate_external_id.
    """
    found = view_problems(view)
    if not found and view["type"] != surface:
        found = [f"must be of type {surface} [json-pointer:/view/type]"]
    if found:
        raise invalid_arguments(*found)
    if len(json.dumps(view)) > MAX_BYTES:
        raise SlackError("view_too_large")
    external_id = str(view.get("external_id") or "")
    other = by_external_id(team, external_id) if external_id else None
    if other is not None and other is not replacing:
        raise SlackError("duplicate_external_id")
    content: Json = {
        "type": surface,
        "blocks": messages.with_ids(view["blocks"]),
        "private_metadata": str(view.get("private_metadata") or ""),
        "callback_id": str(view.get("callback_id") or ""),
        "external_id": external_id,
    }
    content |= {key: view.get(key) for key in ("title", "submit", "close")}
    content |= {key: bool(view.get(key)) for key in ("clear_on_close", "notify_on_close", "submit_disabled")}
    return content


def open_modal(team: Team, user_id: str, content: Json) -> View:
    """Opens a modal; one that was open gives way."""
    clear(team, user_id)
    return _stacked(team, user_id, content)


def push(team: Team, user_id: str, content: Json) -> View:
    """Puts a modal on top of the open ones. Raises SlackError(push_limit_reached)."""
    if len(team.screens.stacks.get(user_id, [])) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    return _stacked(team, user_id, content)


def replace(team: Team, view: View, content: Json) -> View:
    """Shows other content in an open view; what was typed into inputs that stay is kept."""
    kept: Json = {key: view.content[key] for key in ("id", "root_view_id", "previous_view_id") if key in view.content}
    view.content = {**content, **kept, "hash": _hash(team)}
    before, view.values = view.values, elements.initial_values(content["blocks"])
    for block_id, actions in view.values.items():
        for action_id in actions:
            if (known := before.get(block_id, {}).get(action_id)) and known["type"] == actions[action_id]["type"]:
                actions[action_id] = known
    view.errors = {}
    news.screen(team, view.user_id, "home" if content["type"] == "home" else "views")
    return view


def publish(team: Team, user_id: str, content: Json) -> View:
    """Sets somebody's Home; it keeps its id."""
    known = team.screens.homes.get(user_id)
    if known is not None:
        return replace(team, known, content)
    view = _new(team, user_id, content)
    team.screens.homes[user_id] = view
    news.screen(team, user_id, "home")
    return view


def pop(team: Team, view: View) -> None:
    """Closes one modal; the one below shows again."""
    team.screens.views.pop(view.id, None)
    stack = team.screens.stacks.get(view.user_id, [])
    if view.id in stack:
        stack.remove(view.id)
        news.screen(team, view.user_id, "views")


def clear(team: Team, user_id: str) -> list[View]:
    """Closes all modals of somebody and returns them, top first."""
    stack = team.screens.stacks.pop(user_id, [])
    if stack:
        news.screen(team, user_id, "views")
    return [team.screens.views.pop(view_id) for view_id in reversed(stack)]


def by_external_id(team: Team, external_id: str) -> View | None:
    everything = [*team.screens.views.values(), *team.screens.homes.values()]
    return next((view for view in everything if view.content["external_id"] == external_id), None)


def view_json(team: Team, view: View) -> Json:
    """See https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload."""
    return {
        "id": view.id,
        "team_id": team.workspace.id,
        **view.content,
        "state": {"values": view.values},
        "app_id": team.app.id,
        "app_installed_team_id": team.workspace.id,
        "bot_id": team.app.bot_id,
    }


def _stacked(team: Team, user_id: str, content: Json) -> View:
    stack = team.screens.stacks.setdefault(user_id, [])
    view = _new(team, user_id, content, below=list(stack))
    stack.append(view.id)
    team.screens.views[view.id] = view
    news.screen(team, user_id, "views")
    return view


def _new(team: Team, user_id: str, content: Json, below: list[str] | None = None) -> View:
    view_id = team.new_id("V")
    root_id, previous_id = (below[0], below[-1]) if below else (view_id, None)
    whole = {**content, "hash": _hash(team), "root_view_id": root_id, "previous_view_id": previous_id}
    return View(view_id, user_id, whole, elements.initial_values(content["blocks"]))


def _hash(team: Team) -> str:
    return f"{team.clock.seconds()}.{secrets.token_hex(4)}"
