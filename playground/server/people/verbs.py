"""What people can do in Slack's client, by name, and the rules that every such act keeps."""

import inspect
from collections.abc import Callable
from typing import Any

from playground.server.conversation import Conversation, Json
from playground.server.errors import Impossible
from playground.server.screens import View
from playground.server.team import Team, User

Verb = Callable[..., Any]

VERBS: dict[str, Verb] = {}
_SIGHTS: set[str] = set()


def verb(do: Verb) -> Verb:
    """Makes a function callable by people, under its own name."""
    VERBS[do.__name__] = do
    return do


def sight(see: Verb) -> Verb:
    """Makes callable what only looks."""
    _SIGHTS.add(see.__name__)
    return verb(see)


async def perform(team: Team, handle: str, name: str, arguments: Json) -> Any:
    """Does one thing as one person. Raises Impossible, also for what no person can do."""
    result, _ = await perform_noted(team, handle, name, arguments)
    return result


async def perform_noted(team: Team, handle: str, name: str, arguments: Json) -> tuple[Any, int | None]:
    """The same, with the number of the act; what only looks is none and has no number."""
    user = team.by_handle(handle)
    do = VERBS.get(name)
    if do is None:
        raise Impossible("no_such_verb", name)
    if user.deactivated or user.role == "bot":
        raise Impossible("account_inactive", handle)
    try:
        inspect.signature(do).bind(team, user, **arguments)
    except TypeError as error:
        raise Impossible("wrong_arguments", str(error)) from error
    if name in _SIGHTS:
        return do(team, user, **arguments), None
    with team.ledger.acting(user.id, name, arguments) as act:
        result = do(team, user, **arguments)
        return (await result if inspect.isawaitable(result) else result), act.number


def writable(team: Team, user: User, channel: str) -> Conversation:
    conversation = member_of(team, user, channel)
    if conversation.archived:
        raise Impossible("is_archived", channel)
    if conversation is team.dm_with_app(user) and (not team.app.messages_tab or team.app.messages_read_only):
        raise Impossible("read_only", channel)
    return conversation


def member_of(team: Team, user: User, channel: str) -> Conversation:
    conversation = team.seen_by(user, channel)
    if user.id not in conversation.members:
        raise Impossible("not_in_channel", channel)
    return conversation


def message(user: User, conversation: Conversation, ts: str, *, ephemeral: bool = False) -> Json:
    if ephemeral:
        for whisper in conversation.ephemerals.get(user.id, ()):
            if whisper["ts"] == ts:
                return whisper
    if ts not in conversation.messages:
        raise Impossible("message_not_found", ts)
    return conversation.messages[ts]


def own(user: User, conversation: Conversation, ts: str) -> Json:
    found = message(user, conversation, ts)
    if found.get("user") != user.id or found.get("subtype") == "tombstone":
        raise Impossible("not_your_message", ts)
    return found


def view_of(team: Team, user: User, view_id: str) -> View:
    """The topmost modal of this person, or their Home."""
    stack = team.screens.stacks.get(user.id, [])
    view = team.screens.view(view_id)
    if view is None or view.user_id != user.id or (view.content["type"] == "modal" and stack[-1:] != [view_id]):
        raise Impossible("not_on_the_screen", view_id)
    return view
