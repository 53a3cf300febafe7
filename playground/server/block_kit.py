"""Placeholder until the checks are written."""

from collections.abc import Sequence
from typing import Any


def problems(blocks: Sequence[Any], surface: str) -> list[str]:
    return []


def view_problems(view: Any) -> list[str]:
    return []
