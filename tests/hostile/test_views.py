"""Promise 6 on every screen: a hostile text says its words, and does nothing."""

from typing import Any, get_args

import pytest

from bot.slack.outgoing import packed
from playground.server.block_kit import problems, view_problems
from storage.records import Language
from tests.hostile import surfaces
from tests.hostile.corpus import EVERY, KINDS, TEXTS
from tests.hostile.oracle import PERMALINK, faults, markdown_faults, styles, told
from tests.hostile.surfaces import MESSAGES, VIEWS, Sentence, prompts_shown, reply, reply_of

HARMLESS = {"ja": "議事録", "en": "minutes"}


def test_the_corpus_is_large_and_in_both_languages() -> None:
    assert len(set(EVERY)) == len(EVERY) >= 200
    assert set(KINDS["ja"]) == set(KINDS["en"])
    assert all(len(texts) >= 3 for kinds in KINDS.values() for texts in kinds.values())
    assert all(any(c >= "\u3040" for c in text) for name in ("instructions", "prompts") for text in KINDS["ja"][name])


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_promise_6_no_hostile_text_does_anything_on_a_screen(name: str) -> None:
    surface = {**MESSAGES, **VIEWS}[name]
    for language in get_args(Language):
        ours = styles(surface(HARMLESS[language], language))
        for text in TEXTS[language]:
            shown = surface(text, language)
            assert faults(shown) == [], text
            assert _refused(shown) == [], text
            # blanks to fill in make another modal of it, with sentences of its own
            assert styles(shown) <= ours or name == "copying", text


def _refused(shown: Any) -> list[str]:
    if isinstance(shown, dict):
        return view_problems(shown)
    return [wrong for message in packed([[block] for block in shown]) for wrong in problems(message, "message")]


def test_promise_6_an_answers_markdown_says_words_and_links_to_its_tips_alone() -> None:
    for language in get_args(Language):
        for text in TEXTS[language]:
            sentences = (Sentence(" ".join(text.split()), (1, 2)),) * 2
            shown = reply.answer_text(reply_of(text, language, sentences=sentences))
            assert markdown_faults(shown, {PERMALINK}) == [], text
            assert shown.count(f"]({PERMALINK})") == 2, text


@pytest.mark.parametrize("name", ["a tip's card", "the author's card"])
def test_promise_5_a_prompt_that_is_an_instruction_is_quoted_verbatim(name: str) -> None:
    for language in get_args(Language):
        for text in TEXTS[language]:
            blocks = [one.text for one in told(MESSAGES[name](text, language)) if one.text.startswith("```\n")]
            shown = [_unescaped(block[4:-4]) for block in blocks]
            assert shown == prompts_shown(text), text


def test_promise_5_a_prompt_is_copied_verbatim() -> None:
    for text in EVERY:
        view = surfaces.copying.opened(surfaces.tip(text, "ja"), "ja")
        fields = [block["element"].get("initial_value") for block in view["blocks"] if block["type"] == "input"]
        if view["callback_id"] == surfaces.copying.COPY_FORM:
            assert fields == prompts_shown(text), text


def _unescaped(text: str) -> str:
    return text.replace("\u2060", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
