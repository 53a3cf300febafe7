"""Pictures and files: drawn when they lie in this Slack, handed in by forms, seen by those who may."""

import re
import struct
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from playground.company.small import small_company, small_manifest
from playground.person import eventually, upload
from playground.server import LocalSlack
from tests.browser.conftest import Open
from tests.browser.test_blocks import at_general, opened, plain, post
from tests.playground.conftest import Listener

SIDE = 24


def picture() -> bytes:
    """A red square as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xc0\x10\x30" * SIDE) * SIDE
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def small() -> Iterator[LocalSlack]:
    with LocalSlack(small_company(), manifest=small_manifest(), rate_limits=False) as slack:
        yield slack


@pytest.fixture
def app(small: LocalSlack) -> Iterator[Listener]:
    small.reset()
    listener = Listener(small)
    yield listener
    listener.close()


def drawn(image: Locator) -> None:
    expect(image).to_be_visible()
    expect(image).to_have_js_property("naturalWidth", SIDE)


def test_a_picture_is_sent_and_drawn_for_everybody_there(slack_alone: LocalSlack, open_window: Open) -> None:
    tom, mika = open_window(slack_alone, "tom"), open_window(slack_alone, "mika")
    for window in (tom, mika):
        window.go("random")
    with tom.page.expect_file_chooser() as chosen:
        tom.page.locator(".main .under label").click()
    chosen.value.set_files({"name": "red.png", "mimeType": "image/png", "buffer": picture()})
    tom.write("so red")
    for window in (tom, mika):
        drawn(window.message("so red", where=".main").get_by_role("img", name="red.png"))


def test_what_is_no_picture_after_all_is_said(slack_alone: LocalSlack, open_window: Open) -> None:
    slack_alone.person("tom").post(
        "#random",
        "broken",
        files=[
            upload("no.png", b"no picture", mimetype="image/png"),
            upload("a.bin", b"\0", mimetype="application/octet-stream"),
        ],
    )
    window = open_window(slack_alone, "mika")
    window.go("random")
    message = window.message("broken", where=".main")
    expect(message.locator(".not-drawn")).to_contain_text("no.png")
    expect(message.locator(".file")).to_contain_text("a.bin")
    assert message.locator(".file button").count() == 0


@pytest.mark.usefixtures("app")
def test_blocks_draw_pictures_of_this_slack_alone(small: LocalSlack, open_window: Open) -> None:
    ben = small.person("ben")
    ts = ben.post("#general", "mine", files=[upload("red.png", picture(), mimetype="image/png")])
    file = next(each for each in ben.messages("#general") if each["ts"] == ts)["files"][0]
    here = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "a red square", "title": plain("Red")}
    by_url = {"type": "image", "slack_file": {"url": file["url_private"]}, "alt_text": "the same square"}
    beside = {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": "a small square"}
    elsewhere = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a cat", "title": plain("Cat")}
    text = {"type": "mrkdwn", "text": "words"}
    post(small, [here, by_url, {"type": "section", "text": text, "accessory": beside}, elsewhere])
    window = at_general(small, open_window)
    message = window.message("the same square", where=".main").last.or_(window.page.locator(".main .message").last).last
    for name in ("a red square", "the same square", "a small square"):
        drawn(message.get_by_role("img", name=name))
    expect(message.locator(".not-drawn")).to_have_text("Cata catimage (not drawn here)")


def test_a_form_takes_files(small: LocalSlack, app: Listener, open_window: Open) -> None:
    element = {"type": "file_input", "action_id": "it", "filetypes": ["png", "md"], "max_files": 2}
    window = at_general(small, open_window)
    block = {"type": "input", "block_id": "b", "label": plain("Your files"), "element": element}
    form = opened(small, app, window, [block])
    form.get_by_role("button", name="Submit").click()
    expect(form.locator(".input .error").first).to_have_text("Please fill this in.")
    chooser = form.get_by_label("Your files")
    chooser.set_input_files({"name": "run.exe", "mimeType": "application/x-dosexec", "buffer": b"MZ"})
    expect(form.get_by_role("alert").last).to_have_text(re.compile("Please fill this in.|Only png, md, please."))
    expect(form.locator(".file-input .error")).to_have_text("Only png, md, please.")
    chooser.set_input_files(
        [
            {"name": "red.png", "mimeType": "image/png", "buffer": picture()},
            {"name": "notes.md", "mimeType": "text/markdown", "buffer": "星".encode()},
        ]
    )
    expect(form.locator(".file-input .error")).to_have_count(0)
    form.get_by_role("button", name="Remove notes.md").click()
    expect(form.locator(".file-input button")).to_have_count(1)
    form.get_by_role("button", name="Submit").click()
    expect(form).to_have_count(0)
    sent = eventually(lambda: app.interactions("view_submission"))[-1]["view"]["state"]["values"]["b"]["it"]
    assert [each["name"] for each in sent["files"]] == ["red.png"]
