"""What Slack would make of what the bot sends, besides words. Written from Slack's rules, not from the bot's code.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt

AUTHOR, ASKER, CHANNEL = "U0AYA", "U0BEN", "C0AITIPS"
PERMALINK = "https://small-company.slack.com/archives/C0AITIPS/p1700000000000100"
OURS = re.compile(
    rf"@{AUTHOR}|@{ASKER}|#{CHANNEL}|https://small-company\.slack\.com/archives/{CHANNEL}/p\d{{16}}"
    rf"(?:\?thread_ts=[\d.]+&(?:amp;)?cid={CHANNEL})?"
)
"""All that the bot may mention or link in these tests."""

_FENCED = re.compile(r"```\n(?P<inside>.*)\n```", re.DOTALL)
_TOKEN = re.compile(r"<([^<>]*)>")
_BROADCAST = re.compile(r"@(?:channel|here|everyone)", re.IGNORECASE)
_LINK = re.compile(r"(?i)[a-z0-9]:[/\\]|(?:javascript|data|mailto|tel):\S|\S@[\w-]+\.|[^\s.]\.(?:[^\W\d_]{2}|xn--)")
_SHOWN_FORMATS = "\u200d\ufe0f\u2060"
_EMOJI = re.compile("(?<=[^\\w\\s])[\u200d\ufe0f]|(?<=[0-9#*ℹ])\ufe0f")
_BLANK = re.compile("[\u034f\u115f\u1160\u180b-\u180e\u2800\u3164\uffa0\ufe00-\ufe0e\U000e0000-\U000e0fff]")
_IVS = re.compile("(?<=[\u3400-\u9fff])[\U000e0100-\U000e01ef]")
_WORDS = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak"}

_markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Told:
    """A text object that is sent. `where`: the keys that lead to it."""

    kind: str
    text: str
    where: str


def told(value: Any, where: str = "") -> Iterator[Told]:
    """Every text that people see in blocks or a view; what stands in a form's field is the reader's to change."""
    if isinstance(value, Mapping):
        if value.get("type") in ("mrkdwn", "plain_text"):
            yield Told(value["type"], value["text"], where)
        for key, inside in value.items():
            yield from told(inside, f"{where}/{key}")
    elif isinstance(value, (list, tuple)):
        for inside in value:
            yield from told(inside, where)


def faults(value: Any) -> list[str]:
    """What blocks or a view do that they must not."""
    found = [fault for one in told(value) for fault in _faults_of(one)]
    return found + [f"{key} {address}" for key, address in _addresses(value) if not OURS.fullmatch(address)]


def _faults_of(one: Told) -> list[str]:
    found = hidden(one.text)
    if one.kind == "mrkdwn":
        found += active(one.text)
    return [f"{one.where}: {fault} in {one.text!r}" for fault in found]


def _addresses(value: Any) -> Iterator[tuple[str, str]]:
    """Where blocks lead, or what they fetch."""
    if isinstance(value, Mapping):
        for key, inside in value.items():
            if key in ("url", "image_url", "thumb_url", "title_url", "slack_file", "video_url"):
                yield key, str(inside)
            yield from _addresses(inside)
    elif isinstance(value, (list, tuple)):
        for inside in value:
            yield from _addresses(inside)


def hidden(text: str) -> list[str]:
    """Characters that nobody sees, besides joiners of emoji and forms of kanji."""
    rest = _IVS.sub("", _EMOJI.sub("", text)).replace("\u2060", "")
    found = [c for c in rest if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")]
    return [f"hidden {c!r}" for c in (*found, *_BLANK.findall(rest))]


def active(text: str) -> list[str]:
    """Mentions, links and markup of a mrkdwn text that are not ours. A code block is one from its start to its end."""
    if "```" in text:
        block = _FENCED.fullmatch(text)
        inside = block["inside"] if block else None
        return ["a broken code block"] if inside is None or re.search(r"```|[<>]", inside) else []
    tokens = [token for token in _TOKEN.findall(text) if not OURS.fullmatch(token.partition("|")[0])]
    rest = _TOKEN.sub("", text)
    found = [f"<{token}>" for token in tokens]
    found += [f"a bare {c}" for c in re.findall(r"<|(?<!^)>", rest, re.MULTILINE)]
    found += re.findall(r"^\s*&gt;", rest, re.MULTILINE)
    return found + _BROADCAST.findall(rest) + _LINK.findall(rest)


def styles(value: Any) -> Counter[str]:
    """Marks of style that Slack would heed, outside code blocks: those that nothing keeps from their words."""
    texts = (one.text for one in told(value) if one.kind == "mrkdwn" and not one.text.startswith("```"))
    return Counter(mark for text in texts for mark in re.findall(r"(?<!\u2060)[*_~`]", text))


def markdown_faults(text: str, links: set[str]) -> list[str]:
    """What a Markdown text does besides saying words and linking to `links`."""
    found = []
    shown = ""
    tokens = [inside for token in _markdown.parse(text) for inside in (token, *(token.children or ()))]
    for token in tokens:
        if token.type == "link_open" and token.attrs["href"] in links:
            continue
        if token.type not in (*_WORDS, "link_close"):
            found.append(f"{token.type} {token.content}")
        if token.type == "text":
            shown += token.content
    return [*found, *hidden(shown), *_BROADCAST.findall(shown), *_LINK.findall(shown)]
