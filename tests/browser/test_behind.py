"""The drawer says why the bot did what it did; the tour points; the bundle is what its source says."""

import filecmp
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from playground.company.small import small_company, small_manifest
from playground.running import ROOT
from playground.server import LocalSlack
from playground.server.conversation import Json
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.test_walk import BOT
from tests.playground.conftest import Listener

PAGE = ROOT / "playground" / "page"
NO_NODE = "node was not found: nobody has looked whether the page's bundle matches its source. Install node 20."


def test_the_drawer_shows_events_job_and_calls_of_a_question(slack: LocalSlack, open_window: Open) -> None:
    window = open_window(slack, "tom")
    window.go(BOT)
    window.write("how do others check test data?")
    expect(window.page.locator(".thread .message").nth(1)).to_be_visible()
    window.button("Behind the curtain").click()
    drawer = window.page.locator(".drawer")
    expect(drawer).to_contain_text("answer.question")
    expect(drawer.locator(".steps li").first).to_contain_text("✓")
    for section, part in ((0, "post"), (1, "message"), (3, "chat.postMessage")):
        expect(drawer.locator("section").nth(section)).to_contain_text(part)
    drawer.locator("section").nth(3).locator("summary", has_text="chat.postMessage").first.click()
    expect(drawer.locator("details[open] pre")).to_contain_text("blocks")
    shown = drawer.inner_text()
    assert '"blocks"' in shown
    assert "xoxb-" not in shown


def test_the_drawer_finds_what_wrote_a_message(slack: LocalSlack, open_window: Open) -> None:
    window = open_window(slack, "tom")
    window.go(BOT)
    window.write("how do others check test data?")
    answer = window.page.locator(".thread .message").nth(1)
    expect(answer).to_be_visible()
    window.write("thanks!", where=".thread")
    window.use(answer, "Behind the curtain")
    expect(window.page.locator(".drawer")).to_contain_text("chat.postMessage")
    expect(window.page.locator(".drawer")).to_contain_text("how do others", use_inner_text=False)


class SlowBot:
    """A bot whose one job, made of the last thing delivered, is over when it was looked at so often, then forgotten."""

    def __init__(self, slack: LocalSlack, looks: int) -> None:
        self._slack = slack
        self._left = looks

    def jobs(self) -> list[Json]:
        self._left -= 1
        at = datetime.fromtimestamp(self._slack.deliveries[-1].at + 0.05, UTC).isoformat()
        steps = [{"step": "find", "failed": False}] if self._left == 0 else []
        job = {
            "id": "r",
            "kind": "answer.question",
            "state": "accepted" if self._left >= 0 else "done",
            "accepted_at": at,
        }
        return [job | {"jobs": [{"steps": steps}]}]

    def begin_anew(self) -> None:
        raise NotImplementedError


def test_the_drawer_looks_at_a_job_until_it_is_over_and_keeps_what_it_saw(open_window: Open) -> None:
    with LocalSlack(small_company(), manifest=small_manifest(), rate_limits=False) as slack:
        app = Listener(slack)
        slack.work_with(SlowBot(slack, looks=20))
        window = open_window(slack, "ben", fresh=True)
        window.go("yoridokoro")
        window.write("how do others check test data?")
        slack.wait_idle()
        window.page.clock.install()
        window.button("Behind the curtain").click()
        steps, over = window.page.locator(".drawer .steps li"), window.page.locator(".drawer small", has_text="done")
        for _ in range(60):
            window.page.clock.fast_forward(15_000)
            window.page.wait_for_timeout(50)
            if over.count():
                break
        expect(over).to_be_visible()
        expect(steps.first).to_have_text("✓ find")
        app.close()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    ("handle", "first", "author"),
    [("shiori", "メッセージを見る", "mika"), ("tom", "Show the message", "Ben")],
    ids=["ja", "en"],
)
def test_the_tour_points_and_does_nothing_itself(
    slack_alone: LocalSlack, open_window: Open, handle: str, first: str, author: str, width: int
) -> None:
    window = open_window(slack_alone, handle, tour=True, width=width)
    tour = window.page.locator(".tour")
    tour.get_by_role("button", name=first).click()
    expect(window.page.locator(".thread .message.flash")).to_be_visible()
    assert all(each.type == "app_home_opened" for each in slack_alone.deliveries)
    tour.locator("footer .plain").last.click()
    expect(tour).to_contain_text("2/5")
    tour.get_by_role("button", name=author).click()
    expect(window.page.locator(".who .name")).to_contain_text(author)
    for _ in range(3):
        tour.locator("footer .plain").last.click()
    expect(tour).to_contain_text("5/5")
    tour.locator("footer .plain").last.click()
    expect(tour).to_have_count(0)
    window.page.reload()
    expect(window.page.locator(".message, .empty").first).to_be_visible()
    expect(tour).to_have_count(0)


@pytest.mark.timeout(600)
def test_the_bundle_is_what_its_source_says(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI"):
            pytest.fail(NO_NODE)
        pytest.skip(NO_NODE)
    source = tmp_path / "page"
    shutil.copytree(PAGE, source, ignore=shutil.ignore_patterns("node_modules", "dist"))
    for command in (["npm", "ci", "--no-audit", "--no-fund"], ["npm", "run", "types"], ["npm", "run", "build"]):
        done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    built, kept = source / "dist", PAGE / "dist"
    names = sorted(each.name for each in kept.iterdir())
    assert names == sorted(each.name for each in built.iterdir())
    assert filecmp.cmpfiles(built, kept, names, shallow=False) == (names, [], [])
