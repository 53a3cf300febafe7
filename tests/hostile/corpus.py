"""The hostile texts, in both languages, by what they try."""

import tomllib
from pathlib import Path
from typing import get_args

from storage.records import Language

KINDS: dict[Language, dict[str, list[str]]] = {
    language: tomllib.loads((Path(__file__).parent / f"texts.{language}.toml").read_text("utf-8"))
    for language in get_args(Language)
}
TEXTS: dict[Language, list[str]] = {
    language: [text for texts in kinds.values() for text in texts] for language, kinds in KINDS.items()
}
EVERY = [*TEXTS["ja"], *TEXTS["en"]]
