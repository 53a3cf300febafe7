"""Files: handed in with messages and in forms, and looked at, as a person."""

import base64
from collections.abc import Sequence
from typing import Any

from playground.server import elements, news
from playground.server.conversation import Conversation, Json
from playground.server.errors import Impossible
from playground.server.people.verbs import sight, view_of
from playground.server.shapes import file_json
from playground.server.team import File, Team, User

MOST_BYTES_IN_A_FORM = 10_000_000
"""See https://docs.slack.dev/reference/block-kit/block-elements/file-input-element."""
MOST_FILES_IN_A_FORM = 10
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What a browser draws without running anything."""
_TEXTS = ("application/json", "application/xml", "application/x-yaml", "application/toml")


def upload(team: Team, user: User, given: Json, conversation: Conversation | None) -> File:
    """Keeps {name, mimetype, title, content_base64}; without a conversation it was handed to the app in a form."""
    file = File(
        id=team.new_id("F"),
        name=str(given["name"]),
        title=str(given.get("title") or given["name"]),
        mimetype=str(given.get("mimetype") or "text/plain"),
        content=base64.b64decode(given["content_base64"]),
        user=user.id,
        created=team.clock.seconds(),
        channels=[conversation.id] if conversation else [],
    )
    team.files[file.id] = file
    return file


@sight
def attach(
    team: Team, user: User, view_id: str, action_id: str, files: Sequence[Json], *, block_id: str | None = None
) -> None:
    """Chooses the files of a form's file_input: new ones as in `post`, and {"id"} for those that stay.

    Raises Impossible: too_many, wrong_format for a file type that is not asked for, too_large.
    """
    view = view_of(team, user, view_id)
    each = elements.find(view.content["blocks"], action_id, block_id=block_id)
    if each.element["type"] != "file_input":
        raise Impossible("not_interactive", str(each.element["type"]))
    if len(files) > int(each.element.get("max_files") or MOST_FILES_IN_A_FORM):
        raise Impossible("too_many", each.block_id)
    known = {one["id"]: one for one in view.values.get(each.block_id, {}).get(each.action_id, {}).get("files", ())}
    chosen = [known[one["id"]] if one.get("id") in known else _handed_in(team, user, each, one) for one in files]
    elements.remember(view.values, each, {"files": chosen})
    news.screen(team, user.id, "views")


def _handed_in(team: Team, user: User, each: elements.Placed, given: Json) -> Json:
    extension = str(given["name"]).rpartition(".")[2].lower()
    wanted = [str(kind).lower() for kind in each.element.get("filetypes") or ()]
    if wanted and extension not in wanted:
        raise Impossible("wrong_format", each.block_id)
    if len(str(given["content_base64"])) * 3 // 4 > MOST_BYTES_IN_A_FORM:
        raise Impossible("too_large", each.block_id)
    return file_json(team, upload(team, user, given, None), is_public=False)


@sight
def file(team: Team, user: User, file_id: str) -> Json:
    """A file of one's own, or of a conversation this person may see: its text, or its picture in base64."""
    found = team.files.get(file_id)
    if found is None or not _may_see(team, user, found):
        raise Impossible("file_not_found", file_id)
    shown: dict[str, Any] = {"name": found.name, "mimetype": found.mimetype}
    if found.mimetype in PICTURES:
        return shown | {"picture": base64.b64encode(found.content).decode()}
    if found.mimetype.startswith("text/") or found.mimetype in _TEXTS:
        return shown | {"text": found.content.decode("utf-8", "replace")}
    return shown


def _may_see(team: Team, user: User, found: File) -> bool:
    return found.user == user.id or any(team.may_see(user, team.conversations[each]) for each in found.channels)
