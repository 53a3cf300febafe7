"""`python -m playground --with-bot`, as a newcomer meets it, and the commands of a second terminal."""

import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest

from playground.person import eventually
from tests.flows.conftest import ROOT

pytestmark = pytest.mark.xdist_group("playground")

PATIENCE_SECONDS = 60.0
PLAYGROUND = [sys.executable, "-m", "playground"]
ENVIRONMENT = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "TMPDIR")} | {
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
    "PYTHONUNBUFFERED": "1",
    "YORIDOKORO_EMBEDDER": "off",
}


@dataclass
class Playing:
    """A playground that runs, and what it has said."""

    folder: Path
    process: "subprocess.Popen[str]"
    said: str

    def act(self, *arguments: str, code: int = 0) -> str:
        """What a second terminal shows: stdout when all went well, else stderr."""
        done = subprocess.run(
            [*PLAYGROUND, "--data", str(self.folder), "as", *arguments],
            cwd=ROOT,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr if code else done.stdout


def started(folder: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*PLAYGROUND, "--port", "0", "--data", str(folder), *options],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def heard(process: "subprocess.Popen[str]", last: str, seconds: float = 90) -> str:
    """Everything it says until a line holds `last`."""
    lines: Queue[str] = Queue()

    def read(stream: Any) -> None:
        for line in stream:
            lines.put(line)

    Thread(target=read, args=(process.stdout,), daemon=True).start()
    said = ""
    while last not in said:
        try:
            said += lines.get(timeout=seconds)
        except Empty:
            raise AssertionError(said) from None
    return said


@pytest.fixture(scope="module")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    folder = tmp_path_factory.mktemp("playground")
    process = started(folder, "--with-bot", "--language", "ja")
    yield Playing(folder, process, heard(process, "as priya see"))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert process.stdout is not None
    process.stdout.close()
    assert not (folder / "running.json").exists()


def test_the_main_job_is_told_from_the_emoji_to_the_cited_answer(playing: Playing) -> None:
    for part in (
        "1  #ai-tips で",
        "mikaさんが [ お願いします ]",
        "ayaさんが [ 名前を出して共有 ]",
        "[1]",
        "what colleagues shared",
    ):
        assert part in playing.said
    after = playing.said.index("吾郎さんがDM")
    assert re.search(r"用語集.*hoshikawa-works\.slack\.com/archives/C0AITIPS/p\d{16}", playing.said[after:], re.DOTALL)
    assert "簡易版: モデルなし" in playing.said


def test_its_database_is_its_own_and_its_token_for_its_owner_alone(playing: Playing) -> None:
    assert stat.S_IMODE((playing.folder / "running.json").stat().st_mode) == 0o600
    assert (playing.folder / "bot" / "yoridokoro.db").exists()


def test_the_bots_log_is_short_and_holds_no_word_of_anybody(playing: Playing) -> None:
    log = (playing.folder / "bot.log").read_text("utf-8")
    assert len(log.splitlines()) < 100
    assert "用語集" not in log
    assert "SELECT" not in log


def test_a_question_from_a_second_terminal_shows_its_answer(playing: Playing) -> None:
    playing.act("aya", "dm", "議事録の固有名詞、みんなはどうやってる？")
    told = eventually(lambda: re.search(r"\[1\].*", playing.act("aya", "see"), re.DOTALL), PATIENCE_SECONDS)
    assert "用語集" in told.group()


def test_react_and_press_and_see(playing: Playing) -> None:
    asked = playing.act("kenji", "react", "#ai-tips", "worry", "bulb")
    assert "お願いします" in asked
    playing.act("kenji", "click", "お願いします")
    eventually(lambda: "下書き" in playing.act("kenji", "see"), PATIENCE_SECONDS)
    assert "[ 名前を出して共有 ]" in playing.act("shiori", "see")
    playing.act("shiori", "click", "名前を出さずに共有")
    eventually(lambda: "読みました" in playing.act("shiori", "form"), PATIENCE_SECONDS)
    assert "読んでチェックを入れる" in playing.act("shiori", "submit")
    playing.act("shiori", "submit", "確かめましたか=読みました")
    eventually(lambda: "[ 名前を出して共有 ]" not in playing.act("shiori", "see"), PATIENCE_SECONDS)
    assert "💡 1" in playing.act("aya", "thread", "#ai-tips", "worry")


def test_a_form_is_opened_filled_in_and_sent(playing: Playing) -> None:
    assert "タイトル *" in playing.act("yuki", "slash", "/share-tip")
    assert "required: title" in playing.act("yuki", "submit", "タイトル=", code=1)
    playing.act("yuki", "submit", "タイトル=求人票はAIに下書きさせる", "プロンプト=次の条件で求人票を書いて")
    card = eventually(lambda: re.search("求人票はAIに.*", playing.act("yuki", "see"), re.DOTALL), PATIENCE_SECONDS)
    assert "[ 名前を出して共有 ]" in card.group()


def test_home_names_the_channels_where_the_bot_listens(playing: Playing) -> None:
    assert "#ai-tips" in playing.act("ben", "home")


def test_writing_and_replying_in_channels(playing: Playing) -> None:
    playing.act("ben", "post", "#random", "Anybody for ramen?")
    playing.act("aya", "reply", "#random", "Anybody for ramen?", "行きます")
    seen = playing.act("mika", "see", "#random", "--limit", "1")
    assert seen.index("Anybody for ramen?") < seen.index("行きます")


def test_what_cannot_be_done_is_said_in_a_sentence(playing: Playing) -> None:
    assert "There is nobody called nina" in playing.act("nina", "see", code=1)
    assert "channel_not_found" in playing.act("ben", "see", "#nowhere", code=1)
    assert "No message in #ai-tips says" in playing.act("ben", "react", "#ai-tips", "この文はない", code=1)
    assert "No button says" in playing.act("tom", "click", "Nothing", code=1)
    assert "No form is open" in playing.act("tom", "submit", "Title=x", code=1)
    outsider = playing.act("tom", "see", "#pricing-2027", code=1)
    assert "channel_not_found" in outsider


def test_without_a_running_playground(tmp_path: Path) -> None:
    done = subprocess.run(
        [*PLAYGROUND, "--data", str(tmp_path), "as", "aya", "see"],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "No local Slack is running. Start it in another terminal: make run\n")


def test_these_tests_stay_together(request: pytest.FixtureRequest) -> None:
    """Dealt out to several workers, each would start a playground of its own; nothing else would tell."""
    assert os.environ.get("PYTEST_XDIST_WORKER") is None or request.node.nodeid.endswith("@playground")
