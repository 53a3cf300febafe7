"""files.info, and which files the app may download."""

from collections.abc import Sequence

from playground.server.arguments import Arguments
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError
from playground.server.methods.registry import method
from playground.server.shapes import file_json
from playground.server.team import File, Team


@method("files.info", "files:read", tier="tier4", json=False)
def files_info(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/files.info."""
    file = team.files.get(args.required("file"))
    if file is None or not app_may_read(team, file):
        raise SlackError("file_not_found")
    places = [team.conversations[channel_id] for channel_id in file.channels]
    shown = file_json(team, file, is_public=any(place.kind == "channel" for place in places))
    shown["channels"] = [place.id for place in places if place.kind == "channel"]
    shown["groups"] = [place.id for place in places if place.kind == "group"]
    shown["ims"] = [place.id for place in places if place.is_direct]
    shown["shares"] = shares(places, file)
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


def shares(places: Sequence[Conversation], file: File) -> Json:
    """Where the file stands: public and private places by id, with the messages that carry it."""
    found: dict[str, dict[str, list[Json]]] = {}
    for place in places:
        carriers = [
            {"ts": ts, "channel_name": place.name}
            for ts, message in place.messages.items()
            if any(each["id"] == file.id for each in message.get("files", ()))
        ]
        found.setdefault("private" if place.is_private else "public", {})[place.id] = carriers
    return found


def app_may_read(team: Team, file: File) -> bool:
    """Whether the file is the app's, was handed to it in a form, or was shared in a conversation that it is in."""
    is_its_own = file.user == team.app.bot_user_id or not file.channels
    return is_its_own or any(team.app_is_in(team.conversations[channel_id]) for channel_id in file.channels)
