"""Every type of block, with its keys and limits.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterator
from typing import Any

from playground.server.block_kit import rich_text
from playground.server.block_kit.elements import (
    ELEMENTS,
    IMAGE,
    IMAGE_RULES,
    IMAGE_SOURCE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from playground.server.block_kit.objects import ID, TEXT, URL, plain, text
from playground.server.block_kit.rich_text import RICH_TEXT
from playground.server.block_kit.shapes import (
    Shape,
    choice,
    flag,
    items,
    one_of,
    record,
    string,
    tagged,
    typed,
    wrong,
)
from playground.server.block_kit.tables import TABLES

MARKDOWN = 12_000
_HTTPS = string(3_000, pattern=r"https://\S+")
_IMAGE = typed(ELEMENTS, ("image",))
_BLOCK = {"block_id": ID}


def _collapses(value: Any, place: str) -> Iterator[str]:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield wrong("requires is_collapsible", f"{place}/default_collapsed")
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield wrong("cannot be used with is_collapsible", f"{place}/has_header_divider")


_ANYWHERE: dict[str, Shape] = {
    "section": (
        {},
        {
            **_BLOCK,
            "text": text(TEXT),
            "fields": items(text(2_000), 10),
            "accessory": typed(ELEMENTS, IN_SECTION),
            "expand": flag,
        },
        one_of("text", "fields"),
    ),
    "header": ({"text": plain(150)}, _BLOCK),
    "divider": ({}, _BLOCK),
    "image": (IMAGE, {**_BLOCK, **IMAGE_SOURCE, "title": plain(2_000)}, *IMAGE_RULES),
    "context": (
        {"elements": items(typed({"image": ELEMENTS["image"], "mrkdwn": text(), "plain_text": text()}), 10)},
        _BLOCK,
    ),
    "actions": ({"elements": items(typed(ELEMENTS, IN_ACTIONS), 25)}, _BLOCK),
    "input": (
        {"label": plain(2_000), "element": typed(ELEMENTS, IN_INPUT)},
        {**_BLOCK, "hint": plain(2_000), "optional": flag, "dispatch_action": flag},
    ),
    "file": ({"external_id": string(), "source": choice("remote")}, _BLOCK),
    "video": (
        {"alt_text": string(), "video_url": _HTTPS, "thumbnail_url": URL, "title": plain(199)},
        {
            **_BLOCK,
            "title_url": _HTTPS,
            "description": plain(199),
            "provider_icon_url": URL,
            "provider_name": string(),
            "author_name": string(49),
        },
    ),
    **rich_text.SHAPES,
    "table": TABLES["table"],
}
"""What stands on a surface and may stand in a container, too."""

_CARD: dict[str, Shape] = {
    "card": (
        {},
        {
            **_BLOCK,
            "hero_image": _IMAGE,
            "icon": _IMAGE,
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "actions": items(typed(ELEMENTS, ("button",))),
        },
        one_of("hero_image", "title", "actions", "body"),
    )
}
_TASK = {"task_id": string(), "title": string()}
_TASK_MORE = {
    **_BLOCK,
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": items(typed(tagged({"url": ({"url": URL, "text": string()}, {})}))),
    "status": choice("pending", "in_progress", "complete", "error"),
}

BLOCKS = tagged(
    {
        **_ANYWHERE,
        **_CARD,
        **TABLES,
        "markdown": ({"text": string(MARKDOWN)}, _BLOCK),
        "context_actions": ({"elements": items(typed(ELEMENTS, IN_CONTEXT_ACTIONS), 5)}, _BLOCK),
        "alert": ({"text": text(200)}, {**_BLOCK, "level": choice("default", "info", "warning", "error", "success")}),
        "carousel": ({"elements": items(typed(tagged(_CARD)), 10)}, _BLOCK),
        "container": (
            {"child_blocks": items(typed(tagged(_ANYWHERE)), 10)},
            {
                **_BLOCK,
                "title": plain(150),
                "rich_text_title": RICH_TEXT,
                "subtitle": text(150),
                "width": choice("narrow", "standard", "wide", "full"),
                "icon": _IMAGE,
                "is_collapsible": flag,
                "default_collapsed": flag,
                "has_header_divider": flag,
            },
            one_of("title", "rich_text_title"),
            _collapses,
        ),
        "task_card": (_TASK, _TASK_MORE),
        "plan": (
            {"title": string()},
            {**_BLOCK, "tasks": items(record(_TASK, {**_TASK_MORE, "type": choice("task_card")}), 50)},
        ),
    }
)
