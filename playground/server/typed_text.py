"""What a person types, as Slack sends it: mrkdwn with entities.

https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re

from playground.server.rich_text import FENCE
from playground.server.team import Team

_CODE = re.compile(r"((?<!`)`[^`\n]+`(?!`))")
_ENTITY = re.compile(r"(<(?:@[A-Z0-9]+|#[A-Z0-9]+|![a-z]+|https?://|mailto:)[^<>]*>)")
_URL = re.compile(r"(?<![<|\w])(https?://[^\s<>|]+[^\s<>|.,;:!?)\]」』。、])")
_NAME = re.compile(r"(?<![\w@#/.])([@#])([\w-]+)")
_BROADCASTS = ("here", "channel", "everyone")


def wire_text(team: Team, typed: str) -> str:
    """Escapes &, < and >, and makes links, `@handle` and `#channel` into Slack's entities; code is only escaped."""
    return "".join(
        _escape(part) if part.startswith("```") else _wire_outside_fences(team, part) for part in FENCE.split(typed)
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
