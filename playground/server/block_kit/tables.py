"""Tables and charts.

https://docs.slack.dev/reference/block-kit/blocks/table-block
https://docs.slack.dev/reference/block-kit/blocks/data-table-block
https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from collections.abc import Iterator
from typing import Any

from playground.server.block_kit import rich_text
from playground.server.block_kit.objects import ID
from playground.server.block_kit.shapes import (
    Shape,
    choice,
    either,
    flag,
    items,
    number,
    record,
    string,
    tagged,
    typed,
    unique,
    whole,
    wrong,
)

_CELLS = tagged(
    {"raw_text": ({"text": string()}, {}), "raw_number": ({"value": number, "text": string()}, {}), **rich_text.SHAPES}
)
_ROW = items(typed(_CELLS), 20)
_COLUMN = record({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})


def _even(value: Any, place: str) -> Iterator[str]:
    width = len(value["rows"][0])
    for index, row in enumerate(value["rows"]):
        if len(row) != width:
            yield wrong(f"must have {width} items", f"{place}/rows/{index}")
    for index, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            yield wrong("unsupported type: rich_text", f"{place}/rows/0/{index}/type")


_POINT = record({"label": string(20), "value": number})
_SERIES = record({"name": string(20), "data": items(_POINT)})
_AXES = record({"categories": items(string(20))}, {"x_label": string(50), "y_label": string(50)})


def _in_step(value: Any, place: str) -> Iterator[str]:
    """Each series has its own name, and a value for every category."""
    if not unique([series["name"] for series in value["series"]]):
        yield wrong("names must be unique", f"{place}/series")
    categories = sorted(value["axis_config"]["categories"])
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != categories:
            yield wrong("labels must match axis_config", f"{place}/series/{index}/data")


_CHARTS: dict[str, Shape] = {
    "pie": ({"segments": items(_POINT, 6)}, {}),
    **dict.fromkeys(("bar", "area", "line"), ({"series": items(_SERIES, 6), "axis_config": _AXES}, {}, _in_step)),
}

TABLES: dict[str, Shape] = {
    "table": (
        {"rows": items(_ROW, 100)},
        {"block_id": ID, "column_settings": items(either(_COLUMN, choice(None)), 20)},
    ),
    "data_table": (
        {"rows": items(_ROW, 101, least=2), "caption": string()},
        {"block_id": ID, "page_size": whole(1, 100), "row_header_column_index": whole()},
        _even,
    ),
    "data_visualization": ({"title": string(50), "chart": typed(tagged(_CHARTS))}, {"block_id": ID}),
}
