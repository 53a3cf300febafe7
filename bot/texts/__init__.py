"""Every sentence people see, in Japanese and English: one TOML file per room and language.

`say("ja", "capture.card_notification", title="…")` takes `card_notification` of ja/capture.toml and fills its {blanks}.
Both languages hold the same keys with the same blanks; a test compares them, and finds keys that the code does not use.
"""

import tomllib
from functools import cache
from pathlib import Path
from string import Formatter

from storage.records import Language

LANGUAGES: tuple[Language, ...] = ("ja", "en")
_HERE = Path(__file__).parent


@cache
def sentences(language: Language) -> dict[str, str]:
    """All sentences of a language by `room.key`."""
    found: dict[str, str] = {}
    for file in sorted((_HERE / language).glob("*.toml")):
        for key, text in tomllib.loads(file.read_text("utf-8")).items():
            found[f"{file.stem}.{key}"] = text
    return found


def say(language: Language, key: str, /, **values: object) -> str:
    """The sentence `key` in `language`, its blanks filled. A missing key is a fault of ours: KeyError."""
    return sentences(language)[key].format(**values)


def blanks(text: str) -> frozenset[str]:
    """The names of the {blanks} in a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def language_for(locale: str | None, default: Language) -> Language:
    """The language of ours that fits a Slack locale such as ja-JP.

    English for other languages, `default` when unknown.
    """
    if not locale:
        return default
    return "ja" if locale.lower().startswith("ja") else "en"
