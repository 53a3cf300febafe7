"""What hosts spend is told by week, for the weeks that are told of, and as nobody's."""

from datetime import date, timedelta

from bot.circulate.insights.service import AIM, minutes
from storage import host_queue, insights
from storage.database import Database

MONDAY = date(2026, 3, 2)


def test_minutes_are_sums_of_weeks_that_are_told_of(db: Database) -> None:
    for week, kind, took in (
        (MONDAY, "duplicate", 3),
        (MONDAY, "stale", 2),
        (MONDAY + timedelta(weeks=2), "report", AIM),
        (MONDAY - insights.WEEK * insights.WEEKS, "stale", 9),
    ):
        with db.writing() as session:
            host_queue.spend(session, "T1", week.isoformat(), kind, took)  # type: ignore[arg-type] # one of the kinds
    told = minutes(db, "T1", MONDAY + timedelta(weeks=3))
    assert len(told) == insights.WEEKS
    assert {week: took for week, took in told.items() if took} == {MONDAY: 5, MONDAY + timedelta(weeks=2): AIM}
    assert minutes(db, "T2", MONDAY + timedelta(weeks=3)) == {}
