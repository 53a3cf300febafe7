"""The theme on the card: a line, and a menu where several run in the channel."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from bot.capture import themed_views
from playground.server.block_kit import problems
from storage.records import Language
from tests.unit.capture.test_capture_views import DRAFT
from tests.unit.circulate.test_themes_views import THEME

LANGUAGES: tuple[Language, ...] = get_args(Language)


def options(blocks: list[dict[str, Any]]) -> list[str]:
    return [option["value"] for option in blocks[0]["accessory"]["options"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_several_themes_run_the_card_asks_for_one_and_shows_which(language: Language) -> None:
    running = [THEME, replace(THEME, id="m2")]
    asked = themed_views.choice(DRAFT, running, language)
    assert problems(asked, "message") == []
    assert options(asked) == ["d1:none", "d1:m1", "d1:m2"]
    assert asked[0]["accessory"]["initial_option"]["value"] == "d1:none"
    chosen = themed_views.choice(replace(DRAFT, theme_id="m2"), running, language)
    assert chosen[0]["accessory"]["initial_option"]["value"] == "d1:m2"


def test_a_menu_takes_as_many_themes_as_slack_takes_options() -> None:
    many = [replace(THEME, id=f"m{number}") for number in range(80)]
    assert problems(themed_views.choice(DRAFT, many, "ja"), "message") == []
    assert len(options(themed_views.choice(DRAFT, many, "ja"))) == 100 // 2
    assert problems(themed_views.menu(many, "m3", "en"), "modal") == []
