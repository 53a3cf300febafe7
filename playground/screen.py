"""What somebody sees, as lines for a terminal: messages, forms and Home, without Slack's markup."""

import html
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click

from playground.person import Json, Person

DIVIDER = "─" * 40
_WIDEST = 110
_ENTITY = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_PIECES = re.compile(r"\x1b\[[0-9;]*m|\s*[!-~]+|\s*[^!-~\s\x1b]|\s+")
"""What is not torn apart: words of the Latin alphabet, single characters of others, colours."""
_FENCE = re.compile(r"(```.*?```)", re.DOTALL)
_BOLD = re.compile(r"(?<!\w)[*_](?=\S)([^*_\n]+?)[*_](?!\w)")
_NAMED = re.compile(r"(?<!\w):([a-z0-9_+-]+):(?!\w)")
_EMOJI = {
    "bulb": "💡",
    "eyes": "👀",
    "raised_hands": "🙌",
    "pray": "🙏",
    "+1": "👍",
    "tada": "🎉",
    "joy": "😂",
    "thinking_face": "🤔",
    "memo": "📝",
    "white_check_mark": "✅",
    "heart": "❤️",
}
_INVISIBLE = re.compile("[\u2060\u200b]")


@dataclass(frozen=True)
class Names:
    """How people and channels are called, by id."""

    known: Mapping[str, str]

    def of(self, message: Json) -> str:
        return self.known.get(str(message.get("user")), str(message.get("username") or "?"))


def names_for(person: Person) -> Names:
    """Everybody and every channel that this person knows of."""
    people = {each["id"]: each["profile"]["display_name"] or each["real_name"] for each in person.people()}
    channels = {each["id"]: f"#{each['name']}" for each in person.channels() if each.get("name")}
    return Names({**people, **channels})


def readable(text: str, names: Names) -> str:
    """Slack's markup as one reads it: names for ids, the words of a link with its address."""

    def word(match: re.Match[str]) -> str:
        mark, target, label = match.groups()
        if mark == "@":
            return f"@{names.known.get(target, target)}"
        if mark == "#":
            return names.known.get(target, f"#{label or target}")
        if mark == "!":
            return f"@{target}"
        return f"{label} ({target.partition('?')[0]})" if label else target

    parts = _FENCE.split(_ENTITY.sub(word, text))
    shown = (
        part if part.startswith("```") else _BOLD.sub(lambda m: click.style(m[1], bold=True), part) for part in parts
    )
    named = _NAMED.sub(lambda match: _emoji(match[1]), "".join(shown))
    return html.unescape(_INVISIBLE.sub("", named))


def _emoji(name: str) -> str:
    return _EMOJI.get(name, f":{name}:")


def message_lines(message: Json, names: Names, *, inside: bool = False, with_ts: bool = True) -> list[str]:
    """A message: who and when, then what it says; a reply is set in."""
    at = datetime.fromtimestamp(float(message["ts"])).astimezone().strftime("%m-%d %H:%M")
    head = f"{names.of(message)}  {at}" + (f"  {message['ts']}" if with_ts else "")
    if message.get("is_ephemeral"):
        head += "  (only visible to you)"
    body = list(block_lines(message["blocks"], names)) if _is_drawn(message) else _plain(message, names)
    body += [f"📎 {each['name']}" for each in message.get("files", ())]
    body += [f"⤷ {readable(each.get('text', ''), names)}" for each in message.get("attachments", ())]
    told = "  ".join(f"{_emoji(each['name'])} {each['count']}" for each in message.get("reactions", ()))
    body += [told] if told else []
    return textwrap.indent("\n".join([head, *(f"  {line}" for line in body)]), "    " if inside else "").split("\n")


def _is_drawn(message: Json) -> bool:
    blocks = message.get("blocks") or []
    return bool(blocks) and blocks[0]["type"] != "rich_text"


def _plain(message: Json, names: Names) -> list[str]:
    return readable(message.get("text", ""), names).splitlines()


def block_lines(blocks: Iterable[Json], names: Names) -> Iterator[str]:
    """Blocks, as far as words and buttons tell them."""
    for block in blocks:
        match block["type"]:
            case "divider":
                yield DIVIDER
            case "actions":
                yield "  ".join(f"[ {label_of(element)} ]" for element in block["elements"])
            case "input":
                yield from _input(block)
            case "context":
                yield from (line for each in block["elements"] for line in _text(each, names))
            case _:
                yield from _text(block.get("text"), names)
                for field in block.get("fields", ()):
                    yield from _text(field, names)
                if "accessory" in block:
                    yield f"[ {label_of(block['accessory'])} ]"


def _text(given: Any, names: Names) -> list[str]:
    text = given.get("text", "") if isinstance(given, dict) else given or ""
    return readable(str(text), names).strip("\n").splitlines()


def _input(block: Json) -> Iterator[str]:
    element = block["element"]
    yield f"{block['label']['text']}{' *' if not block.get('optional') else ''}"
    filled = element.get("initial_value") or (element.get("initial_option") or {}).get("text", {}).get("text") or ""
    options = [each["text"]["text"] for each in element.get("options", ())]
    yield f"  ({' / '.join(options)})" if options and not filled else f"  {filled or '…'}"


def label_of(element: Json) -> str:
    """What stands on a button or in an empty menu."""
    text = element.get("text") or element.get("placeholder") or {"text": "▾"}
    return str(text["text"])


def short(lines: list[str], most: int, *, last: int = 0) -> list[str]:
    """The first lines and the last ones, with an ellipsis for what is between."""
    if len(lines) <= most + last:
        return lines
    indent = lines[most][: len(lines[most]) - len(lines[most].lstrip())]
    return [*lines[:most], f"{indent}…", *lines[len(lines) - last :]]


def folded(line: str, width: int = _WIDEST) -> list[str]:
    """A line in as many as a terminal needs; Japanese characters are two columns wide and need no blank to break at."""
    indent = line[: len(line) - len(line.lstrip())]
    lines = [""]
    for piece in _PIECES.findall(line):
        if lines[-1].strip() and _columns(lines[-1] + piece) > width:
            lines.append(indent + piece.lstrip())
        else:
            lines[-1] += piece
    return lines


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in click.unstyle(text))


def buttons(blocks: Iterable[Json]) -> Iterator[Json]:
    """Every element that can be pressed or chosen from, outside of forms' fields."""
    for block in blocks:
        if block["type"] == "actions":
            yield from block["elements"]
        if "accessory" in block:
            yield block["accessory"]
