"""Which events reach the app, and what they hold."""

import pytest
from conftest import Listener
from slack_sdk import WebClient

from playground.company.small import small_company, small_manifest
from playground.person import Impossible, Person, upload
from playground.server import LocalSlack


def test_a_mention_arrives_as_mention_and_as_message(listener: Listener, aya: Person) -> None:
    ts = aya.post("#general", "@yoridokoro 議事録のコツは?")
    message, mention = listener.events("message")[0], listener.events("app_mention")[0]
    assert message["ts"] == mention["ts"] == ts
    assert message["text"] == "<@U0YORIDOKORO> 議事録のコツは?"
    assert message["channel_type"] == "channel"
    assert "channel_type" not in mention


def test_a_direct_message_is_no_mention(listener: Listener, aya: Person) -> None:
    aya.post("@yoridokoro", "@yoridokoro hello")
    assert [event["channel_type"] for event in listener.events()] == ["im"]


def test_nothing_is_heard_of_channels_the_app_is_not_in(listener: Listener, aya: Person, ben: Person) -> None:
    ts = aya.post("#random", "@yoridokoro hello?")
    aya.edit("#random", ts, "never mind")
    ben.react("#random", ts, "bulb")
    aya.post("#secret-project", "社外秘")
    ben.leave("#random")
    aya.delete("#random", ts)
    assert listener.events() == []


def test_a_private_channel_is_heard_once_the_app_is_in_it(listener: Listener, aya: Person) -> None:
    aya.invite("#secret-project", "@yoridokoro")
    aya.post("#secret-project", "ようこそ")
    joined = listener.events("member_joined_channel")[0]
    assert (joined["user"], joined["channel_type"], joined["inviter"]) == ("U0YORIDOKORO", "G", "U0AYA")
    assert [event["channel_type"] for event in listener.events("message")] == ["group"]
    aya.remove("#secret-project", "@yoridokoro")
    aya.post("#secret-project", "聞こえない")
    assert listener.events("group_left")[0]["channel"] == "C0SECRET"
    assert len(listener.events("message")) == 1


def test_edits_and_deletions_carry_what_stood_before(listener: Listener, aya: Person) -> None:
    ts = aya.post("#general", "最初")
    aya.edit("#general", ts, "直した")
    aya.delete("#general", ts)
    changed, deleted = listener.events("message_changed")[0], listener.events("message_deleted")[0]
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("最初", "直した")
    assert changed["message"]["edited"]["user"] == "U0AYA"
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "直した")


def test_the_deletion_of_a_root_with_replies_is_a_change_to_a_tombstone(listener: Listener, aya: Person) -> None:
    root = aya.post("#general", "root")
    reply = aya.post("#general", "reply", thread_ts=root)
    aya.delete("#general", root)
    changed = listener.events("message_changed")[0]
    assert (changed["message"]["subtype"], changed["previous_message"]["text"]) == ("tombstone", "root")
    assert listener.events("message_deleted") == []
    aya.delete("#general", reply)
    assert [event["deleted_ts"] for event in listener.events("message_deleted")] == [reply, root]


def test_replies_broadcasts_and_files(listener: Listener, slack: LocalSlack, client: WebClient, aya: Person) -> None:
    root = aya.post("#general", "root")
    aya.post("#general", "reply", thread_ts=root)
    aya.post("#general", "for all", thread_ts=root, broadcast=True)
    aya.post("#general", "資料です", files=[upload("memo.txt", "中身", title="メモ")])
    reply = listener.events("message")[1]
    assert (reply["thread_ts"], reply["parent_user_id"]) == (root, "U0AYA")
    assert listener.events("thread_broadcast")[0]["root"]["ts"] == root
    file = listener.events("file_share")[0]["files"][0]
    assert (file["name"], file["size"]) == ("memo.txt", 6)
    assert client.files_info(file=file["id"])["file"]["channels"] == ["C0GENERAL"]
    assert slack.url in file["url_private_download"]


def test_messages_of_the_app_itself_arrive_with_its_bot_id(listener: Listener, client: WebClient) -> None:
    client.chat_postMessage(channel="C0GENERAL", text="@yoridokoro <@U0YORIDOKORO> is me")
    assert [event.get("bot_id") for event in listener.events()] == ["B0YORIDOKORO"]


