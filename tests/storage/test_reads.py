"""Every public read of storage that gives tips, or anything made of them, takes a viewer (promise 2)."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, get_args, get_type_hints

import storage
from storage import records
from storage.database import Database
from storage.records import Viewer

MADE_OF_TIPS = {"Tip", "TipContent", "Hit", "Explained", "Trials", "Meaning", "Draft", "Passage", "Missing", "Rest"}
"""Values that hold a tip's words, or say that there is one."""

WITHOUT_VIEWER = {
    "storage.tips.publish_named": "gives the tip that its author has just shared, to the job that shares it",
    "storage.tips.publish_anonymously": "as above",
    "storage.tips.withdraw_resting_on": "a message was deleted: gives a count to a job that tells nobody",
    "storage.tips.rests_on": "asks for the messages of an event, whether there is anything to do; told to nobody",
    "storage.drafts.begin": "a draft is nobody's to read but its author's: made by the capture's job",
    "storage.drafts.fill": "as above",
    "storage.drafts.get": "of an id that a job holds; the room capture checks that whoever asks is its author",
    "storage.drafts.of_author": "an author's own drafts, by their own id",
    "storage.drafts.waiting": "for the tick, which reminds authors, and for the operator",
    "storage.drafts.resting_on": "for the job of an edit or a deletion",
    "storage.drafts.close": "for the job of a decision, whose maker the room capture has checked",
    "storage.drafts.edit": "as above",
    "storage.drafts.postpone": "as above",
    "storage.drafts.start_over": "for the job that gives a draft another author",
    "storage.drafts.uncapture": "for the job of an emoji that was taken back",
    "storage.speakers.without_others": "takes words out of those that its caller has, for their author",
    "storage.sources.named_resting_on": "for the job of an edit, which asks their authors and tells nobody else",
    "storage.sources.named_of_thread": "for the job of a second capture, which asks their authors",
    "storage.sources.due": "for the tick, which looks whether a tip's source is still there",
    "storage.sources.unasked": "for the tick, which asks their authors",
    "storage.trials.for_owner": "sums of an owner's own tips, which Home has read by its owner's hash",
    "storage.meanings.missing": "texts for the embedder, which stays with the operator's choice and answers nobody",
    "storage.meanings.passage": "a pure function of a text",
    "storage.meanings.serving": "the name of an embedder",
}
"""What may do without, and why. Another entry is a decision: give its reason."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(storage.__path__, "storage."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield importlib.import_module(found.name)


def functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """A public module's functions, and the methods of its classes that hold a database's tips."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(value):
            # a folder's functions are told by its door
            yield f"{_door(module.__name__)}.{name}", value
        elif inspect.isclass(value) and _door(module.__name__) != records.__name__:
            for inner, method in vars(value).items():
                if inspect.isfunction(method) and not inner.startswith("_"):
                    yield f"{_door(module.__name__)}.{name}.{inner}", method


def _door(name: str) -> str:
    return ".".join(name.split(".")[:2])


def names_in(hint: Any) -> set[str]:
    return {getattr(hint, "__name__", str(hint))}.union(*map(names_in, get_args(hint)))


def reads() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in modules():
        for name, function in functions(module):
            hints = get_type_hints(function)
            # what neither asks the database nor holds its tips in memory knows no more than it is given
            asks = Database in hints.values() or "." in name.removeprefix(_door(name) + ".")
            if asks and names_in(hints.get("return")) & MADE_OF_TIPS:
                yield name, function


def test_promise_2_every_read_that_gives_tips_takes_a_viewer() -> None:
    found = dict(reads())
    assert {"storage.tips.many", "storage.tips.export", "storage.search.search", "storage.trials.of_tips"} <= set(found)
    blind = {name for name, read in found.items() if Viewer not in get_type_hints(read).values()}
    assert blind - set(WITHOUT_VIEWER) == set()


def test_no_exception_outlives_its_function() -> None:
    known = {name for module in modules() for name, _ in functions(module)}
    assert set(WITHOUT_VIEWER) - known == set()


def test_the_list_of_values_names_values_that_there_are() -> None:
    told = {name for module in modules() for name, value in vars(module).items() if inspect.isclass(value)}
    assert MADE_OF_TIPS - told == set()
