"""Company for worries as people see it: no names, no words where they are not wanted, within Slack's limits."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from bot.circulate.company import views
from bot.circulate.digest import views as digest
from bot.circulate.digest.service import Item
from playground.server.block_kit import problems, too_long, view_problems
from storage.records import WORKSPACE, Kind, Language, MessageRef, Talk, Tip, TipContent

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORRY = TipContent(title="どこまで直すか迷う" + "&" * 140, task="x" * 3_000, topics=("mail",), kind=Kind.WORRY)
NAMELESS = Tip("T1", "f" * 32, WORRY, WORKSPACE, None, True, None, "author", None, NOW, NOW)
NAMED = replace(NAMELESS, is_anonymous=False, author_id="U0AYA")
IMPORTED = replace(NAMELESS, is_anonymous=False)
TALK = Talk("T1", "k" * 32, NAMED.id, "U0BEN", "&" * 200, "open", NOW, MessageRef("D1", "1.1"), "2.1")
LANGUAGES = get_args(Language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tip", [NAMED, NAMELESS])
def test_slack_takes_all_of_it(tip: Tip, language: Language) -> None:
    said = [
        views.card(TALK, tip, language),
        views.receipt(tip, language, days=30),
        views.declined(tip, language),
        views.introduced(tip, "U0AYA", "U0BEN", LANGUAGES),
        views.introduced_each(tip, "U0BEN", language),
        views.root_for_talker(TALK, tip, language, days=14),
        views.root_for_owner(TALK, tip, language, days=14),
        views.from_owner("&" * views.WORDS, language),
        views.from_talker("U0BEN", "\n" * (views.WORDS - 1) + "x", language),
        views.make_tip(language),
        views.told(tip, 1_000_000, language),
        views.echoed(tip.id, language, on=True),
    ]
    for one in said:
        assert problems(list(one.blocks), "message") == []
        assert not too_long(list(one.blocks))
    for view in (views.offer_form(tip, language, owner="x" * 200), views.lift_form(TALK, "x" * 200, language)):
        assert view_problems(view) == []
    whole = views.home([(TALK, tip)] * 2, [(TALK, tip, 9)] * 3, [(tip, 9)] * 3, [tip] * 3, {tip.id}, language)
    assert view_problems({"type": "home", "blocks": whole}) == []
    assert len(whole) <= 30


def test_promise_3_what_the_talker_reads_of_a_nameless_owner_says_nobodys_name() -> None:
    for language in LANGUAGES:
        said = [
            views.root_for_talker(TALK, NAMELESS, language, days=14),
            views.from_owner("はい", language),
            views.declined(NAMELESS, language),
            views.receipt(NAMELESS, language, days=30),
        ]
        assert "<@" not in str(said)


def test_nobody_is_offered_a_talk_with_the_author_of_an_imported_worry() -> None:
    pressed = [one["action_id"] for one in views.row(IMPORTED, "ja")["elements"]]
    assert pressed == [views.ECHO]
    assert [one["action_id"] for one in views.row(NAMED, "ja", reads=True)["elements"]] == [
        views.READ,
        views.ECHO,
        views.TALK,
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_worry_in_a_digest_says_that_somebody_could_use_company_and_no_word_of_theirs(language: Language) -> None:
    shown = str(digest.item(Item(NAMED, "topic", "mail"), language, "Asia/Tokyo"))
    assert "迷う" not in shown
    assert "xxx" not in shown
    assert "U0AYA" not in shown
    assert views.TALK in shown
    assert views.ECHO in str(digest.tip_modal(NAMED, language, "Asia/Tokyo"))


def test_what_stands_in_a_members_home_is_empty_where_nobody_worries() -> None:
    assert views.home([], [], [], [], (), "ja") == []
