"""When somebody may be written to: their own clock, also on the days when clocks change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.circulate.unasked import may_tell, next_time, next_week, opens_at, week_of
from bot.conversation import Person
from bot.trust.quiet import country_of, is_holiday, is_quiet
from storage.records import Rhythm

ZONES = (
    "Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu",
    "Africa/Casablanca", "Pacific/Apia", "UTC",
)  # fmt: skip
AYA = Person("U1", "aya", "ja", is_full_member=True, tz="Asia/Tokyo", locale="ja-JP")
USUAL = Rhythm("T1", "U1")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given below
rhythms = st.builds(
    Rhythm, st.just("T1"), st.just("U1"), weekday=st.integers(0, 6), hour=st.integers(0, 23),
    quiet_from=st.integers(0, 23), quiet_to=st.integers(0, 23), quiet_weekends=st.booleans(),
)  # fmt: skip
people = st.builds(replace, st.just(AYA), tz=st.sampled_from(ZONES), locale=st.sampled_from(("ja-JP", "de-DE", "en")))


@given(moments, rhythms, people, st.sampled_from(("weekly", "two_weeks")))
def test_the_next_digest_comes_on_the_weekday_and_hour_where_one_is(
    now: datetime, rhythm: Rhythm, person: Person, every: str
) -> None:
    found = next_time(now, rhythm, person, every)  # type: ignore[arg-type] # one of its words
    assert found is not None
    local = found.astimezone(ZoneInfo(person.tz))
    days = (0, 7) if every == "weekly" else (7, 14)
    assert timedelta(days=days[0]) < found - now <= timedelta(days=days[1], hours=2)
    wanted = datetime(local.year, local.month, local.day, rhythm.hour, tzinfo=ZoneInfo(person.tz))
    exists = wanted.astimezone(UTC).astimezone(ZoneInfo(person.tz)).hour == rhythm.hour
    assert (local.weekday(), local.hour) == (rhythm.weekday, rhythm.hour) or not exists


@given(moments, rhythms, people)
def test_what_waits_goes_at_the_first_quarter_that_is_not_quiet(now: datetime, rhythm: Rhythm, person: Person) -> None:
    opens = opens_at(now, rhythm, person)
    assert opens >= now
    assert not is_quiet(opens, rhythm, person) or opens == now + timedelta(days=7)
    if opens > now:
        assert is_quiet(now, rhythm, person)


@given(moments, people)
def test_a_week_begins_on_a_monday_and_has_seven_days(now: datetime, person: Person) -> None:
    following = next_week(now, person.tz)
    assert timedelta(0) < following - now <= timedelta(days=7, hours=2)
    assert week_of(following, person.tz) > week_of(now, person.tz)
    assert week_of(following - timedelta(seconds=1), person.tz) == week_of(now, person.tz)


@pytest.mark.parametrize(
    ("local", "is_closed"),
    [
        ("2026-11-24 08:59", True),
        ("2026-11-24 09:00", False),
        ("2026-11-24 18:59", False),
        ("2026-11-24 19:00", True),
        ("2026-11-25 03:00", True),
        ("2026-11-28 12:00", True),
        ("2026-11-23 12:00", True),
    ],
)
def test_evenings_nights_weekends_and_holidays_are_quiet(local: str, is_closed: bool) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)
    assert is_quiet(moment, USUAL, AYA) is is_closed


def test_who_wants_no_quiet_hours_has_none_but_on_holidays() -> None:
    always = replace(USUAL, quiet_from=0, quiet_to=0, quiet_weekends=False)
    assert not is_quiet(datetime(2026, 11, 28, 3, tzinfo=UTC), always, AYA)
    assert is_quiet(datetime(2026, 11, 23, 3, tzinfo=UTC), always, AYA)
    assert not is_quiet(datetime(2026, 11, 23, 3, tzinfo=UTC), always, replace(AYA, tz="Europe/Berlin"))


@pytest.mark.parametrize(
    ("tz", "locale", "country"),
    [
        ("Asia/Tokyo", "en-US", "JP"),
        ("Europe/Berlin", "ja-JP", "DE"),
        ("America/Indiana/Knox", "en-GB", "US"),
        ("Asia/Calcutta", "en-US", "IN"),
        ("UTC", "ja-JP", "JP"),
        ("Etc/GMT+3", "de_DE", "DE"),
        ("Mars/Olympus", "ja", None),
        ("", "xx-QQ", None),
        ("UTC", "a-b-c", None),
    ],
)
def test_the_country_is_that_of_the_time_zone_else_that_of_the_locale(
    tz: str, locale: str, country: str | None
) -> None:
    assert country_of(replace(AYA, tz=tz, locale=locale)) == country


def test_a_holiday_is_one_where_the_person_is() -> None:
    culture_day = datetime(2026, 11, 3, tzinfo=UTC).date()
    assert is_holiday(culture_day, replace(AYA, locale="en-US"))
    assert not is_holiday(culture_day, replace(AYA, tz="Europe/Berlin"))
    assert not is_holiday(culture_day, replace(AYA, tz="UTC", locale="ja"))


def test_nobody_is_told_anything_who_muted_left_or_is_away() -> None:
    noon = datetime(2026, 11, 24, 3, tzinfo=UTC)
    assert may_tell(USUAL, AYA, noon)
    assert not may_tell(replace(USUAL, is_muted=True), AYA, noon)
    assert not may_tell(USUAL, replace(AYA, is_gone=True), noon)
    assert not may_tell(USUAL, replace(AYA, is_away=True), noon)
    assert next_time(noon, USUAL, AYA, "off") is None
