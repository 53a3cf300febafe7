"""First tips go before whole answers, a few at a time, and nobody stands back for ever."""

import threading
import time
from collections.abc import Callable

from bot.answer.precedence import AT_ONCE, Precedence


def test_a_rush_is_worked_on_a_few_at_a_time() -> None:
    precedence, guard, inside, most = Precedence(), threading.Lock(), 0, 0

    def look() -> None:
        nonlocal inside, most
        with precedence.ahead():
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.005)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=look) for _ in range(5 * AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == AT_ONCE
    assert not precedence.is_rush


def test_a_whole_answer_stands_back_until_the_rush_is_over() -> None:
    precedence, may_end = Precedence(), threading.Event()
    said: list[str] = []

    def look() -> None:
        with precedence.ahead():
            may_end.wait(10)
        said.append("first tips")

    threads = [threading.Thread(target=look) for _ in range(AT_ONCE + 1)]
    for thread in threads:
        thread.start()
    while not precedence.is_rush:
        time.sleep(0.001)
    threading.Timer(0.05, may_end.set).start()
    precedence.stand_back(10)
    assert not precedence.is_rush
    for thread in threads:
        thread.join(10)
    assert len(said) == AT_ONCE + 1


def test_a_rush_without_end_keeps_nobody_for_ever_and_a_failure_gives_its_place_back() -> None:
    precedence, may_end = Precedence(), threading.Event()

    def look() -> None:
        with precedence.ahead():
            may_end.wait(10)
            raise KeyError

    threads = [threading.Thread(target=_silently, args=(look,)) for _ in range(AT_ONCE + 1)]
    for thread in threads:
        thread.start()
    while not precedence.is_rush:
        time.sleep(0.001)
    began = time.monotonic()
    precedence.stand_back(0.05)
    assert time.monotonic() - began >= 0.05
    assert precedence.is_rush
    may_end.set()
    for thread in threads:
        thread.join(10)
    with precedence.ahead():
        assert not precedence.is_rush


def _silently(do: Callable[[], None]) -> None:
    try:
        do()
    except KeyError:
        return
