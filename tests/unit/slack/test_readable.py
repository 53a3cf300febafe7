"""Slack's messages as a person reads them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.readable import Names, forwarded, from_mrkdwn, parse_permalink, readable

PEOPLE = {"U0AYA": "aya", "U0BEN": "Ben"}
CHANNELS = {"C0AITIPS": "ai-tips"}


def read(**raw: Any) -> str:
    message = {"ts": "1.0", "user": "U0AYA", "type": "message", **raw}
    return readable(message, name_of=PEOPLE.__getitem__, channel_name_of=CHANNELS.__getitem__, file_text=file_text).text


def file_text(file: Any) -> str | None:
    return "用語: KPI" if file.get("mimetype") == "text/plain" else None


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": list(elements)}]


def run(*words: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": kind, "elements": list(words)}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


@pytest.mark.parametrize(
    ("markup", "read_as"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<@U0AYA> and <#C0AITIPS|>", "@aya and #ai-tips"),
        ("<#C0AITIPS|another-name>", "#ai-tips"),
        ("see <https://example.com/x>", "see https://example.com/x"),
        ("see <https://example.com/x|the page>", "see the page (https://example.com/x)"),
        ("<!here> <!channel>", "@here @channel"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("```\ncode &amp; more\n```", "```\ncode & more\n```"),
    ],
)
def test_markup_is_read_as_words(markup: str, read_as: str) -> None:
    names = Names(person=PEOPLE.__getitem__, channel=CHANNELS.__getitem__)
    assert from_mrkdwn(markup, names) == read_as


def test_rich_text_goes_before_the_fallback_and_keeps_code_lists_and_quotes() -> None:
    blocks = rich(
        run(text("こう頼みます "), {"type": "user", "user_id": "U0BEN"}, {"type": "channel", "channel_id": "C0AITIPS"}),
        run(text("要約して\n次に"), kind="rich_text_preformatted"),
        {"type": "rich_text_list", "style": "bullet", "elements": [run(text("貼る")), run(text("直す"))]},
        run(text("昔の話"), kind="rich_text_quote"),
    )
    said = read(text="fallback", blocks=blocks)
    assert "fallback" not in said
    assert "こう頼みます @Ben#ai-tips" in said
    assert "```\n要約して\n次に\n```" in said
    for line in ("貼る", "直す"):
        assert any(each.endswith(line) and each != line for each in said.splitlines())
    assert "> 昔の話" in said


def test_what_the_text_alone_holds_is_read() -> None:
    assert read(text="Hello &amp; good-bye") == "Hello & good-bye"


def test_text_files_and_attachments_are_read_and_pictures_are_not() -> None:
    files = [
        {"id": "F1", "name": "words.txt", "mimetype": "text/plain"},
        {"id": "F2", "name": "photo.png", "mimetype": "image/png"},
    ]
    said = read(
        text="用語集です", files=files, attachments=[{"title": "Report", "text": "It <https://x.example|works>"}]
    )
    assert "[words.txt]\n用語: KPI" in said
    assert "photo" not in said
    assert "works" in said


def test_a_forwarded_message_says_whose_it_was() -> None:
    unfurled = {
        "is_share": True,
        "author_id": "U0BEN",
        "author_name": "Ben",
        "channel_id": "C0AITIPS",
        "ts": "1700000000.000100",
        "from_url": "https://small-company.slack.com/archives/C0AITIPS/p1700000000000100",
        "text": "I paste a glossary.",
    }
    names = Names(person=PEOPLE.__getitem__, channel=CHANNELS.__getitem__)
    carried = forwarded({"ts": "2.0", "text": "", "attachments": [unfurled]}, names)
    assert carried is not None
    assert (carried.author_id, carried.channel_id, carried.ts) == ("U0BEN", "C0AITIPS", "1700000000.000100")
    assert "I paste a glossary." in carried.text
    assert forwarded({"ts": "2.0", "text": "hello"}, names) is None


@pytest.mark.parametrize("subtype", ["channel_join", "channel_topic", "tombstone"])
def test_what_slack_itself_says_is_nobodys_words(subtype: str) -> None:
    assert read(text="<@U0AYA> has joined the channel", subtype=subtype) == ""


def test_bots_are_marked_as_bots() -> None:
    message = readable(
        {"ts": "1.0", "bot_id": "B1", "subtype": "bot_message", "text": "Build failed", "username": "buildbot"},
        name_of=PEOPLE.__getitem__,
        channel_name_of=CHANNELS.__getitem__,
    )
    assert message.is_bot
    assert message.text == "Build failed"


def test_edits_are_marked() -> None:
    message = readable(
        {"ts": "1.0", "user": "U0AYA", "text": "x", "edited": {"user": "U0AYA", "ts": "2.0"}},
        name_of=PEOPLE.__getitem__,
        channel_name_of=CHANNELS.__getitem__,
    )
    assert message.edited


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "text", "elements", "url"]), inner)
    ),
    max_leaves=20,
)


@given(st.fixed_dictionaries({"blocks": JSON, "attachments": JSON, "files": JSON, "text": JSON}))
def test_whatever_slack_sends_is_read_or_left_out(raw: dict[str, Any]) -> None:
    assert isinstance(read(**raw), str)


@pytest.mark.parametrize(
    ("link", "place"),
    [
        (
            "https://small-company.slack.com/archives/C0AITIPS/p1700000000000100",
            ("C0AITIPS", "1700000000.000100", None),
        ),
        (
            "<https://small-company.slack.com/archives/C0AITIPS/p1700000000000100?thread_ts=1699999999.000100&cid=C0AITIPS>",
            ("C0AITIPS", "1700000000.000100", "1699999999.000100"),
        ),
    ],
)
def test_permalinks_are_known(link: str, place: tuple[str, str, str | None]) -> None:
    found = parse_permalink(link)
    assert found is not None
    assert found.domain == "small-company"
    assert (found.channel_id, found.ts, found.thread_ts) == place


@pytest.mark.parametrize(
    "other",
    [
        "",
        "議事録はこうします",
        "https://small-company.slack.com/archives/C0AITIPS",
        "https://small-company.slack.com/archives/C0AITIPS/p17",
        "http://small-company.slack.com.evil.example/archives/C0AITIPS/p1700000000000100",
        "https://evil.example/archives/C0AITIPS/p1700000000000100",
        "https://slack.com/archives/C0AITIPS/p1700000000000100",
    ],
)
def test_other_addresses_are_no_permalinks(other: str) -> None:
    assert parse_permalink(other) is None


@given(st.text(max_size=200))
def test_any_text_may_be_asked_whether_it_is_a_permalink(anything: str) -> None:
    found = parse_permalink(anything)
    assert found is None or found.channel_id in anything


def test_a_list_that_goes_on_keeps_its_numbers() -> None:
    items = [run(text("直す")), run(text("送る"))]
    said = read(blocks=rich({"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": items}))
    assert said == "3. 直す\n4. 送る"
