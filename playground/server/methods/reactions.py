"""The methods reactions.*."""

from playground.server import messages
from playground.server.arguments import Arguments
from playground.server.clock import micros
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError
from playground.server.methods.registry import method
from playground.server.shapes import message_json
from playground.server.team import Team


@method("reactions.add", "reactions:write", tier="tier3")
def reactions_add(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/reactions.add."""
    conversation, message = _item(team, args)
    name = _name(args)
    if conversation.archived:
        raise SlackError("is_archived")
    if message.get("subtype") == "tombstone":
        raise SlackError("not_reactable")
    known = {each["name"] for each in message.get("reactions", ())}
    if name not in known and len(known) >= messages.MAX_REACTIONS:
        raise SlackError("too_many_emoji")
    if not messages.react(team, conversation, str(message["ts"]), team.app_user, name):
        raise SlackError("already_reacted")
    return {}


@method("reactions.remove", "reactions:write", tier="tier2")
def reactions_remove(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/reactions.remove."""
    conversation, message = _item(team, args)
    if not messages.unreact(team, conversation, str(message["ts"]), team.app_user, _name(args)):
        raise SlackError("no_reaction")
    return {}


@method("reactions.get", "reactions:read", tier="tier3", json=False)
def reactions_get(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/reactions.get."""
    conversation, message = _item(team, args)
    shown = {**message_json(message), "permalink": team.permalink(conversation, message)}
    return {"type": "message", "channel": conversation.id, "message": shown}


def _item(team: Team, args: Arguments) -> tuple[Conversation, Json]:
    channel, ts = args.text("channel"), args.text("timestamp")
    if not channel or not ts:
        raise SlackError("no_item_specified")
    try:
        micros(ts)
    except ValueError:
        raise SlackError("bad_timestamp") from None
    conversation = team.with_app_in(channel)
    if ts not in conversation.messages:
        raise SlackError("message_not_found")
    return conversation, conversation.messages[ts]


def _name(args: Arguments) -> str:
    name = args.text("name").strip(":")
    if not messages.REACTION_NAME.match(name):
        raise SlackError("invalid_name")
    return name
