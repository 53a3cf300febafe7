"""What a person sees, as JSON: channels, messages, modals, Home."""

from bisect import bisect_left, bisect_right
from dataclasses import asdict

from playground.server import modals, news
from playground.server.clock import micros, ts_of
from playground.server.conversation import Conversation, Json
from playground.server.errors import Impossible
from playground.server.people.using import stoppable
from playground.server.people.verbs import member_of, message, sight
from playground.server.shapes import conversation_json, message_json, user_json
from playground.server.team import Team, User


@sight
def me(team: Team, user: User) -> Json:
    return user_json(team, user, locale=True)


@sight
def people(team: Team, user: User) -> list[Json]:
    """Everybody in the workspace; a guest or stranger knows only whom they share a channel with."""
    known = {user.id} | {
        member for each in team.conversations.values() if user.id in each.members for member in each.members
    }
    shown = (each for each in team.users.values() if user.is_full_member or each.id in known)
    return [user_json(team, each) for each in shown]


@sight
def app(team: Team, user: User) -> Json:
    """What the app offers to everybody: its tabs, commands and shortcuts."""
    offered = team.app
    return {
        "id": offered.id,
        "user": offered.bot_user_id,
        "name": offered.name,
        "channel": team.dm_with_app(user).id,
        "home_tab": offered.home_tab,
        "messages_tab": offered.messages_tab,
        "messages_read_only": offered.messages_read_only,
        "commands": [asdict(command) for command in offered.commands.values()],
        "message_shortcuts": [{"callback_id": key, "name": name} for key, name in offered.message_shortcuts.items()],
        "global_shortcuts": [{"callback_id": key, "name": name} for key, name in offered.global_shortcuts.items()],
    }


@sight
def channels(team: Team, user: User) -> list[Json]:
    """Every conversation this person may see; direct messages once something stands in them or they were opened.

    `unread` counts what others wrote after `last_read`: in channels at top level, in direct messages in threads too.
    """
    return [
        conversation_json(team, each, user.id, num_members=True)
        | {"members": list(each.members), "last_read": team.read_up_to(user, each), "unread": unread(team, user, each)}
        for each in team.conversations.values()
        if team.may_see(user, each) and (not each.is_direct or _stands_in_sidebar(team, user, each))
    ]


def _stands_in_sidebar(team: Team, user: User, direct: Conversation) -> bool:
    return bool(direct.messages or direct.ephemerals.get(user.id) or (user.id, direct.id) in team.screens.opened)


def unread(team: Team, user: User, conversation: Conversation) -> int:
    """How much others wrote there since this person read it."""
    if user.id not in conversation.members:
        return 0
    mark = micros(team.read_up_to(user, conversation))
    if conversation.is_direct:
        found = [each for ts, each in conversation.messages.items() if micros(ts) > mark]
    else:
        later = conversation.timeline[bisect_right(conversation.timeline, mark) :]
        found = [conversation.messages[ts_of(moment)] for moment in later]
    return sum(each.get("user") != user.id for each in found)


@sight
def messages(
    team: Team,
    user: User,
    channel: str,
    *,
    limit: int | None = None,
    before: str | None = None,
    since: str | None = None,
) -> list[Json]:
    """What stands at top level, oldest first, with what only this person sees.

    At most the last `limit` of it; what was written since the ts `since` comes all the same.
    """
    conversation = team.seen_by(user, channel)
    end = bisect_left(conversation.timeline, micros(before)) if before else len(conversation.timeline)
    begin = max(0, end - limit) if limit else 0
    if since:
        begin = max(0, min(begin, bisect_left(conversation.timeline, micros(since)) - (limit or 0)))
    shown = [message_json(conversation.messages[ts_of(moment)]) for moment in conversation.timeline[begin:end]]
    if before:
        return shown
    return _with_ephemerals(conversation, user, shown, None)


@sight
def read(team: Team, user: User, channel: str) -> None:
    """Has everything in a conversation on the screen; what is there counts as read."""
    conversation = member_of(team, user, channel)
    team.read_marks[user.id, conversation.id] = team.clock.next_ts()
    news.screen(team, user.id, "read")


@sight
def permalink(team: Team, user: User, channel: str, ts: str) -> str:
    """What "Copy link" copies."""
    conversation = team.seen_by(user, channel)
    return team.permalink(conversation, message(user, conversation, ts))


@sight
def open_dm(team: Team, user: User, who: str) -> str:
    """Puts the direct message with somebody into the sidebar, and returns its id."""
    conversation = team.seen_by(user, who)
    team.screens.opened.add((user.id, conversation.id))
    return conversation.id


@sight
def thread(team: Team, user: User, channel: str, ts: str) -> list[Json]:
    """A thread from its root, with what only this person sees."""
    conversation = team.seen_by(user, channel)
    if ts not in conversation.messages:
        raise Impossible("message_not_found", ts)
    root_ts = str(conversation.messages[ts].get("thread_ts") or ts)
    shown = [message_json(conversation.messages[root_ts]), *map(message_json, conversation.replies(root_ts))]
    return _with_ephemerals(conversation, user, shown, root_ts)


@sight
def dm(team: Team, user: User) -> list[Json]:
    """All messages of the DM with the app, threads unfolded, oldest first."""
    conversation = team.dm_with_app(user)
    shown = [message_json(message) for message in conversation.messages.values()]
    ephemerals = [dict(each) for each in conversation.ephemerals.get(user.id, ())]
    return sorted([*shown, *ephemerals], key=lambda message: str(message["ts"]))


@sight
def views(team: Team, user: User) -> list[Json]:
    """The open modals, the topmost last, with the errors that stand below their inputs."""
    open_now = [team.screens.views[view_id] for view_id in team.screens.stacks.get(user.id, [])]
    return [{**modals.view_json(team, view), "errors": view.errors} for view in open_now]


@sight
def home(team: Team, user: User) -> Json | None:
    view = team.screens.homes.get(user.id)
    return modals.view_json(team, view) if view else None


@sight
def status(team: Team, user: User, channel: str, thread_ts: str) -> Json:
    """What the app shows about its work in a thread; an empty status line says nothing."""
    conversation = team.seen_by(user, channel)
    session = team.screens.session(conversation.id, thread_ts)
    lasting = team.clock.now() < session.until
    return {
        "status": session.status if lasting else "",
        "loading_messages": list(session.loading_messages) if lasting else [],
        "agent_status": session.agent_status,
        "stoppable": stoppable(team, conversation, thread_ts),
        "title": session.title,
        "seconds": max(0.0, session.until - team.clock.now()) if lasting else 0.0,
    }


@sight
def suggested_prompts(team: Team, user: User) -> Json:
    return team.screens.prompts.get(team.dm_with_app(user).id, {"title": "", "prompts": []})


@sight
def toasts(team: Team, user: User) -> list[str]:
    """The short notices that were shown, oldest first, such as operation_timeout."""
    return list(team.screens.toasts.get(user.id, ()))


def _with_ephemerals(conversation: Conversation, user: User, shown: list[Json], root_ts: str | None) -> list[Json]:
    mine = (each for each in conversation.ephemerals.get(user.id, ()) if each.get("thread_ts") == root_ts)
    return sorted([*shown, *map(dict, mine)], key=lambda message: str(message["ts"]))
