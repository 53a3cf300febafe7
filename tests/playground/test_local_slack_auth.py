"""Who may call what: tokens, scopes, and the way arguments are read."""

import pytest
from plain_http import post_json
from refusals import error_of
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.company.small import small_company, small_manifest
from playground.server import LocalSlack


def test_auth_test_says_who_the_app_is(slack: LocalSlack, client: WebClient) -> None:
    said = client.auth_test()
    assert (said["team_id"], said["user_id"], said["url"]) == (
        slack.team_id,
        slack.bot_user_id,
        "https://small-company.slack.com/",
    )


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("APP", "not_allowed_token_type")],
)
def test_a_wrong_token_is_refused(slack: LocalSlack, token: str, error: str) -> None:
    client = WebClient(slack.app_token if token == "APP" else token, base_url=slack.api_url)
    assert error_of(client.auth_test) == error


def test_only_the_app_level_token_opens_a_connection(slack: LocalSlack, client: WebClient) -> None:
    assert error_of(client.apps_connections_open, app_token=slack.bot_token) == "not_allowed_token_type"
    assert client.apps_connections_open(app_token=slack.app_token)["url"].startswith("ws://127.0.0.1:")


def test_an_unknown_method_is_named(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.api_call("chat.shout")
    assert refused.value.response["error"] == "unknown_method"
    assert refused.value.response["req_method"] == "chat.shout"


def test_a_missing_scope_is_named_with_those_that_were_granted() -> None:
    manifest = small_manifest()
    manifest["oauth_config"]["scopes"] = {"bot": ["chat:write", "channels:history", "groups:history"]}
    with LocalSlack(small_company(), manifest=manifest) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        with pytest.raises(SlackApiError) as refused:
            client.reactions_add(channel="C0GENERAL", name="eyes", timestamp="1.0")
        answer = refused.value.response
        assert (answer["error"], answer["needed"]) == ("missing_scope", "reactions:write")
        assert answer["provided"] == "channels:history,chat:write,groups:history"
        assert error_of(client.users_info, user="U0AYA") == "missing_scope"
        assert error_of(client.conversations_list) == "missing_scope"
        assert client.conversations_history(channel="C0GENERAL")["ok"]


def test_each_kind_of_conversation_needs_its_own_scope() -> None:
    manifest = small_manifest()
    manifest["oauth_config"]["scopes"] = {"bot": ["channels:read", "im:write", "chat:write"]}
    with LocalSlack(small_company(), manifest=manifest) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        dm = client.conversations_open(users="U0AYA")["channel"]["id"]
        assert error_of(client.conversations_info, channel=dm) == "missing_scope"
        assert error_of(client.conversations_list, types="public_channel,private_channel") == "missing_scope"
        assert error_of(client.conversations_open, users="U0AYA,U0BEN") == "missing_scope"
        assert client.conversations_info(channel="C0GENERAL")["channel"]["name"] == "general"


def test_methods_that_only_read_see_nothing_of_a_json_body(slack: LocalSlack) -> None:
    answer = post_json(f"{slack.api_url}users.info", {"user": "U0AYA"}, slack.bot_token).json
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


def test_tokens_are_in_no_record_of_calls(slack: LocalSlack) -> None:
    WebClient(base_url=slack.api_url).api_call("auth.test", params={"token": slack.bot_token})
    assert slack.calls[-1].ok
    assert slack.bot_token not in repr(slack.calls)
