"""Everything of the ways on, held to Slack's limits in both languages, whatever people and tips are called."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer.blanks import fill, names
from bot.answer.reception import Reception
from bot.answer.views import asking, copying
from bot.answer.views import ways_on as views
from bot.answer.views.tip import tip_card
from bot.slack.outgoing import WEIGHT_A_MESSAGE, packed, quote, replaced, section, weight_of
from bot.texts.visible import visible
from playground.server.block_kit import problems, too_long, view_problems
from storage.records import (
    WORKSPACE,
    AuthorQuestion,
    FeedbackReason,
    Kind,
    Language,
    Thanks,
    Tip,
    TipContent,
    TrialOutcome,
    Trials,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TIP = Tip(
    *("T1", "f" * 32, TipContent(title="t", prompts=("p",)), WORKSPACE, "U0AYA", False),
    *("https://x.slack.com/archives/C1/p1", "plain", None, NOW, NOW),
)
LANGUAGES = st.sampled_from(get_args(Language))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)
LONG = st.builds(lambda word, times: (word * times)[:3_000], WORDS, st.sampled_from([1, 10, 400]))
PROMPT = st.builds(
    lambda word, times: (word * times)[:12_000],
    st.text(st.sampled_from("議a{}{{}}【】ここに\n `<&"), min_size=1, max_size=60) | st.just("{{顧客名}}へ "),
    st.sampled_from([1, 30, 900]),
)
LONG_REASON = "長い<!channel>" * 20
TITLE = st.text(st.characters(categories=["L", "P", "S", "N"]), min_size=1, max_size=150)


def tip_of(title: str, prompts: tuple[str, ...], *, kind: Kind = Kind.PRACTICE, anonymous: bool = False) -> Tip:
    content = TipContent(title=title, prompts=prompts, kind=kind)
    if anonymous:
        return replace(TIP, content=content, author_id=None, is_anonymous=True, permalink=None)
    return replace(TIP, content=content)


def texts(view: dict[str, Any]) -> list[str]:
    return [block["element"]["initial_value"] for block in view["blocks"] if block["type"] == "input"]


@settings(deadline=None, max_examples=40)
@given(TITLE, st.lists(PROMPT, max_size=3).map(tuple), st.sampled_from(Kind), st.booleans(), LANGUAGES)
def test_slack_takes_every_card_with_its_row(
    title: str, prompts: tuple[str, ...], kind: Kind, anonymous: bool, language: Language
) -> None:
    tip = tip_of(title, prompts, kind=kind, anonymous=anonymous)
    trials = Trials(1_000_000, 0, 7)
    thanks = tuple(Thanks("T1", TIP.id, f"U{number}", LONG_REASON, True, True, NOW) for number in range(40))
    card = tip_card(tip, 1, language, "Asia/Tokyo", Reception(trials, thanks=thanks))
    for blocks in packed([card, [views.feedback_row("f" * 32, language)]]):
        assert problems(blocks, "message") == []
        assert not too_long(blocks)
    pressed = [element["action_id"] for element in card[-1]["elements"]]
    assert (views.COPY_PROMPT in pressed) == bool(prompts)
    assert (views.SHOW_THREAD in pressed) == (not anonymous)
    assert (views.TRIED in pressed) == (kind is not Kind.WORRY)
    assert ({views.ECHO, views.TALK} <= set(pressed)) == (kind is Kind.WORRY)
    assert [one for one in pressed if one != views.FOLLOW][-2:] == [views.ASK_AUTHOR, views.MORE]
    assert (views.FOLLOW in pressed) == (not anonymous)
    assert "1000000" in str(card)


def test_of_thanks_a_card_shows_what_both_want_shown_and_harms_nobody() -> None:
    def one(number: int, reason: str, *, public: bool = True) -> Thanks:
        return Thanks("T1", TIP.id, f"U{number}", reason, True, public, NOW)

    def card(*thanks: Thanks) -> str:
        return str(tip_card(TIP, 1, "ja", "Asia/Tokyo", Reception(thanks=thanks)))

    assert "お礼" not in card(one(1, "秘密の理由", public=False)).replace("お礼を伝える", "")
    said = card(*(one(number, f"理由{number}") for number in range(5)), one(9, "秘密の理由", public=False))
    assert "<@U0> さんのお礼:「理由0」" in said
    assert "ほか2件のお礼" in said
    assert [word for word in ("U3", "理由3", "U9", "秘密") if word in said] == []
    assert "<!channel>" not in card(one(1, "<!channel> *すごい*"))


@pytest.mark.parametrize("language", get_args(Language))
def test_slack_takes_everything_that_is_said_in_place(language: Language) -> None:
    said = [views.noted(TIP.id, outcome, language) for outcome in get_args(TrialOutcome)]
    said += [views.thanks("q" * 32, language), views.why("q" * 32, language)]
    said += [views.reason_noted("q" * 32, reason, language) for reason in get_args(FeedbackReason)]
    for message in said:
        assert problems(list(message.blocks), "message") == []
    assert views.sums(Trials(), language) == []
    assert view_problems(views.trial_form(TIP.id, language)) == []
    for title in ("ways.copy_title", "ways.ask_title", "ways.reply_title"):
        assert view_problems(views.sentence_modal(language, title, "x")) == []


@settings(deadline=None, max_examples=40)
@given(st.lists(PROMPT, min_size=1, max_size=8).map(tuple), LANGUAGES)
def test_slack_takes_every_modal_and_every_prompt_is_in_one_whole(prompts: tuple[str, ...], language: Language) -> None:
    tip = tip_of("t", prompts)
    start, seen = 0, []
    while start < len(prompts):
        view = copying.opened(tip, language, start=start)
        assert view_problems(view) == []
        if view["callback_id"] == copying.BLANKS_FORM:
            found = copying.filled(tip, language, [], start=start)
            assert found is not None
            view = found
            assert view_problems(view) == []
        seen += texts(view)
        more = [block["elements"][0]["value"] for block in view["blocks"] if block["type"] == "actions"]
        start = int(more[0].partition(":")[2]) if more else len(prompts)
    assert "".join(seen) == "".join(visible(prompt) for prompt in prompts)


@settings(deadline=None, max_examples=40)
@given(st.lists(LONG, min_size=1, max_size=90), LANGUAGES)
def test_filled_prompts_are_whole_or_refused(typed: list[str], language: Language) -> None:
    prompt = " ".join(f"{{{{項目{number}}}}}" for number in range(len(typed)))
    tip = tip_of("t", (prompt,))
    view = copying.filled(tip, language, typed, start=0)
    if view is not None:
        assert view_problems(view) == []
        wanted = fill(prompt, dict(zip(names([prompt]), typed, strict=True)))
        assert "".join(texts(view)) == visible(wanted)


def test_what_is_typed_into_every_blank_may_be_too_much() -> None:
    prompt = " ".join(f"{{{{項目{number}}}}}" for number in range(90))
    assert copying.filled(tip_of("t", (prompt,)), "ja", ["長" * 3_000] * 90, start=0) is None


@settings(deadline=None, max_examples=40)
@given(TITLE, LONG, WORDS, st.booleans(), LANGUAGES)
def test_slack_takes_every_question_and_answer(
    title: str, text: str, author: str, anonymous: bool, language: Language
) -> None:
    tip = tip_of(title, (), anonymous=anonymous)
    question = AuthorQuestion("T1", "q" * 32, tip.id, "U0BEN", text[: asking.QUESTION], "asked", NOW)
    for message in (
        asking.card(question, tip, language),
        asking.receipt(question, tip, language, days=30),
        asking.answer(tip, text[: asking.ANSWER], language),
        asking.declined(tip, language),
    ):
        assert problems(list(message.blocks), "message") == []
        assert not too_long(list(message.blocks))
    name = None if anonymous else author
    assert view_problems(asking.question_form(tip, language, author=name, days=30)) == []
    card = {"channel": "D" * 11, "ts": "1700000000.000100"}
    assert view_problems(asking.reply_form(question, tip, language, card=card)) == []
    if anonymous:
        assert "U0AYA" not in str(asking.answer(tip, "x", language).blocks)


@settings(deadline=None, max_examples=40)
@given(LONG)
def test_a_quote_is_harmless_and_whole(text: str) -> None:
    quoted = "".join(block["text"]["text"] for block in quote(text))
    assert "<@" not in quoted
    assert "<!" not in quoted
    assert all(line.startswith(">") for block in quote(text) for line in block["text"]["text"].split("\n"))


def test_blocks_are_replaced_in_place() -> None:
    standing = [{**section(name), "block_id": name} for name in ("a", "row", "b")]
    first = replaced(standing, behind="row", about="note:", new=[{**section("1"), "block_id": "note:1"}])
    assert first is not None
    assert [block["block_id"] for block in first] == ["a", "row", "note:1", "b"]
    second = replaced(first, behind="note:1", about="note:", new=[{**section("2"), "block_id": "note:2"}])
    assert second is not None
    assert [block["block_id"] for block in second] == ["a", "row", "note:2", "b"]
    assert replaced(standing, behind="gone", about="note:", new=[]) is None
    full = [{**section("x" * 2_900), "block_id": str(number)} for number in range(4)]
    assert weight_of(full) < WEIGHT_A_MESSAGE
    assert replaced(full, behind="1", about="note:", new=[section("y" * 1_500)]) is None
    assert replaced(full[:1] * 1, behind="0", about="note:", new=[section("y")] * 50) is None
