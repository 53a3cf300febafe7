"""The page on threats names tests and functions that there are, and says which commands show them."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from tests.docs.test_docs import exists
from tests.hostile.corpus import EVERY

ROOT = Path(__file__).parent.parent.parent
THREATS = (ROOT / "docs/threats.md").read_text("utf-8")
TESTS = sorted(set(re.findall(r"`(tests/[\w/.]+(?:::\w+)?)`", THREATS)))


@pytest.mark.parametrize("named", TESTS)
def test_every_test_that_is_named_exists(named: str) -> None:
    path, _, function = named.partition("::")
    assert (ROOT / path).is_file()
    if function:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_function_that_is_named_exists() -> None:
    names = set(re.findall(r"`((?:bot|storage)(?:\.\w+)+)`", THREATS))
    assert len(names) > 15
    assert {name for name in names if not exists(name)} == set()


def test_every_command_that_is_named_exists() -> None:
    commands = set(re.findall(r"`python -m (benchmarks\.\w+)", THREATS))
    assert commands == {"benchmarks.visibility", "benchmarks.redaction"}
    assert all(importlib.util.find_spec(command) for command in commands)


def test_the_number_of_hostile_texts_is_the_one_that_is_told() -> None:
    assert f"{len(EVERY)} texts in two languages" in THREATS
