"""Slack's messages as readable text: rich text, blocks, attachments, forwarded messages, text files, mrkdwn entities.

Shapes: docs.slack.dev/reference/block-kit/blocks/rich-text-block and docs.slack.dev/messaging/formatting-message-text.
Nothing here raises on odd shapes: what cannot be read is left out.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.conversation import Message, Permalink

Raw = Mapping[str, Any]

_WITHOUT_WORDS = frozenset(
    {
        "channel_archive",
        "channel_convert_to_private",
        "channel_convert_to_public",
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_posting_permissions",
        "channel_purpose",
        "channel_topic",
        "channel_unarchive",
        "group_join",
        "group_leave",
        "pinned_item",
        "reminder_add",
        "tombstone",
    }
)
"""Subtypes of messages that Slack writes itself."""

_ENTITY = re.compile(r"<([^<>\n]+)>")
_PERMALINK = re.compile(
    r"https://([a-z0-9-]+)\.(?:enterprise\.)?slack\.com/archives/([CGD][A-Z0-9]+)/p(\d{10})(\d{6})", re.IGNORECASE
)


def no_file_text(_file: Raw) -> None:
    """For callers that read no files."""


@dataclass(frozen=True, slots=True)
class Names:
    """How ids become names."""

    person: Callable[[str], str]
    channel: Callable[[str], str]


def readable(
    raw: Raw,
    *,
    name_of: Callable[[str], str],
    channel_name_of: Callable[[str], str],
    file_text: Callable[[Raw], str | None] = no_file_text,
) -> Message:
    """A message of conversations.replies, an event or a shortcut, as a person would read it."""
    names = Names(name_of, channel_name_of)
    author = _text(raw.get("user")) or None
    is_bot = bool(raw.get("bot_id")) or raw.get("subtype") == "bot_message"
    bot_name = _text(_mapping(raw.get("bot_profile")).get("name")) or _text(raw.get("username"))
    return Message(
        ts=_text(raw.get("ts")),
        author_id=author,
        author_name=bot_name if is_bot and bot_name else (author or ""),
        text="" if raw.get("subtype") in _WITHOUT_WORDS else _words(raw, names, file_text),
        is_bot=is_bot,
        edited=bool(raw.get("edited")),
    )


def _words(raw: Raw, names: Names, file_text: Callable[[Raw], str | None]) -> str:
    body = from_blocks(raw.get("blocks"), names).strip()
    if not body:
        body = from_mrkdwn(_text(raw.get("text")), names).strip()
    parts = [body, *_attachments(raw.get("attachments"), names)]
    for file in _mappings(raw.get("files")):
        words = file_text(file)
        if words:
            parts.append(f"[{_text(file.get('name')) or 'file'}]\n{words.strip()}")
    return "\n\n".join(part for part in parts if part)


def from_mrkdwn(text: str, names: Names) -> str:
    """Slack's own markup as text: entities decoded, mentions as names, links as their label and address."""
    return html.unescape(_ENTITY.sub(lambda match: _entity(match.group(1), names), text)).replace("\u00a0", " ")


