"""What comes round, as a host sees it in the browser in each language: a theme, the week's queue, insights.

What comes by the clock alone (digest, tried-it, a theme's own end) is in tests/flows and tests/storage: the bot here
lives by the clock on the wall.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from bot.texts import say
from playground.bot_process import BotProcess
from playground.server import LocalSlack
from storage import reports, tips, trials
from storage.database import open_database
from storage.records import KeyedHash, Kind, Language, Viewer
from tests.browser.conftest import Open, Window, seen_after

BOT, CHANNEL = "Yoridokoro", "general"
"""Without guests: where there are some, what the workspace may see is not listed."""
FULL_MEMBERS = ("AYA", "KENJI", "MIKA", "DAICHI", "YUKI", "CHIE", "RYO", "SHIORI", "BEN", "PRIYA", "TOM", "LENA")


@dataclass(frozen=True)
class Told:
    """A host and somebody who shares, in one language, and what they write."""

    language: Language
    handle: str
    host: str
    sharer: str
    theme: str
    tip: str
    home: str


JA = Told("ja", "chie", "千恵", "健二", "議事録の困りごと", "録音は先に章へ分ける", "ホーム")
EN = Told("en", "lena", "Lena", "Priya", "Minutes that failed", "Cut the recording into chapters", "Home")


def lived_in(database_url: str, team_id: str) -> None:
    """Three weeks ago twelve people tried a tip, and just now one of them reported another."""
    people = [Viewer(team_id, f"U0{name}", is_full_member=True) for name in FULL_MEMBERS]
    weeks_ago = datetime.now(UTC) - timedelta(weeks=3)
    db = open_database(database_url, now=lambda: weeks_ago)
    # worries are in nobody's figures
    tried, reported, *_ = [tip for tip in tips.export(db, people[0]) if tip.content.kind is not Kind.WORRY]
    for one in people:
        trials.note(db, one, tried.id, "worked", is_owner=nobodys)
    reports.give(db, people[0], reported.id, "wrong", is_owner=nobodys)
    db.close()


def nobodys(_kept: str, _hash: KeyedHash) -> bool:
    """Imported tips are nobody's own."""
    return False


@pytest.mark.parametrize("told", [JA, EN], ids=["ja", "en"])
def test_a_host_starts_a_theme_wraps_it_up_decides_and_sees_how_it_lives(
    running: tuple[LocalSlack, BotProcess], open_window: Open, told: Told
) -> None:
    slack, bot = running
    slack.reset()
    bot.begin_anew(lambda url: lived_in(url, slack.team_id))
    window = open_window(slack, told.handle)

    starts_a_theme(window, told)
    shares_under_it(window, told)
    window.be(told.host)
    wraps_it_up(window, told)
    decides(window, told)
    looks_at_insights(window, told)


def starts_a_theme(window: Window, told: Told) -> None:
    form = window.opened(at_home(window, told, "themes.start"))
    form.get_by_label(say(told.language, "themes.field_name")).fill(told.theme)
    form.get_by_label(say(told.language, "themes.field_channel")).select_option(label=CHANNEL)
    form.get_by_role("button", name=say(told.language, "themes.form_submit"), exact=True).click()
    expect(form).to_have_count(0)
    window.go(CHANNEL)
    expect(window.message(say(told.language, "themes.title", name=told.theme), where=".main")).to_be_visible()


def shares_under_it(window: Window, told: Told) -> None:
    window.be(told.sharer)
    window.go(CHANNEL)
    kickoff = window.message(say(told.language, "themes.title", name=told.theme), where=".main")
    form = window.opened(kickoff.get_by_role("button", name=say(told.language, "themes.share")))
    form.get_by_label(say(told.language, "capture.field_title"), exact=False).first.fill(told.tip)
    form.get_by_role("button", name=say(told.language, "capture.form_submit")).click()
    expect(form).to_have_count(0)
    window.go(BOT)
    window.button(say(told.language, "capture.share_named")).click()
    text = say(told.language, "capture.card_shared_named", title=told.tip)
    expect(window.message(text.partition("*")[0].strip() or told.tip, where=".main").last).to_be_visible()


def wraps_it_up(window: Window, told: Told) -> None:
    """Shown to its owner first, then posted."""
    wrapping = window.page.locator(".home").get_by_role("button", name=say(told.language, "themes.wrap_again"))
    seen_after(lambda: at_home(window, told, "themes.wrap_now").click(), wrapping)
    window.go(BOT)
    draft = window.message(told.tip, where=".main").last
    draft.get_by_role("button", name=say(told.language, "themes.post"), exact=True).click()
    window.go(CHANNEL)
    wrapped = window.message(say(told.language, "themes.wrapup", name=told.theme), where=".main")
    expect(wrapped).to_contain_text(told.tip)


def decides(window: Window, told: Told) -> None:
    """One tap, and it is done and counted."""
    queue = window.opened(at_home(window, told, "hosting.show"))
    decided = queue.get_by_role("button", name=say(told.language, "hosting.nothing_wrong"), exact=True)
    decided.click()
    expect(decided).to_have_count(0)
    expect(queue).to_contain_text(say(told.language, "hosting.spent", spent=2, aim=15))
    window.page.keyboard.press("Escape")
    expect(queue).to_have_count(0)


def looks_at_insights(window: Window, told: Told) -> None:
    counted = re.compile(re.escape(say(told.language, "insights.at_least", count=10)))

    def asks() -> None:
        at_home(window, told, "insights.button").click()
        window.go(BOT)

    seen_after(asks, window.page.locator(".main .message").get_by_alt_text(counted).first)


def at_home(window: Window, told: Told, key: str) -> Locator:
    window.go(BOT)
    window.page.get_by_role("tab", name=told.home).click()
    return window.page.locator(".home").get_by_role("button", name=say(told.language, key), exact=True).first
