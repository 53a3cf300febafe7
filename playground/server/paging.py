"""Cursor pagination (https://docs.slack.dev/apis/web-api/pagination)."""

import base64
from collections.abc import Sequence
from typing import TypeVar

from playground.server.arguments import Arguments
from playground.server.conversation import Json
from playground.server.errors import SlackError

T = TypeVar("T")


def encode(kind: str, key: str) -> str:
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


def decode(kind: str, cursor: str) -> str:
    """What a cursor of this kind points at. Raises SlackError(invalid_cursor)."""
    try:
        found, _, key = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if found != kind or not key:
        raise SlackError("invalid_cursor")
    return key


def page(
    items: Sequence[tuple[str, T]], args: Arguments, *, kind: str, default: int, most: int = 1000
) -> tuple[list[T], Json]:
    """One page of (id, item) pairs in the order of their ids, and the metadata that leads to the next one."""
    limit = args.number("limit", default, most=most)
    cursor = args.text("cursor")
    since = decode(kind, cursor) if cursor else ""
    rest = [(key, item) for key, item in sorted(items, key=lambda pair: pair[0]) if key >= since]
    following = rest[limit][0] if len(rest) > limit else None
    metadata = {"next_cursor": encode(kind, following) if following else ""}
    return [item for _, item in rest[:limit]], metadata
