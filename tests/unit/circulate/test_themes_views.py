"""A theme as it is shown, the form that starts it, and what its owner's own words rest on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from bot.circulate.themes import form_views, owner_views, retro_views, service, views
from bot.circulate.themes.listeners import DECISIONS, SAY, asks_for_theme
from bot.circulate.themes.wrapup import Edited
from bot.slack.outgoing import BLOCKS_A_MESSAGE, BLOCKS_A_VIEW, WEIGHT_A_MESSAGE, weight_of
from bot.texts import say
from bot.texts.dates import is_daytime
from playground.server.block_kit import view_problems
from storage.records import WORKSPACE, Kind, Language, Learned, MessageRef, Theme, ThemeNote, Tip, TipContent

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LONG = "長" * 300
THEME = Theme(
    *("T1", "m1", "tips", "長" * 60, "長" * 150, LONG, "ja", "U1", "C1", "running", "https://x.slack.com/archives/C1/p1"),
    learned=(Learned("用語集が効く", ("t1",)), Learned("例が効く", ("t2",))),
    started_at=NOW,
    ends_at=NOW,
    idle_asked_at=None,
    kept_at=None,
    wrapped_at=NOW,
    closed_at=None,
    merged_into=None,
    revision=1,
)  # fmt: skip
LANGUAGES: Sequence[Language] = get_args(Language)


def tips(count: int) -> list[Tip]:
    return [
        Tip(
            *("T1", f"t{number}", TipContent(title="長" * 150, kind=list(Kind)[number % 4]), WORKSPACE),
            *("U1", False, "https://x", "plain", None, NOW, NOW),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_wrap_up_fits_into_a_message_also_with_its_owners_choices(language: Language) -> None:
    full = replace(THEME, language=language, learned=(Learned("長" * 400, ()),) * 6)
    others = [replace(THEME, id=f"m{number}") for number in range(60)]
    posted = views.wrap_up(full, tips(100), [LONG] * 5)
    asked = owner_views.wrap_up(full, tips(100), [LONG] * 5, language, few=True, others=others)
    for message in (posted, asked):
        assert len(message.blocks) <= BLOCKS_A_MESSAGE
        assert weight_of([*map(dict, message.blocks)]) <= WEIGHT_A_MESSAGE


def test_a_theme_that_is_over_offers_nothing_to_press() -> None:
    running, over = views.kickoff(THEME, "UTC", "bulb"), views.kickoff(replace(THEME, state="closed"), "UTC", "bulb")
    assert views.SHARE_UNDER in str(running.blocks)
    assert "action_id" not in str(over.blocks)
    assert "action_id" not in str(views.reminder(replace(THEME, state="wrapping"), tips(1), "UTC").blocks)


def test_low_turnout_is_told_kindly_and_leaves_the_choice() -> None:
    none = owner_views.wrap_up(THEME, [], [], "ja", few=True, others=[])
    assert owner_views.POST not in str(none.blocks)
    for action in (f"{owner_views.PROLONG}:1", f"{owner_views.PROLONG}:2", views.CLOSE):
        assert action in str(none.blocks)
    assert owner_views.MERGE not in str(none.blocks)
    some = owner_views.wrap_up(THEME, tips(2), [], "ja", few=True, others=[replace(THEME, id="m2")])
    for action in (owner_views.POST, owner_views.EDIT, owner_views.NOT_NOW, owner_views.MERGE):
        assert action in str(some.blocks)
    assert "失敗" not in none.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_guests_read_along_it_is_not_said_that_nothing_came(language: Language) -> None:
    theme = replace(THEME, language=language)
    assert say(language, "themes.reminder_none", name=theme.name, date="…")[-20:] in str(
        views.reminder(theme, [], "UTC").blocks
    )
    told = views.reminder(theme, [], "UTC", guests=True).text
    assert told not in (views.reminder(theme, [], "UTC").text, "")
    asked = owner_views.wrap_up(theme, [], [], language, few=True, others=[], guests=True)
    assert "<#C1>" in asked.text
    assert "0" not in asked.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", range(6))
def test_every_format_fills_a_form_that_can_be_sent_as_it_is(language: Language, number: int) -> None:
    formats = service.formats(language)
    chosen = formats[number]
    idea = service.Idea("topic:長", "tips", "長" * 60, "長" * 150, LONG, 5)
    form = form_views.start_form(language, chosen, formats, [idea], owner="U1", channel="C1")
    assert list(view_problems(form)) == []
    assert ("weeks" in str(form["blocks"])) is (chosen.format != "retro")
    state = {
        block["block_id"]: {"value": {"value": block["element"]["initial_value"]}}
        for block in form["blocks"]
        if block.get("element", {}).get("type") == "plain_text_input"
    }
    told = form_views.written({"state": {"values": state}})
    assert form_views.errors(told, language) == {}
    assert told.fields["purpose"] == chosen.purpose


def test_a_form_says_at_each_field_what_is_wrong() -> None:
    values = {
        "name:x": {"value": {"value": "  "}},
        "purpose:x": {"value": {"value": "長" * 151}},
        "question:x": {"value": {"value": None}},
        "channel": {"value": {"selected_conversation": "C1"}},
        "owner": {"value": {"selected_user": "U1"}},
        "weeks": {"value": {"selected_option": {"value": "3"}}},
    }
    told = form_views.written({"state": {"values": values}})
    assert set(form_views.errors(told, "en")) == {"name:x", "purpose:x", "question:x"}
    assert (told.fields["channel"], told.fields["owner"], told.fields["weeks"]) == ("C1", "U1", "3")


def test_the_owners_own_words_are_shown_as_theirs_and_go_with_them() -> None:
    said = replace(THEME, learned=(*THEME.learned, Learned("みなさんに感謝", ("t1",), is_own=True)))
    posted = str(views.wrap_up(said, tips(3), []).blocks)
    assert posted.index("例が効く") < posted.index("<@U1> さんからひと言") < posted.index("みなさんに感謝")
    assert "みなさんに感謝" not in str(views.wrap_up(replace(said, owner_id=None), tips(3), []).blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrap_up_without_a_model_says_so_to_its_owner(language: Language) -> None:
    def shown(theme: Theme) -> str:
        return str(owner_views.wrap_up(theme, tips(4), [], language, few=False, others=[]).blocks)

    assert say(language, "themes.words_none") in shown(replace(THEME, learned=()))
    assert say(language, "themes.words_checked") in shown(THEME)


def test_what_an_owner_may_not_write_is_given_back_to_them() -> None:
    told = Edited((Learned("用語集が効く", ("t1",)),), ("Ben found <!channel> it",))
    message = owner_views.edited(told, "en")
    assert "Ben found" in str(message.blocks)
    assert "<!channel>" not in str(message.blocks)
    assert "own word" not in str(message.blocks)
    assert "own word" in str(owner_views.edited(Edited((Learned("x", (), is_own=True),)), "en").blocks)


def test_a_summary_groups_by_the_three_questions_and_takes_as_many_messages_as_it_needs() -> None:
    notes = [
        ThemeNote("T1", f"n{number}", "m1", part, f"{part} {number} " + "長" * 450, None, MessageRef("C1", "1"))
        for number in range(12)
        for part in ("unused", "failed", "helped")
    ]  # fmt: skip
    shown = retro_views.summary(THEME, notes)
    assert len(shown) > 1
    for message in shown:
        assert len(message.blocks) <= BLOCKS_A_MESSAGE
        assert weight_of([*map(dict, message.blocks)]) <= WEIGHT_A_MESSAGE
    text = str([message.blocks for message in shown])
    assert text.index("helped 11") < text.index("failed 0") < text.index("failed 11") < text.index("unused 0")
    assert all(f"{part} {number} " in text for number in range(12) for part in views.PARTS)


def test_few_people_may_speak_with_their_name_only() -> None:
    assert "unnamed" not in str(retro_views.note_form(THEME, "helped", "ja", unnamed=False)["blocks"])
    assert "unnamed" in str(retro_views.note_form(THEME, "helped", "ja", unnamed=True)["blocks"])


def test_home_shows_themes_to_everybody_and_their_buttons_to_who_may() -> None:
    mine, theirs = (service.Current(THEME, 3, may_manage=each) for each in (True, False))
    assert views.section((), "ja", "UTC", may_start=False) == []
    reader = str(views.section((theirs,), "ja", "UTC", may_start=False))
    assert views.SHARE_UNDER in reader
    assert not any(action in reader for action in (views.OPEN, views.WRAP, views.CLOSE))
    host = views.section((mine,) * 9, "ja", "UTC", may_start=True)
    assert all(action in str(host) for action in (views.OPEN, views.WRAP, views.CLOSE))
    assert len(host) <= BLOCKS_A_VIEW // 5


@pytest.mark.parametrize(
    ("said", "is_it"),
    [
        ("テーマ", True),
        ("theme", True),
        ("Themes!", True),
        ("新しいテーマ。", True),
        ("start a campaign", True),
        ("theme:議事録 要約のコツ", False),
        ("テーマの決め方は？", False),
        ("", False),
    ],
)
def test_the_word_theme_alone_asks_for_one(said: str, is_it: bool) -> None:
    event: dict[str, Any] = {"type": "message", "channel_type": "im", "user": "U1", "text": said}
    assert asks_for_theme(event) is is_it
    assert asks_for_theme({**event, "channel_type": "channel"}) is False


def test_every_button_is_heard() -> None:
    for action in (
        owner_views.POST,
        owner_views.NOT_NOW,
        owner_views.GO_ON,
        owner_views.MERGE,
        views.WRAP,
        views.CLOSE,
    ):
        assert DECISIONS.match(action)
    assert DECISIONS.match(f"{owner_views.PROLONG}:2")
    assert all(SAY.match(f"{views.SAY}:{part}") for part in views.PARTS)


@pytest.mark.parametrize(
    ("day", "hour", "is_day"), [(24, 0, True), (24, 9, True), (24, 10, False), (23, 23, False), (28, 3, False)]
)
def test_nobody_is_written_to_at_night_or_on_a_weekend(day: int, hour: int, is_day: bool) -> None:
    assert is_daytime(datetime(2026, 11, day, hour, 30, tzinfo=UTC), "Asia/Tokyo") is is_day
