"""What is due is done by one process, however many there are."""

from bot.jobs import Engine
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
