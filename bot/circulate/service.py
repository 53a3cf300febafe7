"""Home, for one person: where the bot listens, what waits for them, what they shared, what it is all for."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.conversation import Channel, Person
from bot.errors import Refused
from bot.ports import World
from storage import drafts, settings, tips
from storage.records import Draft, KeyedHash, PersonSettings, Tip, Viewer, WorkspaceSettings

PURPOSE = 150
"""Characters of the one line."""


@dataclass(frozen=True, slots=True)
class Home:
    """What somebody's Home shows. `emoji` are those that capture."""

    person: Person
    purpose: str
    channels: tuple[Channel, ...]
    drafts: tuple[Draft, ...]
    tips: tuple[Tip, ...]
    emoji: tuple[str, ...]


def home_of(world: World, team_id: str, user_id: str) -> Home:
    """Somebody's Home now. Their anonymous tips are recognised here, because they came by."""
    person = world.reading.person(user_id)
    full = person.is_full_member
    viewer = Viewer(team_id, user_id, is_full_member=full)

    def is_owner(tip_id: str, kept: KeyedHash) -> bool:
        return world.keys.owns(kept, team_id, tip_id, user_id)

    return Home(
        person=person,
        purpose=settings.workspace(world.db, team_id).purpose,
        channels=_listening(world, user_id) if full else (),
        drafts=tuple(drafts.of_author(world.db, team_id, user_id)),
        tips=tuple(tips.of_owner(world.db, viewer, is_owner)),
        emoji=world.rules.emoji,
    )


def _listening(world: World, user_id: str) -> tuple[Channel, ...]:
    """The bot's channels; of private ones only those that the person is in too (promise 2)."""
    theirs = world.reading.channels_of(user_id)
    return tuple(one for one in world.reading.own_channels() if not one.is_private or one.id in theirs)


def set_purpose(world: World, team_id: str, user_id: str, purpose: str) -> WorkspaceSettings:
    """Raises Refused for anybody but an admin."""
    check_admin(world, user_id)
    return settings.change_workspace(world.db, team_id, purpose=purpose, purpose_asked_at=world.clock.now())


def set_personal(
    world: World, team_id: str, user_id: str, *, language: Any, words: Literal["ask", "ok", "never"]
) -> PersonSettings:
    """`words`: whether what somebody writes may be part of other people's drafts."""
    return settings.change_person(
        world.db, team_id, user_id, language=language, never_capture=words == "never", words_ok=words == "ok"
    )


def set_rules(
    world: World, team_id: str, user_id: str, *, private_capture: bool, pointers: bool, closed: list[str]
) -> None:
    """The workspace's rules on capture. Raises Refused for anybody but an admin."""
    check_admin(world, user_id)
    settings.change_workspace(world.db, team_id, private_capture=private_capture, pointers=pointers)
    before = set(settings.closed_channels(world.db, team_id))
    for channel_id in before.symmetric_difference(closed):
        settings.change_channel(world.db, team_id, channel_id, capture=False if channel_id in closed else None)


def check_admin(world: World, user_id: str) -> None:
    if not world.reading.person(user_id).is_admin:
        raise Refused("home.refused_not_admin")
