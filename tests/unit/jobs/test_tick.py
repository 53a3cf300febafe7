"""What is due is done by one process, however many there are."""

from bot.config import Settings
from bot.jobs import Engine
from bot.jobs.engine import SWEEP_AFTER
from storage.database import Database


def test_of_several_processes_one_ticks_at_a_time(db: Database) -> None:
    one, other = Engine(db), Engine(db)
    ticks: list[str] = []
    try:
        one._alone(lambda: other._alone(lambda: ticks.append("meanwhile")))
        # on SQLite there is one process
        assert ticks == (["meanwhile"] if db.is_sqlite else [])
        other._alone(lambda: ticks.append("later"))
        assert ticks[-1] == "later"
    finally:
        one.close()
        other.close()


def test_promise_3_what_a_job_held_is_gone_within_a_minute_of_its_end() -> None:
    by_default = Settings.model_fields["tick_seconds"].default
    assert SWEEP_AFTER.total_seconds() + by_default <= 60
