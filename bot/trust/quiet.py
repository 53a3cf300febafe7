"""Quiet hours, weekends and holidays: when nothing that comes by the clock is written to somebody, of whatever kind."""

from datetime import date, datetime
from functools import cache, lru_cache
from importlib.resources import files

from holidays import country_holidays
from holidays.registry import COUNTRIES

from bot.conversation import Person
from bot.errors import Refused
from bot.ports import World
from bot.texts.dates import zone
from storage import unasked
from storage.records import Rhythm

_SATURDAY = 5
_COUNTRIES = frozenset(codes[1] for codes in COUNTRIES.values())


def is_quiet_for(world: World, team_id: str, user_id: str) -> bool:
    """Whether it is quiet now where somebody is. What is due stays due until it is not; for nobody it never is."""
    try:
        person = world.reading.person(user_id)
    except Refused:
        return False
    return is_quiet(world.clock.now(), unasked.rhythm(world.db, team_id, user_id), person)


def is_quiet(moment: datetime, rhythm: Rhythm, person: Person) -> bool:
    """Whether it is a quiet hour, a quiet weekend or a holiday where this person is."""
    local = moment.astimezone(zone(person.tz))
    if rhythm.quiet_weekends and local.weekday() >= _SATURDAY:
        return True
    if is_holiday(local.date(), person):
        return True
    start, end = rhythm.quiet_from, rhythm.quiet_to
    if start <= end:
        return start <= local.hour < end
    return local.hour >= start or local.hour < end


def is_holiday(day: date, person: Person) -> bool:
    """Whether this is a public holiday where this person is; where that is no known country there are none."""
    country = country_of(person)
    return country is not None and day in _holidays(country, day.year)


def country_of(person: Person) -> str | None:
    """The country (ISO 3166) of somebody's time zone, of which they choose the nearest; else that of their locale."""
    zones = _countries_of_zones()
    country = zones.get(person.tz) or person.locale.replace("_", "-").partition("-")[2].upper()
    return country if country in _COUNTRIES else None


@cache
def _countries_of_zones() -> dict[str, str]:
    """The time zone database's own table; a zone's older names (Asia/Calcutta) are links to the newer ones."""
    folder = files("tzdata") / "zoneinfo"
    named = [line.split("\t") for line in (folder / "zone.tab").read_text("utf-8").splitlines() if line[:1] != "#"]
    countries = {zone: country for country, _, zone, *_ in named}
    links = [line.split() for line in (folder / "tzdata.zi").read_text("utf-8").splitlines() if line[:2] == "L "]
    older = {name: countries[target] for _, target, name in links if target in countries}
    return older | countries


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays(country, years=year))
