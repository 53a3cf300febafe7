"""Real windows of Debian's chromium on the page, with the unchanged bot behind it.

A failing test leaves its windows' screenshots and traces in var/browser/.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from playground.bot_process import BotProcess
from playground.company.load import load_company
from playground.running import ROOT, manifest
from playground.server import LocalSlack
from tests.model_server import ScriptedModel

MISSING = "Chromium was not found: the browser tests did NOT run. Install it (apt-get install chromium) and run again."
LEFT_BEHIND = ROOT / "var" / "browser"
PATIENCE_MS = 60_000
WIDE, NARROW = 1280, 390


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the bot, what needs none, and the real model run side by side, each with a Slack of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents and isinstance(item, pytest.Function):
            kinds = {"with_small_model": "browser-model", "running": "browser-bot"}
            group = next((name for fixture, name in kinds.items() if fixture in item.fixturenames), "browser")
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


_FAILED = pytest.StashKey[bool]()


@dataclass
class Window:
    """One person's page. `wire` is every byte that it received, as text; `outside` are requests to elsewhere."""

    page: Page
    narrow: bool
    wire: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def button(self, name: str | re.Pattern[str], *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact and isinstance(name, str))

    def go(self, name: str) -> None:
        """Opens a conversation by its entry in the sidebar."""
        if self.narrow:
            if self.page.locator(".thread").count():
                self.page.locator(".thread .head .round").click()
            self.page.locator(".top .only-narrow").click()
        entry = re.compile(rf"^{re.escape(name)}(, |$)")
        self.page.locator(".sidebar").get_by_role("button", name=entry).click()
        self.page.locator(f'main[aria-label="{name}"]').wait_for()

    def be(self, name: str) -> None:
        self.page.locator(".who").click()
        self.page.locator(".people .item .name", has_text=re.compile(rf"^{re.escape(name)} ")).click()
        self.page.locator(".who .name", has_text=name).wait_for()

    def write(self, text: str, *, where: str = ".main") -> None:
        area = self.page.locator(f"{where} .composer textarea")
        area.fill(text)
        area.press("Enter")

    def message(self, text: str, *, where: str = ".slack") -> Locator:
        return self.page.locator(f"{where} .message", has_text=text)

    def use(self, message: Locator, action: str) -> None:
        """Something of a message's menu."""
        message.hover()
        message.locator(".tools-of-message > button[aria-haspopup=menu]").click()
        self.page.get_by_role("menuitem", name=re.compile(rf"^{re.escape(action)}")).click()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file: while it runs, so does an event loop in this thread, which other tests cannot bear."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as scripted:
        yield scripted


@pytest.fixture(scope="session")
def running(model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalSlack, BotProcess]]:
    """The demo company with the bot, which asks the scripted model."""
    folder = tmp_path_factory.mktemp("playground")
    settings = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": model.url, "YORIDOKORO_TICK_SECONDS": "2"}
    # each new start would embed the demo's tips again, beside the windows, on the same cores
    settings["YORIDOKORO_EMBEDDER"] = "off"
    local = LocalSlack(load_company(), manifest=manifest(), rate_limits=False)
    with local as slack, BotProcess(slack, folder, settings) as bot:
        yield slack, bot


@pytest.fixture(scope="session")
def running_alone() -> Iterator[LocalSlack]:
    with LocalSlack(load_company(), manifest=manifest(), rate_limits=False, redelivery_seconds=()) as local:
        yield local


@pytest.fixture
def slack_alone(running_alone: LocalSlack) -> LocalSlack:
    """The demo company as it was, without the bot."""
    running_alone.reset()
    return running_alone


@pytest.fixture
def slack(running: tuple[LocalSlack, BotProcess]) -> LocalSlack:
    """The demo company as it was, and the bot on the data that it had at first."""
    local, bot = running
    local.reset()
    bot.begin_anew()
    local.wait_connected()
    return local


Open = Callable[..., Window]


@pytest.fixture
def open_window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens one person's window; at the end of the test nothing may have gone wrong in any."""
    opened: list[tuple[BrowserContext, Window]] = []

    def new(slack: LocalSlack, handle: str, *, width: int = WIDE, dark: bool = False, tour: bool = False) -> Window:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        context.tracing.start(snapshots=True)
        if not tour:
            context.add_init_script("sessionStorage.setItem('yoridokoro-tour', 'off')")
        window = Window(context.new_page(), narrow=width < WIDE)
        _listen(window, slack.url)
        opened.append((context, window))
        window.page.goto(f"{slack.url}/#token={slack.control_token}&as={handle}")
        window.page.locator(".message, .empty").first.wait_for()
        return window

    yield new
    failed = request.node.stash.get(_FAILED, True)
    for number, (context, window) in enumerate(opened):
        if failed:
            LEFT_BEHIND.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^\w-]+", "-", request.node.name)
            window.page.screenshot(path=LEFT_BEHIND / f"{name}-{number}.png")
            context.tracing.stop(path=LEFT_BEHIND / f"{name}-{number}.zip")
            print(f"window {number}: {window.faults}")  # noqa: T201 - pytest shows it with the failure
        context.close()
    assert failed or [window.faults for _, window in opened] == [[] for _ in opened]
    assert failed or [window.outside for _, window in opened] == [[] for _ in opened]


def _listen(window: Window, home: str) -> None:
    page = window.page

    def requested(url: str) -> None:
        if not url.startswith((home, home.replace("http", "ws", 1), "data:")):
            window.outside.append(url)

    page.on("request", lambda request: requested(request.url))
    page.on("pageerror", lambda error: window.faults.append(str(error)))
    page.on("console", lambda said: window.faults.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: (window.faults.append("dialog"), dialog.dismiss()))
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: window.wire.append(str(frame))))
