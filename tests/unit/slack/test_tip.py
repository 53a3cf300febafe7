"""A tip says alike wherever it is shown who shared it, when, and what is known of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.answer.views.tip import tip_card
from bot.circulate.digest import views as digest
from bot.circulate.digest.service import Item
from bot.circulate.hosting import views as hosting
from bot.circulate.hosting.service import Entry
from bot.circulate.thanks import views as thanks
from bot.slack.outgoing import plain
from bot.slack.tip import origin, shared
from playground.server.block_kit import view_problems
from storage.records import WORKSPACE, Language, QueueItem, Tip, TipContent, Trials

TZ = "Asia/Tokyo"
WHEN = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
CONTENT = TipContent(
    title="議事録は用語集つきで",
    task="固有名詞",
    prompts=("要約して",),
    prompts_edited=True,
    tools=("Claude",),
    models=("Opus 4.5",),
    outcome="誤りが減った",
)
NAMED = Tip(
    team_id="T1",
    id="1" * 32,
    content=CONTENT,
    visibility=WORKSPACE,
    author_id="U0AYA",
    is_anonymous=False,
    permalink="https://x.slack.com/archives/C1/p1",
    made_with="gpt-test",
    external_id=None,
    published_at=WHEN,
    updated_at=datetime(2026, 6, 1, 3, 0, tzinfo=UTC),
    verified_at=datetime(2026, 7, 1, 3, 0, tzinfo=UTC),
    verified_by="host",
)
UNNAMED = replace(NAMED, author_id=None, is_anonymous=True, permalink=None)
IMPORTED = replace(NAMED, author_id=None, permalink=None, made_with="import")
SHARED = {
    ("ja", NAMED): [
        "<@U0AYA>さんが共有",
        "2026年5月1日",
        "<https://x.slack.com/archives/C1/p1|元の会話>",
    ],
    ("ja", UNNAMED): ["名前を出さずに共有", "2026年5月1日"],
    ("ja", IMPORTED): ["取り込んだ知恵", "2026年5月1日"],
    ("en", NAMED): [
        "shared by <@U0AYA>",
        "1 May 2026",
        "<https://x.slack.com/archives/C1/p1|original thread>",
    ],
    ("en", UNNAMED): ["shared without a name", "1 May 2026"],
    ("en", IMPORTED): ["imported", "1 May 2026"],
}
ITEMS: dict[str, Callable[[Tip, Language], Any]] = {
    "a digest's item": lambda tip, language: digest.item(Item(tip, "channel", "C1"), language, TZ),
    "an item of the hosts' queue": lambda tip, language: hosting.item(_entry("stale", tip), language, TZ, WHEN),
    "a pair in the hosts' queue": lambda tip, language: hosting.item(_entry("duplicate", tip, tip), language, TZ, WHEN),
    "an answer's card": lambda tip, language: tip_card(tip, 1, language, TZ),
    "a tip to read": lambda tip, language: digest.tip_modal(tip, language, TZ),
}


def _entry(kind: Any, *tips: Tip) -> Entry:
    one, *others = tips
    other = others[0] if others else None
    trials = (Trials(), Trials()) if other else ()
    return Entry(QueueItem("T1", kind, one.id, one.id, other and other.id), 1, one, other, trials)


@pytest.mark.parametrize(("whose", "told"), SHARED.items())
@pytest.mark.parametrize("shown", ITEMS.values(), ids=ITEMS)
def test_who_shared_it_and_when_is_said_alike_everywhere(
    whose: tuple[Language, Tip], told: list[str], shown: Callable[[Tip, Language], Any]
) -> None:
    language, tip = whose
    assert shared(tip, language, TZ) == told
    said = str(shown(tip, language))
    assert all(part in said for part in told)
    assert tip.author_id or "<@" not in said


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("tip", [NAMED, UNNAMED, IMPORTED], ids=["named", "unnamed", "imported"])
def test_a_tip_to_read_says_what_an_answers_card_says(tip: Tip, language: Language) -> None:
    modal, card = digest.tip_modal(tip, language, TZ), tip_card(tip, 1, language, TZ)
    assert view_problems(modal) == []
    assert [block for block in modal["blocks"][1:] if block not in card] == []
    assert "修正あり" in str(modal) if language == "ja" else "(edited)" in str(modal)
    assert origin(tip, language, TZ) in str(modal)
    assert plain("Opus 4.5") in origin(tip, language, TZ)


def test_what_is_known_of_a_tip_in_one_line() -> None:
    assert origin(NAMED, "en", TZ) == (
        f"✓ verified by a host on 1 Jul 2026 · with Claude, {plain('Opus 4.5')} · shared by <@U0AYA> · 1 May 2026"
        " · summed up by gpt-test · <https://x.slack.com/archives/C1/p1|original thread>"
    )
    assert origin(UNNAMED, "ja", TZ) == (
        f"✓ 世話役が確認済み(2026年7月1日) · Claude, {plain('Opus 4.5')} を使用 · 名前を出さずに共有 · 2026年5月1日"
        " · 要約: gpt-test"
    )


@pytest.mark.parametrize(("tip", "is_thanked"), [(NAMED, True), (UNNAMED, True), (IMPORTED, False)])
def test_nobody_is_thanked_for_an_imported_tip(tip: Tip, is_thanked: bool) -> None:
    assert (digest.THANK in str(digest.item(Item(tip, "channel", "C1"), "en", TZ))) is is_thanked
    assert view_problems(thanks.nobody("ja")) == view_problems(thanks.nobody("en")) == []
