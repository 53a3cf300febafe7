"""Days and moments as people read them, and working days."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.records import Language

_JA_DAYS = "月火水木金土日"
_SATURDAY = 5


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


def zone(tz: str) -> ZoneInfo:
    """A time zone by its name; UTC for a name that nobody knows."""
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