def _entity(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return f"@{label or names.person(target[1:])}"
    if target.startswith("#"):
        return f"#{names.channel(target[1:])}"
    if target.startswith("!subteam^"):
        return label or "@group"
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return f"@{target[1:]}"
    address = target.removeprefix("mailto:").removeprefix("tel:")
    return _link(address, label)


def _link(address: str, label: str) -> str:
    return address if not label or label in (address, address.removeprefix("https://")) else f"{label} ({address})"


def from_blocks(blocks: Any, names: Names) -> str:
    """The words of Block Kit blocks, one block a paragraph."""
    return "\n".join(words for block in _mappings(blocks) if (words := _block(block, names)))


def _block(block: Raw, names: Names) -> str:
    kind = block.get("type")
    if kind == "rich_text":
        return _rich_text(block.get("elements"), names)
    if kind == "markdown":
        return _text(block.get("text"))
    if kind in ("section", "header"):
        fields = [_object(field, names) for field in _mappings(block.get("fields"))]
        return "\n".join(words for words in [_object(block.get("text"), names), *fields] if words)
    if kind == "context":
        return " ".join(filter(None, (_object(one, names) for one in _mappings(block.get("elements")))))
    if kind == "table":
        rows = block.get("rows")
        cells = ([_cell(cell, names) for cell in _mappings(row)] for row in (rows if isinstance(rows, list) else ()))
        return "\n".join(" | ".join(row) for row in cells)
    return ""


def _object(value: Any, names: Names) -> str:
    text = _mapping(value)
    words = _text(text.get("text"))
    return from_mrkdwn(words, names) if text.get("type") == "mrkdwn" else words


def _cell(cell: Raw, names: Names) -> str:
    return _rich_text(cell.get("elements"), names) if cell.get("type") == "rich_text" else _text(cell.get("text"))


def _rich_text(elements: Any, names: Names) -> str:
    lines = []
    for element in _mappings(elements):
        kind, inside = element.get("type"), element.get("elements")
        if kind == "rich_text_preformatted":
            lines.append(f"```\n{_inline(inside, names)}\n```")
        elif kind == "rich_text_quote":
            lines.append("\n".join(f"> {line}" for line in _inline(inside, names).splitlines()))
        elif kind == "rich_text_list":
            lines.append("\n".join(_list(element, names)))
        else:
            lines.append(_inline(inside, names).removesuffix("\n"))
    return "\n".join(line for line in lines if line)


def _list(element: Raw, names: Names) -> Iterator[str]:
    indent = "  " * (element["indent"] if isinstance(element.get("indent"), int) else 0)
    before = element["offset"] if isinstance(element.get("offset"), int) else 0
    for number, item in enumerate(_mappings(element.get("elements")), start=before + 1):
        mark = f"{number}." if element.get("style") == "ordered" else "-"
        yield f"{indent}{mark} {_inline(item.get('elements'), names)}"


def _inline(elements: Any, names: Names) -> str:
    return "".join(_element(element, names) for element in _mappings(elements))


def _element(element: Raw, names: Names) -> str:  # noqa: PLR0911 - one line a kind of element
    kind = element.get("type")
    if kind == "link":
        return _link(_text(element.get("url")), _text(element.get("text")))
    if kind == "user":
        return f"@{names.person(_text(element.get('user_id')))}"
    if kind == "channel":
        return f"#{names.channel(_text(element.get('channel_id')))}"
    if kind == "emoji":
        return f":{_text(element.get('name'))}:"
    if kind == "broadcast":
        return f"@{_text(element.get('range'))}"
    if kind == "usergroup":
        return "@group"
    if kind == "date":
        return _text(element.get("fallback"))
    return _text(element.get("text"))


def _attachments(attachments: Any, names: Names) -> Iterable[str]:
    """Quoted and forwarded messages, link previews, cards of other apps."""
    for attachment in _mappings(attachments):
        if words := _forwarded_words(attachment, names):
            who = _text(attachment.get("author_name"))
            yield "\n".join(f"> {line}" for line in ([f"{who}:"] if who else []) + words.splitlines())


def _forwarded_words(attachment: Raw, names: Names) -> str:
    inner = [
        from_blocks(_mapping(_mapping(one).get("message")).get("blocks"), names)
        for one in _mappings(attachment.get("message_blocks"))
    ]
    words = "\n".join(filter(None, inner)) or from_blocks(attachment.get("blocks"), names)
    if not words:
        fields = [f"{_text(f.get('title'))}: {_text(f.get('value'))}" for f in _mappings(attachment.get("fields"))]
        lines = [_text(attachment.get(key)) for key in ("pretext", "title", "text")]
        words = "\n".join(from_mrkdwn(line, names) for line in [*lines, *fields] if line)
    return words or from_mrkdwn(_text(attachment.get("fallback")), names)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message that another one carries: where it stands, who wrote it, and its readable words."""

    channel_id: str
    ts: str
    author_id: str | None
    text: str


def forwarded(raw: Raw, names: Names) -> Forwarded | None:
    """The message that somebody forwarded with this one; None when there is none."""
    for one in _mappings(raw.get("attachments")):
        if one.get("is_share") or one.get("is_msg_unfurl"):
            channel_id, author_id = _text(one.get("channel_id")), _text(one.get("author_id")) or None
            return Forwarded(channel_id, _text(one.get("ts")), author_id, _forwarded_words(one, names))
    return None


def parse_permalink(text: str) -> Permalink | None:
    """The permalink that `text` is: bare, in <…>, or with a label. None for anything else."""
    bare = text.strip().removeprefix("<").removesuffix(">").partition("|")[0].strip()
    match = _PERMALINK.match(bare)
    if match is None:
        return None
    domain, channel_id, seconds, fraction = match.groups()
    rest = bare[match.end() :]
    if rest and not rest.startswith(("?", "#", "/")):
        return None
    thread = parse_qs(urlsplit(html.unescape(bare)).query).get("thread_ts", [None])[0]
    return Permalink(domain.lower(), channel_id, f"{seconds}.{fraction}", thread)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Raw:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Any) -> list[Raw]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []
