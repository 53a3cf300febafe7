"""Who the token is, and the way to Socket Mode."""

from playground.server.arguments import Arguments
from playground.server.conversation import Json
from playground.server.methods.registry import method
from playground.server.team import Team

CONNECTIONS_OPEN = "apps.connections.open"
"""The one method that takes the app-level token."""


@method("api.test", tier="tier4")
def api_test(_team: Team, args: Arguments) -> Json:
    return {"args": args.given}


@method("auth.test", tier="special")
def auth_test(team: Team, _args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/auth.test."""
    return {
        "url": f"https://{team.workspace.domain}.slack.com/",
        "team": team.workspace.name,
        "user": team.app_user.handle,
        "team_id": team.workspace.id,
        "user_id": team.app.bot_user_id,
        "bot_id": team.app.bot_id,
        "is_enterprise_install": False,
    }


@method(CONNECTIONS_OPEN, tier="tier1")
def connections_open(team: Team, _args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/apps.connections.open."""
    return {"url": team.new_socket_url()}
