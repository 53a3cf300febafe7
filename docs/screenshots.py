"""Photographs the main job in the browser, from a real run with the tests' scripted model: `make screenshots`."""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from playground.bot_process import BotProcess
from playground.company.load import load_company
from playground.running import manifest
from playground.server import LocalSlack
from tests.model_server import ScriptedModel

SCREENS = Path(__file__).parent / "screens"
BOT = "Yoridokoro"
_PATIENCE_MS = 120_000
_WIDE = {"width": 1280, "height": 800}
_NARROW = {"width": 390, "height": 800}


def main() -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Chromium was not found: apt-get install chromium fonts-noto-cjk fonts-noto-color-emoji")
    SCREENS.mkdir(exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder, ScriptedModel() as model:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        settings = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": model.url}
        local = LocalSlack(load_company(), manifest=manifest(), rate_limits=False)
        with local as slack, BotProcess(slack, Path(folder), settings):
            _japanese(browser, slack)
            _english(browser, slack)
        browser.close()


def _japanese(browser: Browser, slack: LocalSlack) -> None:
    page = _window(browser, slack, "shiori", tour=True)
    page.get_by_role("button", name="メッセージを見る").click()
    message = page.locator(".thread .message.flash")
    message.hover()
    message.get_by_role("button", name=":bulb:").first.click()
    message.locator(".reactions button", has_text="💡").wait_for()
    _photograph(page, "1-react.ja")
    _go(page, BOT)
    page.locator(".main .message .primary").click()
    page.locator(".main .message", has_text="mika").wait_for()

    author = _window(browser, slack, "mika")
    _go(author, BOT)
    share = author.get_by_role("button", name="名前を出して共有")
    share.wait_for()
    _photograph(author, "2-decide.ja")
    share.click()
    author.locator(".main .message", has_text="名前を出して共有しました").wait_for()

    phone = _window(browser, slack, "goro", narrow=True)
    _go(phone, BOT)
    _ask(phone, "Excel 2019の式で施設コードごとに新しい行だけ出すには、みんなはAIにどう聞いてる？")
    phone.locator(".thread").get_by_role("button", name="役に立たなかった").wait_for()
    _photograph(phone, "3-ask.ja")


def _english(browser: Browser, slack: LocalSlack) -> None:
    page = _window(browser, slack, "tom", dark=True)
    _go(page, BOT)
    _ask(page, "how do others check tests that AI generated?")
    page.locator(".thread").get_by_role("button", name="Not helpful").wait_for()
    page.get_by_role("button", name="Behind the curtain").click()
    page.locator(".drawer .steps li").first.wait_for()
    _photograph(page, "4-behind.en")
    page.locator(".drawer .head .round").click()
    page.get_by_role("tab", name="Home").click()
    page.locator(".home").get_by_role("button", name="Share a tip").click()
    page.locator("dialog.modal").wait_for()
    _photograph(page, "5-share.en")


def _window(
    browser: Browser, slack: LocalSlack, handle: str, *, narrow: bool = False, dark: bool = False, tour: bool = False
) -> Page:
    context = browser.new_context(
        viewport=_NARROW if narrow else _WIDE,  # type: ignore[arg-type] # Playwright's ViewportSize
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    if not tour:
        context.add_init_script("sessionStorage.setItem('yoridokoro-tour', 'off')")
    context.set_default_timeout(_PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{slack.url}/#token={slack.control_token}&as={handle}")
    page.locator(".message, .empty").first.wait_for()
    return page


def _go(page: Page, name: str) -> None:
    menu = page.locator(".top .only-narrow")
    if menu.is_visible():
        menu.click()
    page.locator(".sidebar").get_by_role("button", name=re.compile(f"^{name}")).click()
    page.locator(f'main[aria-label="{name}"]').wait_for()


def _ask(page: Page, question: str) -> None:
    page.locator(".main .composer textarea").fill(question)
    page.locator(".main .composer textarea").press("Enter")


def _photograph(page: Page, name: str) -> None:
    page.wait_for_timeout(700)
    page.screenshot(path=SCREENS / f"{name}.jpeg", type="jpeg", quality=72)


if __name__ == "__main__":
    main()
