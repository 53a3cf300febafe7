"""Whom the local Slack lets in, and what a text can do in its page: nothing."""

import asyncio
import json
import socket
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import pytest
from playwright.sync_api import expect

from playground.server import LocalSlack
from tests.browser.conftest import Open

T = TypeVar("T")

HOSTILE = (
    "<script>document.title = 'pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    "<svg onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<https://evil.example|<b>bold</b>>",
    "<javascript:alert(1)|click me>",
    "<data:text/html,<script>alert(1)</script>|data>",
    "[click](javascript:alert(1)) ![x](https://evil.example/pixel.png)",
    "```<script>alert(1)</script>```",
    "`<img src=x onerror=alert(1)>`",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script&amp;gt;",
    "<!channel> <!here> <@U0NOBODY> <#C0NOWHERE|gone>",
    "\u202egnp.exe\u202c \u200b\u2066<b>\u2069 \ufeff",
    "</textarea></style></script><style>*{display:none}</style>",
    "javascript:alert(1) JaVaScRiPt:alert(1) vbscript:msgbox(1)",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} #{7*7}",
    ":bulb: :not_an_emoji: :__proto__: :constructor: :toString:",
    "<!date^1700000000^{date}^javascript:alert(1)|today>",
    "x" * 12_000,
    "\u200b" * 500 + "深" * 3_000,
)


def test_texts_can_run_nothing(slack_alone: LocalSlack, open_window: Open) -> None:
    tom = slack_alone.person("tom")
    for text in HOSTILE:
        tom.post("#random", text)
        blocks = [
            {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}},
            {"type": "header", "text": {"type": "plain_text", "text": text[:150]}},
            {"type": "markdown", "text": text},
        ]
        tom.post("#random", "in blocks", blocks=blocks)
    window = open_window(slack_alone, "mika")
    window.go("random")
    page = window.page
    for _ in range(80):
        page.locator(".main .list").hover()
        page.mouse.wheel(0, -900)
        page.wait_for_timeout(25)
        assert page.title() == "Yoridokoro"
        links = page.locator(".main .list a").evaluate_all("links => links.map(each => each.getAttribute('href'))")
        assert [link for link in links if link and not link.startswith(("https://", "http://", "mailto:"))] == []
        assert page.locator(".main .list :is(script, iframe, img, object, embed, style)").count() == 0
    expect(page.locator(".main")).to_be_visible()


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({"Host": "evil.example"}, 403, "wrong_host"),
        ({"Host": "127.0.0.1.evil.example:80"}, 403, "wrong_host"),
        ({"Host": "LOCAL", "Origin": "https://evil.example"}, 403, "wrong_origin"),
        ({"Host": "LOCAL", "Origin": "null"}, 403, "wrong_origin"),
        ({"Host": "LOCAL"}, 401, "invalid_auth"),
    ],
)
def test_other_hosts_and_origins_are_refused(
    slack_alone: LocalSlack, headers: dict[str, str], status: int, error: str
) -> None:
    where = urlsplit(slack_alone.url)
    for path in ("/control/people", "/live", "/"):
        connection = HTTPConnection(str(where.hostname), where.port, timeout=10)
        sent = {**headers, "Host": headers["Host"].replace("LOCAL", where.netloc)}
        connection.request("GET", path, headers=sent)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if status == 403 or path == "/control/people":
            assert (answer.status, json.loads(body)["error"]) == (status, error)


def test_it_listens_on_loopback_alone(slack_alone: LocalSlack) -> None:
    where = urlsplit(slack_alone.url)
    assert where.hostname == "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.bind(("127.0.0.2", int(where.port or 0)))


def test_the_page_may_load_from_here_alone(slack_alone: LocalSlack) -> None:
    where = urlsplit(slack_alone.url)
    connection = HTTPConnection(str(where.hostname), where.port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    policy = answer.headers["Content-Security-Policy"]
    body = answer.read().decode()
    connection.close()
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert slack_alone.control_token not in body


def alone(doing: Coroutine[Any, Any, T]) -> T:
    """Runs it on a loop of its own; the browser's stands in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, doing).result()


@pytest.mark.parametrize(
    "said", ['{"token": "guess", "handle": "mika"}', "{}", "not json", '{"token": 1, "handle": []}']
)
def test_a_window_without_the_token_hears_nothing(slack_alone: LocalSlack, said: str) -> None:
    async def knock() -> tuple[int, list[str]]:
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{slack_alone.url}/live") as line:
            await line.send_str(said)
            heard = [message.data async for message in line if message.type is aiohttp.WSMsgType.TEXT]
            return int(line.close_code or 0), heard

    assert alone(knock()) == (4401, [])


def test_an_old_token_is_said_in_a_sentence(slack_alone: LocalSlack, open_window: Open) -> None:
    window = open_window(slack_alone, "mika")
    window.page.evaluate("localStorage.setItem('yoridokoro-token', 'of yesterday')")
    window.page.reload()
    expect(window.page.locator(".notice")).to_contain_text("Open the address that it printed")


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"id": 1, "verb": "no_such_thing"}, "no_such_verb"),
        ({"id": 1, "verb": "/no_such_thing"}, "no_such_verb"),
        ({"id": 1, "verb": "post", "arguments": {"channel": "#pricing-2027", "text": "x"}}, "channel_not_found"),
        ({"id": 1, "verb": "messages", "arguments": {"nonsense": 1}}, "wrong_arguments"),
        ({"id": 1, "verb": "file", "arguments": {"file_id": "F0NONE"}}, "file_not_found"),
        ({"id": 1, "verb": "/trace", "arguments": {}}, "invalid_json"),
    ],
)
def test_what_a_window_cannot_ask_is_refused(slack_alone: LocalSlack, asked: dict[str, object], error: str) -> None:
    async def ask() -> dict[str, object]:
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{slack_alone.url}/live") as line:
            await line.send_json({"token": slack_alone.control_token, "handle": "shiori"})
            await line.receive()
            await line.send_json(asked)
            return dict(await line.receive_json())

    answer = alone(ask())
    assert (answer["ok"], answer["error"]) == (False, error)
