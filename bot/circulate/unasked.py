"""Whether the bot may write to somebody who has not asked now (promise 9): the one place that decides it.

Digest, tried-it, welcome, thanks, monthly note and small question together take one of a few slots a week. Quiet hours,
weekends and holidays hold for all that comes by the clock, also for what somebody asked to hear of.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.conversation import Person
from bot.ports import World
from bot.texts.dates import zone
from bot.trust.quiet import is_quiet
from storage import deliveries, settings, unasked
from storage.records import ChannelDigest, DigestRhythm, Rhythm

IN_CHANNELS = Rhythm("", "", hour=10, quiet_to=10)
"""When a channel's digest comes: as a person's that nobody changed. What a holiday moves comes at the same hour."""

_WEEK = timedelta(days=7)
REST = timedelta(days=1)
"""After one was sent, so long till the next is thought of: what comes after a quiet day comes early in the morning, and
its own hour is still to come."""

_LOOK_AHEAD_HOURS = 24 * 28


def may_write(world: World, rhythm: Rhythm, person: Person, key: str) -> bool:
    """Whether this one message may go now; if so, it is booked, and the same key may go on after a crash.

    `key`: of the post too (`storage.deliveries.to_person`). What is out already is only noted: no hour is too late for
    that, and it counts in the week it came in.
    """
    if is_out(world, rhythm.team_id, key):
        return True
    now = world.clock.now()
    if not may_tell(rhythm, person, now):
        return False
    at_most = settings.workspace(world.db, rhythm.team_id).unasked_a_week
    return unasked.book(world.db, rhythm.team_id, rhythm.user_id, week_of(now, person.tz), key, at_most=at_most)


def is_out(world: World, team_id: str, key: str) -> bool:
    """Whether a message was posted, perhaps by a process that died before it could note so."""
    posted = deliveries.find(world.db, team_id, key)
    return posted is not None and posted.ref is not None


def may_tell(rhythm: Rhythm, person: Person, now: datetime) -> bool:
    """Whether somebody can be told now what they asked to hear of: outside quiet hours, and not away."""
    return not (rhythm.is_muted or person.is_gone or person.is_away or is_quiet(now, rhythm, person))


def opens_at(moment: datetime, rhythm: Rhythm, person: Person) -> datetime:
    """The first moment from then on that is not quiet; a week later where all hours are."""
    if not is_quiet(moment, rhythm, person):
        return moment
    whole = moment.replace(minute=0, second=0, microsecond=0)
    for minutes in range(15, _LOOK_AHEAD_HOURS * 60, 15):
        # quarters of an hour: some zones are half an hour or three quarters away from the others
        later = whole + timedelta(minutes=minutes)
        if later > moment and not is_quiet(later, rhythm, person):
            return later
    return moment + _WEEK


def later(now: datetime, rhythm: Rhythm, person: Person) -> datetime:
    """When it is quiet no more; who is away is asked for again a day later."""
    if is_quiet(now, rhythm, person):
        return opens_at(now, rhythm, person)
    return now + timedelta(days=1)


def next_time(after: datetime, rhythm: Rhythm, person: Person, every: DigestRhythm) -> datetime | None:
    """The next moment at the person's weekday and hour where they are, a week or two later; None: never.

    An hour that a change of clocks leaves out is the one after it.
    """
    if every == "off":
        return None
    if every == "two_weeks":
        after += _WEEK
    there = zone(person.tz)
    local = after.astimezone(there)
    for days in range(9):
        day = local.date() + timedelta(days=days)
        if day.weekday() == rhythm.weekday:
            moment = datetime(day.year, day.month, day.day, rhythm.hour, tzinfo=there).astimezone(after.tzinfo)
            if moment > after:
                return moment
    raise AssertionError("nine days have every weekday twice or once, later than now")


def next_prompt(after: datetime, rhythm: Rhythm, person: Person) -> datetime | None:
    """When the next small question comes: two days after the digest's, so that never both come at once."""
    return next_time(after, replace(rhythm, weekday=(rhythm.weekday + 2) % 7), person, rhythm.prompts)


def next_day(after: datetime, rhythm: Rhythm, person: Person) -> datetime:
    """The next moment at the person's hour where they are."""
    every_day = (next_time(after, replace(rhythm, weekday=day), person, "weekly") for day in range(7))
    return min(moment for moment in every_day if moment is not None)


def come_by(world: World, team_id: str, user_id: str) -> Rhythm:
    """Somebody has a part in what comes round from now on: only who came by gets a digest.

    Who was welcomed or chose something before has not had one set; who wants none has none set again.
    """
    rhythm = unasked.rhythm(world.db, team_id, user_id)
    if rhythm.digest_at is not None or rhythm.is_muted or rhythm.digest == "off":
        return rhythm
    due = next_time(world.clock.now(), rhythm, world.reading.person(user_id), rhythm.digest)
    return unasked.change_rhythm(world.db, team_id, user_id, digest_at=due)


def first_of_channel(world: World, team_id: str, channel_id: str, admin: Person) -> ChannelDigest:
    """A channel's digest as it begins: on Mondays at ten where the admin is, and of what comes from now on."""
    now = world.clock.now()
    next_at = next_time(now, IN_CHANNELS, admin, "weekly") or now
    return ChannelDigest(team_id, channel_id, admin.tz, now, next_at)


def week_of(moment: datetime, tz: str) -> str:
    """The Monday that begins the week where this person is."""
    day = moment.astimezone(zone(tz)).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def next_week(moment: datetime, tz: str) -> datetime:
    """The beginning of the next week where this person is: then there are slots again."""
    there = zone(tz)
    monday = date.fromisoformat(week_of(moment, tz)) + _WEEK
    return datetime(monday.year, monday.month, monday.day, tzinfo=there).astimezone(moment.tzinfo)
