"""The page on privacy names what there is, in both languages alike: tables, settings, scopes, commands, days."""

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.answer.colleagues import OPEN_FOR
from bot.answer.ways_on import WAITS_DAYS
from bot.circulate import keeping_views
from bot.commands import main
from bot.config import Settings
from bot.texts import say
from storage._tables import Base
from storage.records import LEAST_PEOPLE, Language, WorkspaceSettings
from tests.docs.test_docs import MANIFEST, bot_scopes, settings

ROOT = Path(__file__).parent.parent.parent
PAGES = {"en": (ROOT / "docs/privacy.md").read_text("utf-8"), "ja": (ROOT / "docs/privacy.ja.md").read_text("utf-8")}
LANGUAGES = get_args(Language)


def tables_of(page: str) -> list[str]:
    rows = re.findall(r"^\| (`[a-z_]+`(?: · `[a-z_]+`)*) \|", page, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([a-z_]+)`", row)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_told_of_once_and_no_other(language: str) -> None:
    assert sorted(tables_of(PAGES[language])) == sorted(Base.metadata.tables)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scope_is_told_of_and_no_other(language: str) -> None:
    assert set(re.findall(r"`([a-z_]+:[a-z]+)`", PAGES[language])) | {"commands"} == bot_scopes(MANIFEST)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_settings_commands_and_options_that_are_named_exist(language: str) -> None:
    page = PAGES[language]
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", page))
    assert {"OPENAI_BASE_URL", "LLM_MODEL", "DATABASE_URL", "YORIDOKORO_EMBEDDER"} <= named <= set(settings())
    commands = set(re.findall(r"python -m bot ([a-z]+)", page))
    assert {"audit", "forget", "export"} == commands <= set(main.commands)
    options = {name for command in commands for option in main.commands[command].params for name in option.opts}
    assert set(re.findall(r"`?(--[a-z][a-z-]*)", page)) <= options


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_periods_are_those_of_the_code(language: str) -> None:
    working_days = Settings.model_fields["card_working_days"].default
    told = {"en": ("ten working days", "30 days", "five people"), "ja": ("10営業日", "30日", "5人")}[language]
    assert (working_days, WAITS_DAYS, OPEN_FOR.days, LEAST_PEOPLE) == (10, 30, 30, 5)
    assert all(one in PAGES[language] for one in told)
    assert all(f"`{table}`" in PAGES[language] for table in ("audit", "sources"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_called_what_they_are_called(language: Language) -> None:
    for key in ("capture.withdraw", "capture.edit", "consent.leave_out", "keeping.privacy"):
        assert say(language, key) in PAGES[language]
    assert say(language, "keeping.forget").rstrip("…") in " ".join(PAGES[language].split())
    assert say(language, "keeping.retention") in PAGES[language]


def test_both_languages_have_the_same_parts() -> None:
    headings = {language: re.findall(r"^(#+) ", page, re.MULTILINE) for language, page in PAGES.items()}
    assert headings["en"] == headings["ja"]
    rows = {language: len(re.findall(r"^\|", page, re.MULTILINE)) for language, page in PAGES.items()}
    assert rows["en"] == rows["ja"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_names_the_model_and_the_workspaces_own_limits(language: Language) -> None:
    limited = WorkspaceSettings("T1", retention_days=365, private_capture=True)
    shown = str(keeping_views.privacy(language, limited, model="gpt-5-mini (api.openai.com)", embedder="bge (own)"))
    assert "bge" in shown
    assert "365" in shown
    assert "gpt-5-mini" in shown
    open_ended = str(keeping_views.privacy(language, WorkspaceSettings("T1"), model=None, embedder=None))
    assert say(language, "keeping.goes_nowhere") in open_ended
    assert say(language, "keeping.private_off") in open_ended
    assert say(language, "keeping.kept_for_ever") in open_ended


@pytest.mark.parametrize("page", ["docs/privacy.md", "docs/privacy.ja.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert [link for link in links if not link.startswith("http") and not (path.parent / link).exists()] == []
