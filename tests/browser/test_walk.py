"""The main job, as people do it in the browser: Japanese and English, on a desk and on a telephone."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from playground.server import LocalSlack
from tests.browser.conftest import NARROW, WIDE, Open, Window

BOT = "Yoridokoro"


@dataclass(frozen=True)
class Told:
    """Who points at whose message, what the bot's buttons say, and what somebody asks afterwards."""

    capturer: str
    author: str
    author_name: str
    asker_name: str
    part_of_message: str
    root: str
    share: str
    shared: str
    question: str


JA = Told(
    capturer="shiori",
    author="mika",
    author_name="mika",
    asker_name="吾郎",
    part_of_message="私はこの型で聞いてます",
    root="テスト結果のExcelで",
    share="名前を出して共有",
    shared="名前を出して共有しました",
    question="Excel 2019の式で施設コードごとに新しい行だけ出すには、みんなはAIにどう聞いてる？",
)
EN = Told(
    capturer="tom",
    author="ben",
    author_name="Ben",
    asker_name="Priya",
    part_of_message="9 of 14 got a blunt sentence",
    root="hotel visits and they're all leading",
    share="Share with my name",
    shared="Shared with your name",
    question="how do others check interview questions for what answer they fish for?",
)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("told", [JA, EN], ids=["ja", "en"])
def test_from_an_emoji_to_a_cited_answer(slack: LocalSlack, open_window: Open, told: Told, width: int) -> None:
    window = open_window(slack, told.capturer, width=width)
    point_at(window, told)
    window.go(BOT)
    window.page.locator(".main .message .primary").click()
    expect(window.page.locator(".main .message", has_text=told.author_name).last).to_be_visible()

    window.be(told.author_name)
    window.go(BOT)
    expect(window.message(told.share, where=".main")).to_be_visible()
    window.button(told.share).click()
    expect(window.message(told.shared, where=".main")).to_be_visible()

    window.be(told.asker_name)
    window.go(BOT)
    window.write(told.question)
    expect(window.page.locator(".thread .message", has_text="[1]").last).to_be_visible()
    answer = window.page.locator(".thread .message", has_text="[1]").filter(has_text=told.author_name).last
    expect(answer).to_be_visible()
    answer.locator('a[href*="slack.com/archives"]').first.click()
    expect(window.page.locator(".message.flash")).to_contain_text(told.part_of_message)


def point_at(window: Window, told: Told) -> None:
    window.go("ai-tips")
    root = window.page.locator(".main .message", has_text=told.root)
    up_to(window, told.root)
    root.locator(".replies").click()
    message = window.message(told.part_of_message, where=".thread")
    message.hover()
    message.get_by_role("button", name=":bulb:").first.click()
    expect(message.get_by_role("button", name=re.compile("^:bulb: 1"))).to_be_visible()


def up_to(window: Window, text: str) -> None:
    """Scrolls the list until a message stands on the screen."""
    wanted = window.page.locator(".main .message", has_text=text)
    for _ in range(60):
        if wanted.count():
            wanted.first.scroll_into_view_if_needed()
            return
        window.page.locator(".main .list").hover()
        window.page.mouse.wheel(0, -500)
        window.page.wait_for_timeout(60)
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("handle", "title", "save", "draft"),
    [("shiori", "タイトル", "下書きを保存", "名前を出して共有"), ("tom", "Title", "Save", "Share with my name")],
    ids=["ja", "en"],
)
def test_a_form_is_filled_in_and_becomes_a_card(
    slack: LocalSlack, open_window: Open, handle: str, title: str, save: str, draft: str
) -> None:
    window = open_window(slack, handle)
    window.go(BOT)
    area = window.page.locator(".main .composer textarea")
    area.fill("/sh")
    expect(window.page.get_by_role("option")).to_have_count(1)
    area.press("Enter")
    expect(area).to_have_value("/share-tip ")
    area.press("Enter")
    form = window.page.locator("dialog.modal")
    form.get_by_role("button", name=re.compile(rf"^{save}")).click()
    expect(form.locator(".error")).to_be_visible()
    form.get_by_label(title, exact=False).first.fill("表は画像より本文で渡す / paste tables as text")
    form.get_by_role("button", name=re.compile(rf"^{save}")).click()
    expect(form).to_have_count(0)
    card = window.message("paste tables as text", where=".main").last
    expect(card).to_contain_text(draft)


def test_a_message_shortcut_opens_its_way(slack: LocalSlack, open_window: Open) -> None:
    window = open_window(slack, "shiori")
    window.go("ai-tips")
    up_to(window, "初歩的な質問")
    window.use(window.message("初歩的な質問", where=".main"), "Save as tip")
    window.go(BOT)
    expect(window.page.locator(".main .message").first).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_home_shows_what_is_there_for_me(slack: LocalSlack, open_window: Open, width: int) -> None:
    window = open_window(slack, "shiori", width=width)
    window.go(BOT)
    window.page.get_by_role("tab", name="ホーム").click()
    expect(window.page.locator(".home")).to_contain_text("あなたの知恵")
    window.page.locator(".home").get_by_role("button", name="設定").click()
    expect(window.page.locator("dialog.modal")).to_be_visible()
    window.page.keyboard.press("Escape")
    expect(window.page.locator("dialog.modal")).to_have_count(0)
