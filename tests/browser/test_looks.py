"""Everybody can use the page: axe finds nothing serious, nothing overflows, thousands of messages load."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from playground.company.model import Channel, Company, Member, Post, Workspace
from playground.company.small import small_manifest
from playground.server import LocalSlack
from tests.browser.conftest import NARROW, WIDE, Open, Window
from tests.browser.test_walk import BOT

MANY = 5_000


@pytest.mark.timeout(600)  # axe looks six times at the whole page, which takes minutes where others work as well
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_serious(slack: LocalSlack, open_window: Open, width: int, *, dark: bool) -> None:
    window = open_window(slack, "shiori", width=width, dark=dark, tour=True)
    check(window)
    window.page.get_by_role("button", name="ツアーを閉じる").click()
    window.go("ai-tips")
    window.page.locator(".main .replies").last.click()
    expect(window.page.locator(".thread .message").nth(1)).to_be_visible()
    check(window)
    window.page.locator(".thread .message").first.hover()
    window.page.locator(".thread .tools-of-message > button[aria-haspopup=menu]").first.click()
    check(window)
    window.page.keyboard.press("Escape")
    window.go(BOT)
    window.page.get_by_role("tab", name="ホーム").click()
    window.page.locator(".home").get_by_role("button", name="知恵を共有する").click()
    expect(window.page.locator("dialog.modal")).to_be_visible()
    check(window)
    window.page.keyboard.press("Escape")
    expect(window.page.locator("dialog.modal")).to_have_count(0)
    check(window)
    window.page.locator(".top .tools button").nth(1).click()
    expect(window.page.locator(".drawer section").first).to_be_visible()
    check(window)


def check(window: Window) -> None:
    found = Axe().run(window.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
    serious = [
        (each["id"], [node["target"] for node in each["nodes"]][:3])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []
    wider = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0


@pytest.fixture(scope="module")
def crowded() -> Iterator[LocalSlack]:
    posts = tuple(
        Post(
            "general",
            "aya" if number % 2 else "ben",
            f"message number {number} 番",
            ago=timedelta(minutes=MANY - number),
        )
        for number in range(MANY)
    )
    company = Company(
        workspace=Workspace("T0CROWD", "Crowd", "crowd"),
        second_workspace=None,
        members=(Member("U0AYA", "aya", "佐藤 彩", locale="ja-JP"), Member("U0BEN", "ben", "Ben Fischer")),
        channels=(Channel("C0GENERAL", "general", members=("aya", "ben")),),
        posts=posts,
    )
    with LocalSlack(company, manifest=small_manifest()) as slack:
        yield slack


def test_thousands_of_messages_are_a_window_on_them(crowded: LocalSlack, open_window: Open) -> None:
    window = open_window(crowded, "ben")
    expect(window.message(f"message number {MANY - 1} ")).to_be_visible()
    assert window.page.locator(".main .message").count() < 100
    assert sum(len(frame) for frame in window.wire) < 500_000
    for _ in range(60):
        window.page.locator(".main .list").hover()
        window.page.mouse.wheel(0, -4000)
        window.page.wait_for_timeout(20)
        if int(window.page.locator(".main .message").first.inner_text().split("number ")[1].split()[0]) < MANY - 250:
            break
    else:
        pytest.fail("older messages did not come")
    assert window.page.locator(".main .message").count() < 100
    ts = crowded.person("ben").messages("#general")[100]["ts"]
    crowded.person("aya").post("#general", f"see https://crowd.slack.com/archives/C0GENERAL/p{ts.replace('.', '')}")
    window.go("general")
    window.page.locator(".main .list").hover()
    window.page.mouse.wheel(0, 200_000)
    window.page.locator(".main .message a").last.click()
    expect(window.page.locator(".message.flash")).to_contain_text("message number 100 ")
