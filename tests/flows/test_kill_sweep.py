"""A process may die at any instruction: a short sweep; the long one is `make kill-sweep`."""

from benchmarks.kill_sweep import sweep
from tests.flows.conftest import on_both_databases


@on_both_databases
def test_nothing_is_lost_and_nothing_shows_twice_when_the_bot_is_killed_again_and_again(database_url: str) -> None:
    outcome = sweep(database_url, count=6, kills=3, pause=1.0, embedder="off")
    assert outcome.faults == []
    assert outcome.kills == 3
