"""Coming, going and changing, as a person: channels, profiles, and what an admin may do."""

from typing import Any

from playground.server import events, membership, news
from playground.server.errors import Impossible
from playground.server.people.verbs import member_of, verb
from playground.server.team import Team, User

_PROFILE = ("display_name", "real_name", "title", "status_text", "status_emoji", "status_expiration", "locale", "tz")
_ROLES = ("member", "admin", "owner", "guest", "single_channel_guest")


@verb
def join(team: Team, user: User, channel: str) -> None:
    conversation = team.seen_by(user, channel)
    if conversation.kind != "channel" or conversation.archived:
        raise Impossible("cannot_join", channel)
    if user.id not in conversation.members:
        membership.join(team, conversation, user)


@verb
def leave(team: Team, user: User, channel: str) -> None:
    conversation = member_of(team, user, channel)
    if conversation.is_direct or conversation.name == "general":
        raise Impossible("cannot_leave", channel)
    membership.leave(team, conversation, user, user)


@verb
def invite(team: Team, user: User, channel: str, who: str) -> None:
    """Brings somebody, or the app, into a channel."""
    conversation = member_of(team, user, channel)
    guest = team.app_user if who.lstrip("@") in (team.app_user.handle, team.app.bot_user_id) else team.by_handle(who)
    if user.role in ("guest", "single_channel_guest", "stranger") or guest.deactivated:
        raise Impossible("cannot_invite", who)
    if guest.id in conversation.members:
        raise Impossible("already_in_channel", who)
    membership.join(team, conversation, guest, user)


@verb
def remove(team: Team, user: User, channel: str, who: str) -> None:
    """Takes somebody, or the app, out of a channel."""
    conversation = member_of(team, user, channel)
    other = team.by_handle(who)
    if not user.is_full_member or other.id not in conversation.members:
        raise Impossible("cannot_remove", who)
    membership.leave(team, conversation, other, user)


@verb
def rename(team: Team, user: User, channel: str, name: str) -> None:
    conversation = member_of(team, user, channel)
    if not user.is_full_member or any(each.name == name for each in team.conversations.values()):
        raise Impossible("cannot_rename", name)
    membership.rename(team, conversation, user, name)


@verb
def make_private(team: Team, user: User, channel: str) -> None:
    conversation = member_of(team, user, channel)
    if user.role not in ("admin", "owner") or conversation.kind != "channel" or conversation.name == "general":
        raise Impossible("cannot_make_private", channel)
    membership.make_private(team, conversation, user)


@verb
def archive(team: Team, user: User, channel: str, archived: bool = True) -> None:
    conversation = team.seen_by(user, channel)
    if not user.is_full_member or conversation.name == "general":
        raise Impossible("cannot_archive", channel)
    membership.archive(team, conversation, user, archived=archived)


@verb
def set_profile(team: Team, user: User, **changes: Any) -> None:
    """Changes what one may change about oneself: names, title, status, language, time zone."""
    if not set(changes) <= set(_PROFILE):
        raise Impossible("cannot_change", ", ".join(sorted(set(changes) - set(_PROFILE))))
    for key, value in changes.items():
        setattr(user, key, value)
    user.updated = team.clock.seconds()
    news.places(team)
    events.user_change(team, user)


@verb
def set_person(team: Team, user: User, who: str, role: str | None = None, deactivated: bool | None = None) -> None:
    """What an admin may change about somebody: their role, and whether they still have an account."""
    if user.role not in ("admin", "owner"):
        raise Impossible("not_an_admin")
    other = team.by_handle(who)
    if role is not None:
        if role not in _ROLES:
            raise Impossible("no_such_role", role)
        other.role = role  # type: ignore[assignment] # one of the roles, as just checked
    if deactivated is not None:
        other.deactivated = deactivated
    other.updated = team.clock.seconds()
    news.places(team)
    events.user_change(team, other)
