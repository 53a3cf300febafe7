"""Japanese and English are equals: the same sentences with the same blanks, each of them used."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.texts import LANGUAGES, blanks, language_for, say, sentences
from bot.texts.dates import day, full_day, working_days_after, working_days_before
from tests.text_keys import Module

BOT = Path(__file__).parents[3] / "bot"
SOURCE = "\n".join(path.read_text("utf-8") for path in BOT.rglob("*.py"))
KEYS = sorted(sentences("en"))
NOBODYS = frozenset(f"{key.partition('.')[0]}.nobody_says_this" for key in KEYS)
MODULES = [Module(path, frozenset(KEYS) | NOBODYS) for path in sorted(BOT.rglob("*.py"))]
COMPOSED = [made for module in MODULES for made in module.composed()]


def test_both_languages_have_the_same_sentences() -> None:
    assert set(sentences("ja")) == set(sentences("en"))


def test_each_sentence_has_the_same_blanks_in_both_languages() -> None:
    assert len(KEYS) > 100
    assert [key for key in KEYS if blanks(sentences("ja")[key]) != blanks(sentences("en")[key])] == []


def test_each_sentence_is_used() -> None:
    """By its key, or by one that is put together of words that are known."""
    assert set(KEYS) - said() == set()


def said() -> set[str]:
    return {key for module in MODULES for key in module.whole()} | {key for _, keys in COMPOSED for key in keys}


def test_what_completes_a_key_is_known() -> None:
    assert len(COMPOSED) > 40
    assert [where for where, keys in COMPOSED if not keys] == []
    assert {where: keys - set(KEYS) for where, keys in COMPOSED if keys - set(KEYS)} == {}


def test_a_sentence_that_nobody_says_is_found_in_each_room() -> None:
    assert len(NOBODYS) > 20
    assert said() & NOBODYS == set()


def test_every_key_that_the_code_says_exists() -> None:
    said = set(re.findall(r"""\bsay\(\s*[\w.()"]+,\s*["']([a-z]+\.[a-z0-9_]+)["']""", SOURCE))
    said |= set(re.findall(r"""(?:Refused|SetupError)\(["']([a-z]+\.[a-z0-9_]+)["']""", SOURCE))
    assert len(said) > 100
    assert said - set(KEYS) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_or_calls_anybody(language: str) -> None:
    for key, text in sentences(language).items():  # type: ignore[arg-type] # one of LANGUAGES
        assert text.strip(), key
        assert not re.search(r"<!|@(channel|here|everyone)", text), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_bold_words_stand_apart(language: str) -> None:
    """Slack shows the asterisks themselves beside a letter or a full-width mark, and Japanese writes no spaces."""
    for key, text in sentences(language).items():  # type: ignore[arg-type] # one of LANGUAGES
        for bold in re.finditer(r"\*[^*\n]+\*", text):
            around = text[: bold.start()][-1:] + text[bold.end() :][:1]
            assert re.fullmatch(r"[\s!-/:-@\[-`|~]*", around), key


def test_kinds_and_decisions_are_called_what_the_design_calls_them() -> None:
    words = {
        "kind_practice": ("うまくいったこと", "What worked"),
        "kind_pitfall": ("うまくいかなかったこと", "What didn't work"),
        "kind_experiment": ("お試し中", "Trying it out"),
        "kind_worry": ("悩み・迷い", "Not sure yet"),
        "share_named": ("名前を出して共有", "Share with my name"),
        "share_anonymously": ("名前を出さずに共有", "Share without my name"),
        "edit": ("直す", "Edit"),
        "later": ("あとで", "Later"),
        "discard": ("共有しない(下書きを削除)", "Don't share (delete draft)"),
    }
    assert {key: (say("ja", f"capture.{key}"), say("en", f"capture.{key}")) for key in words} == words


@pytest.mark.parametrize(
    ("locale", "language"), [("ja-JP", "ja"), ("JA", "ja"), ("en-GB", "en"), ("de-DE", "en"), (None, "ja"), ("", "ja")]
)
def test_the_language_of_a_locale(locale: str | None, language: str) -> None:
    assert language_for(locale, "ja") == language


def test_days_as_people_read_them_where_they_are() -> None:
    late = datetime(2026, 12, 8, 22, 0, tzinfo=UTC)
    assert day(late, "ja", "Asia/Tokyo") == "12月9日(水)"
    assert day(late, "en", "Europe/Berlin") == "Tue 8 Dec"
    assert full_day(late, "ja", "Asia/Tokyo") == "2026年12月9日"
    assert full_day(late, "en") == "8 Dec 2026"
    assert day(late, "en", "Not/AZone") == "Tue 8 Dec"


def test_weekends_are_no_working_days() -> None:
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    assert working_days_after(friday, 1).isoformat() == "2026-11-30T09:00:00+00:00"
    assert working_days_after(friday, 10).isoformat() == "2026-12-11T09:00:00+00:00"
    assert working_days_before(working_days_after(friday, 7), 7) == friday
