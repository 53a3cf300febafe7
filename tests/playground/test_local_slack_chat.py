"""What the app says: posts, edits, deletions, whispers, links, streams."""

import pytest
from conftest import SettableClock
from refusals import error_of
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.person import Person
from playground.server import LocalSlack

GENERAL = "C0GENERAL"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Tip*"}}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": "あ" * 40_001}, "msg_too_long"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "blocks": "[not json"}, "invalid_blocks_format"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        ({"text": "x", "metadata": {"event_type": "a", "event_payload": {"k": "v" * 17_000}}}, "metadata_too_large"),
        ({"text": "x", "username": "somebody else"}, "missing_scope"),
    ],
)
@pytest.mark.filterwarnings("ignore:The top-level `text`")
def test_a_post_is_refused(client: WebClient, content: dict[str, object], error: str) -> None:
    assert error_of(client.chat_postMessage, channel=GENERAL, **content) == error


def test_wrong_blocks_are_refused_with_the_places_that_are_wrong(client: WebClient) -> None:
    empty = {"type": "section", "text": {"type": "mrkdwn", "text": ""}}
    with pytest.raises(SlackApiError) as refused:
        client.chat_postMessage(channel=GENERAL, text="x", blocks=[empty])
    assert refused.value.response["error"] == "invalid_blocks"
    assert "/blocks/0/text/text" in refused.value.response["response_metadata"]["messages"][0]


def test_a_post_is_seen_by_the_people_in_the_channel(client: WebClient, aya: Person) -> None:
    posted = client.chat_postMessage(channel=GENERAL, text="A & B < C <https://x.example|見る>", blocks=[SECTION])
    seen = aya.messages("#general")[-1]
    assert seen["ts"] == posted["ts"]
    assert seen["text"] == "A &amp; B &lt; C <https://x.example|見る>"
    assert seen["bot_id"] == posted["message"]["bot_id"] == "B0YORIDOKORO"
    assert seen["blocks"][0]["block_id"]


def test_metadata_is_returned_only_on_request(client: WebClient) -> None:
    metadata = {"event_type": "tip_shared", "event_payload": {"tip": "7"}}
    client.chat_postMessage(channel=GENERAL, text="x", metadata=metadata)
    assert "metadata" not in client.conversations_history(channel=GENERAL, limit=1)["messages"][0]
    read = client.conversations_history(channel=GENERAL, limit=1, include_all_metadata=True)
    assert read["messages"][0]["metadata"] == metadata


def test_a_post_to_a_person_stands_in_their_dm(client: WebClient, aya: Person) -> None:
    posted = client.chat_postMessage(channel="U0AYA", text="こんにちは")
    assert posted["channel"].startswith("D")
    assert [message["text"] for message in aya.dm()] == ["こんにちは"]
    assert error_of(client.chat_postMessage, channel="U0OLD", text="x") == "channel_not_found"


def test_nothing_is_posted_or_changed_in_an_archived_channel(client: WebClient, aya: Person) -> None:
    ts = client.chat_postMessage(channel="C0AITIPS", text="x")["ts"]
    aya.archive("#ai-tips")
    assert error_of(client.chat_postMessage, channel="C0AITIPS", text="x") == "is_archived"
    assert error_of(client.chat_update, channel="C0AITIPS", ts=ts, text="y") == "is_inactive"
    aya.archive("#ai-tips", archived=False)
    assert client.chat_update(channel="C0AITIPS", ts=ts, text="y")["text"] == "y"


def test_a_reply_to_a_reply_is_refused_and_one_to_a_lost_root_lands_in_the_channel(
    client: WebClient, slack: LocalSlack
) -> None:
    reply = slack.ts_of("glossary")
    refused = error_of(client.chat_postMessage, channel="C0AITIPS", text="x", thread_ts=reply)
    assert refused == "cannot_reply_to_message"
    lost = client.chat_postMessage(channel="C0AITIPS", text="x", thread_ts="1600000000.000001")
    assert "thread_ts" not in lost["message"]


