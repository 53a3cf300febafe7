"""People, conversations, messages and files as Slack writes them in JSON."""

from datetime import datetime
from zoneinfo import ZoneInfo

from playground.server.conversation import Conversation, Json
from playground.server.team import File, Team, User

VERIFICATION_TOKEN = "verification-token"  # noqa: S105 - Slack's obsolete field; every app ignores it
_AVATAR = "https://a.slack-edge.com/80588/img/avatars/ava_0001-{size}.png"
_SIZES = (24, 32, 48, 72, 192, 512)


def user_json(team: Team, user: User, *, locale: bool = False) -> Json:
    """See https://docs.slack.dev/reference/objects/user-object."""
    now = datetime.fromtimestamp(team.clock.seconds(), ZoneInfo(user.tz))
    offset = now.utcoffset()
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.handle,
        "deleted": user.deactivated,
        "color": "9f69e7",
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": now.tzname() or user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": _profile(team, user),
        "is_admin": user.role in ("admin", "owner"),
        "is_owner": user.role == "owner",
        "is_primary_owner": user.role == "owner",
        "is_restricted": user.is_guest,
        "is_ultra_restricted": user.role == "single_channel_guest",
        "is_bot": user.role == "bot",
        "is_app_user": False,
        "is_email_confirmed": user.role != "bot",
        "who_can_share_contact_card": "EVERYONE",
        "updated": user.updated,
    }
    if user.role == "stranger":
        shown["is_stranger"] = True
    if locale:
        shown["locale"] = user.locale
    return shown


def _profile(team: Team, user: User) -> Json:
    profile: Json = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.display_name,
        "display_name_normalized": user.display_name,
        "fields": None,
        "status_text": user.status_text,
        "status_emoji": user.status_emoji,
        "status_emoji_display_info": [],
        "status_expiration": user.status_expiration,
        "avatar_hash": f"g{user.id.lower()}",
        "first_name": user.real_name.partition(" ")[0],
        "last_name": user.real_name.partition(" ")[2],
        "team": user.team_id,
        **{f"image_{size}": _AVATAR.format(size=size) for size in _SIZES},
    }
    if user.role == "bot":
        profile["api_app_id"] = team.app.id if user.id == team.app.bot_user_id else ""
        profile["bot_id"] = bot_id_of(team, user)
    elif "users:read.email" in team.app.scopes:
        profile["email"] = user.email
    return profile


def bot_id_of(team: Team, user: User) -> str:
    return team.app.bot_id if user.id == team.app.bot_user_id else f"B{user.id[1:]}"


def bot_profile(team: Team, user: User) -> Json:
    """Who a bot is, as it stands in its messages."""
    return {
        "id": bot_id_of(team, user),
        "deleted": user.deactivated,
        "name": user.real_name,
        "updated": user.updated,
        "app_id": app_id_of(team, user),
        "user_id": user.id,
        "icons": {f"image_{size}": _AVATAR.format(size=size) for size in (36, 48, 72)},
        "team_id": user.team_id,
    }


def app_id_of(team: Team, user: User) -> str:
    return team.app.id if user.id == team.app.bot_user_id else f"A{user.id[1:]}"


def conversation_json(team: Team, conversation: Conversation, viewer: str, *, num_members: bool = False) -> Json:
    """See https://docs.slack.dev/reference/objects/conversation-object."""
    if conversation.kind == "im":
        return _im_json(team, conversation, viewer)
    shown: Json = {
        "id": conversation.id,
        "name": conversation.name,
        "is_channel": conversation.kind == "channel",
        "is_group": conversation.kind == "group",
        "is_im": False,
        "is_mpim": conversation.kind == "mpim",
        "is_private": conversation.is_private,
        "created": conversation.created,
        "is_archived": conversation.archived,
        "is_general": conversation.name == "general",
        "unlinked": 0,
        "name_normalized": conversation.name,
        "is_shared": conversation.shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": team.workspace.id,
        "updated": conversation.created * 1000,
        "parent_conversation": None,
        "creator": conversation.creator,
        "is_ext_shared": conversation.shared,
        "shared_team_ids": _teams_of(team, conversation),
        "pending_connected_team_ids": [],
        "is_member": viewer in conversation.members,
        "topic": _note(conversation.topic, conversation),
        "purpose": _note(conversation.purpose, conversation),
        "previous_names": list(conversation.previous_names),
    }
    if conversation.shared:
        shown["connected_team_ids"] = [team_id for team_id in shown["shared_team_ids"] if team_id != team.workspace.id]
    if num_members:
        shown["num_members"] = len(conversation.members)
    return shown


def _im_json(team: Team, conversation: Conversation, viewer: str) -> Json:
    other = next((member for member in conversation.members if member != viewer), viewer)
    return {
        "id": conversation.id,
        "created": conversation.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": team.workspace.id,
        "updated": conversation.created * 1000,
        "user": other,
        "is_user_deleted": team.users[other].deactivated,
        "priority": 0,
    }


def _teams_of(team: Team, conversation: Conversation) -> list[str]:
    if conversation.shared and team.second_workspace:
        return [team.workspace.id, team.second_workspace.id]
    return [team.workspace.id]


def _note(value: str, conversation: Conversation) -> Json:
    return {
        "value": value,
        "creator": conversation.creator if value else "",
        "last_set": conversation.created if value else 0,
    }


def message_json(message: Json, *, metadata: bool = False) -> Json:
    """A message as conversations.history gives it: its metadata only on request."""
    shown = dict(message)
    if not metadata:
        shown.pop("metadata", None)
    return shown


def file_json(team: Team, file: File, *, is_public: bool) -> Json:
    """See https://docs.slack.dev/reference/objects/file-object."""
    base = f"{team.url}/files-pri/{team.workspace.id}-{file.id}"
    kind = file.name.rpartition(".")[2].lower() or "text"
    owner = team.users[file.user]
    words = {"alt_txt": file.words} if file.words else {}
    return words | {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": owner.team_id,
        "editable": False,
        "size": len(file.content),
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": is_public,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{base}/{file.name}",
        "url_private_download": f"{base}/download/{file.name}",
        "media_display_type": "unknown",
        "permalink": f"https://{team.workspace.domain}.slack.com/files/{file.user}/{file.id}/{file.name}",
        "permalink_public": f"https://slack-files.com/{team.workspace.id}-{file.id}-{file.id.lower()}",
        "has_rich_preview": False,
        "file_access": "visible",
    }
