"""The page in the browser: how long it takes to load, to show what a click brought about, and how heavy it is.

Loading, from the navigation to the newest message, is measured with 5,000 messages in the channel beside 50; a click's
result beside the same act without a browser, over the control interface, in the same run. Needs chromium.
"""

import gzip
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, sync_playwright

from playground.bot_process import BotProcess
from playground.company.load import load_company
from playground.company.model import Channel, Company, Member, Post, Workspace
from playground.company.small import small_manifest
from playground.person import eventually
from playground.running import ROOT, manifest
from playground.server import LocalSlack

FEW, MANY = 50, 5_000
DIST = ROOT / "playground" / "page" / "dist"
BOT = "@yoridokoro"


@click.command()
@click.option("--rounds", default=10, show_default=True)
def main(rounds: int) -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        click.echo("Chromium was not found: apt-get install chromium", err=True)
        sys.exit(1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        _weight()
        few, many = (_loading(browser, size, rounds) for size in (FEW, MANY))
        print(f"load, {FEW} messages: {few:.0f} ms; {MANY} messages: {many:.0f} ms (ratio {many / few:.2f}), medians")
        _clicks(browser, rounds)


def _weight() -> None:
    for path in sorted(DIST.iterdir()):
        content = path.read_bytes()
        print(f"{path.name}: {len(content) / 1000:.0f} kB, {len(gzip.compress(content)) / 1000:.0f} kB compressed")


def _loading(browser: Browser, size: int, rounds: int) -> float:
    """Median from the navigation to the newest message on the screen, in ms; nothing is cached from before."""
    posts = tuple(Post("general", "ben", f"message {each}", ago=timedelta(minutes=size - each)) for each in range(size))
    company = Company(
        workspace=Workspace("T0CROWD", "Crowd", "crowd"),
        second_workspace=None,
        members=(Member("U0BEN", "ben", "Ben Fischer"),),
        channels=(Channel("C0GENERAL", "general", members=("ben",)),),
        posts=posts,
    )
    with LocalSlack(company, manifest=small_manifest()) as slack:
        newest = f"message {size - 1}"
        return statistics.median(_open(browser, slack, newest) for _ in range(rounds))


def _open(browser: Browser, slack: LocalSlack, text: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{slack.url}/#token={slack.control_token}&as=ben")
    page.locator(".message", has_text=text).last.wait_for()
    milliseconds = float(page.evaluate("performance.now()"))
    context.close()
    return milliseconds


def _clicks(browser: Browser, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        local = LocalSlack(load_company(), manifest=manifest(), rate_limits=False)
        with local as slack, BotProcess(slack, Path(folder)):
            page = browser.new_page()
            page.goto(f"{slack.url}/#token={slack.control_token}&as=tom")
            page.locator(".message").first.wait_for()
            page.locator(".sidebar .entry", has_text="Yoridokoro").click()
            page.get_by_role("tab", name="Messages").wait_for()
            asked = statistics.median(_timed(lambda: _ask(page)) for _ in range(rounds))
            bare = statistics.median(_timed(lambda: _ask_without(slack)) for _ in range(rounds))
            print(f"question to answer shown: {asked:.0f} ms; without a browser {bare:.0f} ms ({asked / bare:.2f})")
            page.locator(".sidebar .entry", has_text="random").click()
            page.locator('main[aria-label="random"]').wait_for()
            said = statistics.median(_timed(lambda: _react(page)) for _ in range(rounds)) / 2
            print(f"reaction pressed to reaction shown, hovering included: {said:.0f} ms")


def _ask(page: Page) -> None:
    threads = page.locator(".main .replies")
    before = threads.count()
    area = page.locator(".main .composer textarea")
    area.fill("how do others check test data?")
    area.press("Enter")
    page.wait_for_function("before => document.querySelectorAll('.main .replies').length > before", arg=before)


def _ask_without(slack: LocalSlack) -> None:
    tom = slack.person("priya")
    ts = tom.post(BOT, "how do others check test data?")
    eventually(lambda: len(tom.thread(BOT, ts)) > 1)


def _react(page: Page) -> None:
    """There and back: two clicks and two results."""
    message = page.locator(".main .message").last
    chip = message.locator(".reactions button", has_text="💡")
    message.hover()
    message.locator(".tools-of-message button").first.click()
    chip.wait_for()
    chip.click()
    chip.wait_for(state="detached")


def _timed(do: Callable[[], None]) -> float:
    begun = time.monotonic()
    do()
    return (time.monotonic() - begun) * 1000


if __name__ == "__main__":
    main()
