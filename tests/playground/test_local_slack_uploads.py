"""Files that the app hands in."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from refusals import error_of
from slack_sdk import WebClient

from playground.person import Person


def send(url: str, content: bytes) -> int:
    with urlopen(Request(url, data=content, method="POST")) as response:  # noqa: S310 - the local Slack
        return int(response.status)


def test_a_file_is_promised_sent_and_shared(client: WebClient, aya: Person) -> None:
    dm = client.conversations_open(users=["U0AYA"])["channel"]["id"]
    place = client.files_getUploadURLExternal(filename="trail.csv", length=3, alt_txt="The trail")
    assert error_of(client.files_completeUploadExternal, files=[{"id": place["file_id"]}], channel_id=dm) == (
        "file_not_found"
    )
    assert send(place["upload_url"], b"a,b") == 200
    done = client.files_completeUploadExternal(
        files=[{"id": place["file_id"], "title": "The trail"}], channel_id=dm, initial_comment="A & B"
    )
    assert done["files"][0]["title"] == "The trail"
    message = aya.dm()[-1]
    assert message["text"] == "A &amp; B"
    assert message["files"][0]["mimetype"] == "text/csv"
    assert aya._do("file", file_id=place["file_id"])["text"] == "a,b"
    told = client.files_info(file=place["file_id"])["file"]
    assert told["shares"]["private"][dm][0]["ts"] == message["ts"]
    again = error_of(client.files_completeUploadExternal, files=[{"id": place["file_id"]}], channel_id=dm)
    assert again == "file_not_found"


def test_the_sdks_own_upload_is_taken(client: WebClient, aya: Person) -> None:
    done = client.files_upload_v2(channel="C0AITIPS", filename="a.png", file=b"\x89PNG", alt_txt="x", title="A")
    assert aya.messages("#ai-tips")[-1]["files"][0]["id"] == done["file"]["id"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"filename": "a.txt", "length": 0}, "missing_argument"),
        ({"filename": "a.txt", "length": "many"}, "invalid_arguments"),
        ({"filename": "", "length": 3}, "invalid_arguments"),
        ({"filename": "a.png", "length": 3, "alt_txt": "x" * 1_001}, "alt_txt_too_large"),
        ({"filename": "a.py", "length": 1_000_001, "snippet_type": "python"}, "snippet_too_large"),
    ],
)
def test_an_upload_is_refused(client: WebClient, given: dict[str, object], error: str) -> None:
    assert error_of(client.files_getUploadURLExternal, **given) == error


def test_a_file_goes_where_the_app_is_and_its_bytes_are_the_promised_ones(client: WebClient) -> None:
    place = client.files_getUploadURLExternal(filename="a.txt", length=3)
    with pytest.raises(HTTPError):
        send(place["upload_url"], b"more than three")
    with pytest.raises(HTTPError):
        send(place["upload_url"] + "x", b"abc")
    send(place["upload_url"], b"abc")
    files = [{"id": place["file_id"]}]
    assert error_of(client.files_completeUploadExternal, files=files, channel_id="U0AYA") == "invalid_arguments"
    assert error_of(client.files_completeUploadExternal, files=files, channel_id="C0SECRET") == "channel_not_found"
    assert error_of(client.files_completeUploadExternal, files=[], channel_id="C0AITIPS") == "invalid_arguments"