def test_a_broadcast_reply_stands_in_thread_and_channel(client: WebClient, aya: Person) -> None:
    root = aya.post("#general", "root")
    client.chat_postMessage(channel=GENERAL, text="for all", thread_ts=root, reply_broadcast=True)
    assert aya.thread("#general", root)[-1]["text"] == "for all"
    assert aya.messages("#general")[-1]["subtype"] == "thread_broadcast"


def test_an_update_keeps_what_it_does_not_name(client: WebClient, aya: Person) -> None:
    ts = client.chat_postMessage(channel=GENERAL, text="old", blocks=[SECTION])["ts"]
    client.chat_update(channel=GENERAL, ts=ts, text="new")
    kept = aya.messages("#general")[-1]
    assert (kept["text"], len(kept["blocks"])) == ("new", 1)
    assert kept["edited"]["user"] == "U0YORIDOKORO"
    client.chat_update(channel=GENERAL, ts=ts, text="newer", blocks=[])
    assert "blocks" not in aya.messages("#general")[-1]


def test_only_ones_own_messages_can_be_changed(client: WebClient, aya: Person) -> None:
    ts = aya.post("#general", "私の")
    assert error_of(client.chat_update, channel=GENERAL, ts=ts, text="x") == "cant_update_message"
    assert error_of(client.chat_delete, channel=GENERAL, ts=ts) == "cant_delete_message"
    assert error_of(client.chat_update, channel=GENERAL, ts="1.000000", text="x") == "message_not_found"
    own = client.chat_postMessage(channel=GENERAL, text="x")["ts"]
    assert error_of(client.chat_update, channel=GENERAL, ts=own, text="あ" * 4_001) == "msg_too_long"
    client.chat_delete(channel=GENERAL, ts=own)
    assert error_of(client.chat_delete, channel=GENERAL, ts=own) == "message_not_found"


def test_a_deleted_root_leaves_a_tombstone_that_goes_with_its_last_reply(client: WebClient, aya: Person) -> None:
    root = client.chat_postMessage(channel=GENERAL, text="root")["ts"]
    reply = aya.post("#general", "reply", thread_ts=root)
    client.chat_delete(channel=GENERAL, ts=root)
    left = client.conversations_replies(channel=GENERAL, ts=root)["messages"]
    assert [message.get("subtype") for message in left] == ["tombstone", None]
    assert (left[0]["user"], left[0]["reply_count"]) == ("USLACKBOT", 1)
    aya.delete("#general", reply)
    assert error_of(client.conversations_replies, channel=GENERAL, ts=root) == "thread_not_found"


def test_a_whisper_is_seen_by_one_person_and_stands_in_no_history(client: WebClient, aya: Person, ben: Person) -> None:
    client.chat_postEphemeral(channel=GENERAL, user="U0AYA", text="内緒")
    assert aya.messages("#general")[-1]["is_ephemeral"]
    assert ben.messages("#general")[-1]["text"] != "内緒"
    assert client.conversations_history(channel=GENERAL, limit=1)["messages"][0]["text"] != "内緒"
    assert error_of(client.chat_postEphemeral, channel=GENERAL, user="U0DAN", text="x") == "user_not_in_channel"


def test_permalinks_name_the_thread_of_a_reply(client: WebClient, slack: LocalSlack) -> None:
    root, reply = slack.ts_of("minutes"), slack.ts_of("glossary")
    link = client.chat_getPermalink(channel="C0AITIPS", message_ts=reply)["permalink"]
    place = f"https://small-company.slack.com/archives/C0AITIPS/p{reply.replace('.', '')}"
    assert link == f"{place}?thread_ts={root}&cid=C0AITIPS"
    assert error_of(client.chat_getPermalink, channel="C0AITIPS", message_ts="1.000000") == "message_not_found"


