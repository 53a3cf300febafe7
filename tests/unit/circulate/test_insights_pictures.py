"""The pictures: Japanese without a font of the machine's, and everything that they show in words too."""

import re
import warnings
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from matplotlib.axes import Axes
from matplotlib.font_manager import fontManager

from bot.circulate.insights import charts, hollowing, views, words
from bot.circulate.insights.service import Shown
from bot.texts import LANGUAGES
from playground.server.block_kit import problems
from storage._telling import PARTS
from storage.records import (
    Answering,
    Insights,
    Language,
    Part,
    RisingTopic,
    Span,
    Staleness,
    Top,
    Trials,
    Trying,
    Turnout,
    Week,
)

MONDAY = date(2026, 5, 18)
NOTHING = Span(MONDAY, 0, 0, 0)
FULL = Span(MONDAY, 45, 25, 10, Top(5, 64), Answering(31, 24), Trying(40, Trials(22, 11, 7)))
HIDDEN = replace(FULL, questions=Answering(9, None), trials=Trying(8, None), top=None)
SPANS = tuple(
    replace(span, start=MONDAY + timedelta(weeks=4 * number))
    for number, span in enumerate((NOTHING, HIDDEN, FULL, FULL, HIDDEN, FULL))
)
FIGURES = Insights(
    weeks=tuple(Week(date(2026, 9, 7) + timedelta(weeks=n), 5 * (n % 9)) for n in range(12)),
    spans=SPANS,
    languages=(Part("ja", 35), Part("en", 10)),
    channels=(Part("C1", 15), Part("C2", 10), Part(None, 15)),
    stale=Staleness(214, 37),
    themes=(Turnout("議事録と要約で困ったこと", 15, is_open=True), Turnout("What failed? 😅", 0, is_open=False)),
    rising=(RisingTopic("$コード$ レビュー", 10), RisingTopic("简体 한국어 ไทย \U0001fae8", 5)),
    unanswered=("<!channel> <https://evil.example|見て>?",),
)
SHOWN = Shown(FIGURES, 120, {"C1": "ai-tips", "C2": "営業_japan"}, {date(2026, 9, 7): 12, date(2026, 9, 14): 18})
EMPTY = Shown(Insights(tuple(Week(MONDAY + timedelta(weeks=n), 0) for n in range(12)), (NOTHING,) * 6), members=None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shown", [SHOWN, EMPTY], ids=["full", "empty"])
def test_every_picture_is_drawn_whole_by_fonts_that_come_with_packages(shown: Shown, language: Language) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for picture in words.pictures(shown, language):
            assert charts.draw(shown, picture, language, "png").startswith(b"\x89PNG")


def test_only_characters_that_the_fonts_have_are_drawn() -> None:
    assert charts.legible("議事録 Excel 髙﨑 ①") == "議事録 Excel 髙﨑 ①"
    assert charts.legible("한국어") == "〓〓〓"
    assert charts.legible("あ" * 80).endswith("…")
    assert all("site-packages" in fontManager.findfont(name) for name in ("IPAexGothic", "DejaVu Sans"))


def test_an_svg_says_what_it_shows_and_needs_no_font() -> None:
    language: Language = "ja"
    for picture in words.pictures(SHOWN, language)[:2]:
        drawn = charts.draw(SHOWN, picture, language, "svg").decode()
        root = ET.fromstring(drawn)  # noqa: S314 - drawn here
        kind = "{http://www.w3.org/2000/svg}"
        assert root.get("role") == "img"
        assert (root.findtext(f"{kind}title"), root.findtext(f"{kind}desc")) == (picture.title, picture.alt)
        assert not list(root.iter(f"{kind}text"))
        assert "prefers-color-scheme:dark" in drawn
        assert charts.draw(SHOWN, picture, language, "svg").decode() == drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_tell_every_figure(language: Language) -> None:
    told = {picture.name: picture.alt for picture in words.pictures(SHOWN, language)}
    assert set(told) == {"people", "sharing", "answers", "places", "hosts"}
    assert all(0 < len(alt) <= words.ALT for alt in told.values())
    for week in FIGURES.weeks:
        assert words.people(week.people, language) in told["people"]
    for name, figures in {
        "people": ("120", "45", "37", "27", "38"),
        "sharing": ("25", "10", "64"),
        "answers": ("24", "31", "22", "11", "7", "9", "8", "37", "214"),
        "places": ("#ai-tips", "#営業_japan", "議事録と要約で困ったこと", "$コード$ レビュー", "35"),
        "hosts": ("12", "18", "15"),
    }.items():
        assert [each for each in figures if each not in told[name]] == [], name
    assert "hosts" not in {picture.name for picture in words.pictures(EMPTY, language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_and_many_figures_are_all_told_within_slacks_limit(language: Language) -> None:
    long = "長い名前" * 50
    figures = replace(
        FIGURES,
        languages=(Part("ja", 210), Part("en", 215), Part(None, 220)),
        themes=tuple(Turnout(f"{n}{long}", 225 + 5 * n, is_open=True) for n in range(5)),
        rising=tuple(RisingTopic(f"{n}{long}", 250 + 5 * n) for n in range(5)),
        channels=(*(Part(f"C{n}", 275 + 5 * n) for n in range(PARTS - 1)), Part(None, 300)),
        unanswered=("&" * 3_000,) * 5,
    )
    shown = Shown(figures, 120, {f"C{n}": f"{n}-{long}"[:80] for n in range(PARTS)})
    for picture in words.pictures(shown, language):
        assert len(picture.alt) <= words.ALT
        if language == "ja":
            charts.draw(shown, picture, language, "png")
    [alt] = [picture.alt for picture in words.pictures(shown, language) if picture.name == "places"]
    assert [people for people in range(210, 301, 5) if words.people(people, language) not in alt] == []
    message = views.above(shown, language)
    assert problems(message.blocks, "message") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pictures_say_what_the_words_say(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    text = Axes.text
    monkeypatch.setattr(Axes, "text", lambda self, *args, **more: drawn.append(args[2]) or text(self, *args, **more))
    for picture in words.pictures(SHOWN, language):
        charts.draw(SHOWN, picture, language, "svg")
    for told in (words.answered(HIDDEN.questions, language), words.tried(HIDDEN.trials, language)):
        assert drawn.count(told) == 2
    for part in FIGURES.channels:
        assert charts.legible(words.part_name(part, SHOWN, language, of_channels=True)) in drawn


def test_what_people_wrote_is_data_above_the_pictures() -> None:
    message = views.above(SHOWN, "ja")
    assert "<!channel>" not in str(message.blocks)
    assert not re.search(r"<https?:", str(message.blocks))


def test_a_warning_has_its_reasons_in_what_may_be_told() -> None:
    assert hollowing.reasons(FIGURES) == ()
    weeks = tuple(replace(week, people=max(0, 45 - 5 * number)) for number, week in enumerate(FIGURES.weeks))
    assert hollowing.reasons(replace(FIGURES, weeks=weeks[:-2])) == ("fewer",)

    def by(before: Span, last: Span) -> tuple[str, ...]:
        return hollowing.reasons(replace(FIGURES, spans=(*SPANS[:4], before, last)))

    few, many = replace(FULL, questions=Answering(20, 7)), replace(FULL, questions=Answering(20, 15))
    assert by(many, few) == ("unanswered",)
    assert by(few, many) == by(few, few) == by(HIDDEN, few) == by(many, HIDDEN) == ()
    carried = replace(FULL, top=Top(5, 75))
    assert by(carried, carried) == ("few_carry",)
    assert by(FULL, carried) == by(carried, NOTHING) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_warning_says_what_to_do_next(language: Language) -> None:
    message = views.warning(("fewer", "unanswered", "few_carry"), language)
    assert problems(message.blocks, "message") == []
    assert str(message.blocks).count("次にできること" if language == "ja" else "Next:") == 3
