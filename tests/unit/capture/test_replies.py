"""Which replies to an open question tell something, and how a draft grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.capture.replies import extended, has_substance, is_reply
from storage.records import TipContent


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        ("用語集を先に渡してから、条文ごとに訳してもらっています。", True),
        ("We give Claude the term base first and go clause by clause.", True),
        ("```\nTranslate clause by clause.\n```", True),
        ("ありがとうございます！用語集を先に渡すと誤訳が減りました。", True),
        ("I don't know about contracts, but for manuals we ask it to keep our term list.", False),
        ("I don't know about contracts.\nFor manuals we always paste our term list first.", True),
        ("分かりません…", False),
        ("私も知りたいです！気になります", False),
        ("I don't know either, sorry", False),
        ("Same here, no idea.", False),
        ("+1", False),
        ("Thanks a lot!", False),
        ("ありがとうございます、助かります", False),
        ("Which language pair is it?", False),
        ("どの言語の組み合わせですか？", False),
        (":eyes: :eyes:", False),
        ("", False),
    ],
)
def test_what_tells_something(said: str, tells: bool) -> None:
    assert has_substance(said) == tells


@pytest.mark.parametrize(
    ("said", "replies"),
    [
        ("用語集を先に渡す", True),
        ("Copilot", True),
        ("お疲れさまです。Copilotです", True),
        ("Thanks for asking! Try DeepL.", True),
        ("I don't know about contracts, but for manuals we ask it to keep our term list.", True),
        ("Which language pair is it?", True),
        ("分かりません…", False),
        ("私も知りたいです！気になります", False),
        ("Same here, no idea.", False),
        ("+1", False),
        (":eyes: :eyes:", False),
        ("", False),
    ],
)
def test_what_replies_to_a_question(said: str, replies: bool) -> None:
    assert is_reply(said) == replies


def test_a_draft_grows_by_what_is_new_and_keeps_what_was_there() -> None:
    before = TipContent(title="用語集を先に", task="契約書の英訳", prompts=("a",), tools=("Claude",))
    more = TipContent(title="条文ごとに", task="条文ごとに頼む", prompts=("a", "b"), outcome="誤訳が減った")
    whole = extended(before, more)
    assert whole.title == before.title
    assert whole.task == "契約書の英訳\n条文ごとに頼む"
    assert whole.prompts == ("a", "b")
    assert whole.outcome == "誤訳が減った"
    assert whole.tools == ("Claude",)


texts = st.text(max_size=3_000)
contents = st.builds(
    TipContent, title=st.text("あ", min_size=1, max_size=150), task=texts, outcome=texts, caveats=texts
)


@given(before=contents, more=contents)
def test_whatever_is_added_stays_a_tip(before: TipContent, more: TipContent) -> None:
    whole = extended(before, more)
    assert TipContent.model_validate(whole.model_dump()) == whole
    assert whole.title == before.title