def test_the_sdks_stream_is_written_piece_by_piece(client: WebClient, aya: Person) -> None:
    root = aya.post("#general", "@yoridokoro 議事録は?")
    stream = client.chat_stream(
        channel=GENERAL, thread_ts=root, recipient_team_id="T0SMALL", recipient_user_id="U0AYA", buffer_size=1
    )
    stream.append(markdown_text="用語集を")
    stream.append(markdown_text="渡す。")
    assert aya.thread("#general", root)[-1]["text"] == "用語集を渡す。"
    stream.stop(blocks=[SECTION])
    done = aya.thread("#general", root)[-1]
    assert [block["type"] for block in done["blocks"]] == ["markdown", "section"]
    late = {"channel": GENERAL, "ts": done["ts"], "markdown_text": "x"}
    assert error_of(client.chat_appendStream, **late) == "message_not_in_streaming_state"


def test_a_stream_that_stands_still_dies(client: WebClient, aya: Person, clock: SettableClock) -> None:
    ts = aya.post("@yoridokoro", "hello")
    dm = aya.open_messages_tab()
    started = client.chat_startStream(channel=dm, thread_ts=ts, markdown_text="…")["ts"]
    clock.ahead += 301
    late = {"channel": dm, "ts": started, "markdown_text": "x"}
    assert error_of(client.chat_appendStream, **late) == "message_not_in_streaming_state"
    client.chat_update(channel=dm, ts=started, text="recovered")


def test_a_stream_in_a_channel_names_whom_it_is_for(client: WebClient, aya: Person) -> None:
    start = {"channel": GENERAL, "thread_ts": aya.post("#general", "x")}
    assert error_of(client.chat_startStream, **start) == "missing_recipient_team_id"
    assert error_of(client.chat_startStream, **start, recipient_team_id="T0SMALL") == "missing_recipient_user_id"


def test_reactions(client: WebClient, aya: Person) -> None:
    ts = aya.post("#general", "よい話")
    one = {"channel": GENERAL, "timestamp": ts}
    client.reactions_add(**one, name="bulb")
    assert error_of(client.reactions_add, **one, name="bulb") == "already_reacted"
    assert error_of(client.reactions_add, **one, name="BULB!") == "invalid_name"
    assert error_of(client.reactions_add, channel=GENERAL, timestamp="1.000000", name="bulb") == "message_not_found"
    assert error_of(client.reactions_add, channel=GENERAL, timestamp="x", name="bulb") == "bad_timestamp"
    assert error_of(client.reactions_add, channel="C0RANDOM", timestamp=ts, name="bulb") == "not_in_channel"
    aya.react("#general", ts, "bulb")
    assert client.reactions_get(**one)["message"]["reactions"] == [
        {"name": "bulb", "users": ["U0YORIDOKORO", "U0AYA"], "count": 2}
    ]
    client.reactions_remove(**one, name="bulb")
    assert error_of(client.reactions_remove, **one, name="bulb") == "no_reaction"


def test_status_lines_end_with_the_answer_or_after_two_minutes(
    client: WebClient, aya: Person, clock: SettableClock
) -> None:
    ts = aya.post("@yoridokoro", "質問です")
    dm = aya.open_messages_tab()
    client.assistant_threads_setStatus(channel_id=dm, thread_ts=ts, status="is thinking…")
    assert aya.status(dm, ts)["status"] == "is thinking…"
    client.chat_postMessage(channel=dm, thread_ts=ts, text="答えです")
    assert aya.status(dm, ts)["status"] == ""
    client.assistant_threads_setStatus(channel_id=dm, thread_ts=ts, status="is thinking…")
    clock.ahead += 121
    assert aya.status(dm, ts)["status"] == ""
    bad = {"channel_id": dm, "thread_ts": "1.000000", "status": "x"}
    assert error_of(client.assistant_threads_setStatus, **bad) == "invalid_thread_ts"


def test_prompts_for_an_agent_are_shown_without_a_thread_only(client: WebClient, aya: Person) -> None:
    dm = aya.open_messages_tab()
    prompts = [{"title": "議事録", "message": "議事録のコツは?"}]
    client.assistant_threads_setSuggestedPrompts(channel_id=dm, prompts=prompts, thread_ts="1.000000")
    assert aya.suggested_prompts()["prompts"] == []
    client.assistant_threads_setSuggestedPrompts(channel_id=dm, prompts=prompts)
    assert aya.suggested_prompts()["prompts"] == prompts


