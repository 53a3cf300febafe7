"""chat.startStream, appendStream and stopStream (https://docs.slack.dev/reference/methods/chat.startStream)."""

from playground.server import events, messages, news
from playground.server.arguments import Arguments
from playground.server.content import MAX_MARKDOWN, check_blocks, checked_metadata
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError, invalid_arguments
from playground.server.methods.chat import settle
from playground.server.methods.registry import method, need_scope
from playground.server.screens import Streaming
from playground.server.team import Team

STREAM_SECONDS = 300
"""A stream that nothing is added to for so long leaves its streaming state."""
_CHUNKS = {"markdown_text": "text", "task_update": "id", "plan_update": "title", "blocks": "blocks"}


@method("chat.startStream", "chat:write", tier="tier2")
def start_stream(team: Team, args: Arguments) -> Json:
    if any(args.text(name) for name in ("username", "icon_emoji", "icon_url")):
        need_scope(team, "chat:write.customize")
    conversation = team.with_app_in(args.required("channel"))
    if conversation.archived:
        raise SlackError("is_archived")
    thread_ts = args.required("thread_ts")
    if conversation.kind != "im":
        for name in ("recipient_team_id", "recipient_user_id"):
            if not args.text(name):
                raise SlackError(f"missing_{name}")
        if args.text("recipient_user_id") not in team.users:
            raise SlackError("user_not_found")
    if thread_ts not in conversation.messages:
        raise invalid_arguments("invalid thread_ts [json-pointer:/thread_ts]")
    text, chunks = _written(args)
    message = messages.new_message(team, team.app_user, text)
    message["streaming_state"] = "in_progress"
    messages.in_thread(conversation, message, thread_ts)
    messages.post(team, conversation, message)
    ts = str(message["ts"])
    team.screens.streams[conversation.id, ts] = Streaming(ts, text, chunks, team.clock.now())
    return {"channel": conversation.id, "ts": ts}


@method("chat.appendStream", "chat:write", tier="tier4")
def append_stream(team: Team, args: Arguments) -> Json:
    conversation, stream = _stream(team, args)
    text, chunks = _written(args)
    if not text and not chunks:
        raise SlackError("no_text")
    _add(team, conversation, stream, text, chunks)
    return {"channel": conversation.id, "ts": stream.ts}


@method("chat.stopStream", "chat:write", tier="tier2")
def stop_stream(team: Team, args: Arguments) -> Json:
    conversation, stream = _stream(team, args)
    text, chunks = _written(args)
    blocks = args.objects("blocks", "invalid_blocks")
    check_blocks(blocks)
    metadata = checked_metadata(args)
    _add(team, conversation, stream, text, chunks)
    previous = dict(conversation.messages[stream.ts])
    if not stream.text and not previous.get("blocks") and not blocks:
        raise SlackError("no_text")
    message = end(team, conversation, stream)
    if blocks:
        message["blocks"] = [*message.get("blocks", ()), *messages.with_ids(blocks)]
    if metadata is not None:
        message["metadata"] = metadata
    news.message(team, conversation, message)
    events.message_changed(team, conversation, message, previous)
    settle(team, conversation, message)
    return {"channel": conversation.id, "ts": stream.ts, "message": message}


def end(team: Team, conversation: Conversation, stream: Streaming) -> Json:
    """Takes a message out of its streaming state."""
    team.screens.streams.pop((conversation.id, stream.ts), None)
    message = conversation.messages[stream.ts]
    message.pop("streaming_state", None)
    news.message(team, conversation, message)
    return message


def _stream(team: Team, args: Arguments) -> tuple[Conversation, Streaming]:
    conversation = team.with_app_in(args.required("channel"))
    ts = args.required("ts")
    message = conversation.messages.get(ts)
    if message is None:
        raise SlackError("message_not_found")
    if message.get("user") != team.app.bot_user_id:
        raise SlackError("message_not_owned_by_app")
    stream = team.screens.streams.get((conversation.id, ts))
    if stream is None:
        raise SlackError("message_not_in_streaming_state")
    if team.clock.now() - stream.touched > STREAM_SECONDS:
        end(team, conversation, stream)
        raise SlackError("message_not_in_streaming_state")
    return conversation, stream


def _written(args: Arguments) -> tuple[str, list[Json]]:
    text = args.text("markdown_text")
    if len(text) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    chunks = args.objects("chunks", "invalid_chunks") or []
    for chunk in chunks:
        if chunk.get("type") not in _CHUNKS or _CHUNKS[chunk["type"]] not in chunk:
            raise SlackError("invalid_chunks")
        if chunk["type"] == "blocks":
            check_blocks(chunk["blocks"])
        if chunk["type"] == "markdown_text":
            text += str(chunk["text"])
    return text, [chunk for chunk in chunks if chunk["type"] != "markdown_text"]


def _add(team: Team, conversation: Conversation, stream: Streaming, text: str, chunks: list[Json]) -> None:
    stream.text += text
    stream.chunks += chunks
    stream.touched = team.clock.now()
    message = conversation.messages[stream.ts]
    message["text"] = stream.text
    shown: list[Json] = [{"type": "markdown", "text": stream.text}] if stream.text else []
    shown += [block for chunk in stream.chunks for block in chunk.get("blocks", ())]
    if shown:
        message["blocks"] = messages.with_ids(shown)
    news.message(team, conversation, message)
