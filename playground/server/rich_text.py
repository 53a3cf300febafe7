"""The rich_text block that Slack's client makes of a typed message: quotes, lists, code, styled words.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block, https://slack.com/help/articles/202288908
"""

import html
import re
import secrets
from collections.abc import Iterator, Sequence
from itertools import groupby

from playground.server.conversation import Json

FENCE = re.compile(r"(```.*?```)", re.DOTALL)
_STYLES = {"*": "bold", "_": "italic", "~": "strike"}
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTE = re.compile(r"&gt;(?: |$)")
_QUOTE_REST = re.compile(r"^&gt;&gt;&gt;[ \n]", re.MULTILINE)
_ITEM = re.compile(r"([ \t]*)(?:[-*]|(\d{1,2})\.)[ \t]+(?=\S)")
_TAB = 4
_DEEPEST = 8
_ATOM = re.compile(
    r"(?<!`)`(?P<code>[^`\n]+)`(?!`)"
    r"|<(?P<sign>[@#!]?)(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>"
    r"|(?<!\d):(?P<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):"
    r"|&(?:amp|lt|gt);"
    r"|.",
    re.DOTALL,
)

Atom = str | Json
"""One character, or an element that no mark inside of it changes."""


def rich_text(wire: str) -> list[Json]:
    """The blocks that Slack's client sends along with a message's text.

    Only marks go: what is typed stands in the block, character by character. A mark without its other half, or inside
    of a word (`snake_case`, `2*3*4`), is a character like any other.
    """
    elements: list[Json] = []
    for part in FENCE.split(wire):
        code = html.unescape(part[3:-3].strip("\n")) if _is_fenced(part) else ""
        if code:
            elements.append(
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": code}], "border": 0}
            )
        elif part.strip():
            elements += _paragraphs(part.removeprefix("\n") if elements else part)
    return [{"type": "rich_text", "block_id": secrets.token_hex(3), "elements": elements}] if elements else []


def _is_fenced(part: str) -> bool:
    return part.startswith("```") and len(part) >= len("``````")


def _paragraphs(part: str) -> Iterator[Json]:
    quoted = _QUOTE_REST.search(part)
    if quoted and part[quoted.end() :].strip():
        if before := part[: quoted.start()]:
            yield from _by_line(before)
        yield _quote(part[quoted.end() :])
    else:
        yield from _by_line(part)


def _by_line(part: str) -> Iterator[Json]:
    for kind, group in groupby(_LINE.findall(part), key=_kind):
        lines = list(group)
        words = "".join(_QUOTE.sub("", line, count=1) for line in lines) if kind == "quote" else "".join(lines)
        if kind == "list":
            yield from _lists(lines)
        elif kind == "quote" and words.strip():
            yield _quote(words)
        else:
            yield {"type": "rich_text_section", "elements": _inline("".join(lines))}


def _kind(line: str) -> str:
    if _QUOTE.match(line.removesuffix("\n")):
        return "quote"
    return "list" if _ITEM.match(line) else "section"


def _quote(words: str) -> Json:
    return {"type": "rich_text_quote", "elements": _inline(words.removesuffix("\n"))}


def _lists(lines: Sequence[str]) -> Iterator[Json]:
    """One list for each run of items of the same sort and depth, as the client sends them."""
    open_widths: list[int] = []
    current: Json = {}
    expected = 0
    for line in lines:
        match = _ITEM.match(line)
        assert match  # noqa: S101 - the line was sorted in by this very pattern
        width = len(match[1].expandtabs(_TAB))
        open_widths = [each for each in open_widths if each < width] + [width]
        number = int(match[2]) if match[2] else 0
        shape = {"style": "ordered" if match[2] else "bullet", "indent": min(len(open_widths) - 1, _DEEPEST)}
        same = current and all(current[key] == value for key, value in shape.items())
        if not same or (match[2] and number != expected):
            if current:
                yield current
            current = {"type": "rich_text_list", "elements": [], **shape, "border": 0}
            if number > 1:
                current["offset"] = number - 1
        expected = number + 1
        words = line[match.end() :].removesuffix("\n")
        current["elements"].append({"type": "rich_text_section", "elements": _inline(words)})
    yield current


def _inline(text: str) -> list[Json]:
    """Text, links, names and emoji, with their styles; neighbours of one style are one element."""
    elements: list[Json] = []
    for atom, styles in _styled(tuple(_atoms(text)), ()):
        element: Json = {"type": "text", "text": atom} if isinstance(atom, str) else dict(atom)
        if styles:
            element["style"] = {**element.get("style", {}), **dict.fromkeys(styles, True)}
        last = elements[-1] if elements else {}
        joins = isinstance(atom, str) and last.get("type") == "text" and last.get("style") == element.get("style")
        if joins:
            last["text"] += atom
        else:
            elements.append(element)
    return elements


def _atoms(text: str) -> Iterator[Atom]:
    for match in _ATOM.finditer(text):
        if match["code"]:
            yield {"type": "text", "text": html.unescape(match["code"]), "style": {"code": True}}
        elif match["emoji"]:
            yield {"type": "emoji", "name": match["emoji"]}
        elif match["target"]:
            yield _entity(match["sign"], match["target"], match["label"])
        else:
            yield html.unescape(match[0])


def _entity(sign: str, target: str, label: str | None) -> Json:
    if sign == "@":
        return {"type": "user", "user_id": target}
    if sign == "#":
        return {"type": "channel", "channel_id": target}
    if sign == "!":
        return {"type": "broadcast", "range": target}
    link = {"type": "link", "url": html.unescape(target)}
    return {**link, "text": html.unescape(label)} if label else link


def _styled(atoms: Sequence[Atom], styles: tuple[str, ...]) -> Iterator[tuple[Atom, tuple[str, ...]]]:
    at, barren = 0, dict.fromkeys(_STYLES, 0)
    while at < len(atoms):
        mark, end = str(atoms[at]), 0
        if mark in _STYLES and _STYLES[mark] not in styles and at >= barren[mark] and _opens(atoms, at):
            end, barren[mark] = _closing(atoms, at)
        if end:
            yield from _styled(atoms[at + 1 : end], (*styles, _STYLES[mark]))
            at = end + 1
        else:
            yield atoms[at], styles
            at += 1


def _closing(atoms: Sequence[Atom], at: int) -> tuple[int, int]:
    """Where the mark that opens at `at` closes, on the same line, or 0; and up to where no other one closes."""
    end = at + 1
    while end < len(atoms) and atoms[end] != "\n":
        if end > at + 1 and atoms[end] == atoms[at] and _closes(atoms, end):
            return end, 0
        end += 1
    return 0, end


def _opens(atoms: Sequence[Atom], at: int) -> bool:
    before, after = (atoms[at - 1] if at else " "), (atoms[at + 1] if at + 1 < len(atoms) else " ")
    return not _in_word(before) and before != atoms[at] and not _is_space(after) and after != atoms[at]


def _closes(atoms: Sequence[Atom], at: int) -> bool:
    before, after = atoms[at - 1], (atoms[at + 1] if at + 1 < len(atoms) else " ")
    return not _is_space(before) and before != atoms[at] and not _in_word(after) and after != atoms[at]


def _in_word(atom: Atom) -> bool:
    return isinstance(atom, str) and atom.isalnum()


def _is_space(atom: Atom) -> bool:
    return isinstance(atom, str) and atom.isspace()
