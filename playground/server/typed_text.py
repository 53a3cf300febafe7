"""What a person types, as Slack sends it: mrkdwn with entities, and the rich_text block that its client makes of it.

https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
import secrets
from collections.abc import Iterator

from playground.server.conversation import Json
from playground.server.team import Team

_FENCE = re.compile(r"(```.*?```)", re.DOTALL)
_CODE = re.compile(r"(`[^`\n]+`)")
_ENTITY = re.compile(r"(<(?:@[A-Z0-9]+|#[A-Z0-9]+|![a-z]+|https?://|mailto:)[^<>]*>)")
_URL = re.compile(r"(?<![<|\w])(https?://[^\s<>|]+[^\s<>|.,;:!?)\]」』。、])")
_NAME = re.compile(r"(?<![\w@#/.])([@#])([\w-]+)")
_TOKEN = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>|:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):")
_BROADCASTS = ("here", "channel", "everyone")


def wire_text(team: Team, typed: str) -> str:
    """Escapes &, < and >, and makes links, `@handle` and `#channel` into Slack's entities; code is only escaped."""
    return "".join(
        _escape(part) if part.startswith("```") else _wire_outside_fences(team, part) for part in _FENCE.split(typed)
    )


def _wire_outside_fences(team: Team, text: str) -> str:
    return "".join(
        _escape(part) if part.startswith("`") and len(part) > 1 else _wire_words(team, part)
        for part in _CODE.split(text)
    )


def _wire_words(team: Team, text: str) -> str:
    def link(match: re.Match[str]) -> str:
        return f"<{match[1]}>"

    def name(match: re.Match[str]) -> str:
        return _named(team, match[1], match[2]) or match[0]

    parts = _ENTITY.split(text)
    for index in range(0, len(parts), 2):
        parts[index] = _NAME.sub(name, _URL.sub(link, _escape(parts[index])))
    return "".join(parts)


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _named(team: Team, sign: str, name: str) -> str | None:
    if sign == "#":
        found = next((each for each in team.conversations.values() if each.name == name), None)
        return f"<#{found.id}|{found.name}>" if found else None
    if name in _BROADCASTS:
        return f"<!{name}>"
    user = next((each for each in team.users.values() if each.handle == name), None)
    return f"<@{user.id}>" if user else None


def rich_text(wire: str) -> list[Json]:
    """The blocks that Slack's client sends along with a message's text."""
    elements: list[Json] = []
    for part in _FENCE.split(wire):
        if part.startswith("```") and len(part) >= len("``````"):
            code = html.unescape(part[3:-3].strip("\n"))
            elements.append(
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": code}], "border": 0}
            )
        elif part.strip():
            elements.append({"type": "rich_text_section", "elements": list(_inline(part))})
    return [{"type": "rich_text", "block_id": secrets.token_hex(3), "elements": elements}] if elements else []


def _inline(text: str) -> Iterator[Json]:
    for part in _CODE.split(text):
        if part.startswith("`") and len(part) > 1:
            yield {"type": "text", "text": html.unescape(part[1:-1]), "style": {"code": True}}
        elif part:
            yield from _words(part)


def _words(text: str) -> Iterator[Json]:
    at = 0
    for match in _TOKEN.finditer(text):
        if match.start() > at:
            yield {"type": "text", "text": html.unescape(text[at : match.start()])}
        yield _token(match)
        at = match.end()
    if at < len(text):
        yield {"type": "text", "text": html.unescape(text[at:])}


def _token(match: re.Match[str]) -> Json:
    sign, target, label, emoji = match.groups()
    if emoji:
        return {"type": "emoji", "name": emoji}
    if sign == "@":
        return {"type": "user", "user_id": target}
    if sign == "#":
        return {"type": "channel", "channel_id": target}
    if sign == "!":
        return {"type": "broadcast", "range": target}
    link = {"type": "link", "url": html.unescape(target)}
    return {**link, "text": html.unescape(label)} if label else link
