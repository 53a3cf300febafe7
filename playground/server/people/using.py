"""Commands, shortcuts, buttons, forms and the app's own tabs, as a person."""

from typing import Any

from playground.server import elements, events, interactions, modals
from playground.server.conversation import Conversation, Json
from playground.server.errors import Impossible
from playground.server.methods.streams import end
from playground.server.people.verbs import message, sight, verb, view_of, writable
from playground.server.screens import View
from playground.server.team import Team, User


@verb
async def slash(team: Team, user: User, command: str, text: str = "", channel: str = "#general") -> bool:
    """Runs a command in a channel; threads have none. False when the app did not answer."""
    return await interactions.slash(team, user, writable(team, user, channel), command, text)


@verb
async def message_shortcut(team: Team, user: User, callback_id: str, channel: str, ts: str) -> bool:
    conversation = team.seen_by(user, channel)
    clicked = message(user, conversation, ts)
    return await interactions.message_shortcut(team, user, conversation, clicked, callback_id)


@verb
async def global_shortcut(team: Team, user: User, callback_id: str) -> bool:
    return await interactions.global_shortcut(team, user, callback_id)


@verb
async def click(
    team: Team,
    user: User,
    channel: str,
    ts: str,
    action_id: str,
    *,
    value: Any = None,
    block_id: str | None = None,
) -> bool:
    """Presses a button or chooses `value` in a message. False when the app did not answer."""
    conversation = team.seen_by(user, channel)
    clicked = message(user, conversation, ts, ephemeral=True)
    each = elements.find(clicked.get("blocks", ()), action_id, block_id=block_id, value=value)
    suggested = team.screens.message_options.get((user.id, conversation.id, ts, each.action_id), [])
    what = elements.chosen(each.element, value, suggested)
    return await interactions.click_in_message(team, user, conversation, clicked, each=each, what=what)


@verb
async def click_in_view(
    team: Team, user: User, view_id: str, action_id: str, *, value: Any = None, block_id: str | None = None
) -> bool:
    """Presses a button or chooses `value` in the topmost modal or in Home."""
    view = view_of(team, user, view_id)
    each = elements.find(view.content["blocks"], action_id, block_id=block_id, value=value)
    what = elements.chosen(each.element, value, view.options.get((each.block_id, each.action_id), []))
    return await interactions.click_in_view(team, user, view, each, what)


@sight
def fill(team: Team, user: User, view_id: str, action_id: str, value: Any, *, block_id: str | None = None) -> None:
    """Enters something into the topmost modal; the app hears of it when the form is sent."""
    _fill(view_of(team, user, view_id), action_id, value, block_id)


def _fill(view: View, action_id: str, value: Any, block_id: str | None) -> None:
    each = elements.find(view.content["blocks"], action_id, block_id=block_id)
    suggested = view.options.get((each.block_id, each.action_id), [])
    elements.remember(view.values, each, elements.chosen(each.element, value, suggested))


@verb
async def submit(team: Team, user: User, view_id: str, values: dict[str, dict[str, Any]] | None = None) -> Json:
    """Fills in a form and sends it: {"result": errors | update | push | clear | closed | timeout, …}."""
    view = view_of(team, user, view_id)
    if view.content["type"] != "modal" or not view.content.get("submit"):
        raise Impossible("no_submit_button")
    for block_id, actions in (values or {}).items():
        for action_id, value in actions.items():
            _fill(view, action_id, value, block_id)
    result, detail = await interactions.submit(team, user, view)
    return {
        "result": result,
        "errors": detail if result == "errors" else {},
        "view": detail if result in ("update", "push") else None,
    }


@verb
async def close(team: Team, user: User, view_id: str, everything: bool = False) -> None:
    """Closes the topmost modal, or all of them."""
    await interactions.close(team, user, view_of(team, user, view_id), everything=everything)


@verb
async def suggest(
    team: Team,
    user: User,
    action_id: str,
    typed: str,
    *,
    view_id: str | None = None,
    channel: str | None = None,
    ts: str | None = None,
    block_id: str | None = None,
) -> list[Json]:
    """Types into an external select and returns the options that the app offers."""
    if view_id is not None:
        view = view_of(team, user, view_id)
        each = elements.find(view.content["blocks"], action_id, block_id=block_id)
        _check_typed(each, typed)
        place: Json = {"container": {"type": "view", "view_id": view.id}, "view": modals.view_json(team, view)}
        view.options[each.block_id, each.action_id] = options = await interactions.suggest(
            team, user, each, typed, place
        )
        return options
    conversation = team.seen_by(user, channel or "")
    clicked = message(user, conversation, ts or "", ephemeral=True)
    each = elements.find(clicked.get("blocks", ()), action_id, block_id=block_id)
    _check_typed(each, typed)
    container = {"type": "message", "message_ts": ts, "channel_id": conversation.id}
    place = {"container": container, "channel": {"id": conversation.id, "name": conversation.name}}
    options = await interactions.suggest(team, user, each, typed, place)
    team.screens.message_options[user.id, conversation.id, str(ts), each.action_id] = options
    return options


@verb
def open_home(team: Team, user: User) -> None:
    interactions.open_home(team, user)


@verb
def open_messages_tab(team: Team, user: User) -> str:
    """Opens the DM with the app and returns its id."""
    if not team.app.messages_tab:
        raise Impossible("no_messages_tab")
    conversation = team.dm_with_app(user)
    events.app_home_opened(team, user, conversation.id, "messages", None)
    return conversation.id


@verb
def stop_agent_session(team: Team, user: User, channel: str, thread_ts: str) -> None:
    """Presses the stop button of the app's work; streams that run stop at once, the session's status is the app's."""
    conversation = team.seen_by(user, channel)
    if not stoppable(team, conversation, thread_ts):
        raise Impossible("no_stop_button")
    running = [
        stream
        for (channel_id, ts), stream in team.screens.streams.items()
        if channel_id == conversation.id and conversation.messages[ts].get("thread_ts") == thread_ts
    ]
    for stream in running:
        end(team, conversation, stream)
    events.agent_session_stopped(team, user, conversation.id, thread_ts, [stream.ts for stream in running])


def stoppable(team: Team, conversation: Conversation, thread_ts: str) -> bool:
    """Whether the app's work in a thread shows a stop button: only to apps that would hear of it being pressed."""
    processing = team.screens.session(conversation.id, thread_ts).agent_status == "processing"
    return processing and "agent_session_stopped" in team.app.events


def _check_typed(each: elements.Placed, typed: str) -> None:
    if len(typed) < int(each.element.get("min_query_length", 3)):
        raise Impossible("too_short", each.action_id)
