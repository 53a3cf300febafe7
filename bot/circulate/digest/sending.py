"""What is due by the clock: notices of what people follow, personal digests, digests of channels. Each is sent once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.circulate import unasked as when
from bot.circulate.digest import service, views
from bot.circulate.follows import service as following
from bot.conversation import Person
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import Outgoing, World
from bot.slack.failures import language_of_reader
from bot.texts.dates import zone
from bot.trust.quiet import is_quiet
from bot.trust.viewer import viewer_for_channel, viewer_of
from storage import deliveries, digests, follows, settings, shown, unasked
from storage.digests import Prepared
from storage.records import ChannelDigest, MessageRef, News, Rhythm

log = logging.getLogger(__name__)

_AT_A_TIME = 200
"""Digests of one tick: others that are due wait for the next one, and the rest of the clock's work need not."""

_BOOKED = timedelta(days=21)


def tick(world: World) -> None:
    now = world.clock.now()
    following.look(world)
    for (team_id, user_id), news in follows.due(world.db, now).items():
        each(partial(_notify, world, team_id, user_id, news))
    for rhythm in unasked.due(world.db, "digest_at", now, limit=_AT_A_TIME):
        each(partial(send, world, rhythm))
    for one in digests.due_channels(world.db, now):
        each(partial(_send_to_channel, world, one))
    unasked.tidy(world.db, before=now - _BOOKED)
    follows.tidy(world.db)


def send(world: World, rhythm: Rhythm) -> None:
    """Somebody's digest, or the next time it is due when there is nothing worth it."""
    team_id, user_id, now = rhythm.team_id, rhythm.user_id, world.clock.now()
    try:
        person = world.reading.person(user_id)
    except Refused:
        unasked.change_rhythm(world.db, team_id, user_id, digest_at=None)
        return
    if person.is_gone or rhythm.digest == "off":
        unasked.change_rhythm(world.db, team_id, user_id, digest_at=None)
        return
    if not when.may_tell(rhythm, person, now):
        unasked.change_rhythm(world.db, team_id, user_id, digest_at=when.later(now, rhythm, person))
        return
    viewer = viewer_of(world, team_id, user_id)
    waiting = digests.prepared(world.db, team_id, user_id, "digest")
    if waiting is None:
        items = service.items_for(world, viewer, rhythm)
        if not items:
            _next(world, rhythm, person, is_sent=False)
            return
        day = now.astimezone(zone(person.tz)).date().isoformat()
        made = Prepared(team_id, user_id, "digest", day, service.news_of(viewer, items))
        waiting = digests.prepare(world.db, made)
    items = service.readable(world, viewer, waiting.items)
    key = deliveries.to_person("digest", waiting.name, user_id)
    if items and not when.may_write(world, rhythm, person, key):
        digests.end(world.db, waiting, is_sent=False)
        free = when.opens_at(when.next_week(now, person.tz), rhythm, person)
        unasked.change_rhythm(world.db, team_id, user_id, digest_at=free)
        return
    if items:
        language = language_of_reader(world, team_id, user_id)
        purpose = settings.workspace(world.db, team_id).purpose
        is_first = rhythm.last_digest_at is None
        message = views.digest(items, language, person.tz, purpose=purpose, is_first=is_first)
        _post(world, waiting, key, message, items)
    digests.end(world.db, waiting, is_sent=bool(items))
    _next(world, rhythm, person, is_sent=bool(items))


def _next(world: World, rhythm: Rhythm, person: Person, *, is_sent: bool) -> None:
    now = world.clock.now()
    changes: dict[str, datetime | None] = {"digest_at": when.next_time(now + when.REST, rhythm, person, rhythm.digest)}
    if is_sent:
        changes["last_digest_at"] = now
    unasked.change_rhythm(world.db, rhythm.team_id, rhythm.user_id, **changes)


def _notify(world: World, team_id: str, user_id: str, news: Sequence[News]) -> None:
    """What somebody wants to hear of between digests. They asked for it: it takes none of the week's slots."""
    now = world.clock.now()
    rhythm = unasked.rhythm(world.db, team_id, user_id)
    try:
        person = world.reading.person(user_id)
    except Refused:
        follows.postpone(world.db, news, None)
        return
    if rhythm.is_muted or person.is_gone:
        follows.postpone(world.db, news, None)
        return
    if not when.may_tell(rhythm, person, now):
        follows.postpone(world.db, news, when.later(now, rhythm, person))
        return
    viewer = viewer_of(world, team_id, user_id)
    waiting = digests.prepared(world.db, team_id, user_id, "notice")
    if waiting is None:
        items = service.readable(world, viewer, news)[: service.MOST]
        seen = {one.tip.id for one in items}
        # what is too much at once, or not theirs to see now, comes with the digest, if they may see it then
        rest = when.next_day(now, rhythm, person) if rhythm.digest == "off" else None
        follows.postpone(world.db, [one for one in news if one.tip_id not in seen], rest)
        if not items:
            return
        made = Prepared(team_id, user_id, "notice", items[0].tip.id, service.news_of(viewer, items))
        waiting = digests.prepare(world.db, made)
    items = service.readable(world, viewer, waiting.items)
    if items:
        message = views.notice(items, language_of_reader(world, team_id, user_id), person.tz)
        _post(world, waiting, deliveries.to_person("notice", waiting.name, user_id), message, items)
    digests.end(world.db, waiting, is_sent=True)


def _post(world: World, waiting: Prepared, key: str, message: Outgoing, items: Sequence[service.Item]) -> None:
    ref = world.speaking.direct(key, waiting.user_id, message)
    language = language_of_reader(world, waiting.team_id, waiting.user_id)
    shown.note(world.db, waiting.team_id, ref, [one.tip.id for one in items], language)


def _send_to_channel(world: World, due: ChannelDigest) -> None:
    """A channel's digest, on a working day there. A crash posts the same one: it tells of a time that is over."""
    team_id, channel_id, now = due.team_id, due.channel_id, world.clock.now()
    person = Person("", "", world.rules.language, is_full_member=False, tz=due.tz)
    next_at = when.next_time(max(now, due.next_at), when.IN_CHANNELS, person, "weekly")
    if next_at is None or is_quiet(now, when.IN_CHANNELS, person):
        return
    try:
        channel = world.reading.channel(channel_id)
        if channel.is_member and not (channel.is_shared or channel.is_archived):
            viewer = viewer_for_channel(world, team_id, channel_id)
            items = service.for_channel(world, viewer, channel_id, due.since, due.next_at)
            if items:
                key = f"circulate:channel:{channel_id}:{due.next_at.isoformat()}"
                ref: MessageRef = world.speaking.post(
                    key, channel_id, views.for_channel(items, world.rules.language, due.tz)
                )
                shown.note(world.db, team_id, ref, [one.tip.id for one in items], world.rules.language)
    except Refused as refused:
        log.warning("a channel's digest could not be posted: %s", refused.text_key)
    digests.channel_done(world.db, due, next_at)
