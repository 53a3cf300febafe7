"""Open questions as people see them: within Slack's limits, honest about who sees what, nameless where asked so."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.colleagues import Ways
from bot.answer.views import colleagues as views
from bot.conversation import Channel, Person
from bot.slack.outgoing import BLOCKS_A_MESSAGE, WEIGHT_A_MESSAGE, weight_of
from bot.texts import LANGUAGES
from playground.server.block_kit import problems, too_long, view_problems
from storage.records import KeyedHash, Language, MessageRef, OpenQuestion

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUESTION = OpenQuestion(
    team_id="T1",
    id="a" * 32,
    text="契約書の英訳は？",
    language="ja",
    state="open",
    is_anonymous=False,
    asker_id="U0AYA",
    owner=KeyedHash("h", 1),
    channel_id="C1",
    post=MessageRef("C1", "1.000001"),
    permalink="https://x.slack.com/archives/C1/p1",
    opened_at=NOW,
    closes_at=NOW,
    replied_at=None,
    reminded_at=None,
    closed_at=None,
    echoes=0,
    revision=1,
)
NAMELESS = replace(QUESTION, is_anonymous=True, asker_id=None)
PUBLIC = Channel("C1", "questions", is_private=False, is_shared=False, is_member=True)
PEOPLE = tuple(Person(f"U{n}", f"*name* {n}", "en", is_full_member=True) for n in range(3))
WAYS = [Ways(PUBLIC), Ways(replace(PUBLIC, is_private=True)), Ways(None, PEOPLE), Ways(None)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("where", WAYS)
@pytest.mark.parametrize("same", [None, QUESTION])
def test_the_form_is_one_slack_takes_and_says_who_will_see_it(
    language: Language, where: Ways, same: OpenQuestion | None
) -> None:
    about = {"asked_as": "b" * 32, "reply_to": {"channel": "D1", "thread_ts": "1.1"}, "channel": "C1", "people": []}
    view = views.ask_form(language, about, "質" * 1_000, where, same=same, public=True)
    assert view_problems(view) == []
    said = str(view["blocks"])
    assert ("<#C1>" in said) == (where.channel is not None)
    assert all(f"name{person.id[1:]}" not in said or person.name in said for person in PEOPLE)
    assert json.loads(view["private_metadata"])["same"] == (same.id if same else None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_without_a_name_names_nobody_anywhere(language: Language) -> None:
    messages: list[Any] = [
        views.post(NAMELESS),
        views.post(NAMELESS, to=language),
        views.receipt(language, NAMELESS, 0),
        views.joined(language, NAMELESS),
        views.reply_form(language, NAMELESS),
    ]
    assert not any("U0AYA" in str(message) for message in messages)
    assert "<@U0AYA>" in str(views.post(QUESTION))


@pytest.mark.parametrize("state", ["solved", "closed", "withdrawn"])
def test_a_question_that_ended_has_no_buttons_and_one_taken_back_no_words(state: Any) -> None:
    ended = replace(NAMELESS, state=state, text="" if state == "withdrawn" else NAMELESS.text)
    for shown in (views.post(ended), views.post(ended, to="en")):
        assert "button" not in str(shown.blocks)
        assert ("契約書" in str(shown)) == (state != "withdrawn")


@given(text=st.text(min_size=1, max_size=1_000), echoes=st.integers(0, 10_000))
def test_whatever_is_asked_the_post_calls_nobody_and_stays_within_the_limits(text: str, echoes: int) -> None:
    shown = views.post(replace(NAMELESS, text=text or "?", echoes=echoes))
    assert problems(list(shown.blocks), "message") == []
    assert not too_long(list(shown.blocks))
    assert len(shown.blocks) <= BLOCKS_A_MESSAGE
    assert weight_of([dict(block) for block in shown.blocks]) <= WEIGHT_A_MESSAGE
    quoted = str(shown.blocks[1])
    assert "<!" not in quoted
    assert "<@" not in quoted
