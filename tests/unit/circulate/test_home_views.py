"""Home, held to Slack's limits with as much in it as there can be, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from bot.circulate.digest.service import Item
from bot.circulate.home import mine, views
from bot.circulate.home.coming import Coming, Effect
from bot.circulate.service import ANSWERS, ASKED, QUESTIONS, Asked, Home, Listed
from bot.conversation import Channel, Person
from playground.server.block_kit import view_problems
from storage.records import (
    WORKSPACE,
    AuthorQuestion,
    Draft,
    DraftState,
    FeedbackReason,
    FeedbackSums,
    Follow,
    KeyedHash,
    Language,
    MessageRef,
    OpenQuestion,
    Source,
    Thanks,
    Tip,
    TipContent,
    Trials,
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
ASKED_ONE = OpenQuestion(
    *("T1", "q", "&" * 1_000, "ja", "open", True, None, KeyedHash("h", 1), "C1", MessageRef("C1", "1.0")),
    permalink="https://x.slack.com/archives/C1/p10",
    opened_at=NOW,
    closes_at=NOW,
    replied_at=None,
    reminded_at=NOW,
    closed_at=None,
    echoes=99,
    revision=1,
)
THANKS = Thanks("T1", "t", "U2", "&" * 300, may_be_public=True, is_public=False, given_at=NOW)
FULL = Home(
    person=Person("U1", "aya", "ja", is_full_member=True, is_admin=True),
    purpose="x" * 150,
    channels=tuple(Channel(f"C{n}", f"c{n}", False, False, True) for n in range(30)),
    drafts=(DRAFT,) * 30,
    tips=tuple(replace(TIP, id=f"{n}") for n in range(30)),
    emoji=("bulb",),
    of_me=tuple((AuthorQuestion("T1", f"{n}", TIP.id, "U2", "&" * 1_000, "asked", NOW), TIP) for n in range(12)),
    asked=tuple(Asked(replace(ASKED_ONE, id=f"a{n}"), (TIP,) * ANSWERS) for n in range(ASKED)),
    asked_more=3,
    questions=tuple(Listed(replace(ASKED_ONE, id=f"q{n}"), is_echoed=n == 0) for n in range(QUESTIONS)),
    is_host=True,
    orphans=(TIP,) * 3,
    told_of_policy=9,
    coming=Coming(
        news=tuple(Item(replace(TIP, id=f"n{n}"), "channel", "C1") for n in range(3)),
        follows=tuple(Follow("T1", "U1", "topic", f"{n}", "&" * 60, "weekly", NOW) for n in range(50)),
        suggested=("&" * 60,) * 3,
        effects={f"{n}": Effect(Trials(3, 2, 1), "&" * 300, (THANKS,) * 3) for n in range(30)},
        is_introduced=False,
    ),
    feedback=FeedbackSums(95, 50, 45, tuple((reason, 5) for reason in get_args(FeedbackReason))),
)


MORE = [{"type": "divider"}] * 12
"""What other subjects show."""


@pytest.mark.parametrize("language", get_args(Language))
def test_slack_takes_a_full_home_and_nothing_falls_off_its_end(language: Language) -> None:
    blocks = views.home(FULL, language, MORE)
    assert view_problems({"type": "home", "blocks": blocks}) == []
    assert "<#C0>" in str(blocks[-2:])
    for part in (
        "answer.author_reply", "capture.share_named", "questions.solved", "questions.echo", "digest.read",
        "home.take_over", "capture.edit_tip", "follows.change", "home.search", "home.introduced",
    ):  # fmt: skip
        assert part in str(blocks), part


@pytest.mark.parametrize("language", get_args(Language))
def test_every_draft_and_tip_is_on_one_page_and_slack_takes_each(language: Language) -> None:
    full = replace(FULL, drafts=tuple(replace(DRAFT, id=f"d{n}") for n in range(30)))
    assert str(views.home(full, language, MORE)).count(mine.ALL) == 2
    seen: list[str] = []
    for begins_at in range(0, 60, mine.PAGE):
        blocks = mine.page(full, language, begins_at)
        assert view_problems({"type": "home", "blocks": blocks}) == []
        assert (mine.NEWER in str(blocks), mine.OLDER in str(blocks)) == (begins_at > 0, begins_at < 40)
        pressable = [one for block in blocks for one in block.get("elements", ())]
        seen += [one["value"] for one in pressable if one.get("action_id") in ("capture.discard", "capture.edit_tip")]
    assert seen == [*(f"d{n}" for n in range(30)), *(f"{n}" for n in range(30))]
    assert "capture.edit_tip" in str(mine.page(full, language, 999))
    none = mine.page(replace(FULL, drafts=(), tips=()), language, 20)
    assert view_problems({"type": "home", "blocks": none}) == []


def test_a_home_with_little_in_it_shows_all_of_it() -> None:
    few = replace(FULL, drafts=(), asked=(), questions=(), feedback=None, orphans=(), is_host=False)
    blocks = str(views.home(few, "en"))
    assert blocks.count("answer.author_reply") == 3
    assert blocks.count("capture.edit_tip") == 8
    assert "Tried by 6, worked for 5." in blocks
    assert "<@U2> thanks you" in blocks


def test_who_was_introduced_sees_no_cards_and_a_guest_nothing_of_it() -> None:
    assert "home.introduced" not in str(views.home(replace(FULL, coming=Coming()), "en"))
    guest = views.home(replace(FULL, person=replace(FULL.person, is_full_member=False)), "en", MORE)
    assert not [part for part in ("follows.", "home.search", "divider") if part in str(guest)]


def test_few_peoples_feedback_is_not_told() -> None:
    few = str(views.home(replace(FULL, feedback=FeedbackSums()), "en"))
    assert "Too few people" in few
    assert "Helpful 50" not in few
    total_only = str(views.home(replace(FULL, feedback=FeedbackSums(total=5)), "en"))
    assert "5+ answers were judged" in total_only
    assert "not helpful" not in total_only
    assert "Did answers help" not in str(views.home(replace(FULL, feedback=None), "en"))
