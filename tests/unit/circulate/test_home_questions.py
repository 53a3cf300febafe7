"""Home with all there can be: within Slack's hundred blocks, the anonymous question for its asker's eyes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.circulate.home.settings import settings_form
from bot.circulate.home.views import home
from bot.circulate.service import ANSWERS, ASKED, QUESTIONS, Asked, Home, Listed
from bot.conversation import Channel, Person
from bot.texts import LANGUAGES
from playground.server.block_kit import view_problems
from storage.records import (
    WORKSPACE,
    KeyedHash,
    Language,
    OpenQuestion,
    PersonSettings,
    Tip,
    TipContent,
    WorkspaceSettings,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUESTION = OpenQuestion(
    "T1", "q", "質" * 900, "ja", "open", True, None, KeyedHash("h", 1), None, None, None,
    NOW, NOW, None, NOW, None, 3, 1,
)  # fmt: skip
TIP = Tip(
    "T1", "t", TipContent(title="題" * 150, task="務" * 3_000), WORKSPACE, None, True, None, "plain", None, NOW, NOW
)
PERSON = Person("U0AYA", "aya", "ja", is_full_member=True, is_admin=True)
FULL = Home(
    person=PERSON,
    purpose="",
    channels=tuple(Channel(f"C{n}", "c", is_private=False, is_shared=False, is_member=True) for n in range(30)),
    drafts=(),
    tips=(TIP,) * 30,
    emoji=("bulb",),
    asked=tuple(Asked(replace(QUESTION, id=f"q{n}"), (replace(TIP, id=f"t{n}"),) * ANSWERS) for n in range(ASKED)),
    asked_more=2,
    questions=tuple(Listed(replace(QUESTION, id=f"o{n}"), is_echoed=True) for n in range(QUESTIONS)),
    is_host=True,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_home_is_one_slack_takes(language: Language) -> None:
    blocks = home(FULL, language)
    assert view_problems({"type": "home", "blocks": blocks}) == []
    assert "questions.solved" in str(blocks)
    assert str(blocks).count("'questions.echo'") == QUESTIONS


def test_who_is_no_host_closes_only_their_own() -> None:
    shown = replace(FULL, is_host=False, asked=())
    assert "questions.close" not in str(home(shown, "en"))


def test_a_guest_is_shown_no_questions() -> None:
    guest = replace(FULL, person=replace(PERSON, is_full_member=False, is_admin=False))
    assert "questions." not in str(home(guest, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_settings_hold_the_channel_for_admins_and_being_asked_for_everybody(language: Language) -> None:
    rules = WorkspaceSettings("T1", questions_channel_id="C1")
    view = settings_form(language, PersonSettings("T1", "U1", may_be_asked=True), rules=rules, closed=[])
    assert view_problems(view) == []
    assert "'initial_conversation': 'C1'" in str(view)
    mine = settings_form(language, PersonSettings("T1", "U1"), rules=None, closed=[])
    assert "may_be_asked" in str(mine)
    assert "questions_channel" not in str(mine)
