"""A small company, enough for most tests, and a manifest that lets an app do everything."""

from datetime import timedelta
from typing import Any

from playground.company.model import Attachment, Channel, Company, Member, Post, Workspace

_TEAM = "T0SMALL"
_PARTNER = "T0PARTNER"
_EVERYBODY = ("aya", "ben", "chie")


def small_company() -> Company:
    """Five channels; aya (ja), ben (en), chie (ja, admin), dan (guest), eva (of a partner), old (deactivated)."""
    return Company(
        workspace=Workspace(_TEAM, "Small Company", "small-company"),
        second_workspace=Workspace(_PARTNER, "Partner", "partner"),
        members=(
            Member("U0AYA", "aya", "佐藤 彩", "aya", "ja-JP", "Asia/Tokyo", email="aya@small.example"),
            Member("U0BEN", "ben", "Ben Fischer", "Ben", "en-US", "Europe/Berlin", email="ben@small.example"),
            Member("U0CHIE", "chie", "鈴木 千恵", "chie", "ja-JP", "Asia/Tokyo", "admin", email="chie@small.example"),
            Member("U0DAN", "dan", "Dan Guest", "Dan", "en-US", "Europe/Berlin", "guest", email="dan@guest.example"),
            Member("U0EVA", "eva", "Eva Partner", "Eva", "en-GB", "Europe/London", "stranger", team_id=_PARTNER),
            Member("U0OLD", "old", "Otto Old", "Otto", "en-US", "Europe/Berlin", deactivated=True),
            Member("U0YORIDOKORO", "yoridokoro", "Yoridokoro", role="bot"),
        ),
        channels=(
            Channel("C0GENERAL", "general", members=(*_EVERYBODY, "old", "yoridokoro")),
            Channel("C0AITIPS", "ai-tips", topic="AI at work", members=(*_EVERYBODY, "dan", "yoridokoro")),
            Channel("C0RANDOM", "random", members=_EVERYBODY),
            Channel("C0SECRET", "secret-project", private=True, members=("aya", "chie")),
            Channel("C0PARTNER", "partner", shared=True, members=(*_EVERYBODY, "eva", "yoridokoro")),
        ),
        posts=_posts(),
    )


def _posts() -> tuple[Post, ...]:
    notes = Attachment("glossary.txt", "text/plain", "略語: KPI = 重要業績評価指標\n".encode(), "用語集")
    return (
        Post("general", "chie", "おはようございます。今週もよろしくお願いします。", ago=timedelta(days=3)),
        Post("ai-tips", "ben", "How do you get AI to write minutes?", key="minutes", ago=timedelta(days=2)),
        Post(
            "ai-tips",
            "aya",
            "用語集をプロンプトに入れると固有名詞の間違いが減りました。\n```\n次の用語集を必ず使ってください。\n{用語集}\n```",
            key="glossary",
            thread="minutes",
            ago=timedelta(days=2, minutes=-4),
            files=(notes,),
            reactions=(("bulb", ("ben", "chie")),),
        ),
        Post("ai-tips", "ben", "That halved my edits, thanks!", thread="minutes", ago=timedelta(days=2, minutes=-30)),
        Post("ai-tips", "dan", "Does it work for German too?", key="german", ago=timedelta(days=1), edited=True),
        Post("random", "ben", "Lunch at noon?", ago=timedelta(hours=30)),
        Post("secret-project", "aya", "新しい見積もりは社外秘です。", key="secret", ago=timedelta(hours=20)),
        Post("secret-project", "chie", "了解です。", thread="secret", ago=timedelta(hours=19)),
        Post("partner", "eva", "Here is how we review contracts with AI.", key="contracts", ago=timedelta(hours=5)),
        Post("partner", "ben", "Nice, thank you.", thread="contracts", ago=timedelta(hours=4)),
    )


def small_manifest() -> dict[str, Any]:
    """All scopes, all events, one command, one shortcut of each kind, Home and messages tab, an agent."""
    return {
        "display_information": {"name": "Yoridokoro"},
        "features": {
            "bot_user": {"display_name": "yoridokoro", "always_online": True},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "agent_view": {"agent_description": "A place to lean on"},
            "slash_commands": [{"command": "/yoridokoro", "description": "Ask"}],
            "shortcuts": [
                {"name": "Keep", "type": "message", "callback_id": "keep"},
                {"name": "Ask", "type": "global", "callback_id": "ask"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(_SCOPES), "bot_optional": list(_OPTIONAL)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(_EVENTS)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


_SCOPES = (
    *("app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands"),
    *("files:read", "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "mpim:write"),
    *("reactions:read", "users:read"),
)
_OPTIONAL = ("channels:join", "files:write", "groups:history", "groups:read", "reactions:write")
_EVENTS = (
    *("agent_session_stopped", "app_home_opened", "app_mention", "channel_archive", "channel_left", "channel_rename"),
    *("channel_unarchive", "group_archive", "group_left", "group_rename", "member_joined_channel"),
    *("member_left_channel", "message.channels", "message.groups", "message.im", "message.mpim"),
    *("reaction_added", "reaction_removed", "user_change"),
)
