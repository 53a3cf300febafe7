"""Days and moments as people read them, and working days."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.records import Language

_JA_DAYS = "月火水木金土日"
_SATURDAY = 5
_FIRST_HOUR, _LAST_HOUR = 9, 19


def day(moment: datetime, language: Language, tz: str = "UTC") -> str:
    """12月8日(火), or Tue 8 Dec, in somebody's own time zone."""
    local = moment.astimezone(zone(tz))
    if language == "ja":
        return f"{local.month}月{local.day}日({_JA_DAYS[local.weekday()]})"
    return f"{local:%a} {local.day} {local:%b}"


def full_day(moment: datetime, language: Language, tz: str = "UTC") -> str:
    """2026年12月8日, or 8 Dec 2026: for what may be years old."""
    local = moment.astimezone(zone(tz))
    if language == "ja":
        return f"{local.year}年{local.month}月{local.day}日"
    return f"{local.day} {local:%b %Y}"


def working_days_after(moment: datetime, days: int) -> datetime:
    """The same time of day so many working days later; Saturdays and Sundays do not count."""
    while days > 0:
        moment += timedelta(days=1)
        if moment.weekday() < _SATURDAY:
            days -= 1
    return moment


def working_days_before(moment: datetime, days: int) -> datetime:
    """The same time of day so many working days earlier."""
    while days > 0:
        moment -= timedelta(days=1)
        if moment.weekday() < _SATURDAY:
            days -= 1
    return moment


def is_daytime(moment: datetime, tz: str) -> bool:
    """Whether somebody may be written to on our own account: from nine to seven on a working day, where they are."""
    local = moment.astimezone(zone(tz))
    return local.weekday() < _SATURDAY and _FIRST_HOUR <= local.hour < _LAST_HOUR


def zone(tz: str) -> ZoneInfo:
    """A time zone by its name; UTC for a name that nobody knows."""
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
