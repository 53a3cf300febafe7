"""The author's card and the form, held to Slack's limits whatever a tip holds."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.service import Numbered, Reply
from bot.answer.views.reply import reply_messages
from bot.capture import anonymity_views, form_views, speaker_views, views, visibility_views
from bot.capture.length import ROOM, readable_whole, within_a_card
from bot.ports import FilledTip
from bot.slack.outgoing import plain
from playground.server.block_kit import problems, too_long, view_problems
from storage.records import WORKSPACE, Borrowed, Draft, DraftState, Kind, Language, Source, Tip, TipContent
from storage.speakers import Speaker

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORDS = st.text(st.sampled_from("あ議ab *_`<>&\n。.@1"), min_size=1, max_size=40)
LONG = st.builds(lambda word, times: (word * times)[:3_000], WORDS, st.sampled_from([1, 10, 400]))
CONTENT = st.builds(
    TipContent,
    kind=st.sampled_from(Kind),
    title=st.text(st.characters(categories=["L", "P", "S", "N"]), min_size=1, max_size=150),
    task=LONG,
    background=LONG,
    reasoning=LONG,
    prompts=st.lists(
        st.builds(lambda word, times: (word * times)[:12_000], WORDS, st.sampled_from([1, 900])), max_size=9
    ).map(tuple),
    tools=st.lists(WORDS.filter(str.strip), max_size=3).map(tuple),
    steps=st.lists(LONG, max_size=25).map(tuple),
    outcome=LONG,
    caveats=LONG,
    language=st.sampled_from(["ja", "en"]),
)
SOURCE = Source("thread", "C1", "1.0", "1.0", "https://x.slack.com/archives/C1/p10", in_public=True)
DRAFT = Draft(
    *("T1", "d1", DraftState.WAITING, "U1", SOURCE, WORKSPACE, None, "plain", None, (), None),
    created_at=NOW,
    card_at=NOW,
    due_at=NOW,
    reminded_at=None,
    decided_at=None,
)


def words(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(words(inside) for inside in value.values())
    return "\n".join(map(words, value)) if isinstance(value, list) else str(value)


@given(CONTENT, st.sampled_from(["ja", "en"]))
def test_slack_takes_every_card_and_every_form(content: TipContent, language: Any) -> None:
    card = views.card(replace(DRAFT, content=content), language, capturer="aya", due=NOW, tz="Asia/Tokyo")
    blocks = list(card.blocks)
    assert problems(blocks, "message") == []
    assert not too_long(blocks)
    assert "capture.share_named" in str(blocks[-1])
    assert view_problems(form_views.form(language, content, draft_id="d1")) == []


BORROWED = st.dictionaries(
    st.sampled_from(["task", "outcome", "prompts.0", "prompts.1", "steps.3"]),
    st.tuples(st.builds(lambda word, times: (word * times)[:3_000], WORDS, st.sampled_from([1, 100])), st.just((0,))),
)


@given(CONTENT, BORROWED, st.sampled_from(["ja", "en"]))
def test_what_waits_for_others_stands_whole_on_a_card_that_slack_takes(
    content: TipContent, borrowed: dict[str, tuple[str, tuple[int, ...]]], language: Any
) -> None:
    kept = within_a_card(borrowed)
    waits = tuple(Borrowed(field, text) for field, (text, _) in kept.items())
    draft = replace(DRAFT, content=content, withheld=waits)
    card = views.card(draft, language, capturer="aya", due=NOW, tz="Asia/Tokyo")
    assert problems(list(card.blocks), "message") == []
    assert not too_long(list(card.blocks))
    shown = words(list(card.blocks))
    for one in waits:
        if not one.field.startswith("prompts"):
            assert plain(one.text).strip()[:50] in shown


def test_a_speaker_is_shown_their_words_and_not_who_the_author_is() -> None:
    speaker = Speaker("T1", "d1", "U2", "asked", "U3", ("https://x.slack.com/archives/C1/p10",), NOW, NOW, None)
    waits = (Borrowed("outcome", "半分になりました"), Borrowed("prompts.0", "要約して"))
    asked = speaker_views.ask(speaker, waits, "ja", capturer="mika", due=NOW, tz="Asia/Tokyo")
    assert problems(list(asked.blocks), "message") == []
    told = words(list(asked.blocks))
    for part in (
        "mikaさん",
        "半分になりました",
        "要約して",
        "archives/C1/p10",
        "使ってよい",
        "載せない",
        "今後も載せない",
    ):
        assert part in told
    assert "半分" not in words(list(speaker_views.answered(speaker, "ja").blocks))


@pytest.mark.parametrize("people", [None, 1_200])
def test_the_screen_before_widening_says_how_many_would_read(people: int | None) -> None:
    view = visibility_views.widen("t1", "workspace", people, "en")
    assert view_problems(view) == []
    assert ("1200 people" in words(view)) == (people is not None)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("of", ["draft", "tip"])
def test_among_too_few_people_the_modal_says_what_else_can_be_done(of: str, language: Language) -> None:
    about = {"of": of, "id": "d" * 32, "card": {"channel": "D1", "ts": "1.1"}, "to_all": False}
    offered = anonymity_views.too_few(language, "…", about)
    named = anonymity_views.wider(language, about, 1200)
    assert view_problems(offered) == view_problems(named) == []
    assert ("submit" in offered) == (of == "draft")
    assert "1,200" in words(named) or "1200" in words(named)


@given(CONTENT, st.integers(1, 5))
def test_slack_takes_every_answer_with_each_of_its_tips(content: TipContent, tips: int) -> None:
    found = tuple(
        Tip("T1", f"t{n}", content, WORKSPACE, "U1", False, SOURCE.permalink, "plain", None, NOW, NOW)
        for n in range(tips)
    )
    numbered = tuple(Numbered(number, tip) for number, tip in enumerate(found, start=1))
    reply = Reply("plain_off", content.language, tips=numbered)
    messages = reply_messages(reply, question_id="q", in_channel=False, tz="Asia/Tokyo")
    for message in messages:
        assert problems(list(message.blocks), "message") == []
        assert not too_long(list(message.blocks))
    told = words([list(message.blocks) for message in messages])
    assert [f"*[{n}]" in told for n in range(1, tips + 1)] == [True] * tips


@given(CONTENT)
def test_what_is_captured_fits_on_one_card_or_goes_whole_with_its_evidence(content: TipContent) -> None:
    evidence = {"title": (0,), "task": (1,)}
    evidence |= {f"prompts.{n}": (n,) for n in range(len(content.prompts))}
    kept = readable_whole(FilledTip(content, evidence, "plain", "plain-1"))
    told = kept.content
    size = sum(map(len, (told.title, told.task, told.outcome, told.caveats, told.reasoning, told.background)))
    assert size + sum(map(len, (*told.prompts, *told.steps))) <= ROOM
    assert set(told.prompts) <= set(content.prompts)
    assert told.task in ("", content.task)
    assert ("task" in kept.evidence) == (told.task == content.task)
    for n, prompt in enumerate(told.prompts):
        assert content.prompts[kept.evidence[f"prompts.{n}"][0]] == prompt
    assert f"prompts.{len(told.prompts)}" not in kept.evidence


def test_a_card_that_is_cut_says_so() -> None:
    content = TipContent(title="長いもの", prompts=("あ" * 12_000, "い" * 12_000), language="ja")
    card = views.card(replace(DRAFT, content=content), "ja", capturer=None, due=NOW, tz="Asia/Tokyo")
    assert "長いため一部だけ" in words(list(card.blocks))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_card_of_usual_length_shows_every_word(language: Any) -> None:
    content = TipContent(
        title="用語集",
        task="議事録のため",
        prompts=("用語集を使って", "要約して"),
        steps=("貼る", "直す"),
        outcome="半分",
    )
    told = words(list(views.card(replace(DRAFT, content=content), language, capturer="aya", due=NOW, tz="UTC").blocks))
    for word in ("用語集", "議事録のため", "用語集を使って", "要約して", "貼る", "直す", "半分"):
        assert word in told


@pytest.mark.parametrize(("kind", "said"), [("thread", "元の会話を読んだ人"), ("form", "書き方や内容から")])
def test_a_card_says_who_may_know_anyway(kind: Any, said: str) -> None:
    draft = replace(DRAFT, content=TipContent(title="用語集"), source=replace(SOURCE, kind=kind))
    assert said in words(list(views.card(draft, "ja", capturer=None, due=NOW, tz="UTC").blocks))
