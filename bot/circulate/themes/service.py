"""A theme's life: started, prolonged, merged, wrapped up, closed; who may do so, and what it may be about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from bot.conversation import Channel
from bot.errors import Refused
from bot.ports import World
from bot.texts import say
from bot.trust import consent, hosts
from bot.trust.viewer import are_enough, both, readable_by, viewer_for_channel, viewer_of
from storage import rising, settings, theme_posts, themes
from storage.errors import NotFound
from storage.records import Language, Theme, ThemeFormat, Tip, Viewer, Visibility

NAME, PURPOSE, QUESTION, WRAP_UP = 60, 150, 300, 2_500
"""Characters of a theme's name, its one line of purpose, its question, and of the owner's words in the wrap-up."""

FORMATS: tuple[ThemeFormat, ...] = get_args(ThemeFormat)
WEEKS = (2, 3, 4)
MORE_WEEKS = (1, 2)
RETRO = timedelta(minutes=30)
IDLE, ANSWER, REMIND, DECIDE = timedelta(days=10), timedelta(days=7), timedelta(days=7), timedelta(days=14)
"""Nothing came for so long: the owner is asked. They have so long to answer. A reminder at most so often. A wrap-up
waits so long for its owner."""
LAST_DAYS = timedelta(days=2)
"""No reminder so shortly before the end."""
FEW = 3
"""Fewer tips than these are a low turnout."""
LOOK_BACK = timedelta(days=30)

_IDEAS = 3
_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Idea:
    """What the form is filled in with: a ready-made format, an open question, or a rising topic.

    `people`: how many are behind it; None where there are fewer than five, or nobody was counted.
    """

    key: str
    format: ThemeFormat
    name: str
    purpose: str
    question: str
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Current:
    """A theme that somebody can read, how many of its tips they see, and whether it is theirs to manage."""

    theme: Theme
    tips: int
    may_manage: bool


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a viewer may see of a theme: tips, newest first, and open questions."""

    tips: tuple[Tip, ...] = ()
    questions: tuple[str, ...] = ()


def formats(language: Language) -> list[Idea]:
    return [
        Idea(
            f"format:{one}",
            one,
            say(language, f"themes.name_{one}"),
            say(language, f"themes.purpose_{one}"),
            say(language, f"themes.question_{one}"),
        )
        for one in FORMATS
    ]


def ideas(world: World, team_id: str, language: Language) -> list[Idea]:
    """What this month's open questions and topics propose: only what everybody may see, and no small figures."""
    now = world.clock.now()
    public = [channel.id for channel in world.reading.own_channels() if not channel.is_private]
    wanted = rising.unanswered(world.db, team_id, public=public, since=now - LOOK_BACK, limit=_IDEAS)
    topics = rising.topics(world.db, team_id, before=now - 2 * LOOK_BACK, since=now - LOOK_BACK, limit=_IDEAS)
    questions = [
        Idea(
            f"question:{one.question_id}",
            "tips",
            say(language, "themes.name_question"),
            say(language, "themes.purpose_question"),
            one.text[:QUESTION],
            one.people,
        )
        for one in wanted
    ]
    return questions + [
        Idea(
            f"topic:{one.topic[:100]}",
            "tips",
            one.topic[:NAME],
            say(language, "themes.purpose_topic", topic=one.topic[:NAME]),
            say(language, "themes.question_topic", topic=one.topic[:NAME]),
            one.people,
        )
        for one in topics
    ]


def may_manage(world: World, theme: Theme, user_id: str) -> bool:
    """Its owner may, and hosts and admins."""
    return theme.owner_id == user_id or hosts.is_host(world, theme.team_id, user_id)


def managed(world: World, team_id: str, theme_id: str, user_id: str) -> Theme:
    """A theme for who manages it and reads its channel. Raises Refused for anybody else, and when there is none."""
    theme = found(world, team_id, theme_id)
    if not may_manage(world, theme, user_id):
        raise Refused("themes.refused_not_owner")
    check_reads(world, theme, user_id)
    return theme


def found(world: World, team_id: str, theme_id: str) -> Theme:
    try:
        return themes.get(world.db, team_id, theme_id)
    except NotFound:
        raise Refused("themes.refused_over") from None


def check_place(world: World, team_id: str, channel_id: str, owner_id: str) -> Channel:
    """The channel, if the bot is in it, capture is on there, and the owner can read it. Raises Refused."""
    try:
        channel = world.reading.channel(channel_id)
    except Refused:
        raise Refused("themes.refused_channel") from None
    if not consent.takes_questions(channel):
        raise Refused("themes.refused_channel")
    consent.check_channel(world, team_id, channel)
    if not _reads(world, channel, owner_id):
        raise Refused("themes.refused_owner")
    return channel


def place_of(world: World, theme: Theme) -> Channel | None:
    """The theme's channel; None when nothing can be posted there any more: it is archived, or the bot was removed."""
    try:
        channel = world.reading.channel(theme.channel_id)
    except Refused as refused:
        if refused.text_key != "errors.channel_not_visible":
            raise
        return None
    return channel if channel.is_member and not channel.is_archived else None


