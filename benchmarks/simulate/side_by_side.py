"""Two years at once, each in a process of its own: the one with crashes takes hardly longer than the one without."""

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.simulate.year import Lived, live

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def on_signals(do: Callable[[], None]) -> None:
    """What Ctrl-C and SIGTERM do from now on, also where a shell lets what it starts ignore Ctrl-C."""
    for name in _SIGNALS:
        signal.signal(name, lambda *_: do())


def live_all(years: Sequence[Mapping[str, Any]]) -> list[Lived]:
    """Lives through years with these arguments of `live`, all at once; a signal ends all of them early.

    Raises EOFError when one of them fails; its process says why.
    """
    context = multiprocessing.get_context("spawn")
    lines, processes = [], []
    for year in years:
        line, theirs = context.Pipe(duplex=False)
        processes.append(context.Process(target=_live, args=(theirs, year)))
        processes[-1].start()
        theirs.close()
        lines.append(line)

    def end_all() -> None:
        for process in processes:
            process.terminate()

    before = {name: signal.getsignal(name) for name in _SIGNALS}
    on_signals(end_all)
    try:
        return [line.recv() for line in lines]
    except EOFError:
        end_all()
        raise
    finally:
        for process in processes:
            process.join()
        for name, handler in before.items():
            signal.signal(name, handler)


def say(line: str) -> None:
    """How far a year is. Stands here because another process looks for it by name."""
    print(line, file=sys.stderr, flush=True)


def say_of_crashes(line: str) -> None:
    say(f"{line}, with crashes")


def live_one(year: Mapping[str, Any]) -> Lived:
    """Lives through a year with these arguments of `live`; a signal ends it early, after the day that is lived."""
    broken_off = threading.Event()
    on_signals(broken_off.set)
    return live(**year, is_broken_off=broken_off.is_set)


def _live(line: Connection, year: Mapping[str, Any]) -> None:
    line.send(live_one(year))
