"""Who is in a channel, and what the others are told of it."""

from playground.server import events, messages, news
from playground.server.conversation import Conversation
from playground.server.team import Team, User


def join(team: Team, conversation: Conversation, user: User, inviter: User | None = None) -> None:
    """Puts somebody into a channel. They are in before the app hears of it, so an app hears of its own joining."""
    conversation.members[user.id] = None
    news.places(team)
    subtype = "channel_join" if conversation.kind == "channel" else "group_join"
    more = {"inviter": inviter.id} if inviter else {}
    messages.note(team, conversation, subtype, user, f"<@{user.id}> has joined the channel", **more)
    events.membership(team, conversation, "member_joined_channel", user, inviter)


def leave(team: Team, conversation: Conversation, user: User, actor: User) -> None:
    """Takes somebody out of a channel. An app that was taken out hears only that."""
    del conversation.members[user.id]
    news.places(team)
    if user.id == team.app.bot_user_id:
        events.app_left(team, conversation, actor)
        return
    subtype = "channel_leave" if conversation.kind == "channel" else "group_leave"
    messages.note(team, conversation, subtype, user, f"<@{user.id}> has left the channel")
    events.membership(team, conversation, "member_left_channel", user)


def rename(team: Team, conversation: Conversation, user: User, name: str) -> None:
    old, conversation.name = conversation.name, name
    news.places(team)
    conversation.previous_names.insert(0, old)
    subtype = "channel_name" if conversation.kind == "channel" else "group_name"
    text = f'has renamed the channel from "{old}" to "{name}"'
    messages.note(team, conversation, subtype, user, text, old_name=old, name=name)
    events.renamed(team, conversation)


def make_private(team: Team, conversation: Conversation, user: User) -> None:
    """Closes a public channel to all but its members. It keeps its id."""
    conversation.kind = "group"
    news.places(team)
    text = "made this channel *private*. Now, it can only be viewed or joined by invitation."
    messages.note(team, conversation, "channel_convert_to_private", user, text)


def archive(team: Team, conversation: Conversation, user: User, *, archived: bool) -> None:
    conversation.archived = archived
    news.places(team)
    verb = "archive" if archived else "unarchive"
    subtype = f"channel_{verb}" if conversation.kind == "channel" else f"group_{verb}"
    messages.note(team, conversation, subtype, user, f"{verb}d the channel")
    events.archived(team, conversation, user)
