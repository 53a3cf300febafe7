"""The hosts' queue within Slack's limits and in plain words; the two tables that hosts edit; what is little."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.circulate.hosting import form_views, owner_views, turn_views, views
from bot.circulate.hosting.finding import pair, readers_of, says_little
from bot.circulate.hosting.service import MINUTES, MINUTES_A_WEEK, Entry, Queue
from bot.conversation import Person
from bot.slack.outgoing import BLOCKS_A_VIEW
from bot.texts import say
from bot.texts.dates import full_day
from playground.server.block_kit import problems, view_problems
from storage import retired
from storage.database import Database
from storage.records import (
    WORKSPACE,
    Care,
    CareWhat,
    Language,
    QueueItem,
    Report,
    Retired,
    Synonym,
    Tip,
    TipContent,
    Trials,
    Turn,
    Viewer,
    Visibility,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LONG = TipContent(title="&" * 150, task="<" * 3_000, outcome=">" * 3_000)
TZ = "Asia/Tokyo"
AYA = Person("U0AYA", "Aya", TZ, is_full_member=True)


def tip(number: int, *, author: str | None = "U0AYA", content: TipContent = LONG, **more: object) -> Tip:
    old = NOW - timedelta(days=300)
    link = "https://x.slack.com/archives/C1/p1" if author else None
    return Tip(
        "T1", f"{number:032x}", content, WORKSPACE, author, author is None, link, "plain", None, old, old, **more
    )  # type: ignore[arg-type]


def entries(count: int) -> tuple[Entry, ...]:
    """As much as a week has minutes for, and more."""
    found = []
    for number in range(count):
        one, other = tip(number), tip(number + 100, author=None)
        found.append(Entry(QueueItem("T1", "stale", one.id, one.id), 1, one, silence="unanswered", may_end=True))
        both = QueueItem("T1", "duplicate", f"{one.id}:{other.id}", one.id, other.id)
        found.append(Entry(both, 2, one, other, (Trials(10**6, 10**6, 10**6), Trials())))
        reasons = (("wrong", 10**6), ("outdated", 1), ("private", 1), ("not_allowed", 1))
        item = QueueItem("T1", "report", one.id, one.id, about="wrong")
        found.append(Entry(item, 2, one, report=Report(one.id, reasons), may_end=True))
    return tuple(found)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_slack_takes_a_full_queue(language: Language) -> None:
    queue = Queue(entries(MINUTES_A_WEEK // 3), 15, 15, 999)
    assert view_problems(views.modal(queue, language, TZ, NOW)) == []
    turn = Turn("T1", "2026-11-23", "U0AYA", is_told=True, wants_swap=True, swaps=1)
    blocks = views.home(queue, turn, language, TZ, NOW, reader="U0CHIE", takes_turns=True)
    assert view_problems({"type": "home", "blocks": blocks}) == []
    assert len(blocks) < BLOCKS_A_VIEW / 4, "Home has more to show"
    for message in (turn_views.week(turn, queue, language), turn_views.swap(turn, language)):
        assert problems(message.blocks, "message") == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_who_asked_others_to_take_their_week_reads_so_in_place_of_the_button(language: Language) -> None:
    shown = []
    for wants_swap in (False, True):
        turn = Turn("T1", "2026-11-23", "U1", is_told=True, wants_swap=wants_swap, swaps=1)
        blocks = views.home(Queue((), 0, 0, 0), turn, language, TZ, NOW, reader="U1", takes_turns=True)
        is_said = say(language, "hosting.turn_mine_swap") in str(blocks)
        shown.append((views.SWAP in str(blocks), is_said))
    assert shown == [(True, False), (False, True)]


def test_an_empty_queue_says_so_and_lets_hosts_take_turns() -> None:
    blocks = views.home(Queue((), 0, 0, 0), None, "en", TZ, NOW, reader="U1", takes_turns=False)
    assert "nothing waits" in str(blocks)
    assert [one["action_id"] for one in blocks[-1]["elements"]] == [views.TURNS, views.NAMES, views.RETIRED]


def test_a_host_may_put_a_tip_away_only_when_its_owner_was_asked_or_it_was_reported() -> None:
    fresh = Entry(QueueItem("T1", "stale", "t", "t"), 1, tip(1))
    silent = Entry(QueueItem("T1", "stale", "t", "t"), 1, tip(1), silence="unanswered", may_end=True)
    nobodys = Entry(QueueItem("T1", "stale", "t", "t"), 1, tip(1, author=None), may_end=True)
    asked = [["ask_owner" in str(one), "obsolete" in str(one)] for one in map(_drawn, (fresh, silent, nobodys))]
    assert asked == [[True, False], [False, True], [True, True]]


def _drawn(entry: Entry) -> list[str]:
    return [one["action_id"] for one in views.item(entry, "en", TZ, NOW)[-1]["elements"]]


def test_promise_3_a_tip_without_a_name_has_none_in_the_queue() -> None:
    shown = str(views.item(Entry(QueueItem("T1", "stale", "t", "t"), 1, tip(1, author=None)), "en", TZ, NOW))
    assert "without a name" in shown
    assert "<@" not in shown


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("what", ["stale", "retired", "thin", "report", "obsolete", "merged", "joined"])
def test_what_an_owner_is_asked_or_told_has_a_way_to_answer(what: CareWhat, language: Language) -> None:
    care = Care("T1", "t", what, "wrong" if what == "report" else "x" * 300, NOW)
    mine = tip(1, is_obsolete=what == "obsolete", is_merged=what == "merged")
    card = owner_views.card(care, mine, AYA, language, other=tip(2))
    assert problems(card.blocks, "message") == []
    assert card.blocks[-1]["elements"]
    assert full_day(mine.published_at, language, TZ) in str(card.blocks), "two of their tips may have one title"
    assert owner_views.note(care, mine, language, TZ)
    kept = owner_views.card(care, mine, replace(AYA, id="U0BEN"), language, other=tip(2))
    assert problems(kept.blocks, "message") == []
    assert ["<@U0AYA>" in str(one.blocks) for one in (card, kept)] == [False, True], (
        "who looks after it reads whose it is"
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_slack_takes_the_two_tables(language: Language) -> None:
    known = [Synonym(str(number), "&" * 60, "<" * 60) for number in range(200)]
    gone = [Retired("&" * 60, "2026-01-31") for _ in range(100)]
    assert view_problems(form_views.names(known, language)) == []
    assert view_problems(form_views.retired(gone, language)) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", []),
        (
            "Bard, 2024-02-08\n\n社内ボット、2026-01-31",
            [Retired("Bard", "2024-02-08"), Retired("社内ボット", "2026-01-31")],
        ),
        ("GPT-4, 32k, 2025-06-06", [Retired("GPT-4, 32k", "2025-06-06")]),
        ("Bard, 2024-02-08\nBard 2024", 2),
        ("Bard, 2024-13-01", 1),
        ("x" * 61 + ", 2024-01-01", 1),
    ],
)
def test_what_is_written_as_a_list_is_read(text: str, read: object) -> None:
    assert form_views.read_list(text) == read


def test_the_list_comes_back_as_it_was_shown() -> None:
    gone = [Retired("Claude 2.1", "2025-07-21"), Retired("Bard", "2024-02-08")]
    shown = form_views.retired(gone, "en")["blocks"][1]["element"]["initial_value"]
    assert form_views.read_list(shown) == gone


def test_a_tip_that_is_hardly_more_than_its_title_says_little() -> None:
    assert says_little(TipContent(title="t"))
    assert says_little(TipContent(title="同じ言葉" * 20, task="同じ言葉" * 20))
    assert not says_little(TipContent(title="t", prompts=("p",)))
    assert not says_little(TipContent(title="t", steps=("s",)))
    assert not says_little(TipContent(title="t", outcome="よ" * 60))


def test_the_readers_of_a_tip_are_everybody_who_sees_it_and_nobody_else() -> None:
    narrow = Tip("T1", "t", LONG, Visibility("C2"), None, True, None, "plain", None, NOW, NOW)
    assert readers_of(tip(1)) == Viewer("T1", None, is_full_member=True)
    assert readers_of(narrow) == Viewer("T1", None, is_full_member=False, channel_ids=frozenset({"C2"}))
    assert pair(tip(1), tip(2)) == pair(tip(2), tip(1))


def test_no_item_takes_longer_than_a_week_has() -> None:
    assert max(MINUTES.values()) <= MINUTES_A_WEEK / 5


def test_the_whole_list_that_ships_fits_into_the_form_and_is_read_back(db: Database) -> None:
    shipped = retired.listed(db, "T1")
    form = form_views.retired(shipped, "ja")["blocks"][1]["element"]["initial_value"]
    assert form_views.read_list(form) == shipped
