"""Files that the app hands in: an address is asked for, the bytes are sent there, and then they are shared.

https://docs.slack.dev/messaging/working-with-files
"""

import mimetypes
import re
import secrets

from playground.server import messages
from playground.server.arguments import Arguments
from playground.server.content import MAX_TEXT, escaped
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError, invalid_arguments
from playground.server.methods.registry import method
from playground.server.shapes import file_json
from playground.server.team import File, Team, Upload

MAX_WORDS = 1_000
"""Of a picture's description (files.getUploadURLExternal, alt_txt_too_large)."""
MAX_SNIPPET = 1_000_000
_PLACE = re.compile(r"^[CGDZ][A-Z0-9]+$")


@method("files.getUploadURLExternal", "files:write", tier="tier4")
def get_upload_url(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/files.getUploadURLExternal."""
    name, words = args.required("filename"), args.text("alt_txt")
    try:
        length = int(args.required("length"))
    except ValueError:
        raise invalid_arguments("must be an integer [json-pointer:/length]") from None
    if length <= 0:
        raise SlackError("missing_argument")
    if len(words) > MAX_WORDS:
        raise SlackError("alt_txt_too_large")
    if args.text("snippet_type") and length > MAX_SNIPPET:
        raise SlackError("snippet_too_large")
    file = File(
        id=team.new_id("F"),
        name=name,
        title=name,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        content=b"",
        user=team.app.bot_user_id,
        created=team.clock.seconds(),
        words=words,
    )
    upload = team.uploads[file.id] = Upload(file, length, secrets.token_urlsafe(32))
    return {"upload_url": f"{team.url}/upload/v1/{upload.key}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write", tier="tier4")
def complete_upload(team: Team, args: Arguments) -> Json:
    """Once for each file (https://docs.slack.dev/reference/methods/files.completeUploadExternal)."""
    given = args.objects("files", "invalid_arguments")
    if not given:
        raise invalid_arguments("missing required field: files")
    uploads = [team.uploads.get(str(each.get("id", ""))) for each in given]
    ready = [upload for upload in uploads if upload is not None and upload.is_here]
    if len(ready) < len(given):
        raise SlackError("file_not_found")
    places = [_place(team, each) for each in _places(args)]
    thread_ts = args.text("thread_ts") or None
    if thread_ts and len(places) != 1:
        raise invalid_arguments("thread_ts needs one channel")
    comment = args.text("initial_comment")
    if len(comment) > MAX_TEXT:
        raise SlackError("msg_too_long")
    for each, upload in zip(given, ready, strict=True):
        upload.file.title = str(each.get("title") or upload.file.name)
        upload.file.channels = [place.id for place in places]
        team.files[upload.file.id] = upload.file
        del team.uploads[upload.file.id]
    files = [upload.file for upload in ready]
    for place in places:
        _share(team, place, files, escaped(comment), thread_ts)
    # as Slack does it, where a file stands is told by files.info a moment later
    return {"files": [file_json(team, file, is_public=any(not place.is_private for place in places)) for file in files]}


def _share(team: Team, place: Conversation, files: list[File], comment: str, thread_ts: str | None) -> None:
    message = messages.new_message(team, team.app_user, comment, files=files, is_public=not place.is_private)
    message |= {"upload": True}
    root = place.messages.get(thread_ts or "")
    messages.in_thread(place, message, thread_ts if root else None)
    messages.post(team, place, message)


def _places(args: Arguments) -> list[str]:
    named = [each.strip() for each in args.text("channels").split(",") if each.strip()]
    one = args.text("channel_id")
    if one and not _PLACE.match(one):
        raise invalid_arguments(f"failed to match pattern: {_PLACE.pattern} [json-pointer:/channel_id]")
    return [one] if one else named


def _place(team: Team, channel_id: str) -> Conversation:
    place = team.seen_by_app(channel_id)
    if not team.app_is_in(place):
        raise SlackError("not_in_channel")
    if place.archived:
        raise SlackError("is_archived")
    return place


def receive(team: Team, key: str, content: bytes) -> bool:
    """Takes the bytes sent to an upload's address; False when it is unknown or they are not what was announced."""
    upload = next((each for each in team.uploads.values() if secrets.compare_digest(each.key, key)), None)
    if upload is None or len(content) != upload.length:
        return False
    upload.file.content, upload.is_here = content, True
    return True
