"""What leaves for Slack: harmless, within its limits, and whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.outgoing import (
    BLOCKS_A_MESSAGE,
    SECTION,
    WEIGHT_A_MESSAGE,
    button,
    code_block,
    code_blocks,
    confirm,
    context,
    fit,
    header,
    packed,
    plain,
    section,
    sections,
    split,
    weight_of,
)
from bot.texts.visible import visible
from playground.server.block_kit import problems, too_long

JOINER = "\u2060"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
ACTIVE = re.compile(r"<[@#!a-z]|(?<!\u2060)@(?:channel|here|everyone)\b", re.IGNORECASE)


@pytest.mark.parametrize(
    "hostile",
    [
        "<!channel> look",
        "<@U0AYA> please",
        "<https://evil.example|harmless>",
        "@channel @HERE @everyone",
        "&lt;!channel&gt;",
        "https://evil.example/x?y=1",
        "javascript:alert(1) data:text/html;x slack://open",
        "www.evil.example or evil.com/path",
        "mailto:a@example.com",
        "*bold* _it_ ~no~ `code`",
    ],
)
def test_text_for_reading_does_nothing(hostile: str) -> None:
    said = plain(hostile)
    assert not ACTIVE.search(said)
    assert not re.search(r"https?://|www\.|javascript:|mailto:", said)
    assert not re.search(r"(?<!\u2060)[*_~`]", said)
    assert said.replace(JOINER, "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == hostile


@given(TEXT)
def test_nothing_that_anybody_writes_becomes_a_mention_or_a_link(text: str) -> None:
    assert not ACTIVE.search(plain(text))
    assert "<" not in plain(text)
    assert "<" not in code_block(text)


@given(TEXT)
def test_reading_text_says_every_visible_word(text: str) -> None:
    back = plain(text).replace(JOINER, "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == visible(text).replace(JOINER, "")


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066", "\x00", "\x1b", "\ue000", "\ufeff"])
def test_characters_that_hide_or_turn_text_are_left_out(hidden: str) -> None:
    assert visible(f"a{hidden}b\nc\td") == "ab\nc\td"


def test_emoji_of_several_parts_stay_whole() -> None:
    assert visible("👩‍💻 ❤️") == "👩‍💻 ❤️"


def test_a_code_block_cannot_be_ended_from_inside() -> None:
    block = code_block("before\n```\n<!channel>\n```\nafter")
    assert block.count("```") == 2
    assert "&lt;!channel&gt;" in block


@given(st.text(st.sampled_from("あ字ab &<。\n.`、"), max_size=9_000))
def test_a_long_prompt_is_shown_whole_in_blocks_that_slack_takes(text: str) -> None:
    parts = code_blocks(text)
    assert all(len(part) <= SECTION for part in parts)
    inside = "".join(part.removeprefix("```\n").removesuffix("\n```") for part in parts)
    assert inside == code_block(text)[4:-4]
    assert all(part.count("```") == 2 for part in parts)


@given(st.text(st.sampled_from("あ字é👩‍💻ab &;<。\n.、amp"), max_size=600), st.integers(20, 90))
def test_split_text_is_the_text_again_and_no_part_is_too_long(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(parts) == text
    assert all(len(part) <= limit for part in parts)


@given(
    st.text(st.sampled_from("a&lt;b&amp; c&gt;。"), max_size=400).map(lambda t: t.replace("&", "&amp;")),
    st.integers(20, 60),
)
def test_no_entity_is_cut(text: str, limit: int) -> None:
    for part in split(text, limit):
        assert not re.search(r"&(?:a|am|amp|l|lt|g|gt)$", part)
    assert not re.search(r"&(?:a|am|amp|l|lt|g|gt)?…$", fit(text, limit))


@given(TEXT, st.integers(2, 80))
def test_fitted_text_fits(text: str, limit: int) -> None:
    assert len(fit(text, limit)) <= limit
    assert fit(text, limit) == text or fit(text, limit).endswith("…")


@given(TEXT.filter(lambda text: bool(plain(text).strip())))
def test_slack_takes_every_block(text: str) -> None:
    sure = confirm("Sure?", text or "-", "Yes", "No")
    blocks = [
        section(plain(text)),
        *sections(plain(text * 30)),
        context(plain(text)),
        {"type": "actions", "elements": [button("ok", "a.b", "v", confirm=sure)]},
    ]
    assert problems(blocks, "message") == []
    assert problems([header("Title " + text)], "home") == []


@given(st.lists(st.lists(st.integers(1, 2_900), min_size=1, max_size=8), min_size=1, max_size=12))
def test_groups_are_packed_in_order_into_messages_that_slack_takes(sizes: list[list[int]]) -> None:
    groups = [
        [section(f"{place}.{n} " + "x" * size) for n, size in enumerate(group)] for place, group in enumerate(sizes)
    ]
    messages = packed(groups)
    assert [block for message in messages for block in message] == [block for group in groups for block in group]
    for message in messages:
        assert message
        assert len(message) <= BLOCKS_A_MESSAGE
        assert weight_of(message) <= WEIGHT_A_MESSAGE
        assert not too_long(message)
    for group in groups:
        if weight_of(group) <= WEIGHT_A_MESSAGE:
            assert any(all(block in message for block in group) for message in messages)
