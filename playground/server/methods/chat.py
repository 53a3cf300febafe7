"""chat.*, but for streams."""

from playground.server import messages, news
from playground.server.arguments import Arguments
from playground.server.block_kit import too_long
from playground.server.content import message_content
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError
from playground.server.methods.registry import method, need_scope
from playground.server.shapes import message_json
from playground.server.team import Team

MAX_UPDATED_TEXT = 4_000


@method("chat.postMessage", "chat:write", tier="posting")
def post_message(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/chat.postMessage."""
    _check_costume(team, args)
    conversation = _where_to_post(team, args.required("channel"))
    content = message_content(args)
    if too_long(content.get("blocks", ())):
        raise SlackError("msg_blocks_too_long")
    message = messages.new_message(team, team.app_user, content.pop("text"), blocks=content.pop("blocks", None))
    message |= content
    broadcast = args.flag("reply_broadcast")
    messages.in_thread(conversation, message, _thread(conversation, args), broadcast=broadcast)
    messages.post(team, conversation, message)
    settle(team, conversation, message)
    shown = message_json(message, metadata=True)
    return {"channel": conversation.id, "ts": message["ts"], "message": shown}


@method("chat.postEphemeral", "chat:write", tier="tier4")
def post_ephemeral(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/chat.postEphemeral."""
    _check_costume(team, args)
    user_id = args.required("user")
    conversation = _where_to_post(team, args.required("channel"))
    if user_id not in conversation.members:
        raise SlackError("user_not_in_channel")
    content = message_content(args)
    content.pop("metadata", None)
    message = messages.new_message(team, team.app_user, content.pop("text"), blocks=content.pop("blocks", None))
    message |= content
    messages.in_thread(conversation, message, _thread(conversation, args))
    messages.whisper(team, conversation, user_id, message)
    return {"message_ts": message["ts"]}


@method("chat.update", "chat:write", tier="tier3")
def update(team: Team, args: Arguments) -> Json:
    """What is not given stays, an empty list takes away (https://docs.slack.dev/reference/methods/chat.update)."""
    conversation, message = _own(team, args, "cant_update_message")
    if conversation.archived:
        raise SlackError("is_inactive")
    if (conversation.id, str(message["ts"])) in team.screens.streams:
        raise SlackError("streaming_state_conflict")
    content = message_content(args, most=MAX_UPDATED_TEXT)
    if "blocks" in content:
        content["blocks"] = messages.with_ids(content["blocks"]) or None
    messages.edit(team, conversation, str(message["ts"]), team.app_user, content)
    shown = message_json(message, metadata=True)
    return {"channel": conversation.id, "ts": message["ts"], "text": message["text"], "message": shown}


@method("chat.delete", "chat:write", tier="tier3")
def delete(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/chat.delete."""
    conversation, message = _own(team, args, "cant_delete_message")
    ts = str(message["ts"])
    team.screens.streams.pop((conversation.id, ts), None)
    messages.delete(team, conversation, ts)
    return {"channel": conversation.id, "ts": ts}


@method("chat.getPermalink", tier="special", json=False)
def get_permalink(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/chat.getPermalink."""
    conversation = team.seen_by_app(args.required("channel"))
    message = conversation.messages.get(args.required("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    return {"channel": conversation.id, "permalink": team.permalink(conversation, message)}


def settle(team: Team, conversation: Conversation, message: Json) -> None:
    """A message of the app ends the status line that it showed in the thread."""
    thread_ts = str(message.get("thread_ts") or message["ts"])
    session = team.screens.session(conversation.id, thread_ts)
    session.status, session.loading_messages = "", ()
    news.status(team, conversation, thread_ts)


def _check_costume(team: Team, args: Arguments) -> None:
    if any(args.text(name) for name in ("username", "icon_emoji", "icon_url")):
        need_scope(team, "chat:write.customize")


def _where_to_post(team: Team, channel: str) -> Conversation:
    """A channel's id or name, or a person's id for their DM with the app."""
    if channel in team.users:
        user = team.users[channel]
        if user.role == "bot" or user.deactivated:
            raise SlackError("channel_not_found")
        conversation = team.dm_with_app(user)
    else:
        conversation = team.seen_by_app(_id_of(team, channel) if channel.startswith("#") else channel)
    if not team.app_is_in(conversation) and "chat:write.public" not in team.app.scopes:
        raise SlackError("not_in_channel")
    if conversation.archived:
        raise SlackError("is_archived")
    if conversation.kind == "im" and not team.app.messages_tab:
        raise SlackError("messages_tab_disabled")
    return conversation


def _id_of(team: Team, channel: str) -> str:
    return next((each.id for each in team.conversations.values() if f"#{each.name}" == channel), channel)


def _thread(conversation: Conversation, args: Arguments) -> str | None:
    """The root to reply to. Slack puts a reply to a message that is gone into the channel."""
    thread_ts = args.text("thread_ts")
    root = conversation.messages.get(thread_ts)
    if root is None:
        return None
    if root.get("thread_ts") not in (None, thread_ts):
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def _own(team: Team, args: Arguments, otherwise: str) -> tuple[Conversation, Json]:
    conversation = team.seen_by_app(args.required("channel"))
    message = conversation.messages.get(args.required("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.get("user") != team.app.bot_user_id:
        raise SlackError(otherwise)
    return conversation, message
