"""The few shapes that JSON has here, as values: a check takes something and its place, and tells what is wrong there.

Places are JSON pointers and the words are Slack's own, as its `response_metadata.messages` has them.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
Fields = Mapping[str, Check]
Shape = tuple[Fields, Fields, *tuple[Check, ...]]
"""Required keys, optional keys, and rules on all of them together."""


def wrong(what: str, place: str) -> str:
    """One line of Slack's complaints."""
    return f"{what} [json-pointer:{place}]"


def string(most: int | None = None, *, least: int = 1, pattern: str = "") -> Check:
    """Text of so many characters; `pattern` must match all of it."""
    form = re.compile(pattern)

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield wrong("must be a string", place)
        elif len(value) < least:
            yield wrong(f"must be more than {least - 1} characters", place)
        elif most is not None and len(value) > most:
            yield wrong(f"must be less than {most + 1} characters", place)
        elif pattern and not form.fullmatch(value):
            yield wrong("must match the documented format", place)

    return check


def whole(least: int = 0, most: int | None = None) -> Check:
    """A whole number in a range."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield wrong("must be an integer", place)
        elif value < least:
            yield wrong(f"must be greater than {least - 1}", place)
        elif most is not None and value > most:
            yield wrong(f"must be less than {most + 1}", place)

    return check


def number(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield wrong("must be a number", place)


def flag(value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield wrong("must be a boolean", place)


def choice(*allowed: Any) -> Check:
    """One of a few values."""

    def check(value: Any, place: str) -> Iterator[str]:
        if value not in allowed:
            yield wrong(f"must be one of: {', '.join(map(str, allowed))}", place)

    return check


def items(item: Check, most: int | None = None, *, least: int = 1) -> Check:
    """A list of so many; each item is checked."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong("must be an array", place)
            return
        if len(value) < least:
            yield wrong(f"no less than {least} items allowed", place)
        if most is not None and len(value) > most:
            yield wrong(f"no more than {most} items allowed", place)
        for index, each in enumerate(value):
            yield from item(each, f"{place}/{index}")

    return check


def either(first: Check, second: Check) -> Check:
    """Whatever one of the two allows; the complaint is the first one's."""

    def check(value: Any, place: str) -> Iterator[str]:
        if any(True for _ in second(value, place)):
            yield from first(value, place)

    return check


def record(required: Fields, optional: Fields | None = None, *rules: Check) -> Check:
    """An object with these keys and no others; the rules see it once each of its values is right."""
    fields = {**required, **(optional or {})}

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must be an object", place)
            return
        found = [wrong(f"missing required field: {name}", place) for name in required if name not in value]
        for name, each in value.items():
            if name in fields:
                found += fields[name](each, f"{place}/{name}")
            else:
                found.append(wrong(f"invalid additional property: {name}", place))
        if not found:
            found = [problem for rule in rules for problem in rule(value, place)]
        yield from found

    return check


def typed(shapes: Mapping[str, Check], only: Collection[str] | None = None) -> Check:
    """An object whose `type` names its shape; `only` these types are meant here."""

    def check(value: Any, place: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            yield wrong("missing required field: type", place)
        elif kind not in shapes or (only is not None and kind not in only):
            yield wrong(f"unsupported type: {kind}", f"{place}/type")
        else:
            yield from shapes[kind](value, place)

    return check


def tagged(shapes: Mapping[str, "Shape"]) -> dict[str, Check]:
    """A table of shapes whose `type` is their name in it."""
    return {
        name: record({"type": choice(name), **required}, optional, *rules)
        for name, (required, optional, *rules) in shapes.items()
    }


def one_of(*names: str) -> Check:
    """At least one of these keys must be there."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not any(value.get(name) is not None for name in names):
            yield wrong(f"must provide {' or '.join(names)}", place)

    return check


def not_both(*names: str) -> Check:
    """At most one of these keys may be there."""

    def check(value: Any, place: str) -> Iterator[str]:
        if sum(name in value for name in names) > 1:
            yield wrong(f"cannot provide both {' and '.join(names)}", place)

    return check


def in_order(low: str, high: str) -> Check:
    """One number must not be above the other, where both are given."""

    def check(value: Any, place: str) -> Iterator[str]:
        if low in value and high in value and float(value[low]) > float(value[high]):
            yield wrong(f"must not be greater than {high}", f"{place}/{low}")

    return check


def unique(values: Sequence[Any]) -> bool:
    return len(values) == len({repr(value) for value in values})
