"""What leaves for Slack: harmless, and within Slack's limits.

Text of a model or a captured text is data: it can mention nobody, link nowhere, hide nothing and break no layout.
Limits: docs.slack.dev/reference/block-kit/blocks and docs.slack.dev/reference/methods/chat.postMessage.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from bot.texts.visible import visible

Block = dict[str, Any]

SECTION = 3_000
HEADER = 150
BUTTON = OPTION = 75
MODAL_LABEL = 24
BLOCKS_A_MESSAGE = 50
BLOCKS_A_VIEW = 100
WEIGHT_A_MESSAGE = 13_000
"""Slack refuses heavier messages (msg_blocks_too_long) and does not document the limit. Measured by others: 13,297
characters in one block, and 125 less for each further one (github.com/slackapi/bolt-js/issues/2509)."""

_BLOCK_WEIGHT = 125

_JOINERS = "\u200d\ufe0f"
"""Inside emoji of several parts."""

_WORD_JOINER = "\u2060"

# no \b anywhere here: Japanese is written without spaces, and は is a word character like h
_BROADCAST = re.compile(r"@(?=channel|here|everyone)", re.IGNORECASE)
_SCHEME = re.compile(
    r"((?:https?|ftp|slack|javascript|data|file|blob|about|mailto|tel|sms)\s*):(?=\S)|([a-z0-9+.-]\s*):(?=\s*[/\\])",
    re.IGNORECASE,
)
_DOT = re.compile(r"(?<=[^\s.])\.(?=[^\W\d_]{2}|xn--)")
_AT = re.compile(r"(?<=\S)@(?=\S)")
_EMPHASIS = re.compile(r"([*_~`])")
_QUOTED = re.compile(r"^([ \t]*)>", re.MULTILINE)
_MARKS = re.compile(r"([\\`*~\[\]|]|(?<![^\W_])_|_(?![^\W_])|(?<=\d)[.)](?=\s|$))")
_LINE_MARKS = re.compile(r"^([ \t]*)([#+=-])", re.MULTILINE)
_FENCE = re.compile(r"`{3,}")
_ENTITY = re.compile(r"&(?:amp|lt|gt);")


def escape(text: str) -> str:
    """Slack's three control characters, escaped (docs.slack.dev/messaging/formatting-message-text#escaping)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Text for mrkdwn that says its words and does nothing: no mention, no link, no markup."""
    safe = _EMPHASIS.sub(rf"{_WORD_JOINER}\1{_WORD_JOINER}", _inert(text))
    safe = _QUOTED.sub(rf"\1{_WORD_JOINER}>", safe)
    return escape(safe)


def _inert(text: str) -> str:
    """What can be seen of a text, with addresses and mentions that are read as such, and that Slack does not see."""
    safe = _BROADCAST.sub(f"@{_WORD_JOINER}", visible(text))
    safe = _SCHEME.sub(lambda match: f"{match[0][:-1]}{_WORD_JOINER}:{_WORD_JOINER}", safe)
    safe = _DOT.sub(f"{_WORD_JOINER}.{_WORD_JOINER}", safe)
    return _AT.sub(f"{_WORD_JOINER}@{_WORD_JOINER}", safe)


def markdown(text: str) -> str:
    """The same for Slack's Markdown: marks are escaped, not broken by joiners, which Markdown does not heed."""
    safe = _MARKS.sub(r"\\\1", _inert(text))
    return escape(_LINE_MARKS.sub(r"\1\\\2", safe))


def code_block(text: str) -> str:
    """A code block holding the text verbatim; backticks in it cannot end it, and nothing in it is a mention."""
    inside = _FENCE.sub(lambda match: _WORD_JOINER.join(match[0]), escape(visible(text)))
    return f"```\n{inside}\n```"


def code_blocks(text: str, limit: int = SECTION) -> list[str]:
    """As many code blocks as a long text needs, each within `limit` characters."""
    room = limit - len("```\n\n```")
    return [f"```\n{part}\n```" for part in split(code_block(text)[4:-4], room)]


