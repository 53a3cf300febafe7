"""What an app wants to say: text, blocks and metadata, checked as Slack checks them."""

import re
from typing import Any

from playground.server.arguments import Arguments
from playground.server.block_kit import problems
from playground.server.conversation import Json
from playground.server.errors import SlackError

MAX_TEXT = 40_000
MAX_MARKDOWN = 12_000
MAX_ATTACHMENTS = 100
MAX_METADATA_BYTES = 16_000
_ENTITY = re.compile(r"(<[^<>\n]+>|^>{1,3}(?= |$))", re.MULTILINE)
_BARE = re.compile(r"&(?!(?:amp|lt|gt);)")
_NO_WORDS = "This content can't be displayed."


def message_content(args: Arguments, *, most: int = MAX_TEXT) -> Json:
    """The parts of a message that the app gave: text, blocks, attachments, metadata.

    Raises SlackError: no_text, msg_too_long, markdown_text_conflict, invalid_blocks_format, invalid_blocks,
    invalid_attachments, too_many_attachments, invalid_metadata_format, metadata_too_large.
    """
    content: Json = {}
    text, markdown = args.text("text"), args.text("markdown_text")
    blocks = args.objects("blocks", "invalid_blocks_format")
    attachments = args.objects("attachments", "invalid_attachments")
    if markdown and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(text) > most or len(markdown) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    check_blocks(blocks)
    _check_attachments(attachments or [])
    content["text"] = escaped(text) if text else markdown or words_of(blocks or ())
    if blocks is not None:
        content["blocks"] = blocks
    if attachments is not None:
        content["attachments"] = [
            {"id": number, "fallback": "[no preview available]", **each} for number, each in enumerate(attachments, 1)
        ]
    metadata = checked_metadata(args)
    if metadata is not None:
        content["metadata"] = metadata
    return content


def check_blocks(blocks: list[Json] | None) -> None:
    """Raises SlackError(invalid_blocks)."""
    found = problems(blocks, "message") if blocks else []
    if found:
        raise _refused("invalid_blocks", found)


def _check_attachments(attachments: list[Json]) -> None:
    """Attachments may carry blocks, too (https://docs.slack.dev/legacy/legacy-messaging)."""
    if len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for each in attachments:
        found = problems(each["blocks"], "message") if "blocks" in each else []
        if found:
            raise _refused("invalid_attachments", found)


def _refused(code: str, found: list[str]) -> SlackError:
    return SlackError(code, errors=found, response_metadata={"messages": [f"[ERROR] {each}" for each in found]})


def checked_metadata(args: Arguments) -> Json | None:
    """See https://docs.slack.dev/messaging/message-metadata."""
    metadata = args.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not metadata["event_type"] or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(repr(metadata).encode()) > MAX_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def escaped(text: str) -> str:
    """An app's text as Slack keeps it: bare &, < and > are escaped, entities and links stay."""
    parts = _ENTITY.split(text)
    parts[::2] = [_BARE.sub("&amp;", part).replace("<", "&lt;").replace(">", "&gt;") for part in parts[::2]]
    return "".join(parts)


def words_of(blocks: Any) -> str:
    """A message's text when its app sent only blocks: Slack makes one from their first words."""
    for block in blocks:
        text = block.get("text")
        found = text.get("text") if isinstance(text, dict) else text
        if isinstance(found, str) and found:
            return found
    return _NO_WORDS
