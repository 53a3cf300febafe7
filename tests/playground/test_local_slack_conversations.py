"""Conversations and their history, as the app may read them."""

from refusals import error_of
from slack_sdk import WebClient

from playground.person import Person
from playground.server import LocalSlack


def test_the_list_shows_public_channels_and_private_ones_only_to_their_members(
    slack: LocalSlack, client: WebClient, aya: Person
) -> None:
    kinds = "public_channel,private_channel"
    assert {each["name"] for each in client.conversations_list(types=kinds)["channels"]} == {
        "general",
        "ai-tips",
        "random",
        "partner",
    }
    aya.invite("#secret-project", "@yoridokoro")
    assert "secret-project" in {each["name"] for each in client.conversations_list(types=kinds)["channels"]}
    assert [each["name"] for each in client.users_conversations(types="private_channel")["channels"]] == [
        "secret-project"
    ]
    assert slack.calls[-1].method == "users.conversations"


def test_pages_follow_the_cursor_to_the_end(client: WebClient) -> None:
    names = [each["name"] for page in client.conversations_list(limit=2) for each in page["channels"]]
    assert sorted(names) == ["ai-tips", "general", "partner", "random"]
    members = [each for page in client.conversations_members(channel="C0GENERAL", limit=2) for each in page["members"]]
    assert sorted(members) == ["U0AYA", "U0BEN", "U0CHIE", "U0OLD", "U0YORIDOKORO"]
    people = [each["id"] for page in client.users_list(limit=3) for each in page["members"]]
    assert len(people) == len(set(people)) == 7


def test_a_cursor_of_another_list_is_refused(client: WebClient) -> None:
    cursor = client.users_list(limit=1)["response_metadata"]["next_cursor"]
    assert error_of(client.conversations_list, cursor=cursor) == "invalid_cursor"
    assert error_of(client.conversations_list, cursor="ごみ") == "invalid_cursor"
    assert error_of(client.conversations_members, channel="C0GENERAL", limit=1001) == "invalid_limit"


def test_a_private_channel_that_the_app_is_not_in_does_not_exist_for_it(client: WebClient, slack: LocalSlack) -> None:
    ts = slack.ts_of("secret")
    for call in (client.conversations_info, client.conversations_members, client.conversations_history):
        assert error_of(call, channel="C0SECRET") == "channel_not_found"
    assert error_of(client.chat_postMessage, channel="C0SECRET", text="x") == "channel_not_found"
    assert error_of(client.chat_getPermalink, channel="C0SECRET", message_ts=ts) == "channel_not_found"


def test_a_public_channel_can_be_looked_up_but_not_read_before_joining(client: WebClient) -> None:
    assert client.conversations_info(channel="C0RANDOM")["channel"]["is_member"] is False
    assert error_of(client.conversations_history, channel="C0RANDOM") == "not_in_channel"
    assert error_of(client.chat_postMessage, channel="C0RANDOM", text="x") == "not_in_channel"
    client.conversations_join(channel="C0RANDOM")
    assert client.conversations_history(channel="C0RANDOM")["messages"][-1]["text"] == "Lunch at noon?"
    assert client.conversations_join(channel="C0RANDOM")["warning"] == "already_in_channel"


def test_info_tells_shared_channels_and_counts_members_on_request(client: WebClient) -> None:
    shared = client.conversations_info(channel="C0PARTNER", include_num_members=True)["channel"]
    assert (shared["is_ext_shared"], shared["num_members"]) == (True, 5)
    general = client.conversations_info(channel="C0GENERAL")["channel"]
    assert general["is_ext_shared"] is False
    assert "num_members" not in general


def test_history_is_newest_first_and_holds_no_replies(client: WebClient, slack: LocalSlack) -> None:
    messages = client.conversations_history(channel="C0AITIPS")["messages"]
    assert [message["ts"] for message in messages] == [slack.ts_of("german"), slack.ts_of("minutes")]
    assert messages[1]["reply_count"] == 2
    assert messages[1]["reply_users"] == ["U0AYA", "U0BEN"]
    assert messages[0]["edited"]["user"] == "U0DAN"


def test_one_message_is_read_by_its_ts(client: WebClient, slack: LocalSlack) -> None:
    ts = slack.ts_of("minutes")
    one = {"channel": "C0AITIPS", "latest": ts, "limit": 1}
    assert client.conversations_history(**one, inclusive=True)["messages"][0]["ts"] == ts
    assert client.conversations_history(**one)["messages"] == []
    newer = client.conversations_history(channel="C0AITIPS", oldest=ts)["messages"]
    assert [message["ts"] for message in newer] == [slack.ts_of("german")]
    assert error_of(client.conversations_history, channel="C0AITIPS", oldest="yesterday") == "invalid_ts_oldest"


def test_a_thread_is_read_page_by_page(client: WebClient, aya: Person) -> None:
    root = aya.post("#ai-tips", "長いスレッド")
    replies = [aya.post("#ai-tips", f"{number}", thread_ts=root) for number in range(7)]
    thread = client.conversations_replies(channel="C0AITIPS", ts=root, limit=3)
    pages = [([message["ts"] for message in page["messages"]], page["has_more"]) for page in thread]
    assert [len(read) for read, _ in pages] == [3, 3, 2]
    assert [ts for read, _ in pages for ts in read] == [root, *replies]
    assert [more for _, more in pages] == [True, True, False]


def test_the_ts_of_a_reply_gives_the_reply_and_names_its_root(client: WebClient, slack: LocalSlack) -> None:
    messages = client.conversations_replies(channel="C0AITIPS", ts=slack.ts_of("glossary"))["messages"]
    assert [message["thread_ts"] for message in messages] == [slack.ts_of("minutes")]
    assert error_of(client.conversations_replies, channel="C0AITIPS", ts="1.000000") == "thread_not_found"


def test_history_pages_do_not_overlap_while_messages_arrive(client: WebClient, aya: Person) -> None:
    written = [aya.post("#ai-tips", f"{number}") for number in range(5)]
    first = client.conversations_history(channel="C0AITIPS", limit=3)
    aya.post("#ai-tips", "late")
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel="C0AITIPS", limit=3, cursor=cursor)
    read = [message["ts"] for message in (*first["messages"], *second["messages"])]
    assert read[:5] == written[::-1]
    assert len(set(read)) == 6


def test_a_direct_message_is_opened_once(client: WebClient) -> None:
    first = client.conversations_open(users="U0AYA")["channel"]["id"]
    assert client.conversations_open(users=["U0AYA"])["channel"]["id"] == first
    assert first.startswith("D")
    assert error_of(client.conversations_open, users="U0OLD") == "user_disabled"
    assert error_of(client.conversations_open, users="U0NOBODY") == "user_not_found"
    assert error_of(client.conversations_open, users="") == "users_list_not_supplied"


def test_people_are_told_apart(client: WebClient) -> None:
    people = {each["name"]: each for each in client.users_list()["members"]}
    assert people["dan"]["is_restricted"]
    assert not people["dan"]["is_ultra_restricted"]
    assert people["eva"]["is_stranger"]
    assert people["eva"]["team_id"] == "T0PARTNER"
    assert people["old"]["deleted"]
    assert people["chie"]["is_admin"]
    assert people["yoridokoro"]["is_bot"]
    assert "locale" not in people["aya"]
    assert client.users_info(user="U0AYA", include_locale=True)["user"]["locale"] == "ja-JP"
    assert error_of(client.users_info, user="U0NOBODY") == "user_not_found"
