"""What Slack's client makes of a typed message: marks become styles, quotes and lists; every other character stays."""

import html
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.server.block_kit import problems
from playground.server.rich_text import rich_text

Json = dict[str, Any]

MARKS = frozenset("*_~`>-.0123456789 \t\n")
TYPED = st.text(
    st.one_of(st.sampled_from("*_~`>-1.) \n\tab:あ太。「」&<"), st.characters(exclude_categories=("Cs",))), max_size=60
)


def elements(typed: str) -> list[Json]:
    blocks = rich_text(html.escape(typed, quote=False))
    return [element for block in blocks for element in block["elements"]]


def outline(typed: str) -> list[tuple[str, Any]]:
    """Each element as its kind and its words, styles written behind them: `("section", ["a ", "b/bold"])`."""
    return [(element["type"].removeprefix("rich_text_"), words(element)) for element in elements(typed)]


def words(element: Json) -> Any:
    if element["type"] == "rich_text_list":
        return [words(item) for item in element["elements"]]
    return [styled(each) for each in element["elements"]]


def styled(each: Json) -> str:
    said = each.get("text") or each.get("name") or each.get("user_id") or each.get("url") or ""
    return "/".join([said, *sorted(each.get("style", {}))])


def characters(typed: str) -> str:
    def inside(element: Json) -> str:
        if "elements" in element:
            return "".join(map(inside, element["elements"]))
        return f":{element['name']}:" if element["type"] == "emoji" else str(element["text"])

    return "".join(map(inside, elements(typed)))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("*bold* and _italic_, ~gone~", ["bold/bold", " and ", "italic/italic", ", ", "gone/strike"]),
        ("*a _b ~c~_*", ["a /bold", "b /bold/italic", "c/bold/italic/strike"]),
        ("`*code*` *`b`*", ["*code*/code", " ", "b/bold/code"]),
        ("snake_case_name 2*3*4 ~/x~y", ["snake_case_name 2*3*4 ~/x~y"]),
        ("*open _open ~open `open", ["*open _open ~open `open"]),
        ("so * no * and *no * or 2 * no", ["so * no * and *no * or 2 * no"]),
        ("**twice** __init__ *** ___", ["**twice** __init__ *** ___"]),
        ("*one\ntwo*", ["*one\ntwo*"]),
        ('(*a*), "_b_"!', ["(", "a/bold", '), "', "b/italic", '"!']),
        ("これは*太字*です", ["これは*太字*です"]),
        ("「*太字*」と _斜体_。", ["「", "太字/bold", "」と ", "斜体/italic", "。"]),
        ("_:white_check_mark: done_", ["white_check_mark/italic", " done/italic"]),
        ("10:30:45 です:bulb:", ["10:30:45 です", "bulb"]),
        ("a < b && c > d", ["a < b && c > d"]),
        ("*a* b*", ["a/bold", " b*"]),
        ("*a _b* c_", ["a _b/bold", " c_"]),
        ("10:30", ["10:30"]),
        ("`` and ``", ["`` and ``"]),
    ],
)
def test_marks_become_styles_where_slack_reads_them(typed: str, read: list[str]) -> None:
    assert outline(typed) == [("section", read)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("> said\n> *twice*\n>\n> end\nmine", [("quote", ["said\n", "twice/bold", "\n\nend"]), ("section", ["mine"])]),
        ("before\n> said", [("section", ["before\n"]), ("quote", ["said"])]),
        (">>> all\nof this\n> too", [("quote", ["all\nof this\n> too"])]),
        (">_< and >", [("section", [">_< and >"])]),
        (">\n> ", [("section", [">\n> "])]),
        ("- a\n- *b*\nmine", [("list", [["a"], ["b/bold"]]), ("section", ["mine"])]),
        ("1. a\n2. b\n- c", [("list", [["a"], ["b"]]), ("list", [["c"]])]),
        ("-5 - 3\n1.5 and\n2026. 11. 24.", [("section", ["-5 - 3\n1.5 and\n2026. 11. 24."])]),
        ("```\n> *code*\n- x\n```\n> q", [("preformatted", ["> *code*\n- x"]), ("quote", ["q"])]),
        ("a ```b``` c", [("section", ["a "]), ("preformatted", ["b"]), ("section", [" c"])]),
        ("``````", [("section", ["``````"])]),
    ],
)
def test_lines_become_quotes_lists_and_code(typed: str, read: list[tuple[str, Any]]) -> None:
    assert outline(typed) == read


def test_lists_keep_their_depth_and_their_numbers() -> None:
    shapes = [
        (each["style"], each["indent"], each.get("offset"), len(each["elements"]))
        for each in elements("- a\n  1. b\n  2. c\n     - d\n- e\n3. f\n4. g\n9. h")
    ]
    assert shapes == [
        ("bullet", 0, None, 1),
        ("ordered", 1, None, 2),
        ("bullet", 2, None, 1),
        ("bullet", 0, None, 1),
        ("ordered", 0, 2, 2),
        ("ordered", 0, 8, 1),
    ]


def test_names_links_and_channels_keep_their_styles() -> None:
    wire = "*<@U0MIKA> in <#C0AI|ai-tips>* _<https://example.com/a_b_c|see_this>_ &lt;&amp;&gt;"
    inside = rich_text(wire)[0]["elements"][0]["elements"]
    assert inside == [
        {"type": "user", "user_id": "U0MIKA", "style": {"bold": True}},
        {"type": "text", "text": " in ", "style": {"bold": True}},
        {"type": "channel", "channel_id": "C0AI", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "link", "url": "https://example.com/a_b_c", "text": "see_this", "style": {"italic": True}},
        {"type": "text", "text": " <&>"},
    ]


@given(TYPED)
@example("- a\n\n1. b\n> c\x0b- d\r\n")
@example("*a*`b`_~c~_")
def test_nothing_typed_is_lost(typed: str) -> None:
    """What stands in the block is what was typed, in its order; all that is missing are marks, and space at edges."""
    left = iter(characters(typed))
    missing = []
    wanted = next(left, None)
    for character in typed:
        if character == wanted:
            wanted = next(left, None)
        else:
            missing.append(character)
    assert wanted is None
    assert set(missing) <= MARKS or not typed.strip()


@given(TYPED)
def test_what_is_made_is_what_slack_takes(typed: str) -> None:
    blocks = rich_text(html.escape(typed, quote=False))
    assert problems(blocks, "message") == [] if blocks else not typed.strip()


@given(st.text(st.characters(exclude_characters="*_~`>-:0123456789\n\t ", exclude_categories=("Cs",)), min_size=1))
def test_words_without_marks_stay_one_piece(typed: str) -> None:
    if typed.strip():
        assert characters(typed) == typed


@pytest.mark.parametrize("hostile", ["*a ", "*_", "~_*", "> *", "- _", "`", "```", "_a* "])
def test_long_texts_of_marks_are_read_at_once(hostile: str) -> None:
    began = time.process_time()
    rich_text(html.escape(hostile * (40_000 // len(hostile)), quote=False))
    assert time.process_time() - began < 2
