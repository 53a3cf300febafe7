"""What a person sees, as JSON: channels, messages, modals, Home."""

from playground.server import modals
from playground.server.clock import ts_of
from playground.server.conversation import Conversation, Json
from playground.server.errors import Impossible
from playground.server.people.verbs import verb
from playground.server.shapes import conversation_json, message_json, user_json
from playground.server.team import Team, User


@verb
def me(team: Team, user: User) -> Json:
    return user_json(team, user, locale=True)


@verb
def people(team: Team, user: User) -> list[Json]:
    """Everybody in the workspace; a guest or stranger knows only whom they share a channel with."""
    known = {user.id} | {
        member for each in team.conversations.values() if user.id in each.members for member in each.members
    }
    shown = (each for each in team.users.values() if user.is_full_member or each.id in known)
    return [user_json(team, each) for each in shown]


@verb
def channels(team: Team, user: User) -> list[Json]:
    """Every conversation this person may see; direct messages once something stands in them."""
    return [
        conversation_json(team, each, user.id, num_members=True)
        for each in team.conversations.values()
        if team.may_see(user, each) and (not each.is_direct or each.messages or each.ephemerals.get(user.id))
    ]


@verb
def messages(team: Team, user: User, channel: str) -> list[Json]:
    """What stands at top level, oldest first, with what only this person sees."""
    conversation = team.seen_by(user, channel)
    shown = [message_json(conversation.messages[ts_of(moment)]) for moment in conversation.timeline]
    return _with_ephemerals(conversation, user, shown, None)


@verb
def thread(team: Team, user: User, channel: str, ts: str) -> list[Json]:
    """A thread from its root, with what only this person sees."""
    conversation = team.seen_by(user, channel)
    if ts not in conversation.messages:
        raise Impossible("message_not_found", ts)
    root_ts = str(conversation.messages[ts].get("thread_ts") or ts)
    shown = [message_json(conversation.messages[root_ts]), *map(message_json, conversation.replies(root_ts))]
    return _with_ephemerals(conversation, user, shown, root_ts)


@verb
def dm(team: Team, user: User) -> list[Json]:
    """All messages of the DM with the app, threads unfolded, oldest first."""
    conversation = team.dm_with_app(user)
    shown = [message_json(message) for message in conversation.messages.values()]
    ephemerals = [dict(each) for each in conversation.ephemerals.get(user.id, ())]
    return sorted([*shown, *ephemerals], key=lambda message: str(message["ts"]))


@verb
def views(team: Team, user: User) -> list[Json]:
    """The open modals, the topmost last, with the errors that stand below their inputs."""
    open_now = [team.screens.views[view_id] for view_id in team.screens.stacks.get(user.id, [])]
    return [{**modals.view_json(team, view), "errors": view.errors} for view in open_now]


@verb
def home(team: Team, user: User) -> Json | None:
    view = team.screens.homes.get(user.id)
    return modals.view_json(team, view) if view else None


@verb
def status(team: Team, user: User, channel: str, thread_ts: str) -> Json:
    """What the app shows about its work in a thread; an empty status line says nothing."""
    conversation = team.seen_by(user, channel)
    session = team.screens.session(conversation.id, thread_ts)
    lasting = team.clock.now() < session.until
    return {
        "status": session.status if lasting else "",
        "loading_messages": list(session.loading_messages) if lasting else [],
        "agent_status": session.agent_status,
        "title": session.title,
    }


@verb
def suggested_prompts(team: Team, user: User) -> Json:
    return team.screens.prompts.get(team.dm_with_app(user).id, {"title": "", "prompts": []})


@verb
def toasts(team: Team, user: User) -> list[str]:
    """The short notices that were shown, oldest first, such as operation_timeout."""
    return list(team.screens.toasts.get(user.id, ()))


def _with_ephemerals(conversation: Conversation, user: User, shown: list[Json], root_ts: str | None) -> list[Json]:
    mine = (each for each in conversation.ephemerals.get(user.id, ()) if each.get("thread_ts") == root_ts)
    return sorted([*shown, *map(dict, mine)], key=lambda message: str(message["ts"]))
