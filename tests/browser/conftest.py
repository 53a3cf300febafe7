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
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

from playground.bot_process import BotProcess
from playground.company.load import load_company
from playground.running import ROOT, manifest
from playground.server import LocalSlack
from tests.model_server import ScriptedModel

MISSING = "Chromium was not found: the browser tests did NOT run. Install it (apt-get install chromium) and run again."
LEFT_BEHIND = ROOT / "var" / "browser"
PATIENCE_MS = 60_000
TRIES, NOTHING_COMES_MS = 4, 20_000
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
    """One person's page. `wire` is every byte that it received, as text; `outside` are requests away from `home`."""

    page: Page
    narrow: bool
    home: str
    wire: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def button(self, name: str | re.Pattern[str], *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact and isinstance(name, str))

    def opened(self, button: Locator) -> Locator:
        """The modal that a button opens."""
        return seen_after(button.click, self.page.locator("dialog.modal"))

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


def seen_after(do: Callable[[], object], what: Locator) -> Locator:
    """What is there after somebody did something; they do it again, as people do, where nothing comes of it.

    A busy machine may let a trigger's three seconds pass, and a press just as Home is drawn anew is lost.
    """
    for _ in range(TRIES - 1):
        do()
        try:
            what.wait_for(timeout=NOTHING_COMES_MS)
        except TooLate:
            continue
        return what
    do()
    expect(what).to_be_visible()
    return what


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
    return local


Open = Callable[..., Window]


@dataclass
class Pane:
    """A page in which windows are opened, one after another: a new one costs more than what most tests do in it."""

    page: Page
    kind: tuple[int, bool, bool]
    window: Window


@pytest.fixture(scope="module")
def panes() -> list[Pane]:
    """Those of a file's browser that are not in use; each in a context of its own."""
    return []


@pytest.fixture
def open_window(browser: Browser, panes: list[Pane], request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens one person's window; at the end of the test nothing may have gone wrong in any.

    `fresh`: for a test that leaves something behind which emptying the page's storage does not take away.
    """
    opened: list[tuple[Pane, bool]] = []

    def new(
        slack: LocalSlack,
        handle: str,
        *,
        width: int = WIDE,
        dark: bool = False,
        tour: bool = False,
        fresh: bool = False,
    ) -> Window:
        kind = (width, dark, tour)
        pane = next((each for each in panes if each.kind == kind and not fresh), None)
        if pane is None:
            pane = _new_pane(browser, *kind)
        else:
            panes.remove(pane)
        window = pane.window = Window(pane.page, narrow=width < WIDE, home=slack.url)
        pane.page.context.tracing.start_chunk()
        opened.append((pane, fresh))
        pane.page.goto(f"{slack.url}/#token={slack.control_token}&as={handle}")
        pane.page.locator(".message, .empty").first.wait_for()
        return window

    yield new
    failed = request.node.stash.get(_FAILED, True)
    for number, (pane, fresh) in enumerate(opened):
        tracing = pane.page.context.tracing
        if failed:
            LEFT_BEHIND.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^\w-]+", "-", request.node.name)
            pane.page.screenshot(path=LEFT_BEHIND / f"{name}-{number}.png")
            tracing.stop_chunk(path=LEFT_BEHIND / f"{name}-{number}.zip")
            print(f"window {number}: {pane.window.faults}")  # noqa: T201 - pytest shows it with the failure
        else:
            tracing.stop_chunk()
        if failed or fresh:
            pane.page.context.close()
        else:
            pane.page.evaluate("localStorage.clear(), sessionStorage.clear()")
            pane.page.goto("about:blank")
            panes.append(pane)
    assert failed or [pane.window.faults for pane, _ in opened] == [[] for _ in opened]
    assert failed or [pane.window.outside for pane, _ in opened] == [[] for _ in opened]


def _new_pane(browser: Browser, width: int, dark: bool, tour: bool) -> Pane:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    context.tracing.start(snapshots=True)
    if not tour:
        context.add_init_script("location.protocol == 'http:' && sessionStorage.setItem('yoridokoro-tour', 'off')")
    page = context.new_page()
    pane = Pane(page, (width, dark, tour), Window(page, narrow=False, home=""))
    _listen(pane)
    return pane


def _listen(pane: Pane) -> None:
    page = pane.page

    def requested(url: str) -> None:
        home = pane.window.home
        if not url.startswith((home, home.replace("http", "ws", 1), "data:")):
            pane.window.outside.append(url)

    def connected(socket: WebSocket) -> None:
        window = pane.window
        socket.on("framereceived", lambda frame: window.wire.append(str(frame)))

    page.on("request", lambda request: requested(request.url))
    page.on("pageerror", lambda error: pane.window.faults.append(str(error)))
    page.on("console", lambda said: pane.window.faults.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: (pane.window.faults.append("dialog"), dialog.dismiss()))
    page.on("websocket", connected)
