"""Which sentences the code says: the keys that stand in it, and those that it puts together.

Every word that may complete a key is read off loops, annotations and constants. What is not known so is said whole.
"""

import ast
import inspect
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from importlib import import_module
from itertools import product
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

ROOT = Path(__file__).parents[1]

Words = frozenset[str]
Place = tuple[int, ...]
"""Where in what a loop gives: () for all of it, (1,) for the second of a pair."""


class Unknown(Exception):
    """What may complete a key cannot be known from the code around it."""


@dataclass(frozen=True)
class Bound:
    """What gives a name its value: a value, the parts of one (`place`), or only a type."""

    by: ast.expr
    place: Place | None = None
    is_type: bool = False


class Module:
    """A file of the code, and the sentences that it says."""

    def __init__(self, path: Path, keys: Words) -> None:
        self.path, self.keys, self.rooms = path, keys, {key.partition(".")[0] for key in keys}
        self.tree = ast.parse(path.read_text("utf-8"))
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def names(self) -> dict[str, Any]:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return vars(import_module(".".join(parts).removesuffix(".__init__")))

    def whole(self) -> Words:
        """Keys that stand in the code. An id of Slack's may be the same word, and is none."""
        found = (node for node in ast.walk(self.tree) if isinstance(node, ast.Constant) and not self._is_id(node))
        return frozenset(node.value for node in found if node.value in self.keys)

    def composed(self) -> Iterator[tuple[str, Words]]:
        """Keys that are put together: where, and all that may come of it; nothing where that cannot be known."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                stem = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
                if re.fullmatch(r"[a-z]+\.[a-z0-9_{}]*", stem) and stem.partition(".")[0] in self.rooms:
                    try:
                        words = self._words(node)
                    except Unknown:
                        words = frozenset()
                    yield f"{self.path.relative_to(ROOT)}:{node.lineno}: {stem}", words

    def _is_id(self, node: ast.Constant) -> bool:
        match self.parents.get(node):
            case ast.Assign(targets=[ast.Name(id=name)]) as given:
                return name.isupper() and self.parents[given] is self.tree
            case ast.Call(func=ast.Name(id="button"), args=[_, second, *_]):
                return second is node
            case ast.Dict(keys=keys):
                return node in keys
            case ast.Compare():
                return True
        return False

    def _words(self, node: ast.expr) -> Words:
        """All that an expression may be, as words."""
        match node:
            case ast.Constant(value=value):
                return frozenset({str(value)})
            case ast.JoinedStr(values=parts):
                return frozenset(map("".join, product(*map(self._words, parts))))
            case ast.FormattedValue(value=value):
                return self._words(value)
            case ast.IfExp(body=one, orelse=other) | ast.BoolOp(values=[one, other]):
                return self._words(one) | self._words(other)
            case ast.Name():
                return self._words_of_name(node)
        return _words_of(self._type(node))

    def _words_of_name(self, name: ast.Name) -> Words:
        bound = self._bound(name)
        if bound.place is not None and (given := self._value(bound.by)) is not None:
            return frozenset(_word(_at(one, bound.place)) for one in given)
        return _words_of(self._type(name)) if bound.is_type or bound.place is not None else self._words(bound.by)

    def _type(self, node: ast.expr) -> Any:
        """What an expression is, as annotations have it."""
        match node:
            case ast.Name():
                return self._type_of_name(node)
            case ast.Attribute(value=value, attr=attr):
                return _attribute(self._type(value), attr)
            case ast.Subscript(value=value, slice=ast.Slice()) | ast.IfExp(body=value):
                return self._type(value)
            case ast.Subscript(value=value):
                return _part(self._type(value), ())
            case ast.Call(func=ast.Name(id="cast"), args=[ast.Constant(value=kind), _]):
                return self.names[kind]
            case ast.Call(func=called):
                return get_type_hints(self._value(called)).get("return")
        raise Unknown

    def _type_of_name(self, name: ast.Name) -> Any:
        bound = self._bound(name)
        if bound.is_type:
            return self._value(bound.by)
        if bound.place is None:
            return self._type(bound.by)
        given = self._value(bound.by)
        return given if inspect.isclass(given) else _part(self._type(bound.by), bound.place)

    def _bound(self, name: ast.Name) -> Bound:
        scope: ast.AST = name
        while (scope := self.parents.get(scope, self.tree)) is not self.tree:
            for loop in (scope, *getattr(scope, "generators", ())):
                if isinstance(loop, ast.For | ast.comprehension):
                    place = _place(loop.target, name.id)
                    if place is not None:
                        return Bound(loop.iter, place)
            if isinstance(scope, ast.FunctionDef):
                for one in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs):
                    if one.arg == name.id and one.annotation is not None:
                        return Bound(one.annotation, is_type=True)
                given = [one for one in ast.walk(scope) if _gives(one, name.id)]
                if len(given) == 1:
                    is_type = isinstance(given[0], ast.AnnAssign)
                    return Bound(given[0].annotation if is_type else given[0].value, is_type=is_type)  # type: ignore[attr-defined]
        raise Unknown

    def _value(self, node: ast.expr) -> Any:
        """What a file has of its own; None for what only a call has."""
        try:
            return eval(ast.unparse(node), dict(self.names))  # noqa: S307 - our own code
        except NameError:
            return None


def _words_of(kind: Any) -> Words:
    """All values of a closed type: Literals and enums."""
    if get_origin(kind) is Literal:
        return frozenset(map(_word, get_args(kind)))
    if get_origin(kind) in (Union, types.UnionType):
        return frozenset[str]().union(*(_words_of(one) for one in get_args(kind) if one is not type(None)))
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return frozenset(map(_word, kind))
    raise Unknown


def _word(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def _at(value: Any, place: Place) -> Any:
    for number in place:
        value = value[number]
    return value


def _part(kind: Any, place: Place) -> Any:
    """What a sequence is made of, at a place."""
    for number in (0, *place):
        if not get_args(kind):
            raise Unknown
        kind = get_args(kind)[number]
    return kind


def _attribute(kind: Any, name: str) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return kind
    if not inspect.isclass(kind) or name not in get_type_hints(kind):
        raise Unknown
    return get_type_hints(kind)[name]


def _place(target: ast.expr, name: str) -> Place | None:
    if isinstance(target, ast.Name):
        return () if target.id == name else None
    for number, part in enumerate(getattr(target, "elts", ())):
        deeper = _place(part, name)
        if deeper is not None:
            return (number, *deeper)
    return None


def _gives(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=given)]) | ast.AnnAssign(target=ast.Name(id=given)):
            return given == name
    return False
