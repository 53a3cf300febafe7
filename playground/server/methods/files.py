"""files.info, and which files the app may download."""

from playground.server.arguments import Arguments
from playground.server.conversation import Json
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
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


def app_may_read(team: Team, file: File) -> bool:
    """Whether the file was handed to the app in a form, or the app is in a conversation where it was shared."""
    return not file.channels or any(team.app_is_in(team.conversations[channel_id]) for channel_id in file.channels)
