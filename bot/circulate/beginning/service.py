"""What is looked for on request: somebody's own threads worth keeping, and channels where AI is talked about.

Nothing that is read here is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.circulate.beginning.scoring import Scored, names_ai, score
from bot.conversation import Channel, Posted, Thread
from bot.errors import Refused, SlackUnavailable
from bot.ports import World
from bot.trust import consent
from bot.trust.authorship import without_quotes
from bot.trust.redaction import redact_thread
from storage import settings, themes, tips
from storage.records import LEAST_PEOPLE, Viewer

LOOK_BACK_DAYS = 30
FEW = 5
"""Fewer tips than these, and hosts and admins see how to begin."""

SHOWN = 5
CHANNELS = 10
"""Channels that are read for one person's threads."""
PAGES = 2
"""Pages of a channel's messages, of 200, the newest."""
THREADS = 25
"""Threads that are read whole: with those pages, within the fifty reads a minute that Slack allows."""
WHOM_CHANNELS = 20
"""Channels that are read, a page each, for where AI is talked about."""


@dataclass(frozen=True, slots=True)
class OwnThread:
    channel_id: str
    permalink: str
    scored: Scored


@dataclass(frozen=True, slots=True)
class OwnThreads:
    """`looked`: channels that could be read, of the `there` in question."""

    threads: tuple[OwnThread, ...]
    looked: int
    there: int


@dataclass(frozen=True, slots=True)
class Lively:
    """Public channels where AI is talked about, by name. `looked` of `there`, as above."""

    channel_ids: tuple[str, ...]
    looked: int
    there: int


def check_may_look(world: World, team_id: str, user_id: str) -> None:
    """Raises Refused for guests, and for who never wants to be captured."""
    consent.check_capturer(world.reading.person(user_id))
    if settings.person(world.db, team_id, user_id).never_capture:
        raise Refused("beginning.refused_never")


def own_threads(world: World, team_id: str, user_id: str) -> OwnThreads:
    """Somebody's own recent threads that look worth keeping, the best first. Raises Refused as `check_may_look`."""
    check_may_look(world, team_id, user_id)
    theirs = world.reading.channels_of(user_id)
    there = [channel for channel in _public(world, team_id) if channel.id in theirs]
    looked, candidates = 0, list[tuple[Channel, Posted]]()
    for channel in there[:CHANNELS]:
        posted = _recent(world, channel.id, PAGES)
        if posted is None:
            continue
        looked += 1
        candidates += [(channel, one) for one in posted if _may_be_theirs(one, user_id)]
    candidates.sort(key=lambda one: _promise(one[1], user_id), reverse=True)
    found = list(_worth(world, team_id, user_id, candidates[:THREADS]))
    found.sort(key=lambda one: one[1].points, reverse=True)
    shown = tuple(
        OwnThread(channel_id, world.reading.permalink(channel_id, scored.ts), scored)
        for channel_id, scored in found[:SHOWN]
    )
    return OwnThreads(shown, looked, len(there))


def lively_channels(world: World, team_id: str) -> Lively:
    """The public channels where at least five people talked about AI of late; no channel with fewer is named."""
    there = _public(world, team_id)
    looked, lively = 0, []
    for channel in there[:WHOM_CHANNELS]:
        posted = _recent(world, channel.id, 1)
        if posted is None:
            continue
        looked += 1
        about = [one for one in posted if not one.message.is_bot and names_ai(one.message.text)]
        people = {user for one in about for user in (one.message.author_id, *one.repliers) if user}
        if len(people - settings.never_captured(world.db, team_id, people)) >= LEAST_PEOPLE:
            lively.append(channel.id)
    return Lively(tuple(lively), looked, len(there))


def is_new(world: World, viewer: Viewer) -> bool:
    """Whether there are so few tips that hosts and admins are shown how to begin."""
    return tips.are_fewer(world.db, viewer, FEW)


def needs_theme(world: World, team_id: str) -> bool:
    """Whether this workspace never had a theme."""
    return not themes.has_any(world.db, team_id)


def _public(world: World, team_id: str) -> list[Channel]:
    """The bot's public channels that may be captured, no other company's; those whose name speaks of AI first."""
    found = []
    for channel in world.reading.own_channels():
        try:
            consent.check_channel(world, team_id, channel)
        except Refused:
            continue
        if not channel.is_private:
            found.append(channel)
    return sorted(found, key=lambda channel: (not _speaks_of_ai(channel), channel.name))


def _speaks_of_ai(channel: Channel) -> bool:
    return names_ai(channel.name) or "ai" in channel.name.lower().replace("_", "-").split("-")


def _recent(world: World, channel_id: str, pages: int) -> list[Posted] | None:
    """A channel's newest messages; None where Slack lets nobody read them now."""
    since = world.clock.now() - timedelta(days=LOOK_BACK_DAYS)
    try:
        return world.reading.recent(channel_id, since=since, pages=pages)
    except (Refused, SlackUnavailable):
        return None


def _may_be_theirs(posted: Posted, user_id: str) -> bool:
    if posted.message.is_bot or not posted.message.author_id:
        return False
    return posted.message.author_id == user_id or user_id in posted.repliers or posted.has_more_repliers


def _promise(posted: Posted, user_id: str) -> tuple[bool, int]:
    """Whose threads are read first when there are many: one's own, and of these the longer and livelier ones."""
    heard = len(posted.repliers) + sum(map(len, posted.reactions.values()))
    return posted.message.author_id == user_id, len(posted.message.text) + 100 * heard


def _worth(
    world: World, team_id: str, user_id: str, candidates: Sequence[tuple[Channel, Posted]]
) -> Iterator[tuple[str, Scored]]:
    for channel, posted in candidates:
        if _is_captured(world, team_id, channel.id, posted.message.ts):
            continue
        try:
            thread = world.reading.thread(channel.id, posted.message.ts)
        except (Refused, SlackUnavailable):
            continue
        heard, root = _heard(world, team_id, thread, posted)
        read = without_quotes(redact_thread(heard))
        scored = score(read, user_id, root, about_ai=_speaks_of_ai(channel))
        if scored is not None and not _is_captured(world, team_id, channel.id, scored.ts):
            yield channel.id, scored


def _is_captured(world: World, team_id: str, channel_id: str, ts: str) -> bool:
    return tips.rests_on(world.db, team_id, world.keys.messages(team_id, channel_id, ts))


def _heard(world: World, team_id: str, thread: Thread, posted: Posted) -> tuple[Thread, Posted]:
    """A thread, and who reacted to its root, without people who never want to be captured."""
    users = {message.author_id for message in thread if message.author_id}
    users |= {user for each in posted.reactions.values() for user in each}
    never = settings.never_captured(world.db, team_id, users)
    messages = tuple(message for message in thread if message.author_id not in never)
    reactions = {name: tuple(one for one in each if one not in never) for name, each in posted.reactions.items()}
    return replace(thread, messages=messages), replace(posted, reactions=reactions)
