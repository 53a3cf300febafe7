"""The methods users.*."""

from playground.server.arguments import Arguments
from playground.server.conversation import Json
from playground.server.errors import SlackError
from playground.server.methods.conversations import wanted_kinds
from playground.server.methods.registry import method, of_every_kind
from playground.server.paging import page
from playground.server.shapes import conversation_json, user_json
from playground.server.team import Team


@method("users.info", "users:read", tier="tier4", json=False)
def users_info(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/users.info."""
    user = team.users.get(args.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user_json(team, user, locale=args.flag("include_locale"))}


@method("users.list", "users:read", tier="tier2", json=False)
def users_list(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/users.list."""
    everybody = [(user.id, user) for user in team.users.values()]
    members, metadata = page(everybody, args, kind="user", default=len(everybody), most=1000)
    locale = args.flag("include_locale")
    return {
        "members": [user_json(team, user, locale=locale) for user in members],
        "cache_ts": team.clock.seconds(),
        "response_metadata": metadata,
    }


@method("users.conversations", *of_every_kind("read"), tier="tier3", json=False)
def users_conversations(team: Team, args: Arguments) -> Json:
    """What a person is in, as far as the app may know (https://docs.slack.dev/reference/methods/users.conversations)."""
    kinds = wanted_kinds(team, args)
    user_id = args.text("user") or team.app.bot_user_id
    if user_id not in team.users:
        raise SlackError("user_not_found")
    found = [
        (conversation.id, conversation)
        for conversation in team.conversations.values()
        if user_id in conversation.members
        and conversation.kind in kinds
        and (not conversation.is_private or team.app_is_in(conversation))
        and not (conversation.archived and args.flag("exclude_archived"))
    ]
    shown, metadata = page(found, args, kind="team", default=100, most=999)
    return {
        "channels": [conversation_json(team, each, team.app.bot_user_id) for each in shown],
        "response_metadata": metadata,
    }