def fit(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis; an entity such as &amp; is never cut."""
    if len(text) <= limit:
        return text
    return text[: _safe_cut(text, limit - 1)].rstrip() + "…"


def split(text: str, limit: int) -> list[str]:
    """The text in parts of at most `limit` characters that joined are the text again.

    Cut after a paragraph, line or sentence where there is one in the last third, else anywhere but inside an entity.
    """
    parts: list[str] = []
    while len(text) > limit:
        cut = _best_cut(text, limit)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text] if text or not parts else parts


def _best_cut(text: str, limit: int) -> int:
    least = limit * 2 // 3
    for boundary in ("\n\n", "\n", "。", "！", "？", ". ", "! ", "? ", "、", ", ", " "):
        cut = text.rfind(boundary, least, limit)
        if cut >= 0 and cut + len(boundary) <= limit:
            return cut + len(boundary)
    return _safe_cut(text, limit)


def _safe_cut(text: str, limit: int) -> int:
    """A place to cut at or before `limit` that is neither inside an entity nor before a combining character."""
    for match in _ENTITY.finditer(text, max(0, limit - 5), limit + 5):
        if match.start() < limit < match.end() and match.start() > 0:
            limit = match.start()
    cut = limit
    while cut > max(1, limit - 8) and (unicodedata.combining(text[cut]) or text[cut] in _JOINERS):
        cut -= 1
    return cut if cut > 1 else limit


def section(text: str) -> dict[str, Any]:
    """A section of mrkdwn; longer text is cut with an ellipsis. Use `sections` where nothing may be lost."""
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    """Verbatim: Slack makes no links of its own of what looks like an address, a channel's or somebody's name."""
    return {"type": "mrkdwn", "text": fit(text, SECTION), "verbatim": True}


def sections(text: str) -> list[dict[str, Any]]:
    return [section(part) for part in split(text, SECTION) if part.strip()]


def quote(text: str) -> list[dict[str, Any]]:
    """Somebody's words as a quote: whole, harmless, however many lines."""
    # each line takes one character more: a part of line breaks alone doubles
    parts = split(plain(text), SECTION // 2 - 1)
    return [section("\n".join(f">{line}" for line in part.strip("\n").split("\n"))) for part in parts if part.strip()]


def context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def header(text: str) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": fit(visible(text), HEADER), "emoji": True}}


def button(text: str, action_id: str, value: str, **more: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": fit(text, BUTTON), "emoji": True}
    return {"type": "button", "text": label, "action_id": action_id, "value": value, **more}


def plain_text(text: str) -> Block:
    """Words that nothing is read into: labels, hints, options."""
    return {"type": "plain_text", "text": text}


def option(text: str, value: str) -> Block:
    """A choice of a menu or of radio buttons."""
    return {"text": plain_text(fit(text, OPTION)), "value": value}


def actions(*elements: Block, block_id: str | None = None) -> Block:
    """A row of buttons and menus."""
    row: Block = {"type": "actions", "elements": list(elements)}
    return row if block_id is None else {**row, "block_id": block_id}


def divider() -> Block:
    return {"type": "divider"}


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    close: str,
    submit: str | None = None,
    callback_id: str | None = None,
    private_metadata: str | None = None,
) -> Block:
    """A modal; one that can be sent has `submit`, and brings `private_metadata` back."""
    labels = {"title": title, "submit": submit, "close": close}
    names = {"callback_id": callback_id, "private_metadata": private_metadata}
    return {
        "type": "modal",
        **{name: text for name, text in names.items() if text is not None},
        **{name: plain_text(fit(text, MODAL_LABEL)) for name, text in labels.items() if text is not None},
        "blocks": list(blocks),
    }


def notice(title: str, text: str, close: str) -> Block:
    """A modal of one sentence, where there is nothing to do."""
    return modal(title, [section(text)], close=close)


def confirm(title: str, text: str, yes: str, no: str) -> dict[str, Any]:
    """A dialog that asks before something is done that cannot be taken back."""
    return {
        "title": plain_text(fit(title, 100)),
        "text": plain_text(fit(text, 300)),
        "confirm": plain_text(fit(yes, 30)),
        "deny": plain_text(fit(no, 30)),
        "style": "danger",
    }


def packed(
    groups: Iterable[Sequence[Block]], *, blocks: int = BLOCKS_A_MESSAGE, weight: int = WEIGHT_A_MESSAGE
) -> list[list[Block]]:
    """Groups of blocks in as many messages as they need; a group stays together where it fits into one."""
    messages: list[list[Block]] = [[]]

    def fits(more: Sequence[Block]) -> bool:
        whole = [*messages[-1], *more]
        return len(whole) <= blocks and weight_of(whole) <= weight

    for group in groups:
        parts = [group] if weight_of(group) <= weight and len(group) <= blocks else [[block] for block in group]
        for part in parts:
            if messages[-1] and not fits(part):
                messages.append([])
            messages[-1] += part
    return messages


def replaced(blocks: Sequence[Block], *, behind: str, about: str, new: Sequence[Block]) -> list[Block] | None:
    """Blocks with `new` behind the one of id `behind`, in place of those whose ids begin with `about`.

    None when there is no such block, or when it is more than a message takes.
    """
    ids = [str(block.get("block_id")) for block in blocks]
    if behind not in ids:
        return None
    place = sum(not each.startswith(about) for each in ids[: ids.index(behind) + 1])
    kept = [block for block, each in zip(blocks, ids, strict=True) if not each.startswith(about)]
    whole = [*kept[:place], *new, *kept[place:]]
    return whole if len(whole) <= BLOCKS_A_MESSAGE and weight_of(whole) <= WEIGHT_A_MESSAGE else None


def weight_of(blocks: Sequence[Block]) -> int:
    """What blocks weigh against WEIGHT_A_MESSAGE: the characters of their texts, and something for each."""
    return sum(map(_letters, blocks)) + _BLOCK_WEIGHT * len(blocks)


def _letters(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_letters, value))
    if not isinstance(value, dict):
        return 0
    return sum(len(each) if key == "text" and isinstance(each, str) else _letters(each) for key, each in value.items())
