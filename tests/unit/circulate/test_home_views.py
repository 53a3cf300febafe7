"""Home, held to Slack's limits with as much in it as there can be, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from bot.circulate import views
from bot.circulate.service import Home
from bot.conversation import Channel, Person
from playground.server.block_kit import view_problems
from storage.records import (
    WORKSPACE,
    AuthorQuestion,
    Draft,
    DraftState,
    FeedbackReason,
    FeedbackSums,
    Language,
    Source,
    Tip,
    TipContent,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CONTENT = TipContent(title="&" * 150)
TIP = Tip("T1", "f" * 32, CONTENT, WORKSPACE, None, True, None, "plain", None, NOW, NOW)
DRAFT = Draft(
    *("T1", "d" * 32, DraftState.WAITING, "U1", Source("form"), WORKSPACE, CONTENT, "plain", None, (), None),
    created_at=NOW,
    card_at=NOW,
    due_at=NOW,
    reminded_at=None,
    decided_at=None,
)
FULL = Home(
    person=Person("U1", "aya", "ja", is_full_member=True, is_admin=True),
    purpose="x" * 150,
    channels=tuple(Channel(f"C{n}", f"c{n}", False, False, True) for n in range(30)),
    drafts=(DRAFT,) * 30,
    tips=tuple(replace(TIP, id=f"{n}") for n in range(30)),
    emoji=("bulb",),
    questions=tuple((AuthorQuestion("T1", f"{n}", TIP.id, "U2", "&" * 1_000, "asked", NOW), TIP) for n in range(12)),
    feedback=FeedbackSums(99, 50, 49, tuple((reason, 9) for reason in get_args(FeedbackReason))),
)


@pytest.mark.parametrize("language", get_args(Language))
def test_slack_takes_a_full_home_and_nothing_falls_off_its_end(language: Language) -> None:
    blocks = views.home(FULL, language)
    assert view_problems({"type": "home", "blocks": blocks}) == []
    assert "<#C0>" in str(blocks[-2:])
    assert str(blocks).count("answer.author_reply") == 5


def test_few_peoples_feedback_is_not_told() -> None:
    few = str(views.home(replace(FULL, feedback=FeedbackSums()), "en"))
    assert "Too few people" in few
    assert "Helpful 50" not in few
    total_only = str(views.home(replace(FULL, feedback=FeedbackSums(total=9)), "en"))
    assert "9 answers were judged" in total_only
    assert "not helpful" not in total_only
    assert "Did answers help" not in str(views.home(replace(FULL, feedback=None), "en"))
