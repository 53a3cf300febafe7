"""The rich_text block: sections, lists, quotes and code of styled words.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from playground.server.block_kit.objects import ID, URL
from playground.server.block_kit.shapes import choice, flag, items, record, string, tagged, typed, whole

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = {"style": record({}, dict.fromkeys(_STYLES, flag))}
_ID = string()


_WORDS = tagged(
    {
        "text": ({"text": string()}, _STYLE),
        "link": ({"url": URL}, {**_STYLE, "text": string(), "unsafe": flag}),
        "user": ({"user_id": _ID}, _STYLE),
        "channel": ({"channel_id": _ID}, _STYLE),
        "usergroup": ({"usergroup_id": _ID}, _STYLE),
        "team": ({"team_id": _ID}, _STYLE),
        "emoji": ({"name": string()}, {**_STYLE, "unicode": string(), "skin_tone": whole(1, 6), "url": URL}),
        "broadcast": ({"range": choice("here", "channel", "everyone")}, _STYLE),
        "date": ({"timestamp": whole(), "format": string()}, {**_STYLE, "url": URL, "fallback": string()}),
        "color": ({"value": string()}, _STYLE),
    }
)
_BORDER = {"border": choice(0, 1)}
_RUNS = {
    "rich_text_section": ({"elements": items(typed(_WORDS))}, {}),
    "rich_text_quote": ({"elements": items(typed(_WORDS))}, _BORDER),
    "rich_text_preformatted": (
        {"elements": items(typed(_WORDS, ("text", "link")))},
        {**_BORDER, "language": string()},
    ),
}
_LIST = {
    "rich_text_list": (
        {
            "style": choice("bullet", "ordered"),
            "elements": items(typed(tagged(_RUNS), ("rich_text_section",))),
        },
        {**_BORDER, "indent": whole(0, 8), "offset": whole()},
    )
}
SHAPES = {"rich_text": ({"elements": items(typed(tagged({**_RUNS, **_LIST})))}, {"block_id": ID})}
RICH_TEXT = typed(tagged(SHAPES))
