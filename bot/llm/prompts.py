"""Prompts are files in prompts/: a head with task and version, and the text that the model is given first.

The fixed part comes first, so that endpoints' prompt caches hit; the data follows as a message of its own, between
marks that it cannot know.
"""

import hashlib
import json
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent.parent.parent / "prompts"
_HEAD = "+++"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One task's prompt. `version` is the file's own and a piece of its hash: an edit is a new version."""

    task: str
    version: str
    text: str

    def messages(self, data: Mapping[str, Any]) -> list[dict[str, str]]:
        """The messages of one call: the fixed part, then the data between marks of this call alone."""
        mark = secrets.token_hex(6)
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        fenced = f"<data-{mark}>\n{body}\n</data-{mark}>"
        return [{"role": "system", "content": self.text}, {"role": "user", "content": fenced}]


@cache
def load(task: str) -> Prompt:
    """The prompt of a task, from prompts/<task>.md."""
    raw = (_FOLDER / f"{task}.md").read_text("utf-8")
    _, head, text = raw.split(_HEAD, 2)
    told = tomllib.loads(head)
    return Prompt(task, f"{told['version']}+{hashlib.sha256(raw.encode()).hexdigest()[:8]}", text.strip())