def test_reactions_name_the_author_of_the_message(listener: Listener, aya: Person, ben: Person) -> None:
    ts = aya.post("#general", "よい話")
    ben.react("#general", ts, "bulb")
    ben.unreact("#general", ts, "bulb")
    added, removed = listener.events("reaction_added")[0], listener.events("reaction_removed")[0]
    assert (added["user"], added["item_user"], added["item"]["ts"], added["reaction"]) == ("U0BEN", "U0AYA", ts, "bulb")
    assert removed["item"] == added["item"]


def test_people_come_go_and_change(listener: Listener, aya: Person, chie: Person) -> None:
    aya.leave("#ai-tips")
    aya.join("#ai-tips")
    aya.rename("#ai-tips", "ai-知恵")
    aya.archive("C0AITIPS")
    aya.set_profile(status_emoji=":palm_tree:", status_text="休暇")
    chie.set_person("@ben", deactivated=True)
    assert listener.events("member_left_channel")[0]["user"] == "U0AYA"
    assert listener.events("member_joined_channel")[0]["channel_type"] == "C"
    assert listener.events("channel_rename")[0]["channel"]["name"] == "ai-知恵"
    assert listener.events("channel_archive")[1]["channel"] == "C0AITIPS"
    changes = [event["user"] for event in listener.events("user_change")]
    assert changes[0]["profile"]["status_text"] == "休暇"
    assert changes[1]["deleted"]


def test_home_and_messages_tab(listener: Listener, client: WebClient, aya: Person) -> None:
    aya.open_home()
    client.views_publish(user_id="U0AYA", view={"type": "home", "blocks": [{"type": "divider"}]})
    aya.open_home()
    aya.open_messages_tab()
    tabs = [(event["tab"], "view" in event) for event in listener.events("app_home_opened")]
    assert tabs == [("home", False), ("home", True), ("messages", False)]


def test_a_message_from_another_workspace_says_so(listener: Listener, slack: LocalSlack) -> None:
    slack.person("eva").post("#partner", "Hello from Partner")
    assert listener.events()[0]["user_team"] == "T0PARTNER"
    assert listener.envelopes[0].payload["is_ext_shared_channel"] is True


def test_a_group_conversation_with_the_app(listener: Listener, client: WebClient, aya: Person) -> None:
    channel = client.conversations_open(users="U0AYA,U0BEN")["channel"]["id"]
    aya.post(channel, "@yoridokoro three of us")
    assert [event.get("channel_type", event["type"]) for event in listener.events()] == ["mpim", "app_mention"]


def test_a_stopped_agent_session_ends_its_streams(listener: Listener, client: WebClient, aya: Person) -> None:
    ts = aya.post("@yoridokoro", "長い質問")
    dm = aya.open_messages_tab()
    client.agents_sessions_setStatus(channel_id=dm, thread_ts=ts, status="processing")
    streaming = client.chat_startStream(channel=dm, thread_ts=ts, markdown_text="…")["ts"]
    aya.stop_agent_session(dm, ts)
    assert listener.events("agent_session_stopped")[0]["streaming_message_ts"] == [streaming]


@pytest.mark.parametrize("missing", ["subscription", "scope"])
def test_what_is_not_subscribed_or_granted_is_not_heard(missing: str) -> None:
    manifest = small_manifest()
    if missing == "subscription":
        manifest["settings"]["event_subscriptions"]["bot_events"].remove("message.channels")
    else:
        manifest["oauth_config"]["scopes"]["bot"].remove("channels:history")
    with LocalSlack(small_company(), manifest=manifest, redelivery_seconds=()) as slack:
        slack.person("aya").post("#general", "@yoridokoro hello")
        slack.person("aya").post("@yoridokoro", "hello")
        assert [delivery.body["event"]["type"] for delivery in slack.deliveries] == ["app_mention", "message"]


def test_an_app_that_would_not_hear_of_it_shows_no_stop_button() -> None:
    manifest = small_manifest()
    manifest["settings"]["event_subscriptions"]["bot_events"].remove("agent_session_stopped")
    with LocalSlack(small_company(), manifest=manifest, redelivery_seconds=()) as slack:
        aya, client = slack.person("aya"), WebClient(slack.bot_token, base_url=slack.api_url)
        ts = aya.post("@yoridokoro", "長い質問")
        one = {"channel": aya.open_messages_tab(), "thread_ts": ts}
        said = client.agents_sessions_setStatus(channel_id=one["channel"], thread_ts=ts, status="processing")
        assert said["warning"] == "missing_agent_session_stopped_event_subscription"
        assert aya.status(**one)["stoppable"] is False
        with pytest.raises(Impossible, match="no_stop_button"):
            aya.stop_agent_session(**one)
