"""chat.startStream, appendStream and stopStream (https://docs.slack.dev/reference/methods/chat.startStream)."""

from playground.server import events, messages, news, streamed
from playground.server.arguments import Arguments
from playground.server.content import MAX_MARKDOWN, check_blocks, checked_metadata
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError, invalid_arguments
from playground.server.methods.agents import LIFECYCLE
from playground.server.methods.chat import settle
from playground.server.methods.registry import method, need_scope
from playground.server.screens import Streaming
from playground.server.team import Team

STREAM_SECONDS = 300
"""A stream that nothing is added to for so long leaves its streaming state."""
_TASK_DISPLAY = ("timeline", "plan")


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
    display = args.text("task_display_mode") or _TASK_DISPLAY[0]
    if display not in _TASK_DISPLAY:
        raise invalid_arguments("must be one of timeline, plan [json-pointer:/task_display_mode]")
    chunks = _written(args)
    message = messages.new_message(team, team.app_user, "")
    message["streaming_state"] = "in_progress"
    messages.in_thread(conversation, message, thread_ts)
    ts = str(message["ts"])
    stream = Streaming(ts, chunks, team.clock.now(), as_plan=display == "plan")
    _show(message, stream)
    messages.post(team, conversation, message)
    team.screens.streams[conversation.id, ts] = stream
    return {"channel": conversation.id, "ts": ts}


@method("chat.appendStream", "chat:write", tier="tier4")
def append_stream(team: Team, args: Arguments) -> Json:
    conversation, stream = _stream(team, args)
    chunks = _written(args)
    if not chunks:
        raise SlackError("no_text")
    _add(team, conversation, stream, chunks)
    return {"channel": conversation.id, "ts": stream.ts}


@method("chat.stopStream", "chat:write", tier="tier2")
def stop_stream(team: Team, args: Arguments) -> Json:
    conversation, stream = _stream(team, args)
    chunks = _written(args)
    blocks = args.objects("blocks", "invalid_blocks")
    check_blocks(blocks)
    metadata = checked_metadata(args)
    session_status = args.text("session_status") or LIFECYCLE[0]
    if session_status not in LIFECYCLE:
        raise invalid_arguments("must be one of active, processing, suspended, closed [json-pointer:/session_status]")
    _add(team, conversation, stream, chunks)
    previous = dict(conversation.messages[stream.ts])
    if not previous.get("blocks") and not blocks:
        raise SlackError("no_text")
    message = end(team, conversation, stream)
    if blocks:
        message["blocks"] = [*message.get("blocks", ()), *messages.with_ids(blocks)]
    if metadata is not None:
        message["metadata"] = metadata
    news.message(team, conversation, message)
    events.message_changed(team, conversation, message, previous)
    session = team.screens.session(conversation.id, str(message["thread_ts"]))
    if session.agent_status:
        session.agent_status = session_status
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


def _written(args: Arguments) -> list[Json]:
    chunks = args.objects("chunks", "invalid_chunks") or []
    if not all(map(streamed.is_chunk, chunks)):
        raise SlackError("invalid_chunks")
    check_blocks([block for chunk in chunks for block in chunk.get("blocks", ())])
    chunks = [
        chunk | {"blocks": messages.with_ids(chunk["blocks"])} if "blocks" in chunk else chunk for chunk in chunks
    ]
    if text := args.text("markdown_text"):
        chunks = [{"type": "markdown_text", "text": text}, *chunks]
    if len(streamed.words(chunks)) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    return chunks


def _add(team: Team, conversation: Conversation, stream: Streaming, chunks: list[Json]) -> None:
    stream.chunks += chunks
    stream.touched = team.clock.now()
    message = conversation.messages[stream.ts]
    _show(message, stream)
    news.message(team, conversation, message)


def _show(message: Json, stream: Streaming) -> None:
    message["text"] = streamed.words(stream.chunks)
    if shown := streamed.blocks(stream):
        message["blocks"] = messages.with_ids(shown)
