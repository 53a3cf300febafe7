"""Fills a workspace from a company: people, channels, and posts as messages that were written some time ago."""

from playground.company.model import Attachment, Company, Member, Post
from playground.server import messages
from playground.server.app import APP_HANDLE, App
from playground.server.clock import Clock
from playground.server.conversation import Conversation
from playground.server.rich_text import rich_text
from playground.server.team import File, Lines, Team, User
from playground.server.typed_text import wire_text

APP_USER_ID = "U0YORIDOKORO"
_CHANNEL_AGE_SECONDS = 400 * 24 * 3600
_THREAD_GAP_SECONDS = 60


def app_user_id(company: Company) -> str:
    """The id of the app's own user: the company's word, or a usual one."""
    return next((member.id for member in company.members if member.handle == APP_HANDLE), APP_USER_ID)


def team_of(company: Company, app: App, clock: Clock, lines: Lines, url: str) -> Team:
    """A workspace with everything that the company says. Nothing of it is told to the app: it happened before."""
    team = Team(company, app, clock, lines, url)
    everybody = {member.handle: member for member in company.members}
    everybody.setdefault(APP_HANDLE, Member(app.bot_user_id, APP_HANDLE, app.name, role="bot"))
    for member in everybody.values():
        team.users[member.id] = _user(team, member)
    created = clock.seconds() - _CHANNEL_AGE_SECONDS
    creator = next((user.id for user in team.users.values() if user.is_full_member), app.bot_user_id)
    for channel in company.channels:
        team.conversations[channel.id] = Conversation(
            id=channel.id,
            name=channel.name,
            kind="group" if channel.private else "channel",
            created=created,
            creator=creator,
            members=dict.fromkeys(everybody[handle].id for handle in channel.members),
            shared=channel.shared,
            archived=channel.archived,
            topic=channel.topic,
            purpose=channel.purpose,
        )
    _write(team, company.posts)
    team.began = clock.now()
    return team


def _user(team: Team, member: Member) -> User:
    return User(
        id=member.id,
        handle=member.handle,
        real_name=member.real_name,
        display_name=member.display_name,
        locale=member.locale,
        tz=member.tz,
        role=member.role,
        deactivated=member.deactivated,
        team_id=member.team_id or team.workspace.id,
        title=member.title,
        email=member.email,
        updated=team.clock.seconds() - _CHANNEL_AGE_SECONDS,
    )


def _write(team: Team, posts: tuple[Post, ...]) -> None:
    """Oldest first, so that every ts is later than the one before."""
    handles = {user.handle: user for user in team.users.values()}
    named = {each.name: each for each in team.conversations.values()}
    keys: dict[str, str] = {}
    for post in sorted(posts, key=lambda each: each.ago, reverse=True):
        conversation, author = named[post.channel], handles[post.author]
        ts = team.clock.next_ts(post.ago.total_seconds())
        files = [_file(team, conversation, author, attachment, int(float(ts))) for attachment in post.files]
        wire = wire_text(team, post.text)
        message = messages.new_message(
            team,
            author,
            wire,
            ts=ts,
            blocks=post.blocks or rich_text(wire),
            files=files,
            is_public=conversation.kind == "channel",
        )
        if post.edited:
            message["edited"] = {"user": author.id, "ts": f"{int(float(ts)) + _THREAD_GAP_SECONDS}.000000"}
        if post.reactions:
            message["reactions"] = [
                {"name": name, "users": [handles[handle].id for handle in who], "count": len(who)}
                for name, who in post.reactions
            ]
        thread_ts = keys[post.thread] if post.thread else None
        messages.in_thread(conversation, message, thread_ts, broadcast=post.broadcast)
        conversation.place(message)
        if post.key:
            keys[post.key] = ts
    team.seed_ts = keys


def _file(team: Team, conversation: Conversation, author: User, attachment: Attachment, created: int) -> File:
    file = File(
        id=team.new_id("F"),
        name=attachment.name,
        title=attachment.title,
        mimetype=attachment.mimetype,
        content=attachment.content,
        user=author.id,
        created=created,
        channels=[conversation.id],
    )
    team.files[file.id] = file
    return file
