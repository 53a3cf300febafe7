"""Handing files to people: once, whatever happens on the way, and to Slack's own host alone."""

import pytest
import sqlalchemy as sa

from bot.errors import Refused, SlackUnavailable
from bot.ports import NewFile
from bot.slack.calls import is_slacks, reading_client, writing_client
from bot.slack.files import SlackFiles
from bot.slack.speaking import SlackSpeaking
from playground.company.small import small_company, small_manifest
from playground.server import LocalSlack
from playground.server.faults import FaultKind
from storage.database import Database

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PICTURE = NewFile("insights.png", b"\x89PNG...", "Insights", "A line that rises")


@pytest.fixture
def files(slack: LocalSlack, db: Database) -> SlackFiles:
    clients = reading_client(slack.bot_token, slack.api_url), writing_client(slack.bot_token, slack.api_url)
    speaking = SlackSpeaking(db, *clients, team_id="T0SMALL", wait=lambda _: None)
    return SlackFiles(db, speaking, clients, team_id="T0SMALL", wait=lambda _: None)


def names(slack: LocalSlack) -> list[str]:
    return [file["name"] for message in slack.person("aya").dm() for file in message.get("files", ())]


def test_a_file_reaches_its_person_once_with_words_for_a_screen_reader(slack: LocalSlack, files: SlackFiles) -> None:
    ref = files.direct("k:1", "U0AYA", PICTURE, "Here it is")
    assert files.direct("k:1", "U0AYA", PICTURE, "Here it is") == ref
    message = slack.person("aya").dm()[-1]
    assert (message["ts"], message["text"]) == (ref.ts, "Here it is")
    assert message["files"][0] | {"title": "Insights", "alt_txt": "A line that rises"} == message["files"][0]
    assert names(slack) == ["insights.png"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("kind", ["reset", "reset_after", "ratelimited", "server_error"])
def test_promise_7_a_file_is_handed_over_once_however_the_calls_fail(
    slack: LocalSlack, files: SlackFiles, method: str, kind: FaultKind
) -> None:
    slack.faults.inject(method, times=1, kind=kind)
    files.direct("k:1", "U0AYA", PICTURE, "")
    assert names(slack) == ["insights.png"]


def test_promise_7_a_process_that_died_after_the_file_was_shared_finds_it(
    slack: LocalSlack, files: SlackFiles, db: Database
) -> None:
    ref = files.direct("k:1", "U0AYA", PICTURE, "")
    db_forgets(db, "k:1")
    assert files.direct("k:1", "U0AYA", PICTURE, "") == ref
    assert files.direct("k:2", "U0AYA", PICTURE, "") != ref
    assert names(slack) == ["insights.png", "insights.png"]


def db_forgets(db: Database, key: str) -> None:
    """What a process leaves that dies between the sharing of a file and the note of it."""
    with db.writing() as session:
        session.execute(sa.text("update deliveries set ts = null where key = :key"), {"key": key})


def test_a_file_is_refused_in_words_where_the_permission_lacks(db: Database) -> None:
    manifest = small_manifest()
    manifest["oauth_config"]["scopes"]["bot_optional"].remove("files:write")
    with LocalSlack(small_company(), manifest=manifest, rate_limits=False) as slack:
        clients = reading_client(slack.bot_token, slack.api_url), writing_client(slack.bot_token, slack.api_url)
        speaking = SlackSpeaking(db, *clients, team_id="T0SMALL")
        with pytest.raises(Refused) as refused:
            SlackFiles(db, speaking, clients, team_id="T0SMALL").direct("k:1", "U0AYA", PICTURE, "")
    assert refused.value.text_key == "errors.missing_scope"


def test_bytes_go_to_slacks_own_host_alone(files: SlackFiles) -> None:
    assert is_slacks("https://files.slack.com/upload/v1/abc", "https://slack.com/api/")
    for url in (
        "http://files.slack.com/upload/v1/abc",
        "https://files.slack.com.evil.example/upload",
        "https://evil.example/upload/v1/abc",
        "file:///etc/passwd",
    ):
        assert not is_slacks(url, "https://slack.com/api/")
    with pytest.raises(SlackUnavailable):
        files._send("https://evil.example/upload/v1/abc", b"x")
