"""Quiet hours, weekends and holidays: when nothing that comes by the clock is written to somebody, of whatever kind."""

from datetime import date, datetime
from functools import lru_cache

from holidays import country_holidays
from holidays.registry import COUNTRIES

from bot.conversation import Person
from bot.ports import World
from bot.texts.dates import zone
from storage import unasked
from storage.records import Rhythm

_SATURDAY = 5
_COUNTRIES = frozenset(codes[1] for codes in COUNTRIES.values())


def is_undisturbed(world: World, team_id: str, user_id: str) -> bool:
    """Whether it is quiet now where somebody is. What is due stays due until it is not. Raises Refused for nobody."""
    person = world.reading.person(user_id)
    return is_quiet(world.clock.now(), unasked.rhythm(world.db, team_id, user_id), person)


def is_quiet(moment: datetime, rhythm: Rhythm, person: Person) -> bool:
    """Whether it is a quiet hour, a quiet weekend or a holiday where this person is."""
    local = moment.astimezone(zone(person.tz))
    if rhythm.quiet_weekends and local.weekday() >= _SATURDAY:
        return True
    if is_holiday(local.date(), person.locale):
        return True
    start, end = rhythm.quiet_from, rhythm.quiet_to
    if start <= end:
        return start <= local.hour < end
    return local.hour >= start or local.hour < end


def is_holiday(day: date, locale: str) -> bool:
    """Whether this is a public holiday of the locale's country; a locale without a known country has none."""
    country = locale.replace("_", "-").partition("-")[2].upper()
    return country in _COUNTRIES and day in _holidays(country, day.year)


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year))
