"""Writing messages and reacting to them, as a person."""

from collections.abc import Sequence

from playground.server import messages
from playground.server.conversation import Conversation, Json
from playground.server.errors import Impossible
from playground.server.people.filing import upload
from playground.server.people.verbs import message, own, verb, writable
from playground.server.rich_text import rich_text
from playground.server.team import Team, User
from playground.server.typed_text import wire_text

MOST_TYPED = 40_000


@verb
def post(
    team: Team,
    user: User,
    channel: str,
    text: str,
    *,
    thread_ts: str | None = None,
    files: Sequence[Json] = (),
    blocks: list[Json] | None = None,
    broadcast: bool = False,
) -> str:
    """Writes a message and returns its ts; `files` are {name, mimetype, title, content_base64}."""
    conversation = writable(team, user, channel)
    if not text.strip() and not files:
        raise Impossible("no_text")
    if len(text) > MOST_TYPED:
        raise Impossible("msg_too_long")
    if thread_ts is not None:
        message(user, conversation, thread_ts)
    uploaded = [upload(team, user, each, conversation) for each in files]
    wire = wire_text(team, text)
    public = conversation.kind == "channel"
    written = messages.new_message(team, user, wire, blocks=blocks or rich_text(wire), files=uploaded, is_public=public)
    messages.in_thread(conversation, written, thread_ts, broadcast=broadcast)
    ts = str(messages.post(team, conversation, written)["ts"])
    team.read_marks[user.id, conversation.id] = ts
    return ts


@verb
def forward(team: Team, user: User, channel: str, ts: str, to: str, text: str = "") -> str:
    """Shares a message into another conversation, as the client's "Forward message" does; returns the new ts."""
    source, target = team.seen_by(user, channel), writable(team, user, to)
    shared = message(user, source, ts)
    wire = wire_text(team, text)
    written = messages.new_message(team, user, wire, blocks=rich_text(wire) if wire else None)
    written["attachments"] = [_shared(team, source, shared)]
    return str(messages.post(team, target, written)["ts"])


@verb
def edit(team: Team, user: User, channel: str, ts: str, text: str) -> None:
    """Edits one's own message."""
    conversation = team.seen_by(user, channel)
    own(user, conversation, ts)
    wire = wire_text(team, text)
    messages.edit(team, conversation, ts, user, {"text": wire, "blocks": rich_text(wire)})


@verb
def delete(team: Team, user: User, channel: str, ts: str) -> None:
    """Deletes one's own message; an admin may delete anybody's."""
    conversation = team.seen_by(user, channel)
    if user.role in ("admin", "owner"):
        message(user, conversation, ts)
    else:
        own(user, conversation, ts)
    messages.delete(team, conversation, ts)


@verb
def react(team: Team, user: User, channel: str, ts: str, name: str) -> None:
    conversation = writable(team, user, channel)
    message(user, conversation, ts)
    if not messages.REACTION_NAME.match(name):
        raise Impossible("invalid_name", name)
    if not messages.react(team, conversation, ts, user, name):
        raise Impossible("already_reacted")


@verb
def unreact(team: Team, user: User, channel: str, ts: str, name: str) -> None:
    conversation = writable(team, user, channel)
    message(user, conversation, ts)
    if not messages.unreact(team, conversation, ts, user, name):
        raise Impossible("no_reaction")


def _shared(team: Team, source: Conversation, shared: Json) -> Json:
    """A forwarded message as an attachment (https://docs.slack.dev/messaging, unfurls of messages)."""
    author = team.users.get(str(shared.get("user")))
    return {
        "ts": shared["ts"],
        "channel_id": source.id,
        "channel_team": team.workspace.id,
        "is_msg_unfurl": True,
        "is_share": True,
        "author_id": shared.get("user"),
        "author_name": author.real_name if author else "",
        "author_subname": author.display_name if author else "",
        "text": shared.get("text", ""),
        "fallback": f"[{shared['ts']}] {shared.get('text', '')}",
        "from_url": team.permalink(source, shared),
        "message_blocks": [
            {
                "team": team.workspace.id,
                "channel": source.id,
                "ts": shared["ts"],
                "message": {"blocks": shared.get("blocks", [])},
            }
        ],
        "mrkdwn_in": ["text"],
    }
