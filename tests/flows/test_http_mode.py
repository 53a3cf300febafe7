"""HTTP mode: the same bot behind signed requests, taken on by one process and done by another."""

import hashlib
import hmac
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from playground.company.small import small_company
from playground.person import Person, eventually
from playground.server import LocalSlack
from tests.flows.conftest import MANIFEST, ROOT
from tests.flows.steps import BOT, find


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def http_slack(port: int) -> Iterator[LocalSlack]:
    with LocalSlack(
        small_company(),
        manifest=MANIFEST,
        redelivery_seconds=(0.2, 0.5, 1.0),
        rate_limits=False,
        events_url=f"http://127.0.0.1:{port}/slack/events",
    ) as running:
        yield running


def environment(slack: LocalSlack, database_url: str, port: int, data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "YORIDOKORO_DATA_DIR": str(data),
        "PORT": str(port),
    }


@contextmanager
def process(command: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command of the bot that runs until the block ends; it has to end well when it is told to stop."""
    with log.open("wb") as out:
        running = subprocess.Popen([sys.executable, "-m", "bot", command], cwd=ROOT, env=env, stderr=out, stdout=out)
        try:
            yield running
            running.terminate()
            assert running.wait(30) == 0, log.read_text()
        finally:
            running.kill()
            running.wait()


@pytest.fixture
def web(http_slack: LocalSlack, database_url: str, port: int, tmp_path: Path) -> Iterator[dict[str, str]]:
    if database_url.startswith("sqlite"):
        pytest.skip("several processes need PostgreSQL")
    env = environment(http_slack, database_url, port, tmp_path / "data")
    with process("web", env, tmp_path / "web.log"):
        eventually(lambda: healthy(port), 30)
        yield env


def healthy(port: int) -> bool:
    try:
        return post_or_get(port, "GET", "/healthz")[0] == 200
    except OSError:
        return False


def post_or_get(
    port: int, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body=body.encode(), headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def signed(secret: str, body: str, *, at: float | None = None) -> dict[str, str]:
    moment = str(int(at or time.time()))
    digest = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/json",
    }


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_main_job_by_signed_http_with_a_worker_of_its_own(
    web: dict[str, str], http_slack: LocalSlack, tmp_path: Path
) -> None:
    aya, ben = http_slack.person("aya"), http_slack.person("ben")
    ben.post(BOT, "How do others plan a company outing?")
    http_slack.wait_idle()
    assert not [m for m in ben.dm() if m.get("bot_id")]
    with process("worker", web, tmp_path / "worker.log"):
        find(ben, "nothing that you can see", seconds=30)
        ben.slash("/share-tip", "Ask for a table first")
        view = eventually(ben.views)[-1]
        assert ben.submit(view["id"])["result"] == "closed"
        card = find(ben, "Ask for a table first", seconds=30)
        ben.click(BOT, card["ts"], "capture.share_named")
        find(ben, "Shared with your name", seconds=30)
        aya.post(BOT, "How do I ask for a table?")
        find(aya, "Ask for a table first", seconds=30)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_forged_signature_is_refused(web: dict[str, str], http_slack: LocalSlack, port: int) -> None:
    event = {"type": "event_callback", "team_id": "T0SMALL", "event_id": "Ev1", "event": {"type": "app_home_opened"}}
    body = json.dumps(event)
    good = http_slack.signing_secret
    assert web["PORT"] == str(port)
    assert post_or_get(port, "POST", "/slack/events", body, signed("wrong" * 8, body))[0] == 401
    assert post_or_get(port, "POST", "/slack/events", body, signed(good, body, at=time.time() - 3_600))[0] == 401
    assert post_or_get(port, "POST", "/slack/events", body + " ", signed(good, body))[0] == 401
    assert post_or_get(port, "POST", "/slack/events", body)[0] == 401
    assert post_or_get(port, "POST", "/slack/events", body, signed(good, body))[0] == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_not_slacks_is_not_found(web: dict[str, str], port: int) -> None:
    assert web
    form = urlencode({"command": "/ask-tip"})
    assert post_or_get(port, "POST", "/elsewhere", form)[0] in (404, 405)
    assert post_or_get(port, "GET", "/healthz") == (200, '{"ok": true}')


def refuses(command: str, env: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", ["web", "worker"])
def test_split_processes_refuse_sqlite(
    command: str, http_slack: LocalSlack, database_url: str, port: int, tmp_path: Path
) -> None:
    code, said = refuses(command, environment(http_slack, database_url, port, tmp_path / "data"))
    assert code == 1
    assert "PostgreSQL" in said
    assert "Traceback" not in said


def test_a_wrong_token_is_said_in_one_sentence(
    http_slack: LocalSlack, database_url: str, port: int, tmp_path: Path
) -> None:
    env = environment(http_slack, database_url, port, tmp_path / "data")
    code, said = refuses("run", env | {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_APP_TOKEN": "xapp-wrong"})
    assert code == 1
    assert "SLACK_BOT_TOKEN" in said
    assert "xoxb-wrong" not in said
    assert "Traceback" not in said


def test_a_second_run_on_one_sqlite_file_is_refused(
    sqlite_template: Path, slack: LocalSlack, port: int, tmp_path: Path
) -> None:
    assert sqlite_template
    env = environment(slack, f"sqlite:///{tmp_path / 'one.db'}", port, tmp_path / "data")
    env |= {"SLACK_APP_TOKEN": slack.app_token}
    with process("run", env, tmp_path / "run.log"):
        slack.wait_connected(seconds=30)
        code, said = refuses("run", env)
        assert code == 1
        assert "another `run` or `worker`" in said
        assert "Traceback" not in said


def test_a_running_bot_ends_well_when_told_to_stop(slack: LocalSlack, port: int, tmp_path: Path) -> None:
    env = environment(slack, f"sqlite:///{tmp_path / 'one.db'}", port, tmp_path / "data")
    ben: Person = slack.person("ben")
    with process("run", env | {"SLACK_APP_TOKEN": slack.app_token}, tmp_path / "run.log"):
        slack.wait_connected(seconds=30)
        ben.post(BOT, "How do others plan a company outing?")
        find(ben, "nothing that you can see", seconds=30)
        # an ack that is on its way when the socket closes is logged by Slack's SDK
        slack.wait_idle()
    assert "Traceback" not in (tmp_path / "run.log").read_text()
