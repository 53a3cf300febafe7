"""The methods conversations.*, but for messages."""

from typing import get_args

from playground.server.arguments import Arguments
from playground.server.conversation import Conversation, Json, Kind
from playground.server.errors import SlackError
from playground.server.membership import join
from playground.server.methods.registry import method, need_scope, need_scope_for, of_every_kind
from playground.server.paging import page
from playground.server.shapes import conversation_json
from playground.server.team import Team

_KINDS: dict[str, Kind] = {"public_channel": "channel", "private_channel": "group", "mpim": "mpim", "im": "im"}
_SCOPES = {"channel": "channels:read", "group": "groups:read", "im": "im:read", "mpim": "mpim:read"}
_MOST_PEOPLE = 8


def wanted_kinds(team: Team, args: Arguments) -> set[Kind]:
    """The argument `types`; each needs its scope."""
    names = [name.strip() for name in (args.text("types") or "public_channel").split(",") if name.strip()]
    if any(name not in _KINDS for name in names):
        raise SlackError("invalid_types")
    kinds = {_KINDS[name] for name in names}
    for kind in get_args(Kind):
        if kind in kinds:
            need_scope(team, _SCOPES[kind])
    return kinds


@method("conversations.info", *of_every_kind("read"), tier="tier3", json=False)
def conversations_info(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/conversations.info."""
    conversation = team.seen_by_app(args.required("channel"))
    need_scope_for(team, conversation, "read")
    num_members = args.flag("include_num_members")
    shown = conversation_json(team, conversation, team.app.bot_user_id, num_members=num_members)
    if args.flag("include_locale"):
        shown["locale"] = "en-US"
    if team.app_is_in(conversation) and not conversation.is_direct:
        shown["last_read"] = "0000000000.000000"
    return {"channel": shown}


@method("conversations.list", *of_every_kind("read"), tier="tier2", json=False)
def conversations_list(team: Team, args: Arguments) -> Json:
    """Pages are cut before they are filtered, so one may hold fewer than `limit`, as Slack warns.

    https://docs.slack.dev/reference/methods/conversations.list
    """
    kinds = wanted_kinds(team, args)
    everything = [(each.id, each) for each in team.conversations.values()]
    found, metadata = page(everything, args, kind="team", default=100)
    shown = [each for each in found if each.kind in kinds and (not each.is_private or team.app_is_in(each))]
    if args.flag("exclude_archived"):
        shown = [each for each in shown if not each.archived]
    app_id = team.app.bot_user_id
    return {
        "channels": [conversation_json(team, each, app_id, num_members=not each.is_direct) for each in shown],
        "response_metadata": metadata,
    }


@method("conversations.members", *of_every_kind("read"), tier="tier4", json=False)
def conversations_members(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/conversations.members."""
    conversation = team.seen_by_app(args.required("channel"))
    need_scope_for(team, conversation, "read")
    present = [(each, each) for each in conversation.members]
    members, metadata = page(present, args, kind="user", default=100, most=999)
    return {"members": members, "response_metadata": metadata}


@method("conversations.open", "im:write", "mpim:write", "channels:manage", "groups:write", tier="tier3")
def conversations_open(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/conversations.open."""
    if args.text("channel"):
        conversation = team.seen_by_app(args.text("channel"))
        return {"channel": _opened(team, conversation, args)}
    wanted = args.json("users") if isinstance(args.given.get("users"), list) else args.text("users").split(",")
    users = [str(user).strip() for user in wanted if str(user).strip()]
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > _MOST_PEOPLE:
        raise SlackError("too_many_users")
    for user_id in users:
        if user_id not in team.users:
            raise SlackError("user_not_found")
        if team.users[user_id].deactivated:
            raise SlackError("user_disabled")
        if team.users[user_id].role == "bot":
            raise SlackError("cannot_dm_bot")
    need_scope(team, "im:write" if len(users) == 1 else "mpim:write")
    return {"channel": _opened(team, team.direct_conversation(*users, team.app.bot_user_id), args)}


def _opened(team: Team, conversation: Conversation, args: Arguments) -> Json:
    if args.flag("return_im"):
        return conversation_json(team, conversation, team.app.bot_user_id)
    return {"id": conversation.id}


@method("conversations.join", "channels:join", tier="tier3")
def conversations_join(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/conversations.join."""
    conversation = team.seen_by_app(args.required("channel"))
    if conversation.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.archived:
        raise SlackError("is_archived")
    already = team.app_is_in(conversation)
    if not already:
        join(team, conversation, team.app_user)
    answer: Json = {"channel": conversation_json(team, conversation, team.app.bot_user_id)}
    if already:
        answer |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return answer
