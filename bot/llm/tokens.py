"""How many tokens a text has, about and rather too many. No tokenizer: each model has its own, and they are heavy.

Calibrated by least squares on o200k_base, the tokenizer of OpenAI's models since 2024, over 1,307 pieces of up to 600
characters: Japanese and English prose, an interface's texts, Python, TypeScript, JSON, shell. An estimate is a sum over
runs of one script; 6 % are added, for estimates guard limits. docs/decisions.md says what was weighed.
"""

import re
from functools import lru_cache

_RUNS = re.compile(
    r"(?P<word>[A-Za-z\u00c0-\u024f']+)"
    r"|(?P<digits>[0-9]+)"
    r"|(?P<hiragana>[\u3041-\u309f]+)"
    r"|(?P<katakana>[\u30a0-\u30ff]+)"
    r"|(?P<halfwidth>[\uff66-\uff9f]+)"
    r"|(?P<kanji>[々\u3400-\u9fff\uf900-\ufaff]+)"
    r"|(?P<line>[\r\n]\s*)"
    r"|(?P<spaces>[ \t\u3000]{2,})"
    r"|(?P<space>[ \t\u3000])"
    r"|(?P<symbols>[!-/:-@\[-`{-~]+)"
    r"|(?P<letters>[^\x00-\xff\U00010000-\U0010ffff])"
    r"|(?P<rest>.)",
    re.DOTALL,
)
_HUMP = re.compile(r"(?<=[a-z])[A-Z]")
_RUN_AND_CHARACTER = {
    "hiragana": (0.21, 0.54),
    "katakana": (0.80, 0.64),
    "halfwidth": (0.80, 1.90),
    "kanji": (0.43, 0.86),
    "symbols": (0.21, 0.40),
    "line": (0.83, 0.0),
    "spaces": (1.29, 0.0),
    "space": (0.0, 0.0),
    "letters": (0.61, 0.0),
    "rest": (3.33, 0.0),
}
"""Tokens that a run costs by itself, and each of its characters. A single space belongs to the word that follows."""

_WORD, _PLAIN_LETTERS, _LETTER, _HUMP_IN_WORD = 1.02, 6, 0.13, 0.85
_THREE_DIGITS = 1.61
_TOO_MANY = 1.06


@lru_cache(maxsize=512)
def estimate(text: str) -> int:
    """Tokens of a text, at least one; within about a tenth on ordinary Japanese, English and code."""
    return int(sum(_cost(str(run.lastgroup), run.group()) for run in _RUNS.finditer(text)) * _TOO_MANY) + 1


def _cost(script: str, run: str) -> float:
    if script == "word":
        return _WORD + _LETTER * max(0, len(run) - _PLAIN_LETTERS) + _HUMP_IN_WORD * len(_HUMP.findall(run))
    if script == "digits":
        return _THREE_DIGITS * -(-len(run) // 3)
    a_run, a_character = _RUN_AND_CHARACTER[script]
    return a_run + a_character * len(run)
