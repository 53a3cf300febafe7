"""Events for the app: only what its manifest subscribes to, its scopes allow and its membership lets it hear.

https://docs.slack.dev/apis/events-api
"""

import json
import secrets

from playground.server.conversation import Conversation, Json
from playground.server.shapes import VERIFICATION_TOKEN, conversation_json, user_json
from playground.server.team import Team, User

_MESSAGE_SUBSCRIPTIONS = {
    "channel": ("message.channels", "channels:history"),
    "group": ("message.groups", "groups:history"),
    "im": ("message.im", "im:history"),
    "mpim": ("message.mpim", "mpim:history"),
}


def message(team: Team, conversation: Conversation, content: Json) -> None:
    """A `message` event of any subtype, and `app_mention` when somebody calls the app in a channel."""
    if not team.app_is_in(conversation):
        return
    metadata = content.get("metadata")
    event = {
        **{key: value for key, value in content.items() if key not in ("metadata", "reactions")},
        **({"metadata": {"event_type": metadata["event_type"]}} if metadata else {}),
        "channel": conversation.id,
        "event_ts": content["ts"],
        "channel_type": conversation.kind,
    }
    _tell(team, event, *_MESSAGE_SUBSCRIPTIONS[conversation.kind], conversation)
    if conversation.kind != "im" and _calls_app(team, content):
        mention = {key: value for key, value in event.items() if key not in ("channel_type", "subtype")}
        _tell(team, {**mention, "type": "app_mention"}, "app_mention", "app_mentions:read", conversation)


def _calls_app(team: Team, content: Json) -> bool:
    if content.get("subtype") not in (None, "file_share", "thread_broadcast", "bot_message"):
        return False
    return content.get("user") != team.app.bot_user_id and f"<@{team.app.bot_user_id}>" in str(content.get("text"))


def message_changed(team: Team, conversation: Conversation, new: Json, previous: Json) -> None:
    ts = team.clock.next_ts()
    change = {"type": "message", "subtype": "message_changed", "message": new, "previous_message": previous}
    message(team, conversation, {**change, "hidden": True, "ts": ts})


def message_deleted(team: Team, conversation: Conversation, previous: Json) -> None:
    ts = team.clock.next_ts()
    change = {"type": "message", "subtype": "message_deleted", "previous_message": previous}
    message(team, conversation, {**change, "hidden": True, "deleted_ts": previous["ts"], "ts": ts})


def reaction(team: Team, conversation: Conversation, kind: str, user: User, *, name: str, item: Json) -> None:
    """`kind` is reaction_added or reaction_removed."""
    if not team.app_is_in(conversation):
        return
    event = {
        "type": kind,
        "user": user.id,
        "reaction": name,
        "item": {"type": "message", "channel": conversation.id, "ts": item["ts"]},
        "event_ts": team.clock.next_ts(),
    }
    if item.get("user"):
        event["item_user"] = item["user"]
    _tell(team, event, kind, "reactions:read", conversation)


def membership(team: Team, conversation: Conversation, kind: str, user: User, inviter: User | None = None) -> None:
    """`kind` is member_joined_channel or member_left_channel."""
    if not team.app_is_in(conversation):
        return
    event = {
        "type": kind,
        "user": user.id,
        "channel": conversation.id,
        "channel_type": "C" if conversation.kind == "channel" else "G",
        "team": user.team_id,
        "event_ts": team.clock.next_ts(),
    }
    if inviter is not None:
        event["inviter"] = inviter.id
    _tell(team, event, kind, _reading_scope(conversation), conversation)


def app_left(team: Team, conversation: Conversation, actor: User) -> None:
    """The app itself was taken out of a channel."""
    kind = "channel_left" if conversation.kind == "channel" else "group_left"
    event = {"type": kind, "channel": conversation.id, "actor_id": actor.id, "event_ts": team.clock.next_ts()}
    _tell(team, event, kind, _reading_scope(conversation), conversation)


def renamed(team: Team, conversation: Conversation) -> None:
    if not team.app_is_in(conversation):
        return
    kind = "channel_rename" if conversation.kind == "channel" else "group_rename"
    shown = conversation_json(team, conversation, team.app.bot_user_id)
    keys = ("id", "is_channel", "is_mpim", "name", "name_normalized", "created")
    event = {"type": kind, "channel": {key: shown[key] for key in keys}, "event_ts": team.clock.next_ts()}
    _tell(team, event, kind, _reading_scope(conversation), conversation)


def archived(team: Team, conversation: Conversation, user: User) -> None:
    if not team.app_is_in(conversation):
        return
    verb = "archive" if conversation.archived else "unarchive"
    kind = f"channel_{verb}" if conversation.kind == "channel" else f"group_{verb}"
    event: Json = {"type": kind, "channel": conversation.id, "user": user.id, "event_ts": team.clock.next_ts()}
    if conversation.kind == "channel":
        event["is_moved"] = 0
    _tell(team, event, kind, _reading_scope(conversation), conversation)


def user_change(team: Team, user: User) -> None:
    event = {
        "type": "user_change",
        "user": user_json(team, user, locale=True),
        "cache_ts": team.clock.seconds(),
        "event_ts": team.clock.next_ts(),
    }
    _tell(team, event, "user_change", "users:read", None)


def app_home_opened(team: Team, user: User, channel_id: str, tab: str, view: Json | None) -> None:
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel_id,
        "tab": tab,
        "event_ts": team.clock.next_ts(),
    }
    if view is not None:
        event["view"] = view
    _tell(team, event, "app_home_opened", None, None)


def agent_session_stopped(team: Team, user: User, channel_id: str, thread_ts: str, streaming: list[str]) -> None:
    """See https://docs.slack.dev/reference/events/agent_session_stopped."""
    event = {
        "type": "agent_session_stopped",
        "channel": channel_id,
        "thread_ts": thread_ts,
        "user": user.id,
        "streaming_message_ts": streaming,
        "event_ts": team.clock.next_ts(),
    }
    _tell(team, event, "agent_session_stopped", None, None)


def _reading_scope(conversation: Conversation) -> str:
    return "channels:read" if conversation.kind == "channel" else "groups:read"


def _tell(team: Team, event: Json, subscription: str, scope: str | None, conversation: Conversation | None) -> None:
    """Wraps an event as Slack does and hands it to the outbox, when the app may hear it."""
    app = team.app
    if subscription not in app.events or (scope and scope not in app.scopes):
        return
    event_id = f"Ev0{secrets.token_hex(5).upper()}"
    place = conversation.id if conversation else "none"
    body = {
        "token": VERIFICATION_TOKEN,
        "team_id": team.workspace.id,
        "context_team_id": team.workspace.id,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": team.clock.seconds(),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team.workspace.id,
                "user_id": app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(conversation and conversation.shared),
        "event_context": f"4-{event['type']}-{team.workspace.id}-{app.id}-{place}",
    }
    team.ledger.told(event)
    team.outbox.tell(str(event["type"]), json.dumps(body, ensure_ascii=False), event_id)