def reads(world: World, theme: Theme, user_id: str) -> bool:
    """Whether somebody is a full member who can read the theme's channel now. Raises Refused where the bot cannot."""
    return _reads(world, world.reading.channel(theme.channel_id), user_id)


def _reads(world: World, channel: Channel, user_id: str) -> bool:
    try:
        is_full = world.reading.person(user_id).is_full_member
    except Refused:
        return False
    return is_full and (not channel.is_private or channel.id in world.reading.channels_of(user_id))


def check_reads(world: World, theme: Theme, user_id: str) -> None:
    """Raises Refused unless this person is a full member and reads the theme's channel."""
    if not reads(world, theme, user_id):
        raise Refused("themes.refused_guest")


def usual_place(world: World, team_id: str, user_id: str) -> str | None:
    """The channel that the form proposes: that of open questions, else the first one that takes a theme."""
    chosen = settings.workspace(world.db, team_id).questions_channel_id
    readable = readable_by(world, user_id)
    for channel_id in ([chosen] if chosen else []) + [one.id for one in world.reading.own_channels()]:
        try:
            check_place(world, team_id, channel_id, user_id)
        except Refused:
            continue
        if channel_id in readable:
            return channel_id
    return None


def current(world: World, team_id: str, user_id: str) -> tuple[Current, ...]:
    """The themes that are on where somebody reads, those that end first in front; wrap-ups for who decides on them."""
    every = themes.open_ones(world.db, team_id)
    if not every:
        return ()
    viewer, readable = viewer_of(world, team_id, user_id), readable_by(world, user_id)
    listed = []
    for theme in sorted(every, key=lambda one: one.ends_at):
        manages = may_manage(world, theme, user_id)
        if theme.permalink and theme.channel_id in readable and (theme.state == "running" or manages):
            listed.append(Current(theme, len(themes.tips_of(world.db, viewer, theme.id)), manages))
    return tuple(listed)


def gathered(world: World, theme: Theme, viewer: Viewer) -> Gathered:
    """What has come so far, for somebody who reads the channel."""
    questions = rising.open_in(world.db, theme.team_id, theme.channel_id, since=theme.started_at, limit=_QUESTIONS)
    return Gathered(tuple(themes.tips_of(world.db, viewer, theme.id)), tuple(questions))


def others_running(world: World, theme: Theme, user_id: str) -> list[Theme]:
    """The themes that this one may be merged into, by somebody who reads them."""
    running = themes.running(world.db, theme.team_id, readable_by(world, user_id))
    return [one for one in running if one.id != theme.id]


def merge(world: World, theme: Theme, into: str, user_id: str) -> Theme:
    """Raises Refused unless the other theme runs where this person reads."""
    other = next((one for one in others_running(world, theme, user_id) if one.id == into), None)
    if other is None:
        raise Refused("themes.refused_over")
    carries = are_enough(world, Visibility(other.channel_id))
    try:
        return themes.merge(world.db, theme.team_id, theme.id, into, by=user_id, carries_anonymous=carries)
    except NotFound:
        raise Refused("themes.refused_over") from None


def successor(world: World, theme: Theme) -> str | None:
    """Who takes over a theme that nobody looks after: a host who reads its channel, else an admin in it, or nobody."""
    for host in settings.workspace(world.db, theme.team_id).host_ids:
        if reads(world, theme, host):
            return host
    admins = (one.id for one in world.reading.people_in(theme.channel_id) if one.is_admin and one.is_full_member)
    return next(admins, None)


def viewer(world: World, theme: Theme) -> Viewer:
    """Everybody in the theme's channel."""
    return viewer_for_channel(world, theme.team_id, theme.channel_id)


def owners_viewer(world: World, theme: Theme) -> Viewer | None:
    """What everybody in the theme's channel may see, and its owner too; None for an owner who cannot read it now."""
    try:
        if theme.owner_id is None or not reads(world, theme, theme.owner_id):
            return None
        return both(viewer(world, theme), viewer_of(world, theme.team_id, theme.owner_id))
    except Refused:
        # the channel cannot be looked at any more
        return None


def over_at(world: World, theme: Theme) -> datetime:
    """From when a theme is wrapped up: what was shared in time without a name is out by then, whoever shared or not."""
    return theme.ends_at + timedelta(minutes=world.rules.anonymous_delay_minutes)


def quiet_end(world: World, theme: Theme) -> datetime:
    """When an idle theme closes itself whose owner says nothing."""
    return min((theme.idle_asked_at or world.clock.now()) + ANSWER, over_at(world, theme))


def reminders(world: World, theme: Theme) -> int:
    """How many reminders were posted."""
    posts = theme_posts.of_theme(world.db, theme.team_id, theme.id)
    return sum(post.key.startswith("reminder:") for post in posts)
