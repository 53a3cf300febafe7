"""Home, for one person: where the bot listens, what waits for them, what they shared, what it is all for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.conversation import Channel, Person
from bot.errors import Refused
from bot.ports import World
from storage import author_questions, drafts, feedback, settings, tips
from storage.records import (
    AuthorQuestion,
    Draft,
    FeedbackSums,
    KeyedHash,
    PersonSettings,
    Tip,
    Viewer,
    WorkspaceSettings,
)

PURPOSE = 150
"""Characters of the one line."""


FEEDBACK_DAYS = 30
"""Days that the hosts' sums of feedback reach back."""


@dataclass(frozen=True, slots=True)
class Home:
    """What somebody's Home shows. `emoji` are those that capture; `feedback` is for hosts and admins alone."""

    person: Person
    purpose: str
    channels: tuple[Channel, ...]
    drafts: tuple[Draft, ...]
    tips: tuple[Tip, ...]
    emoji: tuple[str, ...]
    questions: tuple[tuple[AuthorQuestion, Tip], ...] = ()
    feedback: FeedbackSums | None = None


def home_of(world: World, team_id: str, user_id: str) -> Home:
    """Somebody's Home now. Their anonymous tips are recognised here, because they came by."""
    person = world.reading.person(user_id)
    full = person.is_full_member
    viewer = Viewer(team_id, user_id, is_full_member=full)

    def is_owner(tip_id: str, kept: KeyedHash) -> bool:
        return world.keys.owns(kept, team_id, tip_id, user_id)

    chosen = settings.workspace(world.db, team_id)
    since = world.clock.now() - timedelta(days=FEEDBACK_DAYS)
    cares = person.is_admin or user_id in chosen.host_ids
    return Home(
        person=person,
        purpose=chosen.purpose,
        channels=_listening(world, user_id) if full else (),
        drafts=tuple(drafts.of_author(world.db, team_id, user_id)),
        tips=tuple(tips.of_owner(world.db, viewer, is_owner)),
        emoji=world.rules.emoji,
        questions=tuple(author_questions.of_owner(world.db, viewer, is_owner)),
        feedback=feedback.sums(world.db, team_id, since=since) if cares else None,
    )


def _listening(world: World, user_id: str) -> tuple[Channel, ...]:
    """The bot's channels; of private ones only those that the person is in too (promise 2)."""
    theirs = world.reading.channels_of(user_id)
    return tuple(one for one in world.reading.own_channels() if not one.is_private or one.id in theirs)


def set_purpose(world: World, team_id: str, user_id: str, purpose: str) -> WorkspaceSettings:
    """Raises Refused for anybody but an admin."""
    check_admin(world, user_id)
    return settings.change_workspace(world.db, team_id, purpose=purpose, purpose_asked_at=world.clock.now())


def set_personal(world: World, team_id: str, user_id: str, *, language: Any, never_capture: bool) -> PersonSettings:
    return settings.change_person(world.db, team_id, user_id, language=language, never_capture=never_capture)


def set_rules(
    world: World,
    team_id: str,
    user_id: str,
    *,
    private_capture: bool,
    pointers: bool,
    own_knowledge: bool,
    closed: list[str],
) -> None:
    """The workspace's rules on capture and answers. Raises Refused for anybody but an admin."""
    check_admin(world, user_id)
    settings.change_workspace(
        world.db, team_id, private_capture=private_capture, pointers=pointers, own_knowledge=own_knowledge
    )
    before = set(settings.closed_channels(world.db, team_id))
    for channel_id in before.symmetric_difference(closed):
        settings.change_channel(world.db, team_id, channel_id, capture=False if channel_id in closed else None)


def check_admin(world: World, user_id: str) -> None:
    if not world.reading.person(user_id).is_admin:
        raise Refused("home.refused_not_admin")
