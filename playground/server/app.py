"""The app as its manifest declares it: what it may do, hear and offer.

https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

APP_HANDLE = "yoridokoro"
"""The handle under which a company's channels and reactions name the app."""


@dataclass(frozen=True)
class Command:
    """A slash command, with what the client's menu says of it."""

    name: str
    description: str
    hint: str


@dataclass(frozen=True)
class App:
    """An installed app. `scopes` are the granted ones, optional ones included; shortcuts are names by callback id."""

    id: str
    bot_id: str
    bot_user_id: str
    name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: Mapping[str, Command]
    message_shortcuts: Mapping[str, str]
    global_shortcuts: Mapping[str, str]
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool
    agent: bool
    interactive: bool


def app_from(manifest: Mapping[str, Any], *, app_id: str, bot_id: str, bot_user_id: str) -> App:
    """Reads what matters from a manifest; anything it leaves out is not declared."""
    features = manifest.get("features") or {}
    settings = manifest.get("settings") or {}
    scopes = (manifest.get("oauth_config") or {}).get("scopes") or {}
    home = features.get("app_home") or {}
    shortcuts = features.get("shortcuts") or []
    display = manifest.get("display_information") or {}
    return App(
        id=app_id,
        bot_id=bot_id,
        bot_user_id=bot_user_id,
        name=str((features.get("bot_user") or {}).get("display_name") or display.get("name") or APP_HANDLE),
        scopes=frozenset([*(scopes.get("bot") or []), *(scopes.get("bot_optional") or [])]),
        events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or []),
        commands=_commands(features.get("slash_commands") or []),
        message_shortcuts=_shortcuts(shortcuts, "message"),
        global_shortcuts=_shortcuts(shortcuts, "global"),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled")),
        messages_read_only=bool(home.get("messages_tab_read_only_enabled")),
        agent="agent_view" in features or "assistant_view" in features,
        interactive=bool((settings.get("interactivity") or {}).get("is_enabled")),
    )


def _commands(declared: list[Mapping[str, Any]]) -> dict[str, Command]:
    return {
        str(each["command"]): Command(
            str(each["command"]), str(each.get("description", "")), str(each.get("usage_hint", ""))
        )
        for each in declared
    }


def _shortcuts(declared: list[Mapping[str, Any]], kind: str) -> dict[str, str]:
    return {str(each["callback_id"]): str(each.get("name", "")) for each in declared if each.get("type") == kind}