def test_agent_sessions(client: WebClient, aya: Person) -> None:
    ts = aya.post("@yoridokoro", "質問です")
    dm = aya.open_messages_tab()
    one = {"channel_id": dm, "thread_ts": ts}
    assert error_of(client.agents_sessions_rename, **one, title="x") == "session_not_found"
    assert error_of(client.agents_sessions_setStatus, **one, status="busy") == "invalid_status"
    assert client.agents_sessions_setStatus(**one, status="processing", title="質問")["agent_status"] == "processing"
    client.agents_sessions_rename(**one, title="議事録")
    assert aya.status(dm, ts) == {
        "status": "",
        "loading_messages": [],
        "agent_status": "processing",
        "stoppable": True,
        "title": "議事録",
        "seconds": 0.0,
    }


def test_a_stream_shows_its_tasks_as_cards_or_as_a_plan(client: WebClient, aya: Person) -> None:
    ts = aya.post("@yoridokoro", "調べて")
    dm = aya.open_messages_tab()

    def task(number: int, status: str, **more: str) -> dict[str, str]:
        return {"type": "task_update", "id": f"t{number}", "title": f"step {number}", "status": status, **more}

    for display, kinds in (
        ("timeline", ["markdown", "task_card", "task_card", "markdown"]),
        ("plan", ["markdown", "plan", "markdown"]),
    ):
        one = {"channel": dm, "ts": client.chat_startStream(channel=dm, thread_ts=ts, task_display_mode=display)["ts"]}
        client.chat_appendStream(**one, chunks=[{"type": "markdown_text", "text": "先に"}, task(1, "in_progress")])
        first = aya.thread(dm, ts)[-1]["blocks"]
        client.chat_appendStream(**one, chunks=[task(2, "pending"), task(1, "complete", output="三件")])
        client.chat_appendStream(**one, markdown_text="終わり")
        shown = client.chat_stopStream(**one)["message"]["blocks"]
        assert [each["type"] for each in shown] == kinds
        assert [each["block_id"] for each in shown[: len(first)]] == [each["block_id"] for each in first]
        tasks = shown[1]["tasks"] if display == "plan" else shown[1:3]
        assert [(each["task_id"], each["status"]) for each in tasks] == [("t1", "complete"), ("t2", "pending")]
        assert "三件" in str(tasks[0]["output"])


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "task_update", "id": "t"},
        {"type": "task_update", "id": "t", "title": "x", "status": "done"},
        {"type": "plan_update"},
        {"type": "markdown_text"},
        {"type": "blocks", "blocks": "none"},
        {"type": "mystery"},
    ],
)
def test_what_is_no_piece_of_a_stream_is_refused(client: WebClient, aya: Person, chunk: dict[str, str]) -> None:
    ts = aya.post("@yoridokoro", "調べて")
    dm = aya.open_messages_tab()
    one = {"channel": dm, "ts": client.chat_startStream(channel=dm, thread_ts=ts, markdown_text="…")["ts"]}
    assert error_of(client.chat_appendStream, **one, chunks=[chunk]) == "invalid_chunks"
    start = {"channel": dm, "thread_ts": ts, "task_display_mode": "wall"}
    assert error_of(client.chat_startStream, **start) == "invalid_arguments"


def test_the_end_of_a_stream_ends_the_work_unless_it_says_otherwise(client: WebClient, aya: Person) -> None:
    ts = aya.post("@yoridokoro", "調べて")
    dm = aya.open_messages_tab()
    for said, left in ((None, "active"), ("processing", "processing"), ("closed", "closed")):
        client.agents_sessions_setStatus(channel_id=dm, thread_ts=ts, status="processing")
        one = {"channel": dm, "ts": client.chat_startStream(channel=dm, thread_ts=ts, markdown_text="…")["ts"]}
        assert error_of(client.chat_stopStream, **one, session_status="done") == "invalid_arguments"
        client.chat_stopStream(**one, **({"session_status": said} if said else {}))
        assert aya.status(dm, ts)["agent_status"] == left
