"""What can be made to go wrong with the Web API, from this process and from another."""

from http.client import RemoteDisconnected

import pytest
from plain_http import get
from refusals import impossible
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from playground.company.small import small_company, small_manifest
from playground.person import Person, control, eventually, upload
from playground.server import LocalSlack
from playground.server.rate_limits import RATES, RateLimits

BROKEN = (ConnectionError, RemoteDisconnected, OSError)


def test_a_rate_limit_says_how_long_to_wait(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.inject("chat.postMessage", kind="ratelimited", seconds=7)
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel="C0GENERAL", text="x")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "7"
    assert client.chat_postMessage(channel="C0GENERAL", text="x")["ok"]
    assert [(call.ok, call.error) for call in slack.calls] == [(False, "ratelimited"), (True, "")]


def test_a_server_error_is_no_json(slack: LocalSlack, client: WebClient) -> None:
    slack.faults.inject("*", times=2, kind="server_error")
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            client.auth_test()
        assert refused.value.response.status_code == 500
    assert client.auth_test()["ok"]


def test_a_reset_before_the_work_leaves_nothing(slack: LocalSlack, client: WebClient, aya: Person) -> None:
    slack.faults.inject("chat.postMessage", kind="reset")
    with pytest.raises(BROKEN):
        client.chat_postMessage(channel="C0GENERAL", text="lost")
    assert aya.messages("#general")[-1]["text"] != "lost"


def test_a_reset_after_the_work_hides_that_it_was_done(slack: LocalSlack, client: WebClient, aya: Person) -> None:
    slack.faults.inject("chat.postMessage", kind="reset_after")
    with pytest.raises(BROKEN):
        client.chat_postMessage(channel="C0GENERAL", text="done")
    assert aya.messages("#general")[-1]["text"] == "done"


def test_a_slow_answer_outlasts_an_impatient_client(slack: LocalSlack, aya: Person) -> None:
    slack.faults.inject("chat.postMessage", kind="slow", seconds=1.2)
    impatient = WebClient(slack.bot_token, base_url=slack.api_url, timeout=1, retry_handlers=[])
    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel="C0GENERAL", text="slowly")
    eventually(lambda: aya.messages("#general")[-1]["text"] == "slowly")


def test_the_sdk_waits_out_slacks_own_limits() -> None:
    with LocalSlack(small_company(), manifest=small_manifest()) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
        for number in range(7):
            client.chat_postMessage(channel="C0GENERAL", text=f"{number}")
        errors = [call.error for call in slack.calls if call.method == "chat.postMessage"]
        assert "ratelimited" not in errors[:5]
        assert "ratelimited" in errors[5:]
        assert [call.ok for call in slack.calls].count(True) == 7


def test_permits_come_back_evenly() -> None:
    now = [0.0]
    limits = RateLimits(lambda: now[0])
    allowed = [limits.take("conversations.replies", "tier3") for _ in range(51)]
    assert allowed == [0] * 50 + [2]
    now[0] = 1.2
    assert limits.take("conversations.replies", "tier3") == 0
    assert limits.take("conversations.history", "tier3") == 0
    assert [limits.take("posting C1", "posting") for _ in range(6)] == [0] * 5 + [1]
    assert RATES["tier2"].per_minute == 20


def test_another_process_drives_it_all_over_http(slack: LocalSlack, client: WebClient) -> None:
    token = slack.control_token
    control(slack.url, token, "faults/inject", {"method": "auth.test", "kind": "server_error"})
    with pytest.raises(SlackApiError):
        client.auth_test()
    calls = control(slack.url, token, "calls")
    assert [(call["method"], call["error"]) for call in calls] == [("auth.test", "server_error")]
    assert control(slack.url, token, "keys")["secret"] == slack.ts_of("secret")
    assert "aya" in {person["handle"] for person in control(slack.url, token, "people")}
    assert control(slack.url, token, "idle")["idle"] is True
    assert control(slack.url, token, "deliveries") == []
    control(slack.url, token, "reset", {})
    assert control(slack.url, token, "calls") == []


def test_the_control_interface_is_closed_without_its_token(slack: LocalSlack) -> None:
    assert impossible(control, slack.url, "guess", "calls") == "invalid_auth"
    assert impossible(Person(slack.url, "guess", "aya").post, "#general", "x") == "invalid_auth"
    assert impossible(control, slack.url, slack.control_token, "as/aya/fly", {}) == "no_such_verb"
    assert impossible(control, slack.url, slack.control_token, "as/aya/post", {"to": "x"}) == "wrong_arguments"


def test_a_file_is_given_to_the_apps_token_only(slack: LocalSlack, client: WebClient, aya: Person) -> None:
    aya.post("#general", "資料", files=[upload("memo.txt", "中身です")])
    url = client.conversations_history(channel="C0GENERAL", limit=1)["messages"][0]["files"][0]["url_private_download"]
    given = get(url, slack.bot_token)
    assert (given.status, given.kind, given.body.decode()) == (200, "text/plain", "中身です")
    assert get(url).status == 302
    assert get(url, "xoxb-guess").status == 302


def test_a_file_in_a_channel_the_app_is_not_in_does_not_exist_for_it(client: WebClient, aya: Person) -> None:
    aya.post("#secret-project", "社外秘", files=[upload("plan.txt", "x")])
    file = aya.messages("#secret-project")[-1]["files"][0]
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_info(file=file["id"])
    assert get(file["url_private"], client.token).status == 404
